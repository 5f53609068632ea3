"""The script that writes docs/figures.md, in a small repository with pictures of noise."""

import re

import cv2
import numpy as np
import pytest
import yaml
from dvc.repo import Repo

from docs import figures
from heed.audit.figures.catalogue import FIGURES
from heed.base.files import write_bytes
from heed.figures.registry import Entry
from tests.default_run import RUN
from tests.places import ROOT

MINE = (
    Entry("bars", "numbers", "3.1", "Some bars", "What bars show."),
    Entry("means", "averages", None, "Some means", "What means show."),
    Entry("eyes", "faces", "A.2", "Some eyes", "What eyes show."),
)


def png(width, height):
    """Noise: no picture is harder to compress."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return cv2.imencode(".png", pixels)[1].tobytes()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A DVC repository with the parameters of Heed, before its audit."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures.FIGURES, "entries", lambda run: list(MINE))
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    stages = {
        "inventory": {
            "cmd": "echo >> faces",
            "params": ["data"],
            "outs": ["faces"],
            "always_changed": True,
        }
    }
    for stage, entry in zip(figures.STAGES, MINE, strict=True):
        drawn = figures.source(entry)
        (tmp_path / f"{stage}.png").write_bytes(png(200, 150))
        stages[stage] = {
            "cmd": f"mkdir -p {drawn.parent} && cp {stage}.png {drawn}",
            "deps": [f"{stage}.png", "faces"],
            "outs": [str(drawn.parent)],
        }
    (tmp_path / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}))
    return tmp_path


@pytest.fixture
def audited(folder):
    """The repository after its audit."""
    with Repo.init(str(folder), no_scm=True) as repository:
        repository.reproduce()
    return folder


def set_source(folder, source, root):
    params = yaml.safe_load((folder / "params.yaml").read_text())
    params["data"] |= {"source": source, "root": root}
    (folder / "params.yaml").write_text(yaml.safe_dump(params))


def test_photographs_are_refused(folder):
    set_source(folder, "celeba", "/data/celeba")
    with pytest.raises(figures.DocsError, match=r"data\.source is celeba"):
        figures.main()
    set_source(folder, "synthetic", "/data/celeba")
    with pytest.raises(ValueError, match=r"data\.root is /data/celeba"):
        figures.main()
    assert not (folder / "docs").exists()


def test_pictures_of_the_last_audit_are_copied_small_and_others_refused(audited):
    figures.main()
    text = (audited / "docs/figures.md").read_text()
    assert text == figures.page(MINE)
    assert re.findall(r"^## (.*)", text, re.M) == [
        "Some bars (3.1)",
        "Some means",
        "Some eyes (A.2)",
    ]
    links = re.findall(r"!\[.*\]\((.*)\)", text)
    assert links == ["../plots/figures/bars.png", "figures/means.webp", "figures/eyes.webp"]
    assert all((audited / "docs" / link).is_file() for link in links)
    first = {path.name: path.read_bytes() for path in (audited / "docs/figures").iterdir()}
    assert sorted(first) == ["eyes.webp", "means.webp"]
    write_bytes(b"", audited / "docs/figures/of_old.webp")  # as an older Heed did
    figures.main()
    assert {p.name: p.read_bytes() for p in (audited / "docs/figures").iterdir()} == first

    # a picture of who knows where; and one whose audit was of photographs
    means = audited / "report/figures/averages/means.png"
    own = means.read_bytes()
    means.write_bytes(png(20, 10))
    with pytest.raises(figures.DocsError, match="average_figures: changed since the last audit"):
        figures.main()
    means.write_bytes(own)
    params = (audited / "params.yaml").read_text()
    set_source(audited, "celeba", "/data/celeba")
    with Repo(str(audited)) as repository:
        repository.reproduce()
    (audited / "params.yaml").write_text(params)
    with pytest.raises(figures.DocsError, match="inventory: changed since the last audit"):
        figures.main()


def test_a_missing_picture_is_named(folder, monkeypatch):
    monkeypatch.setattr(figures, "check_drawn", lambda: None)
    with pytest.raises(figures.DocsError, match=r"plots/figures/bars\.png: found no such file"):
        figures.main()


@pytest.mark.parametrize(("width", "height"), [(1300, 325), (400, 300), (1000, 200)])
def test_smaller_keeps_the_limits_and_the_proportions(tmp_path, width, height):
    path = tmp_path / "noise.png"
    path.write_bytes(png(width, height))
    small = figures.smaller(path)
    assert len(small) <= 120_000
    image = cv2.imdecode(np.frombuffer(small, np.uint8), cv2.IMREAD_COLOR)
    assert image.shape[1] == min(width, 1000)
    assert image.shape[0] == pytest.approx(image.shape[1] * height / width, abs=1)


def test_smaller_refuses_what_stays_too_large_or_is_no_picture(tmp_path):
    path = tmp_path / "noise.png"
    path.write_bytes(png(1000, 2500))
    with pytest.raises(figures.DocsError, match="more than 120000"):
        figures.smaller(path)
    path.write_bytes(b"no picture")
    with pytest.raises(figures.DocsError, match="not a picture"):
        figures.smaller(path)


def test_the_page_in_git_is_what_the_script_writes():
    text = (ROOT / "docs/figures.md").read_text()
    assert text == figures.page(FIGURES.entries(run=RUN)), "run `make docs`"
    titles = [
        f"{entry.title}{f' ({entry.number})' if entry.number else ''}"
        for entry in FIGURES.entries(run=RUN)
    ]
    assert re.findall(r"^## (.*)", text, re.M) == titles
    for entry in FIGURES.entries(run=RUN):
        assert text.count(f"/{entry.name}.") == 1
        assert f"\n{entry.caption}\n" in text


def test_pictures_in_git_are_those_of_the_page_and_small():
    wanted = {f"{entry.name}.webp" for entry in FIGURES.entries(run=RUN) if entry.kind != "numbers"}
    pictures = list((ROOT / "docs/figures").iterdir())
    assert {path.name for path in pictures} == wanted, "run `make docs`"
    assert max(path.stat().st_size for path in pictures) <= 120_000
