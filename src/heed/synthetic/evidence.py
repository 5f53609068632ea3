"""Where an attribute is: the pixels that change when it alone is flipped."""

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.celeba.attributes import ATTRIBUTES
from heed.synthetic.camera import blur_sigma, developed
from heed.synthetic.pose import FACE_FRAME
from heed.synthetic.render import Box, Image, Mark, frame
from heed.synthetic.scene import Scene, easel, flipped, marks, paint, painted_backdrop

LEAST_CHANGE = 8
"""Grey levels by which at least one channel must change."""

_WHOLE = frame(FACE_FRAME, FACE_FRAME)
_IN_PLACE = np.eye(2, 3)


def evidence(original: Scene) -> NDArray[np.bool_]:
    """The evidence of all attributes in one face.

    Each attribute is put plainly on the other side of its cut (strength 0 or 1),
    everything else stays. True are the pixels of the face frame in which a channel
    changes by at least :data:`LEAST_CHANGE` grey levels, before noise and compression.

    Returns:
        (40, 256, 256) bool, order :data:`heed.celeba.attributes.ATTRIBUTES`.
    """
    face = _PaintedFace(original)
    masks = np.zeros((len(ATTRIBUTES), FACE_FRAME, FACE_FRAME), bool)
    for mask, attribute in zip(masks, ATTRIBUTES, strict=True):
        face.mark_changes(flipped(original, attribute), mask)
    return masks


class _PaintedFace:
    """A face painted part by part, so that a change is painted from where it begins.

    Only the parts of the drawing that an attribute touches are rasterised again, and
    only the pixels that their strokes can reach are painted again.
    """

    def __init__(self, original: Scene) -> None:
        self._scene = original
        self._easel = easel(original, _IN_PLACE, _WHOLE)
        self._marks = [marks(part, self._easel) for part in original.parts]
        self._stages = [painted_backdrop(original, self._easel)]
        for part in self._marks:
            canvas = self._stages[-1].copy()
            paint(canvas, part, _WHOLE)
            self._stages.append(canvas)
        self._developed = developed(self._stages[-1], original.look, 1.0)
        # A blur spreads a change and needs what lies around it; lines that the edge of a
        # part cuts are not quite the same there.
        self._reach = int(4 * blur_sigma(original.look, 1.0)) + 4

    def mark_changes(self, changed: Scene, mask: NDArray[np.bool_]) -> None:
        """Set ``mask`` where the changed scene looks different."""
        look = self._scene.look
        if blur_sigma(changed.look, 1.0) != blur_sigma(look, 1.0):
            mask |= _differ(self._developed, developed(self._stages[-1], changed.look, 1.0))
            return
        redrawn, dirty = self._redrawn(changed)
        wide = dirty.wider(self._reach).within(_WHOLE)
        if dirty.empty or wide.empty:
            return
        around = wide.wider(self._reach).within(_WHOLE)
        first = min(redrawn)
        canvas = self._stages[first][around.slices].copy()
        for index in range(first, len(self._marks)):
            paint(canvas, redrawn.get(index, self._marks[index]), around)
        after = developed(canvas, look, 1.0)[wide.inside(around)]
        mask[wide.slices] |= _differ(self._developed[wide.slices], after)

    def _redrawn(self, changed: Scene) -> tuple[dict[int, list[Mark | None]], Box]:
        """New marks of the parts that differ, and the box of all changes."""
        redrawn: dict[int, list[Mark | None]] = {}
        dirty = Box(FACE_FRAME, FACE_FRAME, 0, 0)
        for index, (old, new) in enumerate(zip(self._scene.parts, changed.parts, strict=True)):
            if old is new:
                continue
            before = self._marks[index]
            if len(old.strokes) == len(new.strokes):
                kept = [a.same_as(b) for a, b in zip(old.strokes, new.strokes, strict=True)]
                after = [
                    mark if same else self._easel.place(stroke)
                    for mark, same, stroke in zip(before, kept, new.strokes, strict=True)
                ]
            else:
                after = marks(new, self._easel)
            touched = [m for m in {*before} ^ {*after} if m]
            if touched:
                redrawn[index] = after
                for mark in touched:
                    dirty = dirty.around(mark.area)
        return redrawn, dirty


def _differ(a: Image, b: Image) -> NDArray[np.bool_]:
    red, green, blue = cv2.split(cv2.absdiff(a, b))
    return cv2.max(cv2.max(red, green), blue) >= LEAST_CHANGE
