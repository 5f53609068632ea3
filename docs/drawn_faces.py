"""Write docs/drawn_faces.md: every attribute as it is drawn, and the labels beside CelebA's.

It draws its own faces and needs no audit.
"""

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.base.files import write_bytes, write_text
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.geometry.affine import compose
from heed.synthetic import population
from heed.synthetic.camera import developed
from heed.synthetic.celeba_statistics import pair_rates
from heed.synthetic.evidence import evidence
from heed.synthetic.latents import celeba_copula, labels
from heed.synthetic.look import Look, setting, sitter
from heed.synthetic.pose import pose
from heed.synthetic.render import Image, frame
from heed.synthetic.scene import Scene, painted, scene

PAGE = Path("docs/drawn_faces.md")
SHEET = Path("docs/drawn_faces/attributes.webp")
LARGEST = 400_000  # bytes

# Landmarks of the mean frontal face, in aligned pixels.
FACE = np.array([(69, 111), (108, 111), (88, 135), (71, 152), (106, 152)], np.float64)
PRESENT = ("Attractive", "No_Beard", "Young")  # in the faces that the sheet changes
SEEDS = {"woman": 12, "man": 4}
SIDE, COLUMNS, CAPTION = 108, 4, 16  # pixels; attributes side by side
SHOWN = np.array([(1, 0, -16), (0, 1, -32)], np.float64)  # face frame to the square that is shown
SHOWN_SIDE = 224

FACES, BATCH = 200_000, 20_000
LARGEST_DIFFERENCES = 20

TEXT = """\
# Drawn faces

`make docs` writes this page by `docs/drawn_faces.py`. No face on it is a photograph.

## The forty attributes

Each attribute off, on, and its evidence: the pixels that change when it alone is flipped. It is
shown on a man or on a woman: on that sex in which CelebA has both more evenly.

![The forty attributes, off, on, and their evidence](drawn_faces/attributes.webp)

Attributes have strengths, and the sheet shows them far from their cuts. Just below its cut an
attribute is drawn weakly and its label says no, as in photographs: a small earring, a band in the
place of a hat, a thin necklace. `synthetic.sharpness` says how many such faces there are; without
them every network would be right. Hair whose colour has no label has some colour all the same.

## Labels

Labels are latents of a Gaussian copula above their cuts. Rates and pairs are those of CelebA's
162,770 training images, from its published rates and phi coefficients. Men and women have cuts of
their own; the other latents correlate within the sexes as each pair's 2x2 table asks (tetrachoric
correlations).

What less than {never:g} % of a sex have, or lack, counts as an error of annotation. For men there
is no such attribute; for women these:

- none has {absent};
- all have {present}.

Pairs that meet less often than {together:g} % of what chance would bring among men and among women
are not drawn:

{pairs}

Over all {count} pairs, the share of faces with both differs from CelebA's by {mean:.2f} percentage
points in the mean and {most:.2f} at most. The {shown} largest differences, in % of the faces (of
{faces:,} drawn labels):

| attribute | and | CelebA | drawn | difference |
|---|---|---|---|---|
"""


def main() -> None:
    """Draw the sheet, count the labels, write the page."""
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(encoded(sheet()), SHEET)
    write_text(page(), PAGE)
    print(f"{PAGE}: {len(ATTRIBUTES)} attributes, {FACES} labels of each")


def sheet() -> Image:
    """All attributes, three pictures each, in columns."""
    masks = {who: evidence(scene(face(who))) for who in SEEDS}
    cells = [cell(name, masks[shown_on(name)][index]) for index, name in enumerate(ATTRIBUTES)]
    rows = range(0, len(cells), COLUMNS)
    return np.vstack([np.hstack(cells[start : start + COLUMNS]) for start in rows])


def shown_on(attribute: str) -> str:
    """The sex in which having an attribute and lacking it are more nearly as common."""
    women, men = np.abs(population.rates_by_sex()[0, :, ATTRIBUTE_INDEX[attribute]] - 0.5)
    return "man" if men < women else "woman"


def face(who: str) -> Look:
    """A frontal face with no attribute but those of PRESENT and its sex."""
    rng = np.random.default_rng(SEEDS[who])
    strengths = np.zeros(len(ATTRIBUTES))
    strengths[[ATTRIBUTE_INDEX[name] for name in PRESENT]] = 1
    strengths[population.MALE] = who == "man"
    return Look(strengths, pose(FACE), sitter(rng), setting(rng))


def cell(attribute: str, mask: NDArray[np.bool_]) -> Image:
    """One attribute: its name over the face without it, with it, and its evidence in yellow."""
    look = face(shown_on(attribute))
    looks = [look, look.flipped(attribute)]
    if look[attribute] > 0.5:
        looks.reverse()
    off, on = (photograph(scene(one)) for one in looks)
    top, left = (int(-shift) for shift in SHOWN[::-1, 2])
    seen = mask[top : top + SHOWN_SIDE, left : left + SHOWN_SIDE].astype(np.uint8) * 255
    share = np.zeros((SHOWN_SIDE, SHOWN_SIDE), np.uint8)
    share[: seen.shape[0], : seen.shape[1]] = seen
    share = cv2.resize(share, (SIDE, SIDE), interpolation=cv2.INTER_AREA)[..., None] / 255
    grey = off.mean(axis=2, keepdims=True) * 0.45
    marked = (grey + share * (np.array([255, 210, 40]) - grey)).astype(np.uint8)
    line = np.full((CAPTION, 3 * SIDE, 3), 255, np.uint8)
    cv2.putText(
        line, attribute, (3, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (20, 20, 20), 1, cv2.LINE_AA
    )
    picture = np.vstack([line, np.hstack([off, on, marked])])
    return cv2.copyMakeBorder(picture, 0, 6, 0, 8, cv2.BORDER_CONSTANT, value=(255, 255, 255))


def photograph(drawing: Scene) -> Image:
    """A scene without noise, SIDE pixels wide and high."""
    scale = SIDE / SHOWN_SIDE
    to_image = compose(np.array([(scale, 0, 0), (0, scale, 0)]), SHOWN)
    image = painted(drawing, to_image, frame(SIDE, SIDE))
    return developed(image, drawing.look, scale)


def encoded(image: Image) -> bytes:
    """WebP in the best quality of at most LARGEST bytes."""
    for quality in range(85, 20, -5):
        _, content = cv2.imencode(".webp", image[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, quality])
        if len(content) <= LARGEST:
            return content.tobytes()
    raise ValueError(f"{SHEET}: {len(content)} bytes in quality {quality}, more than {LARGEST}")


def page() -> str:
    """The text of the page, Markdown."""
    real = pair_rates()
    difference = drawn_pairs() - real
    one, other = np.triu_indices(len(ATTRIBUTES), 1)
    size = np.abs(difference[one, other])
    order = np.argsort(-size, kind="stable")[:LARGEST_DIFFERENCES]
    women, men = population.rates_by_sex()[0]
    assert ((men > 0) & (men < 1)).all()  # or the text would be wrong
    said = TEXT.format(
        never=100 * population.NEVER,
        absent=listed(ATTRIBUTES[index] for index in np.flatnonzero(women == 0)),
        present=listed(ATTRIBUTES[index] for index in np.flatnonzero(women == 1)),
        together=100 * population.NEVER_TOGETHER,
        pairs="\n".join(
            f"- {ATTRIBUTES[a]} and {ATTRIBUTES[b]}" for a, b in population.never_together()
        ),
        count=len(size),
        mean=100 * size.mean(),
        most=100 * size.max(),
        shown=LARGEST_DIFFERENCES,
        faces=FACES,
    )
    return said + "".join(
        f"| {ATTRIBUTES[a]} | {ATTRIBUTES[b]} | {100 * real[a, b]:.2f} "
        f"| {100 * (real + difference)[a, b]:.2f} | {100 * difference[a, b]:+.2f} |\n"
        for a, b in zip(one[order], other[order], strict=True)
    )


def listed(names: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(names)


def drawn_pairs() -> NDArray[np.float64]:
    """Share of drawn faces that have both of two attributes, (40, 40), training partition."""
    copula = celeba_copula(correlation_gain=1.0, sharpness=3.0)
    rng = np.random.default_rng(0)
    counts = np.zeros((len(ATTRIBUTES), len(ATTRIBUTES)))
    for _ in range(0, FACES, BATCH):
        person, image = rng.standard_normal((2, BATCH, len(ATTRIBUTES)))
        has = (labels(copula.margins(copula.latents(person, image), 0)) > 0).astype(np.float64)
        counts += has.T @ has
    return counts / FACES


if __name__ == "__main__":
    main()
