"""Stage face_figures in a folder of its own, on files as the stages before it leave them."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.audit.figures.catalogue import FIGURES
from heed.audit.tables.score_arrays import METRICS
from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry import affine, landmarks
from heed.geometry.alignment import LANDMARKS
from heed.masks.catalogue import VERSIONS
from stages import face_figures
from tests.masks.drawn import region_of
from tests.placements import stored
from tests.places import ROOT

REPOSITORY = ROOT
SIZE, ALL, MODELS = 224, 12, ("zebra", "ant")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on noise, with masks 1 and 2."""
    root = tmp_path_factory.mktemp("face_figures")
    params = yaml.safe_load((REPOSITORY / "params.yaml").read_text())
    params["models"] = dict.fromkeys(MODELS, params["models"]["balanced"])
    params["face_figures"]["faces"] = 2
    params["figures"]["dpi"] = 50
    params["cam"]["method"] = "hirescam"
    (root / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))

    data, rng = root / "data", np.random.default_rng(0)
    for path in ("crops", "masks", *(f"scores/{model}" for model in MODELS)):
        (data / path).mkdir(parents=True)
    names = pd.DataFrame({"image": [f"{index:06d}.jpg" for index in range(ALL)]})
    typical = np.array([[93, 101], [131, 101], [112, 121], [95, 141], [129, 141]])
    points = typical + rng.normal(size=(ALL, len(LANDMARKS), 2))
    both = [landmarks.to_table(p).add_prefix(f) for f, p in (("wild_", points),
            ("aligned_", points - [24, -10]))]  # fmt: skip
    pd.concat([names, *both], axis=1).to_parquet(data / "faces.parquet")
    pd.concat([names, landmarks.to_table(points)], axis=1).to_parquet(data / "landmarks.parquet")
    kept = np.arange(ALL) % 3 > 0
    names.assign(ratio=np.where(kept, 0.05, 0.2), kept=kept).to_parquet(data / "frontal.parquet")
    identity = np.broadcast_to(np.eye(2, 3), (ALL, 2, 3))
    transforms = pd.concat([names, affine.to_table(identity, "a_")], axis=1)
    transforms.to_parquet(data / "crops/test.parquet")
    small = rng.integers(0, 256, (ALL, 8, 8, 3), np.uint8)
    crops = np.stack([cv2.resize(picture, (SIZE, SIZE)) for picture in small])
    np.save(data / "crops/test.npy", crops)

    audited = names.loc[kept, "image"]
    n, digest = len(audited), images_digest(audited)
    labels = rng.choice(np.array([-1, 1], np.int8), (n, 40))
    for model in MODELS:
        logits = rng.normal(size=(n, 40)).astype(np.float32)
        raw = rng.normal(size=(n, 40, 7, 7)).astype(np.float32)
        for path, arrays in (
            ("maps", {"gradcam": 0 * raw, "hirescam": raw}),
            ("cams", {"cams": raw * np.sign(logits)[..., None, None]}),
        ):
            group = zarr.open_group(data / f"{path}/{model}/1.zarr", mode="w")
            group.attrs.update({"images_sha256": digest, **stored(SIZE, 7)})
            for name, array in arrays.items():
                group.create_array(name, data=array)
        pd.DataFrame(
            {
                "image": np.repeat(audited.to_numpy(), 40),
                "attribute": np.tile(ATTRIBUTES, n),
                "label": labels.ravel(),
                "logit": logits.ravel(),
                **{metric: rng.random(40 * n) for metric in METRICS},
                "empty": False,
            }
        ).to_parquet(data / f"scores/{model}/1.parquet")
    for version in ("1", "2"):
        group = zarr.open_group(data / f"masks/{version}.zarr", mode="w")
        group.create_array("regions", data=VERSIONS[version].masks(points[kept], SIZE))
        group.attrs.update(images_sha256=digest, region_of_attribute=region_of(version))
    return root


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPOSITORY / "stages/face_figures.py")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def written(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for where in ("report/figures/faces", "data/figures/faces")
        for path in sorted((folder / where).iterdir())
    }


def test_every_figure_is_written(folder: Path) -> None:
    done = run(folder)
    assert done.returncode == 0, done.stderr
    found = written(folder)
    names = [entry.name for entry in FIGURES.entries("faces")]
    assert set(found) == {f"report/figures/faces/{name}.png" for name in names} | {
        f"data/figures/faces/{name}.pdf" for name in names
    }
    assert all(
        content.startswith(b"\x89PNG" if name.endswith("png") else b"%PDF")
        for name, content in found.items()
    )


def test_maps_are_those_of_the_parameters(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    maps = face_figures.load_maps(face_figures.load_faces())
    assert list(maps.scores) == list(maps.raw) == list(maps.signed) == list(MODELS)
    assert sorted(maps.masks) == ["1", "2"]
    assert (maps.version, maps.threshold) == ("2", 0.5)
    for model, scores in maps.scores.items():
        raw, signed = maps.raw[model][:], maps.signed[model][:]
        assert raw.any()  # hirescam, and not gradcam
        np.testing.assert_array_equal(signed, raw * np.sign(scores.logits)[..., None, None])


def test_results_of_other_faces_are_an_error(folder: Path) -> None:
    group = zarr.open_group(folder / "data/maps/ant/1.zarr", mode="a")
    digest = group.attrs["images_sha256"]
    group.attrs["images_sha256"] = "another"
    try:
        failed = run(folder)
    finally:
        group.attrs["images_sha256"] = digest
    assert failed.returncode == 1
    assert failed.stderr.startswith("error: these results are not of the same images")
    assert "data/maps/ant/1.zarr: another" in failed.stderr
