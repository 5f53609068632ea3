"""``heed export``, as it is typed."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from heed.cli import app
from tests.explorer.audit_folder import audit_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return audit_folder(tmp_path_factory.mktemp("commands") / "audit", faces=4)


def heed(*arguments):
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


@pytest.mark.parametrize("kind", ["png", "npy", "coco"])
def test_each_kind(folder, tmp_path, kind):
    out = tmp_path / "out"
    asked = [kind, folder, "-i", "*", "-a", "Bald", "-a", "Young", "-n", "unweighted/1", "-o", out]
    found = heed(*asked)
    assert found.exit_code == 0, found.output
    assert f"{out}: 4 faces, 2 maps each: Bald, Young; unweighted/1" in found.output
    about = json.loads((out / "about.json").read_text())
    assert about["heed export"] == kind
    assert about["networks"] == ["unweighted/1"]
    again = heed(*asked)
    assert again.exit_code == 1
    assert "Error: " in again.output
    assert "--force" in again.output
    assert heed(*asked, "--force").exit_code == 0


def test_a_link_and_layers(folder, tmp_path):
    link = "http://127.0.0.1:8050/?attribute=Bald&network=balanced%2F2&mask=evidence"
    asked = [
        "png",
        folder,
        "--query",
        link,
        "--layer",
        "active",
        "--side",
        64,
        "-o",
        tmp_path / "o",
    ]
    found = heed(*asked)
    assert found.exit_code == 0, found.output
    about = json.loads((tmp_path / "o/about.json").read_text())
    assert about["conditions"]["mask"] == "evidence"
    assert about["layers"] == ["active"]
    assert about["side"] == 64
    assert len(list((tmp_path / "o/Bald/balanced-2").iterdir())) == 4


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["-i", "nobody.jpg"], "nobody.jpg"),
        ([], "--images"),
        (["-i", "*", "-a", "Hat"], "Hat"),
        (["-i", "*", "--layer", "hat"], "layers"),
        (["-i", "*", "--layer", "region"], "layers: found 'region'; expected of map, mask"),
    ],
)
def test_errors_are_one_line(folder, tmp_path, asked, said):
    found = heed("png", folder, *asked, "-o", tmp_path / "out")
    assert found.exit_code == 1
    assert said in found.output
    assert "Traceback" not in found.output
    assert list(tmp_path.iterdir()) == []


def test_no_audit(tmp_path):
    found = heed("npy", tmp_path, "-i", "*", "-o", tmp_path / "out")
    assert found.exit_code == 1
    assert "no such file" in found.output


def test_fiftyone_is_named_by_its_folder(folder, tmp_path):
    from unittest import mock

    with mock.patch.dict(sys.modules, {"fiftyone": None}):
        found = heed("fiftyone", folder, "-i", "*", "-o", tmp_path / "out")
    assert found.exit_code == 1
    assert "pip install 'heed[fiftyone]'" in found.output


def test_help_is_quick():
    """No audit, no torch and no pandas is read to say which commands there are."""
    code = (
        "import sys; from heed.cli import app\n"
        "assert not {'torch', 'pandas', 'zarr', 'dash', 'cv2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
