"""Every method of the catalogue has its page, which says what is so."""

import json
import re

import cv2
import numpy as np
import pytest

from docs import method_pictures, method_trials, methods
from heed.explain.catalogue import METHODS
from tests.places import ROOT

FOLDER = ROOT / methods.FOLDER


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def test_every_method_has_a_page_and_no_other_thing_has() -> None:
    found = {path.stem for path in FOLDER.glob("*.md")} - {"index"}
    assert found == {*METHODS, "package"}, "a method needs docs/methods/NAME.md: copy a neighbour's"


@pytest.mark.parametrize("name", METHODS)
def test_a_page_states_formula_source_and_price(name) -> None:
    text, method = text_of(name), METHODS[name]
    for said in (method.formula, method.source, method.price, f'method="{name}"'):
        assert said in text, "run `make docs`"
    assert re.match(r"# .+\n\n[^#<]{100,}", text), "it begins with what the method shows"
    for heading in ("Formula", "When to use it", "When not", "Example"):
        assert f"\n## {heading}\n" in text


@pytest.mark.parametrize("name", methods.pages())
def test_facts_in_git_are_what_the_script_writes(name) -> None:
    text = text_of(name)
    assert methods.with_block(text, methods.facts(name), FOLDER) == text, "run `make docs`"


def test_the_table_in_git_is_what_the_script_writes() -> None:
    text = (ROOT / methods.INDEX).read_text(encoding="utf-8")
    assert methods.with_block(text, methods.table(), FOLDER) == text, "run `make docs`"


def test_pictures_in_git_are_those_of_the_pages_and_small() -> None:
    folder = ROOT / method_pictures.PICTURES
    assert {path.name for path in folder.iterdir()} == {f"{name}.webp" for name in methods.pages()}
    for name in methods.pages():
        assert f"](pictures/{name}.webp)" in text_of(name)
        path = folder / f"{name}.webp"
        assert path.stat().st_size <= method_pictures.LARGEST
        picture = cv2.imread(str(path))
        assert picture is not None
        assert picture.shape[1] >= 700


def test_passes_are_counted() -> None:
    size = method_trials.SIZES[1]
    assert method_trials.passes("gradcam", size, hidden=True) == (1, 1)
    assert method_trials.passes("scorecam", size, hidden=True) == (1 + size.channels,) * 2
    assert method_trials.passes("occlusion", size, hidden=False) == (1 + size.side**2,) * 2
    assert method_trials.passes("cam", size, hidden=True) is None  # refused


def test_a_method_of_another_price_must_say_its_rule() -> None:
    with pytest.raises(method_trials.TrialError, match=r"new: \[7, 8\] passes.*add its rule"):
        method_trials.rule("new", [7, 8])
    for name, count in method_trials.RULES.items():
        assert method_trials.rule("any", [count(size) for size in method_trials.SIZES]) == name


def test_times_are_those_of_the_benchmark(tmp_path, monkeypatch) -> None:
    times = {
        "resnet18": {"explain_in_bare_passes": 1.074},
        "resnet50, 1000 outputs": {"explain_in_bare_passes": 1.2},
    }
    found = {"cores": 2, "outputs": 40, "measured": {"float32": times, "scorecam": 1.1}}
    path = tmp_path / "explain.json"
    path.write_text(json.dumps(found))
    monkeypatch.setattr(methods, "BENCHMARK", path)
    said = " ".join(methods.measured().split())
    assert said.endswith(
        "2 cores, 40 outputs, `gradcam`, all maps together), in bare forward "
        "passes: resnet18 1.07; resnet50, 1000 outputs 1.20."
    )


def test_a_page_without_its_marks_is_named() -> None:
    with pytest.raises(ValueError, match=r"cam\.md: expected <!--"):
        methods.with_block("# CAM\n", "facts", FOLDER / "cam.md")


def test_a_raw_map_is_blue_above_0_and_orange_below() -> None:
    face = np.full((2, 2, 3), 100, np.uint8)
    picture = method_pictures.coloured(face, np.array([[2.0, -1.0], [0.0, -2.0]], np.float32))
    blue, half, nothing, orange = picture.reshape(4, 3).astype(int)
    assert nothing.tolist() == [100, 100, 100]
    assert blue[2] > 150 > 115 > blue[0]  # RGB
    assert orange[0] > 170 > 80 > orange[2]
    np.testing.assert_allclose(half, (orange + nothing) / 2, atol=1)
    assert method_pictures.coloured(face, np.zeros((2, 2), np.float32)).tolist() == face.tolist()


def test_a_picture_that_stays_too_large_is_refused() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 900, 3), dtype=np.uint8)
    with pytest.raises(ValueError, match="bytes, more than 60000"):
        method_pictures.webp(cv2.imencode(".png", noise)[1].tobytes())
