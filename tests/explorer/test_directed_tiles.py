"""Maps, pictures and scores of directed networks, against other ways to the same numbers."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from heed.attention.plans import read_pairs
from heed.attention.regions import pair_masks
from heed.base.errors import InputError
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.explorer.audited import Audited
from heed.explorer.directed_networks import RoleAnswers, run_answers
from heed.explorer.directed_tiles import directed_cam, directed_scores, directed_tile, led_region
from heed.explorer.lines import outline
from heed.explorer.tiles import encoded, laid, stored_faces
from heed.geometry.settings import CropParams
from heed.metrics.grid.prepared_masks import prepare
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores
from tests.explorer.directed_audit import ATTRIBUTE, BOX, PAIR, RUN, SIZE, directed_audit

PLACE = ATTRIBUTES.index(ATTRIBUTE)


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    return Audited(directed_audit(tmp_path_factory.mktemp("tiles") / "audit"))


@pytest.fixture(scope="module")
def found(audited):
    return run_answers(audited, audited.path / "studies/attention", RUN, audited.images)


@pytest.fixture(scope="module")
def conditions(audited):
    return replace(audited.stored, target="positive", mask="3")


@pytest.mark.parametrize("role", ["before", "control", "after"])
def test_scores_are_those_of_the_cells(audited, found, conditions, role):
    """The study and the audit score maps without making them into pixels."""
    of = found.roles[role]
    faces = stored_faces(audited)
    placement = of.placements[conditions.placement]
    pair = read_pairs(found.study / f"data/guided/{RUN}.json")[PAIR]
    landmarks = np.stack([faces.landmarks(image) for image in audited.images])
    crop = load(CropParams, audited.path / "params.yaml")
    masks = {
        "region": pair_masks(pair, landmarks, crop),
        "mask": np.packbits(
            [faces.mask(image, ATTRIBUTE, "3") for image in audited.images], axis=-1
        ),
    }
    raw = np.stack([of.answers[image].maps["gradcam"][[PLACE]] for image in audited.images])
    expected = {
        name: scores(tally(raw, prepare(packed[:, None], [0], raw.shape[-1], placement), 0.5))
        for name, packed in masks.items()
    }
    for row, image in enumerate(audited.images):
        got = directed_scores(audited, found, role, image, ATTRIBUTE, conditions)
        of_mask, of_region = expected["mask"], expected["region"]
        for name, value in (
            ("proportional_energy", of_mask.proportional_energy[row, 0]),
            ("region_energy", of_region.proportional_energy[row, 0]),
            ("amr", of_mask.amr[row, 0]),
        ):
            assert got[name] == pytest.approx(value, abs=1e-4), (name, image)
        assert got["logit"] == of.answers[image].logits[PLACE]
        assert got["contribution"] == of.answers[image].contribution[PLACE]
    energies = expected["region"].proportional_energy
    assert np.ptp(energies) > 0.01


def test_a_region_is_that_of_the_page(audited, found, conditions):
    """The region of the run, drawn as a version of the masks, is outlined and scored alike."""
    version = "box:" + ",".join(map(str, BOX))
    image = audited.images[1]
    expected = stored_faces(audited).mask(image, ATTRIBUTE, version)
    np.testing.assert_array_equal(led_region(audited, found, image, ATTRIBUTE), expected)
    drawn = replace(conditions, mask=version)
    got = directed_scores(audited, found, "after", image, ATTRIBUTE, drawn)
    assert got["proportional_energy"] == got["region_energy"]
    other = directed_scores(audited, found, "after", image, "Smiling", conditions)
    assert np.isnan(other["region_energy"])
    assert led_region(audited, found, image, "Smiling") is None


def test_labels_and_targets(audited, found, conditions):
    labels = stored_faces(audited).label(ATTRIBUTE)
    assert set(labels) == {-1, 1}
    for image, label in zip(audited.images, labels, strict=True):
        logit = found.roles["after"].answers[image].logits[PLACE]
        cams = {
            target: directed_cam(
                audited, found, "after", image, ATTRIBUTE, replace(conditions, target=target)
            )
            for target in ("positive", "predicted", "true")
        }
        for target, sign in (("predicted", np.sign(logit)), ("true", label)):
            same = np.array_equal(cams[target], cams["positive"])
            assert same == (sign > 0), (image, target)


def test_pixels_beyond_the_photograph_are_left_out(audited, found, conditions):
    image = audited.images[0]  # the right strip of 4 pixels is none of its photograph
    leave_out = replace(conditions, filled="leave_out")
    asked = audited, found, "after", image, ATTRIBUTE
    cam = directed_cam(*asked, leave_out)[:, : SIZE - 4].astype(float)
    mask = stored_faces(audited).mask(image, ATTRIBUTE, "3")[:, : SIZE - 4]
    region = led_region(audited, found, image, ATTRIBUTE)[:, : SIZE - 4]
    got = directed_scores(*asked, leave_out)
    assert got["active_area"] == pytest.approx((cam > 0.5).mean())
    assert got["proportional_energy"] == pytest.approx(cam[mask].sum() / cam.sum())
    assert got["region_energy"] == pytest.approx(cam[region].sum() / cam.sum())
    kept = directed_scores(*asked, conditions)
    assert kept["active_area"] != got["active_area"]
    layers = {"active"}
    assert directed_tile(*asked, leave_out, layers=layers) != directed_tile(
        *asked, conditions, layers=layers
    )


def test_a_picture_is_drawn_as_the_audits_are(audited, found, conditions):
    image = audited.images[2]
    asked = audited, found, "after", image, ATTRIBUTE, conditions
    cam = directed_cam(*asked)
    faces = stored_faces(audited)
    lines = {
        "mask": outline(faces.mask(image, ATTRIBUTE, "3")),
        "active": outline(cam > 0.5),
        "region": outline(faces.mask(image, ATTRIBUTE, "box:" + ",".join(map(str, BOX)))),
    }
    assert directed_tile(*asked) == encoded(laid(faces.crop(image), cam, lines, 224))
    plain = directed_tile(*asked, layers=set(), side=50)
    shown = cv2.imdecode(np.frombuffer(plain, np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == (50, 50, 3)
    for layer in ("map", "mask", "active", "region"):
        assert directed_tile(*asked, layers={layer}, side=50) != plain, layer


def test_what_there_is_not(audited, found, conditions):
    image = audited.images[0]
    with pytest.raises(InputError, match="during"):
        directed_cam(audited, found, "during", image, ATTRIBUTE, conditions)
    with pytest.raises(InputError, match="nobody"):
        directed_cam(audited, found, "after", "nobody.jpg", ATTRIBUTE, conditions)
    with pytest.raises(InputError, match="layers"):
        directed_tile(audited, found, "after", image, ATTRIBUTE, conditions, layers={"hat"})
    other = replace(conditions, method="hirescam")
    with pytest.raises(InputError, match="hirescam"):
        directed_cam(audited, found, "after", image, ATTRIBUTE, other)
    lost = replace(found, roles={"after": RoleAnswers(RUN, {}, {}, "It is lost.")})
    with pytest.raises(InputError, match=r"It is lost\."):
        directed_tile(audited, lost, "after", image, ATTRIBUTE, conditions)
    of = found.roles["after"]
    half = {"half_pixel": of.placements["half_pixel"]}
    without = replace(found, roles={"after": replace(of, placements=half)})
    with pytest.raises(InputError, match=f"receptive_field.*{RUN}.*expected half_pixel"):
        directed_scores(audited, without, "after", image, ATTRIBUTE, conditions)
