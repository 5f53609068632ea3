"""A drawn region becomes a pair and a run, and DVC is asked for them; nothing else changes."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.utils.hydra import apply_overrides
from typer.testing import CliRunner

from heed.attention.consistency import check_all
from heed.attention.drawn_region import DrawnRegion, added, arguments, start_with_region
from heed.attention.plans import read_pairs, write_pairs
from heed.attention.run_settings import PairParams, load_pairs
from heed.base.settings import ParamsError
from heed.cli import app
from heed.guidance.named_regions import Region, save_region
from tests.attention.changed_params import STUDY

PARAMS: dict[str, Any] = yaml.safe_load((STUDY / "params.yaml").read_text())
LIPS = DrawnRegion("Wearing_Lipstick", [80, 130, 144, 160])


@pytest.fixture
def study(tmp_path: Path) -> Path:
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copy(STUDY / name, tmp_path)
    return tmp_path


def given(command: list[str]) -> list[str]:
    assert command[:3] == ["dvc", "exp", "run"]
    assert command[3::2] == ["-S"] * (len(command[3:]) // 2)
    return command[4::2]


def test_what_is_not_said_is_as_in_the_pair_that_there_is() -> None:
    found = added(PARAMS, LIPS)
    assert found == {
        "pairs.box_Wearing_Lipstick": {
            "attribute": "Wearing_Lipstick",
            "confounder": "Heavy_Makeup",
            "regions": None,
            "box": [80.0, 130.0, 144.0, 160.0],
        },
        "runs.box_Wearing_Lipstick_iou": {
            "pairs": ["box_Wearing_Lipstick"],
            "loss": "iou",
            "weights": PARAMS["runs"]["lipstick_iou"]["weights"],
        },
    }
    chin = added(PARAMS, DrawnRegion("Double_Chin", [80, 130, 144, 160]))
    weights = chin["runs.box_Double_Chin_iou"]["weights"]
    assert weights == PARAMS["runs"]["chin_iou"]["weights"] != found_weights(found)


def found_weights(found: dict[str, dict[str, Any]]) -> Any:
    return found["runs.box_Wearing_Lipstick_iou"]["weights"]


def test_what_is_said_counts() -> None:
    region = DrawnRegion("Smiling", [1, 2, 3, 4], confounder="Male", loss="energy", weights=[2, 7])
    found = added(PARAMS, region)
    assert found["pairs.box_Smiling"]["confounder"] == "Male"
    run = found["runs.box_Smiling_energy"]
    assert (run["loss"], run["weights"]) == ("energy", [2.0, 7.0])


def test_dvc_writes_it_into_params_and_leaves_the_rest_with_its_comments(study: Path) -> None:
    command = start_with_region(study, LIPS, dry_run=True)
    path = study / "params.yaml"
    assert path.read_text() == (STUDY / "params.yaml").read_text()  # not yet
    apply_overrides(path, given(command))
    check_all(path, study / "dvc.yaml")
    after = yaml.safe_load(path.read_text())
    for key, entry in added(PARAMS, LIPS).items():
        group, name = key.split(".")
        assert after[group].pop(name) == entry
    assert after == PARAMS
    comments = [line.split("#")[1] for line in (STUDY / "params.yaml").read_text().splitlines()
                if "#" in line]  # fmt: skip
    assert [line.split("#")[1] for line in path.read_text().splitlines() if "#" in line] == comments


def test_a_box_drawn_again_takes_the_place_of_the_first(study: Path) -> None:
    path = study / "params.yaml"
    for box in ([80, 130, 144, 160], [70, 120, 150, 170]):
        apply_overrides(path, given(start_with_region(study, DrawnRegion("Wearing_Lipstick", box),
                                                      dry_run=True)))  # fmt: skip
    after = yaml.safe_load(path.read_text())
    assert after["pairs"]["box_Wearing_Lipstick"]["box"] == [70.0, 120.0, 150.0, 170.0]
    assert len(after["pairs"]) == len(PARAMS["pairs"]) + 1


CORNERS = [(80.0, 130.0), (144.0, 128.0), (112.0, 160.0)]


def test_a_polygon_becomes_a_pair_of_its_own(study: Path) -> None:
    drawn = DrawnRegion("Wearing_Lipstick", polygon=CORNERS)
    pair = added(PARAMS, drawn)["pairs.box_Wearing_Lipstick"]
    assert pair["box"] is None
    assert pair["polygon"] == [list(corner) for corner in CORNERS]
    path = study / "params.yaml"
    apply_overrides(path, given(start_with_region(study, drawn, dry_run=True)))
    check_all(path, study / "dvc.yaml")
    assert load_pairs(path)["box_Wearing_Lipstick"].polygon == CORNERS
    # A box in its place, and the polygon again: DVC adds what is given to what is there.
    for again in (LIPS, drawn):
        apply_overrides(path, given(start_with_region(study, again, dry_run=True)))
        check_all(path, study / "dvc.yaml")
        found = load_pairs(path)["box_Wearing_Lipstick"]
        assert (found.polygon is None) == (again is LIPS)
        assert (found.box is None) == (again is drawn)


def test_pairs_without_a_polygon_are_written_as_before_there_were_any(tmp_path: Path) -> None:
    write_pairs(load_pairs(STUDY / "params.yaml"), tmp_path / "pairs.json")
    assert "polygon" not in (tmp_path / "pairs.json").read_text()
    pair = PairParams(attribute="Smiling", confounder="Male", polygon=CORNERS)
    write_pairs({"drawn": pair}, tmp_path / "pairs.json")
    assert read_pairs(tmp_path / "pairs.json") == {"drawn": pair}


@pytest.mark.parametrize(
    ("points", "crop", "expected"),
    [
        (((80, 130), (144, 160)), {}, {"box": [80.0, 130.0, 144.0, 160.0]}),
        (((40, 65), (72, 80)), {"size": 112}, {"box": [80.0, 130.0, 144.0, 160.0]}),
        (
            ((60, -20), (170, 70)),
            {},
            {"polygon": [[60.0, -20.0], [170.0, -20.0], [170.0, 70.0], [60.0, 70.0]]},
        ),
    ],
)
def test_a_named_region_is_drawn_as_the_study_s_crop_shows_it(
    study: Path, points: Any, crop: dict[str, int], expected: dict[str, Any]
) -> None:
    region = Region(kind="box", points=points, attributes=("Smiling",), **crop)
    drawn = DrawnRegion.of(region, study, confounder="Male")
    for name, value in expected.items():
        assert getattr(drawn, name) == value
    assert (drawn.attribute, drawn.confounder) == ("Smiling", "Male")
    start_with_region(study, drawn, dry_run=True)
    both = Region(kind="box", points=points, attributes=("Smiling", "Bangs"), **crop)
    with pytest.raises(ParamsError, match="the region is of Smiling, Bangs; expected one of them"):
        DrawnRegion.of(both, study)
    assert DrawnRegion.of(both, study, "Bangs").attribute == "Bangs"


def test_the_command_takes_polygons_and_named_regions(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    base = ["attention", "--study", str(study), "--dry-run"]
    drawn = ["--attribute", "Wearing_Lipstick", "--polygon", "80,130 144,128 112,160"]
    found = CliRunner().invoke(app, [*base, *drawn])
    assert found.exit_code == 0, found.output
    corners = tuple((x, y) for x, y in CORNERS)
    region = Region(kind="polygon", points=corners, attributes=("Wearing_Lipstick",))
    save_region(tmp_path, "lips", region)
    again = CliRunner().invoke(app, [*base, "--region", "lips"])
    assert again.output == found.output
    for options in ([], ["--region", "lips", "--box", "1,2,3,4"]):
        wrong = CliRunner().invoke(app, [*base, *options])
        assert "expected one of --box, --polygon and --region" in wrong.output
    wrong = CliRunner().invoke(app, [*base, "--box", "1,2,3,4"])
    assert "--attribute: found none" in wrong.output
    wrong = CliRunner().invoke(app, [*base, "--region", "hat"])
    assert "hat.yaml: found no such file, and so no region hat" in wrong.output


@pytest.mark.parametrize(
    ("region", "message"),
    [
        (
            DrawnRegion("Smiling", polygon=[(0, 0), (9, 9), (9, 0), (0, 9)], confounder="Male"),
            "its edges cross",
        ),
        (DrawnRegion("Smiling", polygon=[(0, 0), (9, 9)], confounder="Male"), "polygon"),
        (
            DrawnRegion("Smiling", [1, 2, 3, 4], "Male", polygon=CORNERS),
            "set one of them",
        ),
        (DrawnRegion("Smiling", confounder="Male"), "set one of them"),
        (DrawnRegion("Smiling", [1, 2, 3, 4]), "--confounder: found none, and no pair of Smiling"),
        (DrawnRegion("Smile", [1, 2, 3, 4]), "--attribute: found 'Smile', .* you mean Smiling"),
        (DrawnRegion("Smiling", [1, 2, 3, 4], "Hat"), "--confounder: found 'Hat', which is no"),
        (DrawnRegion("Smiling", [1, 2, 3, 400], "Male"), r"^params\.yaml: .*0 to 224"),
        (DrawnRegion("Smiling", [3, 2, 3, 4], "Male"), r"expected x0, y0, x1, y1"),
        (DrawnRegion("Smiling", [1, 2, 3, 4], "Male", "l1"), r"runs\.box_Smiling_l1\.loss"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_changes(
    study: Path, region: DrawnRegion, message: str
) -> None:
    with pytest.raises(ParamsError, match=message):
        start_with_region(study, region)
    assert (study / "params.yaml").read_text() == (STUDY / "params.yaml").read_text()


def test_the_study_is_started_in_its_folder(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[list[str], Path]] = []

    def run(command: list[str], *, cwd: Path, check: bool) -> None:
        assert check
        started.append((command[2:], cwd))

    monkeypatch.setattr(subprocess, "run", run)
    command = start_with_region(study, LIPS)
    assert started == [(command, study)]
    assert given(command) == arguments(added(PARAMS, LIPS))[1::2]


def test_the_command_says_what_dvc_would_be_given(study: Path) -> None:
    options = ["--attribute", "Wearing_Lipstick", "--box", "80,130,144,160", "--study", str(study)]
    found = CliRunner().invoke(app, ["attention", *options, "--dry-run"])
    assert found.exit_code == 0, found.output
    assert "box_Wearing_Lipstick_iou" in found.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--box", "80,130"], "--box: found '80,130'; expected x0,y0,x1,y1"),
        (["--box", "80,130,144,x"], "expected x0,y0,x1,y1"),
        (["--box", "80,130,144,160", "--weights", "5"], "--weights: found '5'; expected two"),
        (["--box", "80,130,144,160", "--loss", "l1"], "loss"),
        (
            ["--box", "80,130,144,160", "--study", "elsewhere"],
            "elsewhere/params.yaml: no such",
        ),
    ],
)
def test_the_command_says_what_is_wrong(study: Path, options: list[str], message: str) -> None:
    base = ["attention", "--attribute", "Wearing_Lipstick", "--study", str(study), "--dry-run"]
    found = CliRunner().invoke(app, [*base, *options])
    assert found.exit_code == 1
    assert message in found.output
