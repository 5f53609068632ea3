"""The commands ``heed region``."""

import io
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from heed.cli import app
from heed.explorer.audited import Audited
from heed.explorer.measured import COUNTED, LOCATED
from heed.explorer.regions import Region, load_region, save_region
from heed.explorer.seen_files import faces_csv
from heed.explorer.view import View
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


def test_the_csv_is_that_of_the_page(audit: Path, tmp_path: Path) -> None:
    target = tmp_path / "mouth.csv"
    options = ["--box", MOUTH, "--attribute", "Smiling", "--audit", str(audit), "-o", str(target)]
    printed = heed("score", *options, "--by-pixel")
    audited = Audited(audit)
    view, problems = View.from_query(f"attribute=Smiling&mask=box:{MOUTH}", audited)
    assert problems == []
    of_page = pd.read_csv(io.BytesIO(faces_csv(audited, view)), dtype=str)
    found = pd.read_csv(target, dtype=str).replace({"empty": {"True": "1.0", "False": "0.0"}})
    assert len(found) == FACES
    assert found.columns.difference(of_page.columns).empty
    assert {"image", "group", *COUNTED, *LOCATED} <= {*found.columns}
    pd.testing.assert_frame_equal(found, of_page[found.columns])
    mean = found["amr"].astype(float).mean()
    assert f"{mean:.4f}" in printed
    assert f"{FACES} rows" in printed
    heed("score", *options)
    pd.testing.assert_frame_equal(
        pd.read_csv(target, dtype=str),
        found.drop(columns=[*LOCATED]).replace({"empty": {"1.0": "True", "0.0": "False"}}),
    )


def test_a_region_is_scored_as_its_file_is_now(audit: Path, tmp_path: Path) -> None:
    """Whatever masks and scores of an older file the audit has stored."""
    lips = ["save", "lips", "--attribute", "Smiling", "--audit", str(audit), "--force"]
    target = ["--audit", str(audit), "-o", str(tmp_path / "of.csv")]

    def lines(*arguments: str) -> str:
        heed("score", *arguments, *target)
        return (tmp_path / "of.csv").read_text()

    heed(*lips, "--box", "2,2,30,12")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(audit)
        run(audit, "masks", "score", mask={"version": "regions/lips"})
        assert Audited(audit).stored.mask == "regions/lips"
        before = lines("lips")
        heed(*lips, "--box", MOUTH)
        try:
            assert lines("lips") == lines("--box", MOUTH, "--attribute", "Smiling") != before
            others = lines("lips", "--attribute", "Bald")
            assert others == lines("--box", MOUTH, "--attribute", "Bald")
        finally:
            (audit / "regions/lips.yaml").unlink()
            run(audit, "masks", "score")


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
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(PARAMS | {"models": {"small": {}}}))
    assert "frontal.parquet: no such file" in heed("score", *options, status=1)


def test_a_region_is_not_kept_where_there_is_no_audit(tmp_path: Path) -> None:
    region = Region(kind="box", points=((1, 2), (30, 40)), attributes=("Bangs",))
    with pytest.raises(ValueError, match=r"found no params\.yaml"):
        save_region(tmp_path, "x", region)
    (tmp_path / "params.yaml").touch()
    with pytest.raises(ValueError, match="found 'Hat'"):
        save_region(tmp_path, "x", region.model_copy(update={"attributes": ("Hat",)}))
    assert not (tmp_path / "regions").exists()
