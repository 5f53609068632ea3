"""Stage report in a folder of its own, on the results of the two stages before it."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import yaml
import zarr
from PIL import Image
from safetensors.numpy import save_file

from heed.audit import paths
from heed.audit.figures.catalogue import FIGURES, run_values
from heed.audit.flip_store import write_flips
from heed.audit.tables.score_arrays import METRICS
from heed.base.errors import InputError
from heed.base.files import images_digest
from heed.celeba.attributes import ATTRIBUTES
from heed.masks.packing import pack
from stages import aggregate, crossed, report, statistics
from tests.audit.page.conftest import gaps_of, results_of
from tests.made_up_scales import made_up_scales
from tests.placements import stored
from tests.places import ROOT

REPOSITORY = ROOT
TRAINING, TEST, SIZE = 20, 24, 32
MODELS = ("zebra", "ant")
RUN = run_values(dict.fromkeys(MODELS, "none"))
BRIGHT, DARK = 250, 10  # upper and lower half of every face, so that it shows through a map


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder with all that the stage reads."""
    folder = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        params = yaml.safe_load((REPOSITORY / "params.yaml").read_text())
        entry = params["models"]["balanced"] | {"replicates": 1}
        params["models"] = dict.fromkeys(MODELS, entry)
        params["aggregate"]["resamples"] = params["statistics"]["resamples"] = 20
        Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        write_inputs()
        aggregate.main()
        crossed.main()
        scales = made_up_scales(MODELS, ("1", "2", "3", "evidence"))
        scales.to_csv("metrics/tables/scales.csv", index=False)
        statistics.main()
        write_masks_and_figures()
    return folder


def face(height: int, width: int) -> np.ndarray:
    image = np.full((height, width, 3), BRIGHT, np.uint8)
    image[height // 2 :] = DARK
    return image


def write_inputs() -> None:
    rng = np.random.default_rng(0)
    rates = rng.permutation(np.linspace(0.1, 0.9, 40))
    labels = np.where(rng.random((TRAINING + TEST, 40)) < rates, 1, -1).astype(np.int8)
    faces = pd.DataFrame(labels, columns=ATTRIBUTES)
    names = np.array([f"{index:06d}.jpg" for index in range(TRAINING + TEST)])
    faces.insert(0, "image", names)
    faces.insert(1, "partition", np.repeat([0, 2], [TRAINING, TEST]).astype(np.int8))
    faces.insert(2, "identity", np.arange(len(faces), dtype=np.int32) // 3)
    for path in (
        "crops",
        "cams",
        *(f"{kind}/{m}" for kind in ("scores", "networks") for m in MODELS),
    ):
        Path("data", path).mkdir(parents=True)
    for model in MODELS:
        weights = {"a.weight": np.zeros((2, 3)), "b.running_mean": np.zeros(2)}
        save_file(weights, f"data/networks/{model}/1.safetensors")
    faces.to_parquet("data/faces.parquet", index=False)
    Path("data/inventory.json").write_text('{"remarks": ["left out 5 annotated images"]}')
    kept = np.arange(TEST) % 4 > 0
    frontal = pd.DataFrame({"image": names[TRAINING:], "ratio": 0.0, "kept": kept})
    frontal.to_parquet("data/frontal.parquet", index=False)
    side = (SIZE, SIZE, 3)
    crops = pd.DataFrame({"image": names[TRAINING:], "filled": 0.25})
    crops.to_parquet("data/crops/test.parquet", index=False)
    np.save("data/crops/test.npy", np.broadcast_to(face(*side[:2]), (TEST, *side)))
    audited, audited_labels = names[TRAINING:][kept], labels[TRAINING:][kept]
    n = len(audited)
    for model in MODELS:
        Path("plots/training", model, "1").mkdir(parents=True)
        cams = zarr.open_group(f"data/cams/{model}/1.zarr", mode="w")
        cams.attrs.update({"images_sha256": images_digest(audited), **stored(SIZE, 7)})
        maps = rng.normal(size=(n, 40, 7, 7)).astype(np.float32)
        cams.create_array("cams", data=maps, chunks=(256, 40, 7, 7))
        logits = (audited_labels + rng.normal(size=(n, 40))).astype(np.float32)
        scores = {
            "image": np.repeat(audited, 40),
            "attribute": np.tile(ATTRIBUTES, n),
            "label": audited_labels.ravel(),
            "logit": logits.ravel(),
            **{metric: rng.random(40 * n) for metric in METRICS},
            "contribution": logits.ravel() - 0.1,
            "empty": rng.random(40 * n) < 0.1,
        }
        pd.DataFrame(scores).to_parquet(f"data/scores/{model}/1.parquet", index=False)


def write_masks_and_figures() -> None:
    kept = pd.read_parquet("data/frontal.parquet")["kept"].sum()
    for version, n, regions in (("2", 1, [0] * 40), ("evidence", kept, list(range(40)))):
        group = zarr.open_group(f"data/masks/{version}.zarr", mode="w")
        group.attrs.update({"images_sha256": "", "region_of_attribute": regions})
        inside = np.zeros((n, max(regions) + 1, SIZE, SIZE), bool)
        inside[:, :, 8:24, 8:24] = True
        group.create_array("regions", data=pack(inside))
    write_flips(None, paths.FLIPS)
    rows = [*ATTRIBUTES, "OVERALL"]
    versions = [
        pd.DataFrame(
            {"model": m, "version": v, "attribute": rows, "n": 1, "amr": 0.2, "amr_normalised": 0.3}
        )
        for m in MODELS
        for v in ("1", "2", "3", "evidence")
    ]
    pd.concat(versions).to_csv("metrics/tables/mask_versions.csv", index=False)
    both = [
        table.assign(placement=rule, proportional_energy=0.1)
        for rule in ("receptive_field", "half_pixel")
        for table in versions
    ]
    pd.concat(both).to_csv("metrics/tables/placements.csv", index=False)
    overlap = [
        pd.DataFrame({"reference": "evidence", "version": v, "attribute": rows, "iou": 0.2})
        for v in ("1", "2", "3")
    ]
    pd.concat(overlap).to_csv("metrics/tables/mask_overlap.csv", index=False)
    results_of(MODELS).causal.to_csv("metrics/tables/causal.csv", index=False)
    gaps_of(MODELS).to_csv("metrics/tables/gap_versions.csv", index=False)
    for entry in FIGURES.entries(run=RUN):
        numbers = entry.kind == "numbers"
        folder = Path((paths.DRAWINGS if numbers else paths.PICTURES)[entry.kind])
        folder.mkdir(parents=True, exist_ok=True)
        if numbers:
            drawing = f'<svg width="504pt" height="9pt"><text>in {entry.name}</text></svg>'
            (folder / f"{entry.name}.svg").write_text(drawing)
        else:
            cv2.imwrite(str(folder / f"{entry.name}.png"), face(40, 60))


@pytest.fixture
def folder(finished, monkeypatch):
    monkeypatch.chdir(finished)
    params = Path("params.yaml").read_text()
    yield finished
    Path("params.yaml").write_text(params)


def without_faces() -> None:
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["report"]["faces"] = False
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


def pictures(page: str) -> list[np.ndarray]:
    """Every picture in the page, wherever it is in it, as RGB."""
    found = re.findall(r"data:image/\w+;base64,([A-Za-z0-9+/=]+)", page)
    opened = [Image.open(BytesIO(base64.b64decode(content))) for content in found]
    return [np.asarray(image.convert("RGB")).astype(int) for image in opened]


def read_data(page: str) -> dict:
    """What the page's script reads."""
    found = re.search(r'id="page-data">(.*?)</script>', page, re.S)
    return json.loads(found[1])


def shows_a_face(image: np.ndarray) -> bool:
    """Whether the upper part is much brighter than the lower: more than a map alone can make it."""
    quarter = len(image) // 4
    return bool(image[:quarter].mean() - image[-quarter:].mean() > 90)


def test_the_page_holds_answer_table_faces_and_all_figures(folder):
    report.main()
    page = Path("report/index.html").read_text()
    for entry in FIGURES.entries(run=RUN):
        assert f'id="figure-{entry.name}"' in page
        # what a figure of numbers says can be searched for
        assert (f"<text>in {entry.name}</text>" in page) == (entry.kind == "numbers")
    for name in (
        "answer",
        "question-1",
        "question-5",
        "attribute-table",
        "page-data",
        "gallery",
        "colophon",
    ):
        assert f'id="{name}"' in page
    assert "18 computer-drawn faces, 40 questions each" in page
    counts = re.findall(r'<th scope="row">(train|audited)</th><td class="n">(\d+)</td>', page)
    assert counts == [("train", str(TRAINING)), ("audited", "18")]
    assert "Left out 5 annotated images." in page
    assert "18 of 18 crops reach beyond their photographs; 25.0 % of the area" in page
    figures = sum(entry.kind != "numbers" for entry in FIGURES.entries(run=RUN))
    gallery = read_data(page)["gallery"]["faces"]
    # besides: the average face, and those of the first screen
    assert sum(map(shows_a_face, pictures(page))) == figures + len(gallery) + 1 + 4
    assert len(page) < 15e6


def test_without_faces_no_picture_shows_one(folder):
    without_faces()
    report.main()
    page = Path("report/index.html").read_text()
    shown = pictures(page)
    assert not shown
    data = read_data(page)
    assert data["averages"]["face"] is None
    assert len(data["averages"]["of"]) == 40  # the average maps are there, over grey
    assert data["first"] is data["gallery"] is None
    assert 'id="gallery"' not in page
    for entry in FIGURES.entries(run=RUN):
        assert (f'id="figure-{entry.name}"' in page) == (entry.kind == "numbers")
    assert not re.search(r"0000\d\d\.jpg", page)


def test_networks_and_data_are_known_by_their_bytes(folder):
    report.main()
    page = Path("report/index.html").read_text()
    for file in ("data/faces.parquet", "data/crops/test.npy", "data/networks/ant/1.safetensors"):
        assert hashlib.sha256(Path(file).read_bytes()).hexdigest() in page
    assert "6 weights, and 2 statistics of batch normalisation" in page
    assert "The default audit has no network zebra." in page
    assert "aggregate.resamples</th><td><b>20</b></td><td>1000</td>" in page
    before = Path("data/networks/ant/1.safetensors").read_bytes()
    Path("data/networks/ant/1.safetensors").write_bytes(before[:-1] + b"1")
    try:
        report.main()
        assert Path("report/index.html").read_text() != page
    finally:
        Path("data/networks/ant/1.safetensors").write_bytes(before)


def test_same_input_gives_the_same_bytes(folder):
    report.main()
    first = Path("report/index.html").read_bytes()
    report.main()
    assert Path("report/index.html").read_bytes() == first


def test_stage_runs_without_torch(folder):
    code = (
        "import runpy, sys;"
        f"runpy.run_path(r'{REPOSITORY / 'stages' / 'report.py'}', run_name='__main__');"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("report: report/index.html")


@pytest.mark.parametrize("file", ["metrics/statistics.json", "metrics/audit.json"])
def test_results_of_a_model_that_params_lacks_are_named(folder, file):
    before = Path(file).read_text()
    content = json.loads(before)
    of_models = content["amr" if "statistics" in file else "models"]
    of_models["gone"] = of_models["zebra"]
    Path(file).write_text(json.dumps(content))
    try:
        with pytest.raises(
            InputError, match=rf"{file}: found the models .*gone; expected zebra, ant,"
        ):
            report.main()
    finally:
        Path(file).write_text(before)


def test_a_table_without_a_model_of_params_is_named(folder):
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["models"]["new"] = params["models"]["ant"]
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    with pytest.raises(
        InputError, match=r"audit\.json: found the models zebra, ant; expected .*new"
    ):
        report.main()
