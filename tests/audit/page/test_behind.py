from functools import cache
from pathlib import Path
from typing import Any

import yaml

from heed.audit.page.behind import BEHIND, printed_value
from heed.audit.page.page import sections_of
from heed.audit.settings import printable
from tests.places import ROOT

STAGES: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
DEFAULTS = printable(ROOT / "params.yaml")


def listed(stage: str, kind: str) -> list[str]:
    """The paths of a stage, those of its models without their names; parameters likewise."""
    entries = [e for k in ("outs", "metrics", "plots") for e in STAGES[stage].get(k, [])]
    entries = entries if kind == "outs" else STAGES[stage].get(kind, [])
    names = [next(iter(e)) if isinstance(e, dict) else e for e in entries]
    return [name.replace("/${item.model}", "").replace(".${item.model}", "") for name in names]


def within(path: str, folder: str) -> bool:
    return Path(path) == Path(folder) or Path(folder) in Path(path).parents


@cache
def before(stage: str) -> frozenset[str]:
    """A stage and all whose outputs reach it."""
    outs = {other: listed(other, "outs") for other in STAGES}
    deps = listed(stage, "deps")
    direct = [o for o in STAGES
              if any(within(d, w) or within(w, d) for d in deps for w in outs[o])]  # fmt: skip
    return frozenset({stage}).union(*map(before, direct))


def test_each_part_names_stages_that_write_its_files_by_its_parameters() -> None:
    for part, behind in BEHIND.items():
        outs = [out for stage in behind.stages for out in listed(stage, "outs")]
        for file in behind.files:
            assert any(within(out, file) for out in outs), (part, file)
        for stage in behind.stages:  # none is named for nothing
            written = listed(stage, "outs")
            assert any(within(out, f) for f in behind.files for out in written), (part, stage)
        stages = {name for stage in behind.stages for name in before(stage)}
        params = {name for stage in stages for name in listed(stage, "params")}
        for name in behind.parameters:
            assert {name, name.partition(".")[0]} & params, (part, name)
            key, parameter = name.split(".")
            assert parameter in DEFAULTS[key], (part, name)


def test_it_is_told_with_values() -> None:
    assert BEHIND["placement"].told(DEFAULTS) == (
        "Stage mask_versions, in metrics/tables/placements.csv; by cam.method: gradcam, "
        "cam.target: 2, cam.placement: receptive_field, score.threshold: 0.5."
    )
    assert BEHIND["panel-gap"].source == "stages aggregate and mask_versions"


def test_every_section_has_one(results, settings) -> None:
    assert {section.anchor for section in sections_of(results, settings)} <= set(BEHIND)


def test_values_are_those_of_params_and_no_place_outside_is_told() -> None:
    assert [printed_value(v) for v in (None, True, 0.5, 1e-7, ["a", "b"])] == [
        "null", "true", "0.5", "1e-07", "a, b"
    ]  # fmt: skip
    assert printed_value({"epochs": 2, "flip": False}) == "epochs: 2, flip: false"
    assert "ada" not in printed_value("/home/ada/celeba")
