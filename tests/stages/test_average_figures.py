"""Stage average_figures in a folder of its own, on files as the stages before it leave them."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.audit.figures.average_maps import SHOWN, draw_average_maps
from heed.audit.tables.imbalance import class_counts
from heed.audit.tables.score_arrays import METRICS
from heed.base.files import images_digest
from heed.base.stores import create_array
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.figures.theme import png
from heed.masks.packing import pack
from heed.metrics.groups import GROUPS
from heed.metrics.majority import majority_class
from stages import average_figures
from tests.placements import stored, uneven
from tests.places import ROOT

REPOSITORY = ROOT
MODELS = ("zebra", "ant")  # not in the order of the alphabet
AXES = ("attribute", "group", "y", "x")
SIZE, DPI = 16, 50
NAMES = (
    "averages_of_z",
    "averages_by_prediction",
    "averages_by_correctness",
    "averages_by_label",
    "averages_by_model",
)
MASKS = np.stack([np.arange(SIZE) < 4 + k % 2 for k in range(40)])[:, :, None] & np.ones(SIZE, bool)
AUDITED = tuple(f"{row}.jpg" for row in range(10))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    params = yaml.safe_load((REPOSITORY / "params.yaml").read_text())
    params["models"] = dict.fromkeys(MODELS, params["models"]["balanced"])
    params["figures"]["dpi"] = DPI
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    rng = np.random.default_rng(0)
    labels = np.where(rng.random((30, 40)) < rng.random(40), 1, -1).astype(np.int8)
    faces = pd.DataFrame(labels, columns=ATTRIBUTES)
    faces.insert(0, "partition", np.repeat([0, 1, 2], 10).astype(np.int8))
    for part in ("maps", "scores"):
        Path("data", part).mkdir(parents=True)
    write_masks(params["mask"]["version"], MASKS)
    write_masks("evidence", MASKS.swapaxes(1, 2))
    faces.to_parquet("data/faces.parquet", index=False)
    root = zarr.open_group("data/averages.zarr", mode="w")
    face = rng.uniform(0, 255, (SIZE, SIZE, 3)).astype(np.float32)
    create_array(root, "face", face.shape, "float32", face.shape, ("y", "x", "channel"))[:] = face
    shape = (40, len(GROUPS), SIZE, SIZE)
    for model in MODELS:
        logits = rng.normal(size=(len(AUDITED), 40)).astype(np.float32)
        write_maps(model, rng.normal(size=(*logits.shape, 7, 7)).astype(np.float32))
        table = {"image": np.repeat(AUDITED, 40), "attribute": np.tile(ATTRIBUTES, len(AUDITED)),
                 "label": labels[20:].ravel(), "logit": logits.ravel(), "empty": False}  # fmt: skip
        scored = pd.DataFrame(table | {metric: rng.random(logits.size) for metric in METRICS})
        Path("data/scores", model).mkdir(parents=True)
        scored.to_parquet(f"data/scores/{model}/1.parquet", index=False)
        group = root.create_group(model)
        means = create_array(group, "means", shape, "float32", (40, 1, SIZE, SIZE), AXES)
        means[:] = rng.random(shape)
        n = rng.integers(0, 20, shape[:2])
        create_array(group, "n", n.shape, "int64", n.shape, AXES[:2])[:] = n
    return tmp_path


def write_masks(version, masks):
    """The same for all faces, one for attributes of even rank and one for the others."""
    group = zarr.open_group(f"data/masks/{version}.zarr", mode="w")
    group.attrs.update({"images_sha256": "", "region_of_attribute": [k % 2 for k in range(40)]})
    packed = pack(masks[None, :2])
    axes = ("image", "region", "y", "byte")
    create_array(group, "regions", packed.shape, "uint8", packed.shape, axes)[:] = packed


def write_maps(model, raw):
    group = zarr.open_group(f"data/maps/{model}/1.zarr", mode="w")
    group.attrs.update({"images_sha256": images_digest(AUDITED), **stored(SIZE, 7)})
    for method, maps in (("gradcam", raw), ("hirescam", 0 * raw)):
        axes = ("image", "attribute", "y", "x")
        create_array(group, method, maps.shape, "float32", maps.shape, axes)[:] = maps


def written(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for kind in ("report", "data/figures")
        for path in (folder / kind).rglob("*")
        if path.is_file()
    }


def test_every_figure_of_average_maps_is_written(folder):
    Path("report/figures/averages").mkdir(parents=True)
    Path("report/figures/averages/left_over.png").touch()
    script = REPOSITORY / "stages/average_figures.py"
    done = subprocess.run(
        [sys.executable, script], check=True, capture_output=True, text=True, cwd=folder
    )
    assert done.stdout == f"average_figures: {', '.join(NAMES)}\n"
    first = written(folder)  # without what an earlier run left
    assert sorted(first) == sorted(
        [f"report/figures/averages/{name}.png" for name in NAMES]
        + [f"data/figures/averages/{name}.pdf" for name in NAMES]
    )
    assert all(content.startswith(b"%PDF") for path, content in first.items() if "pdf" in path)

    # drawn with the majority in training, with the models in the order of the parameters, and
    # with the same bytes in another process
    faces = pd.read_parquet("data/faces.parquet")
    training = faces.loc[faces.partition == 0, list(ATTRIBUTES)].to_numpy()
    root = zarr.open_group("data/averages.zarr", mode="r")
    figure = draw_average_maps(
        root["face"][:],
        {name: (root[name]["means"][:], root[name]["n"][:]) for name in MODELS},
        ("gt_positive", "gt_negative"),
        class_counts(training).order,
        majority_class(training),
        masks=MASKS,
        evidence=MASKS.swapaxes(1, 2),
        most=SHOWN,
    )
    assert first["report/figures/averages/averages_by_label.png"] == png(figure, DPI)

    # those of target 1, whatever target is scored: the mean of the maps of +z, one by one
    means = {name: averages_by_hand(name) for name in MODELS}
    groups = ("predicted_positive", "predicted_negative")
    figure = draw_average_maps(
        root["face"][:], means, groups, class_counts(training).order, majority_class(training),
        stored=groups, masks=MASKS, evidence=MASKS.swapaxes(1, 2), most=SHOWN,
    )  # fmt: skip
    assert first["report/figures/averages/averages_of_z.png"] == png(figure, DPI)


def averages_by_hand(model):
    raw = zarr.open_group(f"data/maps/{model}/1.zarr", mode="r")["gradcam"][:]
    scores = pd.read_parquet(f"data/scores/{model}/1.parquet")
    present = (scores["logit"] >= 0).to_numpy().reshape(len(AUDITED), 40)
    means, n = np.full((40, 2, SIZE, SIZE), np.nan, np.float32), np.zeros((40, 2), np.int64)
    for attribute in range(40):
        for group, wanted in enumerate((True, False)):
            rows = np.flatnonzero(present[:, attribute] == wanted)
            n[attribute, group] = len(rows)
            if len(rows):
                maps = [normalise(raw[row, attribute], SIZE, uneven(SIZE, 7)) for row in rows]
                means[attribute, group] = np.mean(maps, axis=0)
    return means, n


@pytest.mark.parametrize(
    ("version", "lines"), [(2, {"masks": MASKS, "evidence": MASKS.swapaxes(1, 2)}),
                           ("evidence", {"masks": MASKS.swapaxes(1, 2), "evidence": None})]
)  # fmt: skip
def test_the_evidence_is_outlined_beside_the_masks_in_use(folder, version, lines):
    set_version(version)
    found = average_figures.outlined()
    for name, expected in lines.items():
        if expected is None:
            assert found[name] is None
        else:
            np.testing.assert_array_equal(found[name], expected)


def test_photographs_have_no_evidence_to_be_outlined(folder):
    shutil.rmtree("data/masks/evidence.zarr")
    assert average_figures.outlined()["evidence"] is None


def set_version(version):
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["mask"]["version"] = version
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


def test_maps_of_other_faces_are_refused(folder):
    group = zarr.open_group("data/maps/ant/1.zarr", mode="a")
    group.attrs["images_sha256"] = "other"
    command = [sys.executable, str(REPOSITORY / "stages/average_figures.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode != 0
    assert "data/maps/ant/1.zarr" in done.stderr
