"""Stage average_figures in a folder of its own, on files as the stages before it leave them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
import zarr

from heed.audit.figures.average_maps import draw_average_maps
from heed.audit.tables.imbalance import class_counts
from heed.base.files import create_array
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.theme import png
from heed.metrics.groups import GROUPS
from heed.metrics.majority import majority_class
from tests.places import ROOT

REPOSITORY = ROOT
MODELS = ("zebra", "ant")  # not in the order of the alphabet
SIZE, DPI = 16, 50
NAMES = (
    "averages_by_prediction",
    "averages_by_model",
    "averages_by_correctness",
    "averages_by_label",
)


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
    Path("data").mkdir()
    faces.to_parquet("data/faces.parquet", index=False)
    root = zarr.open_group("data/averages.zarr", mode="w")
    face = rng.uniform(0, 255, (SIZE, SIZE, 3)).astype(np.float32)
    create_array(root, "face", face.shape, "float32", face.shape)[:] = face
    shape = (40, len(GROUPS), SIZE, SIZE)
    for model in MODELS:
        group = root.create_group(model)
        create_array(group, "means", shape, "float32", (40, 1, SIZE, SIZE))[:] = rng.random(shape)
        n = rng.integers(0, 20, shape[:2])
        create_array(group, "n", n.shape, "int64", n.shape)[:] = n
    return tmp_path


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
    )
    assert first["report/figures/averages/averages_by_label.png"] == png(figure, DPI)
