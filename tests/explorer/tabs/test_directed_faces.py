"""The faces before and after a run, as the tab Draw has them."""

import json
import shutil
from dataclasses import replace

import pytest
from plotly.utils import PlotlyJSONEncoder

from heed.explorer.audited import Audited
from heed.explorer.choice import BY_PLACE
from heed.explorer.directed_networks import run_answers
from heed.explorer.directed_tiles import directed_scores
from heed.explorer.elements import Seen, number
from heed.explorer.score_columns import columns
from heed.explorer.tabs.directed_faces import MOST, directed_faces, faces_of_view
from heed.explorer.view import View
from tests.explorer.directed_audit import (
    ATTRIBUTE,
    RUN,
    directed_audit,
    params_of,
    write_params,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return directed_audit(tmp_path_factory.mktemp("faces") / "audit", faces=20)


@pytest.fixture(scope="module")
def audited(folder):
    return Audited(folder)


def seen_of(audited, **chosen):
    view = replace(View.of(audited), attribute=ATTRIBUTE, **chosen)
    return Seen(audited, view, training=False)


def parts_of(shown, kind):
    """All parts of a kind, as the browser has them."""
    found = []

    def walk(part):
        if isinstance(part, dict):
            if part.get("type") == kind:
                found.append(part["props"])
            for each in part.values():
                walk(each)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(json.loads(json.dumps(shown, cls=PlotlyJSONEncoder)))
    return found


def text_of(shown):
    found = json.loads(json.dumps(shown, cls=PlotlyJSONEncoder))

    def walk(part):
        if isinstance(part, dict):
            return walk(part.get("props", part).get("children"))
        if isinstance(part, list):
            return "".join(map(walk, part))
        return part if isinstance(part, str) else ""

    return walk(found)


def test_a_row_for_each_face(audited):
    study = audited.path / "studies/attention"
    seen = seen_of(audited, target="true")
    images = audited.images[3:7]
    assert {audited_label(audited, image) for image in images} == {-1, 1}
    shown = directed_faces(seen, study, RUN, images)
    rows = parts_of(shown, "Article")
    assert len(rows) == 4
    found = run_answers(audited, study, RUN, images)
    conditions = replace(seen.conditions, target="positive")
    for image, row in zip(images, rows, strict=True):
        pictures = parts_of(row, "Img")
        assert pictures[0]["src"].startswith("/picture/face?")
        assert all(each["src"].startswith("data:image/jpeg;base64,/9j/") for each in pictures[1:])
        assert len({each["src"] for each in pictures}) == 4
        for role, each in zip(("before", "control", "after"), pictures[1:], strict=True):
            assert f"Wearing Hat {role} the run" in each["alt"]
            assert image in each["alt"]
        label = audited_label(audited, image)
        captions = [text_of(each) for each in parts_of(row, "Figcaption")]
        assert captions[0] == f"{image}Wearing Hat: {'yes' if label > 0 else 'no'}"
        for role, caption in zip(found.roles, captions[1:], strict=True):
            scores = directed_scores(audited, found, role, image, ATTRIBUTE, conditions)
            outcome = {
                (True, True): "hit",
                (True, False): "miss",
                (False, True): "false alarm",
                (False, False): "correct rejection",
            }[label > 0, scores["logit"] >= 0]
            assert caption == (
                f"{role}{outcome}z = {number(scores['logit'], 1, sign=True)}"
                f"PE {number(scores['proportional_energy'])} in the mask, "
                f"{number(scores['region_energy'])} in the region"
            )
    said = text_of(shown)
    assert f"seed 1: before is plain, control is bce, after is {RUN}." in said
    assert "what supports Wearing Hat" in said


def audited_label(audited, image):
    found = columns(audited, audited.networks[0], ATTRIBUTE)
    return int(found.label[audited.place(image)])


def test_the_pinned_faces_else_the_first_that_are_chosen(audited):
    pinned = (audited.images[9], audited.images[4])
    assert faces_of_view(seen_of(audited, pinned=pinned))[0] == pinned
    names, told = faces_of_view(seen_of(audited))
    assert names == tuple(audited.images[:MOST])
    assert told.startswith("The first 8 of those that are chosen: 20 of 20")
    seen = seen_of(audited, groups=("misses",), sort=BY_PLACE, descending=True)
    names, told = faces_of_view(seen)
    missed = [image for image in audited.images[::-1] if is_missed(audited, image)]
    assert names == tuple(missed[:MOST])
    assert f"{len(missed)} of 20" in told
    shown = directed_faces(seen, audited.path / "studies/attention", RUN)
    assert len(parts_of(shown, "Article")) == len(names) > 0
    shown = directed_faces(seen, audited.path / "studies/attention", RUN, audited.images)
    assert len(parts_of(shown, "Article")) == MOST


def is_missed(audited, image):
    logit = columns(audited, audited.networks[0], ATTRIBUTE).logit[audited.place(image)]
    return audited_label(audited, image) > 0 and logit < 0


def test_other_attributes_have_no_region(audited):
    seen = replace(seen_of(audited), view=replace(seen_of(audited).view, attribute="Smiling"))
    said = text_of(directed_faces(seen, audited.path / "studies/attention", RUN))
    assert "in the mask" in said
    assert "region" not in said


def test_problems_are_sentences(folder, audited, tmp_path):
    said = text_of(directed_faces(seen_of(audited), folder / "studies/attention", "hat"))
    assert said.startswith("run: found 'hat'")
    none = seen_of(audited, names="nobody")
    assert "none to show" in text_of(directed_faces(none, folder / "studies/attention", RUN))
    study = shutil.copytree(folder / "studies/attention", tmp_path / "study")
    (study / "data/networks/bce/1.safetensors").write_bytes(b"no weights")
    shown = directed_faces(seen_of(audited), study, RUN)
    assert "bce is left out" in text_of(shown)
    assert [len(parts_of(row, "Img")) for row in parts_of(shown, "Article")] == [3] * MOST
    params = params_of(study)
    write_params(study, params | {"crop": params["crop"] | {"scale": 4}})
    (said,) = directed_faces(seen_of(audited), study, RUN)
    assert said.className == "notice"
    assert "crop.scale: found 4, and 5.5" in said.children
