"""Stage figures in a folder of its own, on small made-up tables.

That it draws all figures, and all alike each time: tests/test_audit.py.
"""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from heed.audit.figures.catalogue import FIGURES
from heed.figures import files
from heed.metrics.groups import GROUPS
from stages import figures
from tests.default_run import RUN
from tests.places import ROOT

ATTRIBUTES = ["Smiling", "Young", "Wearing_Hat", "Bald"]
MODELS = ["balanced", "unbalanced"]
METRICS = ["amr", "amr_uncorrected", "proportional_energy", "active_area"]
METRICS += ["contribution_share", "bias_share", "border_share", "intensity"]
METRICS += ["iou", "pointing_game", "pixel_roc_auc"]
AMR_COLUMNS = ["error_rate", "amr", "amr_gt_pos", "amr_gt_neg", "amr_correct", "amr_incorrect"]
RNG = np.random.default_rng(0)


def table(numbers: dict[str, float], **keys: list[str]) -> pd.DataFrame:
    """All combinations of the keys, each with random numbers below those given."""
    rows = pd.DataFrame(itertools.product(*keys.values()), columns=list(keys))
    return rows.assign(**{name: RNG.random(len(rows)) * top for name, top in numbers.items()})


def counts(*names: str) -> dict[str, np.ndarray]:
    return {name: RNG.integers(5, 90, len(ATTRIBUTES)) for name in names}


def tables() -> dict[str, pd.DataFrame]:
    rows = [*ATTRIBUTES, "OVERALL"]
    rates = ("error_rate", "fnr", "fpr", "balanced_error_rate")
    groups = table(
        dict.fromkeys(("mean", "empty_rate", "mean_without_empty"), 1),
        model=MODELS,
        metric=METRICS,
        group=list(GROUPS),
        attribute=rows,
    )
    kl = pd.concat(
        [table({"proper": 1, "thesis": 90}, comparison=[comparison], p=[p], q=[q],
               attribute=ATTRIBUTES)
         for comparison, p, q in [
             ("models", "balanced/all", "unbalanced/all"),
             *(("correctness", f"{m}/correct", f"{m}/incorrect") for m in MODELS),
             *(("label", f"{m}/gt_positive", f"{m}/gt_negative") for m in MODELS),
         ]]
    )  # fmt: skip
    parts = ("train", "validation", "test", "audited")
    return {
        "amr": table({f"{m}_{name}": 1 for m in MODELS for name in AMR_COLUMNS}, attribute=rows),
        "attributes": pd.DataFrame({"attribute": ATTRIBUTES}).assign(
            **counts(*(f"{part}_{sign}" for part in parts for sign in ("positives", "negatives")))
        ),
        "causal": table(
            {"mean": 1},
            model=MODELS,
            metric=["flip", "top_less_random", "mask_less_random"],
            attribute=rows,
        ).assign(low=-0.1, high=1.1, n=25),
        "crossed": table(
            {"difference": 1, "p_holm": 1},
            model=MODELS,
            cross=["Young"],
            metric=["error_rate", "amr", "proportional_energy"],
            attribute=rows,
        ).assign(difference_low=-0.1, difference_high=1.1, n_with=3, n_without=4),
        "errors": table(
            {f"{rate}{end}": 0.5 for rate in rates for end in ("", "_low", "_high")},
            model=MODELS,
            attribute=rows,
        ),
        "gaps": table(
            dict.fromkeys(("value", "low", "high"), 0.1),
            model=MODELS,
            gap=["pe_gap", "amr_label_gap"],
            attribute=rows,
        ).assign(n=20),
        "gap_versions": table(
            dict.fromkeys(("value", "low", "high"), 0.1),
            model=MODELS,
            version=["1", "2", "3", "evidence"],
            placement=["receptive_field"],
        ).assign(attributes=27),
        "groups": groups.assign(
            low=groups["mean"] - 0.1, high=groups["mean"] + 0.1, n=20, attributes=1
        ),
        "kl": kl.assign(n_p=20, n_q=20),
        "mask_versions": table(
            {"amr": 1, "proportional_energy": 1, "amr_normalised": 1},
            model=MODELS,
            version=["1", "2", "3", "evidence"],
            attribute=rows,
        ).assign(n=20),
        "scales": table(
            {f"amr_{mark}": 0.5 for mark in ("uniform", "blob", "ceiling")},
            model=MODELS,
            version=["1", "2", "3", "evidence"],
            attribute=rows,
        ).assign(n=20, cells=7),
        "mask_overlap": table(
            {"iou": 1, "precision": 1, "coverage": 1},
            reference=["evidence"],
            version=["1", "2", "3"],
            attribute=rows,
        ).assign(n=20),
    }


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    models = yaml.safe_load((ROOT / "params.yaml").read_text())["models"]
    settings = {
        "figures": {"dpi": 50},
        "score": {"threshold": 0.5, "filled": "keep"},
        "mask": {"version": 2},
        "aggregate": {"resamples": 1000, "confidence": 0.95, "seed": 0, "least_faces": 5},
        "models": models,
    }
    Path("params.yaml").write_text(yaml.safe_dump(settings))
    Path("metrics/tables").mkdir(parents=True)
    for name, content in tables().items():
        content.to_csv(f"metrics/tables/{name}.csv", index=False)
    return tmp_path


def results() -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for folder in ("plots", "data")
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def test_tables_keep_versions_of_masks_as_text(folder) -> None:
    overlap = pd.read_csv("metrics/tables/mask_overlap.csv")
    overlap.assign(reference=3)[overlap["version"] != 3].to_csv(
        "metrics/tables/mask_overlap.csv", index=False
    )
    read = figures.read_values()
    assert set(read["mask_versions"]["version"]) == {"1", "2", "3", "evidence"}
    assert set(read["mask_overlap"]["version"]) == {"1", "2"}
    assert set(read["mask_overlap"]["reference"]) == {"3"}


def test_a_figure_that_fails_leaves_the_old_ones(folder) -> None:
    Path("plots/figures").mkdir(parents=True)
    Path("plots/figures/old.png").write_bytes(b"old")
    errors = pd.read_csv("metrics/tables/errors.csv")
    errors[errors["model"] == "balanced"].to_csv("metrics/tables/errors.csv", index=False)
    with pytest.raises(ValueError, match="no row with model unbalanced"):
        figures.main()
    assert results() == {"plots/figures/old.png": b"old"}


def test_crops_with_one_version_of_the_masks_have_nothing_to_compare(folder) -> None:
    versions = pd.read_csv("metrics/tables/mask_versions.csv", dtype={"version": str})
    versions[versions["version"] == "3"].to_csv("metrics/tables/mask_versions.csv", index=False)
    overlap = pd.read_csv("metrics/tables/mask_overlap.csv")
    overlap[:0].to_csv("metrics/tables/mask_overlap.csv", index=False)
    params = yaml.safe_load(Path("params.yaml").read_text())
    params["mask"]["version"] = 3
    Path("params.yaml").write_text(yaml.safe_dump(params))
    drawings = FIGURES.drawings("numbers", figures.read_values())
    assert list(drawings) == [entry.name for entry in FIGURES.entries("numbers", RUN)]
    # Those that are drawn from what has changed; the others are in tests/test_audit.py.
    changed = {"mask_versions", "mask_overlap", "version"}
    drawings = {name: draw for name, draw in drawings.items() if changed & {*draw.keywords}}
    assert len(drawings) >= 5
    files.write_figures(drawings, 50, Path("pictures"), Path("documents"))
    assert {file.stem for file in Path("pictures").iterdir()} == {*drawings}
