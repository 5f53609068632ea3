import cv2
import numpy as np
import pytest

from heed.base.errors import InputError
from heed.geometry.affine import apply, compose
from heed.geometry.alignment import LandmarksError, alignment
from heed.guidance.concealed import CONCEALMENTS, concealed
from heed.guidance.concealments.mouth_only import mouth_only
from heed.guidance.concealments.sunglasses import COLOUR, sunglasses
from heed.guidance.landmarks import five_of
from heed.guidance.regions import rectangle_corners
from heed.guidance.template_face import template_landmarks
from heed.masks.outlines import inside
from heed.masks.packing import unpack
from heed.synthetic.camera import developed
from heed.synthetic.render import frame
from heed.synthetic.scene import flipped, painted
from heed.synthetic.studio import Recipe, Studio
from tests.guidance.schematic_face import schematic_face, similarity

SIZE = 224
FACE = template_landmarks(SIZE)
RNG = np.random.default_rng(0)


def noise(count=1, size=SIZE):
    return RNG.integers(60, 256, (count, size, size, 3), dtype=np.uint8)


def changed(before, after):
    return (before != after).any(axis=-1)


@pytest.fixture(scope="module")
def drawn():
    """Drawn faces, frontal and turned, as crops; with the map from the drawing to the crop."""
    studio = Studio(Recipe(1, 1, 6, 1.0, 4.0, 1.0, 0.3, seed=5))
    scenes = [studio.face(index).scene for index in range(2, 8)]
    in_frame = np.stack([apply(s.look.pose.to_face_frame, s.look.pose.landmarks) for s in scenes])
    to_crop = alignment(in_frame, SIZE, 5.5, [str(index) for index in range(6)])
    # rolled by up to 30 degrees about the middle, as no aligned crop is
    rolls = [similarity(angle, 1.0) for angle in (0, 10, -10, 20, -30, 30)]
    for roll in rolls:
        roll[:, 2] = 112 - roll[:, :2] @ [112, 112]
    to_crop = np.stack([compose(roll, own) for roll, own in zip(rolls, to_crop, strict=True)])
    return scenes, to_crop, apply(to_crop, in_frame)


def seen(scene, to_crop):
    return developed(painted(scene, to_crop, frame(SIZE, SIZE)), scene.look, 1.0)


def test_the_kinds_are_the_files():
    assert set(CONCEALMENTS) == {"sunglasses", "mouth_only"}
    crops = noise()
    np.testing.assert_array_equal(concealed("sunglasses", crops, [FACE]), sunglasses(crops, [FACE]))
    np.testing.assert_array_equal(concealed("mouth_only", crops, [FACE]), mouth_only(crops, [FACE]))


@pytest.mark.parametrize("attribute", ["Narrow_Eyes", "Bags_Under_Eyes"])
def test_sunglasses_hide_the_eyes_of_drawn_faces(drawn, attribute):
    """Rolled and turned ones: another drawing of the eyes is hardly seen through them."""
    scenes, to_crop, landmarks = drawn
    for scene, matrix, face in zip(scenes, to_crop, landmarks, strict=True):
        one, other = (seen(s, matrix)[None] for s in (scene, flipped(scene, attribute)))
        difference = np.abs(one.astype(int) - other).sum()
        through = np.abs(
            sunglasses(one, face[None]).astype(int) - sunglasses(other, face[None])
        ).sum()
        assert difference > 0
        assert through < (0.01 if attribute == "Narrow_Eyes" else 0.35) * difference


def test_sunglasses_leave_the_mouth_of_drawn_faces(drawn):
    scenes, to_crop, landmarks = drawn
    for scene, matrix, face in zip(scenes, to_crop, landmarks, strict=True):
        one, other = (seen(s, matrix)[None] for s in (scene, flipped(scene, "Wearing_Lipstick")))
        lips = changed(one, other)
        assert not (lips & changed(one, sunglasses(one, face[None]))).any()


def test_sunglasses_are_opaque_and_of_one_piece():
    crops = noise()
    worn = sunglasses(crops, [FACE])[0]
    dark = (worn == COLOUR).all(axis=-1)
    for x, y in np.rint(FACE[:2]).astype(int):
        assert dark[y - 8 : y + 9, x - 12 : x + 13].all()  # an eye and what is around it
    pieces, _ = cv2.connectedComponents(dark.astype(np.uint8))
    assert pieces == 2  # the background and the glasses, which a bridge joins
    assert dark[:, 112].any()
    assert not dark[120:].any()


def test_sunglasses_mix_at_their_rim_alone():
    crops = np.full((1, SIZE, SIZE, 3), 255, np.uint8)
    worn = sunglasses(crops, [FACE])[0]
    dark, white = ((worn == colour).all(axis=-1) for colour in (COLOUR, (255, 255, 255)))
    rim = ~dark & ~white
    assert rim.any()
    assert (cv2.dilate(white.astype(np.uint8), np.ones((5, 5), np.uint8)) >= rim).all()


@pytest.mark.parametrize("kind", CONCEALMENTS)
@pytest.mark.parametrize(("roll", "zoom"), [(30, 1.4), (-30, 0.7), (90, 1.0)])
def test_they_turn_and_grow_with_the_face(kind, roll, zoom):
    moved = similarity(roll, zoom)
    moved[:, 2] = 112 - moved[:, :2] @ [112, 112]
    crops = noise()
    upright = changed(crops, concealed(kind, crops, [FACE]))[0]
    turned = changed(crops, concealed(kind, crops, [apply(moved, FACE)]))[0]
    outside = float(upright[0, 0])
    expected = cv2.warpAffine(upright.astype(np.float32), moved, (SIZE, SIZE), borderValue=outside)
    wrong = (expected > 0.5) != turned
    assert wrong.sum() < 0.08 * min(turned.sum(), (~turned).sum())


def test_mouth_only_leaves_the_mouth_and_the_mean_of_the_crop():
    crops = noise(3)
    faces = FACE + RNG.normal(0, 3, (3, 5, 2))
    shown = mouth_only(crops, faces)
    mouths = unpack(inside(rectangle_corners("mouth", faces), SIZE))
    for crop, image, mouth in zip(crops, shown, mouths, strict=True):
        np.testing.assert_array_equal(image[mouth], crop[mouth])
        assert set(image[~mouth].ravel()) == {round(crop.sum() / crop.size)}


def test_mouth_only_shows_the_lips_of_drawn_faces_and_no_eyes(drawn):
    scenes, to_crop, landmarks = drawn
    for scene, matrix, face in zip(scenes, to_crop, landmarks, strict=True):
        one = seen(scene, matrix)[None]
        lips = changed(one, seen(flipped(scene, "Wearing_Lipstick"), matrix)[None])
        eyes = changed(one, seen(flipped(scene, "Narrow_Eyes"), matrix)[None])
        shown = unpack(inside(rectangle_corners("mouth", face[None]), SIZE))
        assert (lips & shown).sum() > 0.9 * lips.sum()
        assert not (eyes & shown).any()


def test_a_blur_around_the_mouth_keeps_colours_and_no_feature():
    y, x = np.mgrid[:SIZE, :SIZE]
    stripes = np.where(x // 8 % 2, 200, 40)  # as wide as a pupil
    crops = np.repeat(np.where(y < 112, stripes, 90)[None, ..., None], 3, -1).astype(np.uint8)
    shown = mouth_only(crops, [FACE], fill="blur")[0].astype(int)
    (mouth,) = unpack(inside(rectangle_corners("mouth", [FACE]), SIZE))
    np.testing.assert_array_equal(shown[mouth], crops[0][mouth])
    assert np.ptp(shown[5, 60:165]) < 5
    assert shown[5, 112] == pytest.approx(120, abs=5)


@pytest.mark.parametrize("kind", CONCEALMENTS)
def test_crops_stay_as_they_are_and_come_out_the_same(kind):
    crops = noise(3)
    before = crops.copy()
    faces = FACE + RNG.normal(0, 3, (3, 5, 2))
    first = concealed(kind, crops, faces)
    np.testing.assert_array_equal(crops, before)
    np.testing.assert_array_equal(concealed(kind, crops[1:2], faces[1:2]), first[1:2])
    assert concealed(kind, crops[:0], faces[:0]).shape == (0, SIZE, SIZE, 3)
    assert first.dtype == np.uint8


@pytest.mark.parametrize("kind", CONCEALMENTS)
def test_crops_of_any_order_in_memory(kind):
    """Such as a view of every second row, or one whose axes were swapped."""
    crops = noise(4)
    faces = np.repeat(FACE[None], 2, axis=0)
    expected = concealed(kind, np.ascontiguousarray(crops[::2]), faces)
    np.testing.assert_array_equal(concealed(kind, crops[::2], faces), expected)
    channels_first = np.ascontiguousarray(crops[::2].transpose(0, 3, 1, 2))
    found = concealed(kind, channels_first.transpose(0, 2, 3, 1), faces)
    np.testing.assert_array_equal(found, expected)
    mirrored = np.ascontiguousarray(crops[::2, :, ::-1])
    np.testing.assert_array_equal(concealed(kind, mirrored[:, :, ::-1], faces), expected)
    if kind == "mouth_only":
        blurred = mouth_only(mirrored[:, :, ::-1], faces, fill="blur")
        np.testing.assert_array_equal(blurred, mouth_only(crops[::2], faces, fill="blur"))


@pytest.mark.parametrize("kind", CONCEALMENTS)
def test_by_68_landmarks(kind):
    faces = apply(similarity(5, 0.41, 112, 101), schematic_face())[None]
    crops = noise()
    by_68, by_five = (changed(crops, concealed(kind, crops, f)) for f in (faces, five_of(faces)))
    assert (by_68 != by_five).sum() < 0.4 * min(by_five.sum(), (~by_five).sum())


def test_a_face_at_the_edge_is_cut_off():
    crops = noise()
    away = FACE - [92, 0]  # the left eye at the edge
    assert changed(crops, sunglasses(crops, [away]))[0, :, 0].any()
    gone = FACE - [500, 0]
    np.testing.assert_array_equal(sunglasses(crops, [gone]), crops)
    assert len(np.unique(mouth_only(crops, [gone]))) == 1


@pytest.mark.parametrize("kind", CONCEALMENTS)
@pytest.mark.parametrize(
    ("crops", "faces", "message"),
    [
        (noise(2), FACE[None], "2 crops and landmarks of 1 faces"),
        (noise(1).astype(np.float32), FACE[None], r"float32 \(1, 224, 224, 3\)"),
        (noise(1)[:, :200], FACE[None], r"uint8 \(1, 200, 224, 3\)"),
        (noise(1)[..., 0], FACE[None], r"expected uint8 \(n, S, S, 3\)"),
        (noise(1).tolist(), FACE[None], r"crops in a list; expected an array uint8"),
    ],
)
def test_what_are_no_crops_is_an_error(kind, crops, faces, message):
    with pytest.raises(InputError, match=f"{kind}: found .*{message}"):
        concealed(kind, crops, faces)


@pytest.mark.parametrize("kind", CONCEALMENTS)
def test_a_face_that_nothing_can_be_placed_on_is_named(kind):
    faces = np.stack([FACE, np.full((5, 2), 50.0)])
    with pytest.raises(LandmarksError, match=rf"{kind}: face 1 of 2 .* coincide"):
        concealed(kind, noise(2), faces)
    with pytest.raises(LandmarksError, match=r"face 0 of 1 .*not finite"):
        concealed(kind, noise(), FACE[None] * np.nan)


def test_an_unknown_kind_or_fill_is_an_error():
    with pytest.raises(InputError, match=r"found 'hat'; expected one of mouth_only, sunglasses"):
        concealed("hat", noise(), FACE[None])
    with pytest.raises(InputError, match=r"found fill 'black'; expected grey or blur"):
        mouth_only(noise(), FACE[None], fill="black")
