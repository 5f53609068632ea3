"""Everything that decides how one face is drawn.

Besides the 40 strengths and the pose a face has a sitter, what stays from image to
image of a person, and a setting, what changes. None of these numbers depends on
an attribute, so flipping one attribute changes nothing else.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.synthetic.pose import Pose


@dataclass(frozen=True)
class Sitter:
    """A person's own traits, each 0..1 unless said otherwise.

    Attributes:
        skin: where the complexion lies between light and dark.
        warmth: of the complexion.
        iris: which eye colour.
        face_width: of the head.
        brows: thickness of the eyebrows.
        brow_colour: how dark the eyebrows are.
        length: of the hair, for a person with this hair style.
        parting: where the hair parts, -1..1.
        tint: which hair colour, where no attribute names one.
        accent: which colour lips, shades and gems take.
        grain: (40, 2) positions of small marks.
    """

    skin: float
    warmth: float
    iris: float
    face_width: float
    brows: float
    brow_colour: float
    length: float
    parting: float
    tint: float
    accent: float
    grain: NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """What is different in every image.

    Attributes:
        side: from where the light comes, -1..1.
        contrast: of the shaded side, 0..1.
        gain: brightness of the light, about 1.
        tint: (3,) colour of the light, about 1.
        noise: standard deviation of the sensor's noise, grey levels.
        blur: standard deviation of the lens' own blur, pixels of the face frame.
        clothes: hue, saturation and value, 0..1 each.
        neckline: 0..1, how deep.
        garment: which kind of top, 0..1.
        style: (4,) 0..1: of hat, glasses, jewellery, tie.
        backdrop: (9, 9, 3) uint8 texture.
        clutter: (14, 8) 0..1: shapes behind the person.
    """

    side: float
    contrast: float
    gain: float
    tint: NDArray[np.float64]
    noise: float
    blur: float
    clothes: NDArray[np.float64]
    neckline: float
    garment: float
    style: NDArray[np.float64]
    backdrop: NDArray[np.uint8]
    clutter: NDArray[np.float64]


def sitter(rng: np.random.Generator) -> Sitter:
    """A person's traits, drawn."""
    return Sitter(
        skin=float(rng.beta(1.1, 1.7)),
        warmth=float(rng.random()),
        iris=float(rng.random()),
        face_width=float(rng.random()),
        brows=float(rng.random()),
        brow_colour=float(rng.random()),
        length=float(rng.random()),
        parting=float(rng.uniform(-1, 1)),
        tint=float(rng.random()),
        accent=float(rng.random()),
        grain=rng.random((40, 2)),
    )


def setting(rng: np.random.Generator) -> Setting:
    """An image's circumstances, drawn."""
    base = rng.uniform(25, 225) + rng.uniform(-30, 30, 3)
    texture = base + rng.normal(0, rng.uniform(8, 34), (9, 9, 1)) + rng.normal(0, 8, (9, 9, 3))
    return Setting(
        side=float(rng.uniform(-1, 1)),
        contrast=float(rng.uniform(0.1, 0.5)),
        gain=float(rng.uniform(0.88, 1.08)),
        tint=1 + rng.uniform(-0.05, 0.05, 3),
        noise=float(rng.uniform(1.0, 4.0)),
        blur=float(max(0.0, rng.uniform(-0.6, 0.7))),
        clothes=rng.random(3),
        neckline=float(rng.random()),
        garment=float(rng.random()),
        style=rng.random(4),
        backdrop=np.clip(texture, 5, 250).astype(np.uint8),
        clutter=rng.random((14, 8)),
    )


class Look:
    """One face: strengths by attribute name, pose, sitter and setting.

    ``look["Smiling"]`` is the strength, 0..1. The names asked for since
    :meth:`watch` are in ``asked``: so the scene knows which parts an attribute touches.
    """

    def __init__(
        self, strengths: NDArray[np.float64], pose: Pose, sitter: Sitter, setting: Setting
    ) -> None:
        self._strengths = strengths.tolist()
        self.pose = pose
        self.sitter = sitter
        self.setting = setting
        self.asked: set[str] = set()
        self.head_outline: NDArray[np.float64] | None = None
        """Kept by :func:`heed.synthetic.head.outline`, which many parts ask for."""

    def __getitem__(self, attribute: str) -> float:
        self.asked.add(attribute)
        return self._strengths[ATTRIBUTE_INDEX[attribute]]

    def watch(self) -> None:
        """Forget which attributes were asked for."""
        self.asked = set()

    def flipped(self, attribute: str) -> "Look":
        """The same face with one attribute plainly on the other side: its strength 0 or 1."""
        strengths = np.array(self._strengths)
        index = ATTRIBUTE_INDEX[attribute]
        strengths[index] = 0.0 if strengths[index] > 0.5 else 1.0
        return Look(strengths, self.pose, self.sitter, self.setting)
