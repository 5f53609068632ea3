"""The commands ``heed region``."""

from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from heed.cli import app
from heed.explorer.region_scores import scores_in_region
from heed.explorer.regions import Region, drawn_region, load_region, save_region
from tests.explorer.region_audit import FACES, PARAMS, run, write_inputs

MOUTH = "11,18,21,23"


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    write_inputs(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run(folder, "masks", "cams", "score")
    return folder


def heed(*arguments: str, status: int = 0) -> str:
    found = CliRunner().invoke(app, ["region", *arguments])
    assert found.exit_code == status, found.output
    return found.output


def test_a_box_is_scored_as_the_page_scores_it(audit: Path, tmp_path: Path) -> None:
    target = tmp_path / "mouth.csv"
    options = ["--box", MOUTH, "--attribute", "Smiling", "--audit", str(audit), "-o", str(target)]
    printed = heed("score", *options)
    region = drawn_region(audit, ["Smiling"], box=[11, 18, 21, 23])
    expected = scores_in_region(audit, "small/1", "Smiling", region)
    table = pd.read_csv(target)
    assert table["network"].unique().tolist() == ["small/1"]
    found = table.drop(columns=["network", "attribute"])
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-11)
    assert f"{expected['amr'].mean():.4f}" in printed
    assert f"{FACES} rows" in printed


def test_a_saved_polygon_is_scored_for_its_attributes(audit: Path) -> None:
    corners = "8,-3 25,1 22,9 11,11"
    saved = heed("save", "hat", "--polygon", corners, "--attribute", "Bangs", "--attribute",
                 "Wearing_Hat", "--base", "3", "--audit", str(audit))  # fmt: skip
    assert "mask.version=regions/hat" in saved
    region = load_region(audit, "hat")
    assert (region.base, region.size, region.kind) == ("3", 32, "polygon")
    assert heed("list", "--audit", str(audit)) == (
        "hat: polygon for Bangs, Wearing_Hat; others as in version 3\n"
    )
    printed = heed("score", "hat", "--audit", str(audit))
    assert "Bangs" in printed
    assert "Wearing_Hat" in printed
    again = heed("score", "--polygon", corners, "--attribute", "Bangs", "--audit", str(audit))
    assert again.splitlines()[1].split() == printed.splitlines()[1].split()
    taken = ["save", "hat", "--box", MOUTH, "--attribute", "Bangs", "--audit", str(audit)]
    assert "is there already" in heed(*taken, status=1)
    heed(*taken, "--force")
    assert load_region(audit, "hat").kind == "box"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score"], "expected one of NAME, --box and --polygon"),
        (["score", "hat", "--box", MOUTH], "expected one of NAME, --box and --polygon"),
        (["score", "--box", MOUTH], "--attribute: found none"),
        (["score", "--box", "1,2,3", "--attribute", "Bangs"], "expected x0,y0,x1,y1"),
        (["score", "--box", "9,9,3,3", "--attribute", "Bangs"], "left upper"),
        (["score", "--polygon", "1,2,3,4,5", "--attribute", "Bangs"], "x0,y0,x1,y1,x2,y2"),
        (["score", "--box", MOUTH, "--attribute", "Hat"], "attributes: found 'Hat'"),
        (["score", "nowhere"], "nowhere.yaml: found no such file"),
        (["score", "../hat"], "found the name '../hat'"),
        (["score", "--box", MOUTH, "--attribute", "Bangs", "-o", "x.txt"], "ends in .csv"),
        (["score", "--box", MOUTH, "--attribute", "Bangs", "--network", "x"], "network: found 'x'"),
        (["save", "x", "--attribute", "Bangs"], "expected one of --box and --polygon"),
        (["save", "x", "--box", MOUTH, "--attribute", "Bangs", "--base", "9"], "base: found 9"),
    ],
)
def test_what_is_wrong_is_said(audit: Path, arguments: list[str], message: str) -> None:
    assert message in heed(*arguments, "--audit", str(audit), status=1)


def test_a_folder_without_an_audit_is_named(tmp_path: Path) -> None:
    options = ["--box", MOUTH, "--attribute", "Bangs", "--audit", str(tmp_path)]
    assert "params.yaml: no such file" in heed("score", *options, status=1)
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(PARAMS))
    assert "found no scores" in heed("score", *options, status=1)


def test_a_region_is_not_kept_where_there_is_no_audit(tmp_path: Path) -> None:
    region = Region(kind="box", points=((1, 2), (30, 40)), attributes=("Bangs",))
    with pytest.raises(ValueError, match=r"found no params\.yaml"):
        save_region(tmp_path, "x", region)
    (tmp_path / "params.yaml").touch()
    with pytest.raises(ValueError, match="found 'Hat'"):
        save_region(tmp_path, "x", region.model_copy(update={"attributes": ("Hat",)}))
    assert not (tmp_path / "regions").exists()
