"""Tiles: the map as the audit has it, pixel by pixel, and lines where they belong."""

import gc
import weakref
from dataclasses import replace

import cv2
import numpy as np
import pytest

import heed
from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import stored_placement
from heed.explain.postprocess import normalise
from heed.explorer import tiles
from heed.explorer.audited import Audited
from heed.explorer.tiles import (
    average_tile,
    cam_pixels,
    encoded,
    face_picture,
    stored_faces,
    template_picture,
    tile,
    tile_pixels,
)
from heed.figures.overlay import overlay
from heed.guidance.template_face import template_landmarks, template_polygon
from tests.explorer.audit_folder import SIZE, audit_folder

MAP = frozenset({"map"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = audit_folder(tmp_path_factory.mktemp("tiles") / "audit")
    return path


@pytest.fixture(scope="module")
def audited(folder):
    return Audited(folder)


def decoded(content):
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def test_pixels_are_those_of_the_map_that_is_scored(folder, audited):
    """The other way: data/cams, of the audit's own stage, through heed.results."""
    results = heed.results(folder)
    for model, replicate in (("balanced", 2), ("unweighted", 1)):
        cams = results.maps(model, replicate=replicate)
        placement = stored_placement(cams.attrs, "cams")
        for image in audited.images[:4]:
            face = results.crops([image]).to_numpy()[0]
            for attribute in ATTRIBUTES[::9]:
                signed = cams.sel(image=image, attribute=attribute).to_numpy()
                expected = overlay(face, normalise(signed, SIZE, placement))
                network = f"{model}/{replicate}"
                found = tile_pixels(
                    audited, image, attribute, network, audited.stored, layers=MAP, side=SIZE
                )
                np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("method", ["gradcam", "layercam"])
@pytest.mark.parametrize("target", ["positive", "predicted", "predicted_true", "true"])
def test_signs_and_methods(folder, audited, method, target):
    """By hand from the raw maps: which of the two stored maps, with which sign."""
    results, image, attribute, network = (
        heed.results(folder),
        audited.images[3],
        "Smiling",
        "balanced/1",
    )
    answers = results.predictions("balanced").sel(replicate=1, image=image, attribute=attribute)
    logit, label = float(answers.logit), int(answers.label)
    predicted = 1 if logit > 0 else -1
    sign = {
        "positive": 1, "predicted": predicted, "predicted_true": predicted * label, "true": label,
    }[target]  # fmt: skip
    raw = audited.maps(network)
    row, column = audited.images.index(image), ATTRIBUTES.index(attribute)
    expected = sign * raw[method][row, column]
    if method == "layercam" and sign < 0:
        expected = raw["layercam.minus"][row, column]
    conditions = replace(audited.stored, method=method, target=target, placement="half_pixel")
    faces = stored_faces(audited)
    np.testing.assert_array_equal(
        faces.raw_map(image, attribute, network, conditions), expected.astype(np.float32)
    )
    np.testing.assert_array_equal(
        cam_pixels(faces, image, attribute, network, conditions), normalise(expected, SIZE)
    )


def test_a_logit_of_0_has_an_empty_map(audited):
    """The stage too makes it empty: abs(z) has no derivative there."""
    image, attribute = audited.images[0], ATTRIBUTES[0]
    conditions = replace(audited.stored, target="predicted")
    found = cam_pixels(stored_faces(audited), image, attribute, "balanced/1", conditions)
    assert (found == 0).all()


def test_masks_are_those_of_the_results(folder, audited):
    results, faces = heed.results(folder), stored_faces(audited)
    for version in audited.mask_versions:
        expected = results.masks(version).to_numpy()
        for row, image in enumerate(audited.images):
            for column, attribute in enumerate(ATTRIBUTES[:5]):
                found = faces.mask(image, attribute, version)
                np.testing.assert_array_equal(found, expected[row, column])


def test_drawn_regions_are_masks_of_their_attributes(folder, audited):
    """By the other way: the polygon on the face, filled by OpenCV, but for pixels on its edge."""
    faces, image = stored_faces(audited), audited.images[3]
    version = "box:8,10,24,20"
    found = faces.mask(image, "Bald", version)
    corners = [[8, 10], [24, 10], [24, 20], [8, 20]]
    box = template_polygon(corners, template_landmarks(SIZE, 5.5), [faces.landmarks(image)])
    filled = np.zeros((SIZE, SIZE), np.uint8)
    cv2.fillPoly(filled, [np.rint(box[0] * 16).astype(np.int32)], 1, shift=4)
    inner = cv2.erode(filled, np.ones((3, 3)))
    assert inner.any()
    assert found[inner == 1].all()
    assert not found[cv2.dilate(filled, np.ones((3, 3))) == 0].any()


def test_lines_are_on_the_edges_of_what_they_are_of(audited):
    """Each layer alone changes pixels near the edge of its area, and no others."""
    image, attribute, network = audited.images[1], "Bald", "balanced/1"
    faces, conditions = stored_faces(audited), audited.stored
    cam = cam_pixels(faces, image, attribute, network, conditions)
    areas = {
        "mask": faces.mask(image, attribute, conditions.mask),
        "active": cam > conditions.threshold,
        "evidence": faces.mask(image, attribute, "evidence"),
    }
    side, scale = 320, 320 // SIZE
    plain = tile_pixels(audited, image, attribute, network, conditions, layers=MAP, side=side)
    for layer, area in areas.items():
        drawn = tile_pixels(
            audited, image, attribute, network, conditions, layers=MAP | {layer}, side=side
        )
        changed = (drawn != plain).any(axis=-1)
        large = np.kron(area, np.ones((scale, scale), np.uint8)).astype(np.uint8)
        about = np.ones((13, 13))
        near = cv2.dilate(large, about) - cv2.erode(large, about, borderValue=0)
        assert changed.any(), layer
        assert not (changed & (near == 0)).any(), layer


def test_pixels_beyond_the_photograph(audited):
    """Left out, they are neither mask nor active area: the crop's right 4 + 1 columns."""
    image, attribute, network = audited.images[2], "Bald", "balanced/1"
    faces = stored_faces(audited)
    assert faces.counted(image, "keep") is None
    counted = faces.counted(image, "leave_out")
    expected = np.zeros((SIZE, SIZE), bool)
    expected[:, : SIZE - 4] = True
    np.testing.assert_array_equal(counted, expected)
    conditions = replace(audited.stored, filled="leave_out", threshold=0.0)
    drawn = tile_pixels(
        audited, image, attribute, network, conditions, layers=frozenset({"active"}), side=320
    )
    plain = tile_pixels(audited, image, attribute, network, conditions, layers=set(), side=320)
    changed = (drawn != plain).any(axis=(0, 2))
    assert changed.any()
    assert not changed[(SIZE - 4) * 10 + 4 :].any()


def test_sizes_and_kinds(audited):
    arguments = (audited, audited.images[0], "Bald", "balanced/1", audited.stored)
    for side in (16, SIZE, 100, 400):
        content = tile(*arguments, side=side)
        assert content.startswith(b"\xff\xd8")  # JPEG, as MEDIA_TYPE says
        assert decoded(content).shape == (side, side, 3)
    pixels = tile_pixels(*arguments, side=100)
    np.testing.assert_array_equal(decoded(encoded(pixels, "png")), pixels)
    assert np.abs(decoded(encoded(pixels)).astype(int) - pixels).mean() < 8
    assert tile(*arguments, side=100) == tile(*arguments, side=100)


def test_a_face_without_a_map(folder, audited):
    image = audited.images[5]
    face = heed.results(folder).crops([image]).to_numpy()[0]
    found = tile_pixels(
        audited, image, "Bald", "balanced/1", audited.stored, layers=set(), side=SIZE
    )
    np.testing.assert_array_equal(found, face)
    assert decoded(face_picture(audited, image, 64)).shape == (64, 64, 3)


def test_averages(folder, audited):
    means = heed.results(folder).averages().means
    for group in ("all", "incorrect"):
        of_group = means.sel(model="unweighted", attribute="Young", group=group).to_numpy()
        found = stored_faces(audited).average("unweighted", "Young", group)
        np.testing.assert_array_equal(found, of_group)
        content = average_tile(audited, "unweighted/2", "Young", group, SIZE)
        expected = overlay(stored_faces(audited).average_face(), of_group)
        assert content == encoded(expected)


def test_the_template_face_has_its_landmarks_where_regions_are_drawn(folder, audited):
    """A picture with a dot at the mean landmark of the eye has it at that of the template."""
    assert decoded(template_picture(audited)).shape == (SIZE, SIZE, 3)
    faces = stored_faces(audited)
    dotted = np.zeros((SIZE, SIZE, 3), np.uint8)
    x, y = faces.all_landmarks.mean(axis=0)[1]
    cv2.circle(dotted, (round(x), round(y)), 1, (255, 255, 255), -1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(faces), "average_face", lambda self: dotted)
        large = decoded(template_picture(audited, 224))
    found = np.argwhere(large[..., 0] > 128).mean(axis=0)[::-1]
    np.testing.assert_allclose(found, tiles.template_landmarks(224)[1], atol=5)


def test_a_drawing_where_there_is_no_average_face(tmp_path):
    path = audit_folder(tmp_path / "audit", faces=2, models=("balanced",), replicates=1)
    picture = decoded(template_picture(Audited(path), 224))  # it has no landmarks
    assert picture.shape == (224, 224, 3)
    assert (picture.astype(int).min(), picture.max()) < (170, 230)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"image": "no.jpg"}, "no.jpg"),
        ({"attribute": "Ugly"}, "Ugly"),
        ({"network": "balanced/9"}, "balanced/9"),
        ({"network": "../../etc/1"}, "etc"),
        ({"method": "rise"}, "rise"),
        ({"placement": "middle"}, "middle"),
        ({"mask": "../crops"}, "crops"),
        ({"target": "7"}, "target"),
        ({"layers": {"hat"}}, "hat"),
        ({"side": 0}, "side"),
        ({"side": 100_000}, "side"),
    ],
)
def test_what_there_is_not_is_said(audited, changed, said):
    of_map = {key: changed[key] for key in changed if hasattr(audited.stored, key)}
    of_tile = {"image": audited.images[0], "attribute": "Bald", "network": "balanced/1"}
    of_tile |= {key: value for key, value in changed.items() if key not in of_map}
    with pytest.raises(InputError, match=said):
        tile(audited, conditions=replace(audited.stored, **of_map), **of_tile)


def test_a_damaged_chunk_is_said(tmp_path):
    path = audit_folder(tmp_path / "audit", faces=3, models=("balanced",), replicates=1)
    audited = Audited(path)
    chunk = path / "data/maps/balanced/1.zarr/gradcam/c/0/0/0/0"
    chunk.write_bytes(chunk.read_bytes()[:40])
    with pytest.raises(InputError, match=r"balanced/1.*damaged.*dvc repro"):
        tile(audited, audited.images[0], "Bald", "balanced/1", audited.stored)


def test_what_was_read_of_an_audit_goes_with_it(folder):
    audited = Audited(folder)
    face_picture(audited, audited.images[0])
    kept = weakref.ref(stored_faces(audited))
    assert kept() is not None
    del audited
    gc.collect()
    assert kept() is None
