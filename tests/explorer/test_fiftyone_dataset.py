"""Data sets of FiftyOne: without it a clear error; with it what is in them."""

import sys
from unittest import mock

import numpy as np
import pytest

from heed.base.errors import InputError
from heed.explorer.audited import Audited
from heed.explorer.chosen_faces import choose
from heed.explorer.fiftyone_dataset import export_fiftyone, field, levels
from heed.explorer.tiles import cam_pixels, stored_faces
from tests.explorer.audit_folder import audit_folder

NAME = "heed-test-of-the-export"


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    return Audited(audit_folder(tmp_path_factory.mktemp("fiftyone") / "audit"))


@pytest.fixture(scope="module")
def chosen(audited):
    return choose(audited, audited.images[:5], None, ["Smiling", "Bald"], ["balanced/1"])


def test_without_it(audited, chosen, tmp_path):
    with (
        mock.patch.dict(sys.modules, {"fiftyone": None}),
        pytest.raises(InputError, match=r"pip install 'heed\[fiftyone\]'"),
    ):
        export_fiftyone(audited, chosen, tmp_path / "out", NAME)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_does_not_start(audited, chosen, tmp_path):
    class Without:
        def list_datasets(self):
            raise RuntimeError("MongoDB could not\n be installed")

    with (
        mock.patch.dict(sys.modules, {"fiftyone": Without()}),
        pytest.raises(InputError, match=r"MongoDB could not be installed.*FIFTYONE_DATABASE_URI"),
    ):
        export_fiftyone(audited, chosen, tmp_path / "out", NAME)
    assert list(tmp_path.iterdir()) == []


def test_names_and_levels():
    assert field("balanced/1") == "balanced_1"
    assert levels(np.float32([0, 0.5, 1, 1 / 255])).tolist() == [0, 128, 255, 1]


@pytest.fixture
def fiftyone():
    module = pytest.importorskip("fiftyone")
    try:
        module.list_datasets()
    except Exception as error:
        pytest.skip(f"FiftyOne has no database here: {error}")
    yield module
    for name in (NAME, f"{NAME}-partial"):
        if module.dataset_exists(name):
            module.delete_dataset(name)


def test_the_data_set(fiftyone, audited, chosen, tmp_path):
    out = tmp_path / "out"
    export_fiftyone(audited, chosen, out, NAME)
    dataset = fiftyone.load_dataset(NAME)
    assert dataset.persistent
    if hasattr(fiftyone, "ActiveFields"):
        assert dataset.app_config.active_fields.paths == ["map_Smiling_balanced_1"]
    faces = stored_faces(audited)
    assert dataset.values("image") == list(chosen.images)
    for sample in dataset:
        row = audited.place(sample.image)
        has = {each.label for each in sample.labels.classifications}
        assert has == {name for name in audited.attributes if faces.label(name)[row] > 0}
        found = {each.label: each.logit for each in sample.predictions_balanced_1.classifications}
        logits = {name: float(faces.logit(name, "balanced/1")[row]) for name in audited.attributes}
        assert found == {name: logit for name, logit in logits.items() if logit >= 0}
        heatmap = sample["map_Smiling_balanced_1"]
        cam = cam_pixels(faces, sample.image, "Smiling", "balanced/1", chosen.conditions)
        np.testing.assert_allclose(heatmap.map / 255, cam, atol=0.5 / 255 + 1e-6)
        assert heatmap.logit == pytest.approx(logits["Smiling"])
        mask = faces.mask(sample.image, "Bald", chosen.conditions.mask)
        np.testing.assert_array_equal(sample["mask_Bald"].mask, mask)
        assert (out / sample.filepath.rsplit("/", 1)[1]).is_file()
    above = dataset.match(fiftyone.ViewField("map_Smiling_balanced_1.active_area") > 0)
    assert len(above)
    with pytest.raises(InputError, match="already"):
        export_fiftyone(audited, chosen, tmp_path / "other", NAME)
    export_fiftyone(audited, chosen, out, NAME, force=True)
    assert len(fiftyone.load_dataset(NAME)) == 5
    with (
        mock.patch("heed.explorer.fiftyone_dataset._sample", side_effect=InputError("damaged")),
        pytest.raises(InputError, match="damaged"),
    ):
        export_fiftyone(audited, chosen, out, NAME, force=True)
    assert len(fiftyone.load_dataset(NAME)) == 5  # the one before
    assert not fiftyone.dataset_exists(f"{NAME}-partial")
