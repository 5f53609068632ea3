"""The tab of faces, a face's own page and those that are pinned: what they print of scores."""

import json
from dataclasses import replace

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder

from heed.explorer import score_columns
from heed.explorer.audited import Audited
from heed.explorer.elements import Seen, number
from heed.explorer.score_columns import SCORES, columns
from heed.explorer.tabs.faces import faces
from heed.explorer.tabs.one_face import one_face
from heed.explorer.tabs.pinned import pinned
from heed.explorer.view import View
from tests.explorer.audit_folder import audit_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return audit_folder(tmp_path_factory.mktemp("tabs") / "audit", faces=30, replicates=1)


def texts(shown):
    found = json.loads(json.dumps(shown, cls=PlotlyJSONEncoder))

    def walk(part):
        if isinstance(part, dict):
            for each in part.values():
                yield from walk(each)
        elif isinstance(part, list):
            for each in part:
                yield from walk(each)
        elif isinstance(part, str):
            yield part

    return list(walk(found))


@pytest.mark.parametrize("shown", [faces, one_face, pinned], ids=lambda tab: tab.__name__)
def test_only_the_faces_that_are_shown_are_measured(folder, shown, monkeypatch):
    audited = Audited(folder)
    images = audited.images
    view = replace(
        View.of(audited), method="layercam", page=2, face=images[3], pinned=(images[3], images[4])
    )
    asked_for = []
    for name in ("counted_scores", "located_scores"):
        before = getattr(score_columns, name)

        def counted(*arguments, before=before, faces=None, **of):
            asked_for.append(faces)
            return before(*arguments, faces=faces, **of)

        monkeypatch.setattr(score_columns, name, counted)
    printed = texts(shown(Seen(audited, view, False)))
    assert asked_for
    assert all(faces is not None and len(faces) < len(images) for faces in asked_for)
    values = columns(Audited(folder), view.networks[1], view.attribute, view.conditions()).values
    if shown is faces:
        for row in asked_for[0].tolist():
            amr, energy = (number(float(values[n][row])) for n in ("amr", "proportional_energy"))
            assert f"AMR {amr}, PE {energy}" in printed
    else:
        expected = {number(float(values[name][3]), 3) for name in SCORES}
        assert expected <= set(printed)
    assert np.isfinite(values["amr"]).all()
