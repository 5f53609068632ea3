import cv2
import numpy as np
import pytest

from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.geometry.affine import apply
from heed.synthetic.camera import developed
from heed.synthetic.evidence import evidence
from heed.synthetic.pose import FACE_FRAME
from heed.synthetic.render import frame
from heed.synthetic.scene import Scene, flipped, painted, scene
from heed.synthetic.studio import Recipe, Studio

FACES = 14
WHOLE = frame(FACE_FRAME, FACE_FRAME)


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    recipe = Recipe(1, 1, FACES, 4.0, 3.0, 1.0, 1.0, seed=11)
    studio = Studio(recipe)
    return [studio.face(index).scene for index in range(2, 2 + FACES)]


@pytest.fixture(scope="module")
def masks(scenes: list[Scene]) -> np.ndarray:
    return np.stack([evidence(drawing) for drawing in scenes])


def _photograph(drawing: Scene) -> np.ndarray:
    return developed(painted(drawing, np.eye(2, 3), WHOLE), drawing.look, 1.0)


def test_evidence_is_what_a_full_redraw_changes(scenes: list[Scene], masks: np.ndarray) -> None:
    for drawing, found in zip(scenes[:3], masks, strict=False):
        before = _photograph(drawing)
        for attribute, mask in zip(ATTRIBUTES, found, strict=True):
            redrawn = scene(drawing.look.flipped(attribute))
            change = cv2.absdiff(before, _photograph(redrawn)).max(axis=2)
            wrong = mask != (change >= 8)  # grey levels: what the evidence is said to be
            # Antialiased lines may differ by a level or two where an image is cut.
            assert wrong.sum() <= 0.01 * mask.sum() + 3, attribute


def test_every_attribute_shows_in_most_faces(masks: np.ndarray) -> None:
    shown = (masks.sum(axis=(2, 3)) >= 12).mean(axis=0)
    assert dict(zip(ATTRIBUTES, shown, strict=True)) == {
        attribute: pytest.approx(1.0, abs=0.36) for attribute in ATTRIBUTES
    }


@pytest.mark.parametrize(
    ("attribute", "landmarks", "reach"),
    [
        ("Eyeglasses", (0, 1), 45),
        ("Narrow_Eyes", (0, 1), 30),
        ("Heavy_Makeup", (0, 1), 35),
        ("Bushy_Eyebrows", (0, 1), 40),
        ("Big_Nose", (2,), 25),
        ("Smiling", (3, 4), 32),
        ("Wearing_Lipstick", (3, 4), 30),
        ("Mouth_Slightly_Open", (3, 4), 30),
    ],
)
def test_local_attributes_stay_near_their_landmarks(
    scenes: list[Scene], masks: np.ndarray, attribute: str, landmarks: tuple[int, ...], reach: int
) -> None:
    for drawing, found in zip(scenes, masks, strict=True):
        pose = drawing.look.pose
        points = apply(pose.to_face_frame, pose.landmarks)[list(landmarks)]
        y, x = np.nonzero(found[ATTRIBUTE_INDEX[attribute]])
        distance = np.hypot(x[:, None] - points[:, 0], y[:, None] - points[:, 1]).min(axis=1)
        assert len(x) == 0 or (distance <= reach).mean() > 0.95


@pytest.mark.parametrize(
    ("attribute", "below_the_eyes"),
    [("Wearing_Hat", False), ("Bangs", False), ("Wearing_Necktie", True), ("Goatee", True)],
)
def test_hats_are_above_the_eyes_and_ties_below(
    scenes: list[Scene], masks: np.ndarray, attribute: str, below_the_eyes: bool
) -> None:
    for drawing, found in zip(scenes, masks, strict=True):
        eyes = drawing.look.pose.to_face_frame[1, 2]
        y, _ = np.nonzero(found[ATTRIBUTE_INDEX[attribute]])
        assert ((y > eyes) == below_the_eyes).all()


def test_blurry_is_nearly_everywhere_on_the_face(masks: np.ndarray) -> None:
    blurry = masks[:, ATTRIBUTE_INDEX["Blurry"]].mean()
    glasses = masks[:, ATTRIBUTE_INDEX["Eyeglasses"]].mean()
    assert blurry > 2 * glasses


def test_a_flip_leaves_parts_that_do_not_depend_on_it(scenes: list[Scene]) -> None:
    changed = flipped(scenes[0], "Eyeglasses")
    same = [a is b for a, b in zip(scenes[0].parts, changed.parts, strict=True)]
    assert same.count(False) == 1


def test_every_attribute_is_drawn_by_some_part(scenes: list[Scene]) -> None:
    drawn = frozenset[str]().union(*(part.asked for part in scenes[0].parts))
    assert set(ATTRIBUTES) - drawn == {"Blurry"}  # the camera's


@pytest.mark.parametrize(
    ("attribute", "pixels"),
    [
        ("Attractive", 1500),
        ("Bags_Under_Eyes", 350),
        ("Big_Nose", 450),
        ("Chubby", 2000),
        ("High_Cheekbones", 1200),
        ("Oval_Face", 700),
        ("Pointy_Nose", 250),
        ("Young", 400),
    ],
)
def test_what_is_hard_to_name_in_a_face_shows_plainly(
    masks: np.ndarray, attribute: str, pixels: int
) -> None:
    areas = masks[:, ATTRIBUTE_INDEX[attribute]].sum(axis=(1, 2))
    assert np.median(areas) > pixels
