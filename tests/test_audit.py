"""The whole audit with its real scripts, on a handful of drawn faces, in a DVC repository."""

import json
import re
import shutil
import time
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
import zarr
from PIL import Image

from heed.audit.figures.catalogue import FIGURES
from heed.figures.drawn_numbers import COLUMNS
from heed.figures.registry import WIDTHS
from heed.figures.theme import SMALLEST_FONT
from tests.default_run import RUN
from tests.pipeline_copy import LONG, PipelineCopy
from tests.places import ROOT

PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())

# Two trainings of a model have a spread over trainings, two faces of an attribute one over persons.
# Maps and masks are others than by default, where tests/stages runs the stages one by one.
FEW: dict[str, dict[str, Any]] = {
    "synthetic": {"train": 16, "validation": 4, "test": 12},
    "train": {"epochs": 1, "batch_size": 8},
    "infer": {"methods": ["gradcam", "layercam"]},
    "mask": {"version": "evidence"},
    "cam": {"method": "gradcam", "target": 1},
    "scale": {"faces": 3},
    "causal": {"faces": 2, "cells": 2, "shown": 1},
    "aggregate": {"resamples": 20},
    "statistics": {"resamples": 20, "permutations": 10},
    "figures": {"dpi": 50},
    "face_figures": {"faces": 2},
    "report": {"faces_per_group": 1},
    # A network of one's own: another grid than the other's, and a head that is not affine.
    "models": {
        "balanced": PARAMS["models"]["balanced"] | {"replicates": 2},
        "unbalanced": {
            "network": "python:own_networks.small:make",
            "weights": "train",
            "pretrained": None,
            "loss": "mse",
            "weighting": "none",
            "replicates": 2,
            "train": {"head_start": "random"},
            "layer": "features.3",
            "normalise": "imagenet",
        },
    },
}

NETWORK = """
from torch import nn

class Small(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 7, stride=4, padding=3), nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=4, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(16 * 49, 32), nn.ReLU(), nn.Linear(32, outputs)
        )

    def forward(self, images):
        return {"logits": self.head(self.features(images))}

def make(outputs):
    return Small(outputs)
"""


SVG = "http://www.w3.org/2000/svg"
"""The name of a vocabulary, which nothing is fetched from."""


def of_both(stage: str) -> set[str]:
    return {f"{stage}@balanced", f"{stage}@unbalanced"}


PICTURES = {"figures", "average_figures", "face_figures"}
GATHER = {"aggregate", "causal", "crossed", "statistics", "report"} | PICTURES


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> PipelineCopy:
    audit = PipelineCopy(tmp_path_factory.mktemp("audit"), ".", FEW)
    (audit.folder / "own_networks").mkdir()
    (audit.folder / "own_networks/small.py").write_text(NETWORK)
    audit.reproduce()
    return audit


@pytest.fixture(scope="module")
def first_lock(audit: PipelineCopy) -> str:
    """What the first run made, by hashes."""
    return audit.lock()


def test_the_audit_runs_and_the_report_needs_no_other_file(audit: PipelineCopy) -> None:
    page = (audit.folder / "report/index.html").read_text()
    assert "<title>Heed: where do the classifiers look?</title>" in page
    assert "http://" not in page.replace(SVG, "")
    assert "https://" not in page
    for attribute in ("Wearing Hat", "5 o Clock Shadow"):
        assert attribute in page
    assert not list(audit.folder.rglob("*.partial"))


def test_every_figure_has_all_its_files_of_the_size_that_it_is_printed_in(
    audit: PipelineCopy,
) -> None:
    """Each is as wide as a column or a page, as registered; no text is too small there."""
    starts = {
        "plots/figures/{}.png": b"\x89PNG",
        "plots/figures/{}.csv": ",".join(COLUMNS).encode(),
        "data/figures/numbers/{}.pdf": b"%PDF",
        "data/figures/numbers/{}.svg": b"<svg",
    }
    entries = FIGURES.entries("numbers", RUN)
    files = {file for path in starts for file in (audit.folder / path).parent.iterdir()}
    expected = {
        audit.folder / path.format(entry.name): start
        for entry in entries
        for path, start in starts.items()
    }
    # A sentence, where hardly any map is empty: without numbers.
    assert files ^ expected.keys() <= {audit.folder / "plots/figures/empty_maps.csv"}
    for file in files:
        content = file.read_bytes()
        assert content.startswith(expected[file])
        assert not re.search(rb"CreationDate|ModDate|Software", content)
    for entry in entries:
        with Image.open(audit.folder / f"plots/figures/{entry.name}.png") as picture:
            assert picture.width in [round(50 * inches) for inches in WIDTHS.values()], entry.name
            assert picture.width <= round(50 * WIDTHS[entry.width]), entry.name
        drawing = ElementTree.parse(audit.folder / f"data/figures/numbers/{entry.name}.svg")
        texts = [
            text for text in drawing.iter(f"{{{SVG}}}text") if "".join(text.itertext()).strip()
        ]
        assert texts
        assert min(map(font_size, texts)) >= SMALLEST_FONT, entry.name


def font_size(text: ElementTree.Element) -> float:
    """Of its letters on the line, in points: exponents are smaller."""
    parts = [text, *text.iter(f"{{{SVG}}}tspan")]
    return max(float(part.get("font-size", "0").removesuffix("px")) for part in parts)


def test_a_network_of_ones_own_is_audited_beside_another(audit: PipelineCopy) -> None:
    """By its own grid; and of what its head does not have it is said that there is none."""
    page = (audit.folder / "report/index.html").read_text()
    assert (
        "the bias makes up is not defined for the unbalanced network, whose head is not affine"
        in page
    )
    models = json.loads((audit.folder / "metrics/audit.json").read_text())["models"]
    assert {name: of["cells"] for name, of in models.items()} == {"balanced": 7, "unbalanced": 14}
    assert models["unbalanced"]["bias_share"] == {"value": None, "low": None, "high": None}
    assert 0 < models["unbalanced"]["amr"]["value"] < 1
    for model, places in (("balanced", [32.0, 32.0]), ("unbalanced", [16.0, 16.0])):
        maps = zarr.open_group(audit.folder / f"data/cams/{model}/1.zarr", mode="r")
        assert maps.attrs["placements"]["receptive_field"]["stride"] == places


def test_other_code_of_it_makes_its_own_stages_stale(audit: PipelineCopy) -> None:
    file = audit.folder / "own_networks/small.py"
    file.write_text(f"{NETWORK}# a remark")
    assert audit.reproduce("inventory") == {"inventory"}
    assert "train@unbalanced" in audit.stale()
    assert "train@balanced" not in audit.stale()
    file.write_text(NETWORK)
    audit.reproduce("inventory")
    assert "train@unbalanced" not in audit.stale()


def test_stages_open_only_what_they_declare(audit: PipelineCopy) -> None:
    assert audit.undeclared_inputs() == {}


@pytest.mark.parametrize(
    ("dependency", "stages"),
    [
        ("src/heed/synthetic", {"synthesize", "causal"}),
        ("data/synthetic/evidence", {"masks"}),
        ("data/score_versions", {"mask_versions"}),
        ("metrics/tables/kl.csv", {"figures", "report"}),
    ],
)
def test_an_input_that_no_dep_names_is_noticed(
    audit: PipelineCopy, dependency: str, stages: set[str]
) -> None:
    assert set(audit.undeclared_inputs(but=[dependency])) == stages


def test_only_the_inventory_runs_again(audit: PipelineCopy, first_lock: str) -> None:
    assert audit.reproduce() == {"inventory"}
    assert audit.lock() == first_lock


def test_a_change_reruns_only_what_depends_on_it(audit: PipelineCopy, first_lock: str) -> None:
    """Three changes, each judged by itself.

    What takes longest is not made: that a change makes it stale is taken from ``dvc status``, and
    that DVC then runs it from tests/test_pipeline.py.
    """
    audit.change("figures", "dpi", 60)
    assert audit.stale() == {"inventory", "report"} | PICTURES
    audit.change("figures", "dpi", FEW["figures"]["dpi"])

    audit.change("mask", "version", 2)
    ran = audit.reproduce(*sorted(of_both("score")))
    assert ran == {"inventory"} | of_both("score")
    assert ran | audit.stale() == {"inventory"} | of_both("score") | GATHER

    audit.change("cam", "method", "layercam")
    audit.change("cam", "target", 2)
    scored = of_both("score") | of_both("score_versions")
    ran = audit.reproduce(*sorted(of_both("score")), "mask_versions")
    assert ran == {"inventory", "scales", "mask_versions"} | of_both("cams") | scored
    assert ran | audit.stale() == ran | GATHER


@pytest.mark.parametrize(
    ("stage", "partial", "finished"),
    [
        ("cams@balanced", "data/cams/balanced.partial", "data/cams/balanced"),
        ("infer@balanced", "data/maps/balanced.partial", "data/maps/balanced"),
        ("train@balanced", "data/checkpoints/balanced/1/*", "data/networks/balanced"),
    ],
)
def test_a_killed_stage_leaves_nothing_that_dvc_accepts(
    audit: PipelineCopy, stage: str, partial: str, finished: str
) -> None:
    """In the order of the last to the first, so that each has its inputs.

    The last test makes all three again, to the same bytes.
    """
    before = audit.lock()
    # A finished training would be taken for the beginning of one.
    shutil.rmtree(audit.folder / "data/checkpoints", ignore_errors=True)
    assert any(audit.killed_while_writing(stage, partial) for _ in range(5)), "never caught"
    assert not (audit.folder / finished).exists()
    assert stage in audit.stale(), "dvc takes the stage for complete"
    assert audit.lock() == before


def test_a_second_repro_takes_nothing_from_a_running_one(audit: PipelineCopy) -> None:
    before = audit.lock()
    shutil.rmtree(audit.folder / "data/checkpoints", ignore_errors=True)
    # Forced, for DVC would rather bring the result of the first run back from its cache.
    running = audit.start("repro", "--force", "--single-item", "train@balanced")
    checkpoints = audit.folder / "data/checkpoints/balanced"
    while running.poll() is None and not any(checkpoints.glob("*")):
        time.sleep(0.01)
    second = audit.start("repro")
    status, refusal = second.wait(LONG), second.output.read_text()
    assert running.poll() is None, "the training was over before the second one began"
    assert status != 0
    assert "is busy" in refusal or "lock" in refusal, refusal
    assert (audit.folder / "data/faces.parquet").exists()
    assert running.wait(LONG) == 0, running.output.read_text()
    assert audit.lock() == before


def test_everything_again_gives_the_same_bytes(audit: PipelineCopy, first_lock: str) -> None:
    """But for the figures of numbers, twenty seconds: tests/audit/figures draws them twice."""
    audit.as_at_first()
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    again = [name for name in stages if name != "figures"]
    ran = audit.reproduce("--force", "--single-item", *again)
    assert {"synthesize", "average_figures", "report"} | of_both("train") < ran
    assert len(ran) > len(stages)
    assert audit.lock() == first_lock
    assert not list(audit.folder.rglob("*.partial"))
