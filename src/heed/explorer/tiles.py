"""Pictures of faces with a network's map over them, as the explorer shows them.

A map is drawn as the audit scores it: signed by the target, placed by its rule, made into pixels
by :func:`heed.explain.postprocess.normalise`, laid over the crop by
:func:`heed.figures.overlay.overlay`, and only then brought to the size that is asked for. Pictures
are JPEG without the usual halving of the colours, which would blur the lines: WebP halves them too,
and takes eight times as long.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Final
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explain.postprocess import normalise
from heed.explorer.audited import Audited, Conditions
from heed.explorer.lines import Line, Polygon, draw, outline
from heed.explorer.stored_faces import StoredFaces
from heed.figures.overlay import overlay
from heed.geometry.photograph import warp
from heed.guidance.template_face import similarities, template_landmarks
from heed.masks.names import EVIDENCE

MEDIA_TYPE: Final = "image/jpeg"
"""What the pictures are, as a server says it."""

LINES: Final[dict[str, Line]] = {
    "mask": Line((255, 255, 255)),
    "active": Line((255, 105, 235)),
    "evidence": Line((255, 255, 255), dashed=True),
    "region": Line((90, 235, 255)),
}
"""What is outlined, and how."""

LAYERS: Final = ("map", "mask", "active", EVIDENCE)
"""What may lie over a face of the audit."""

FINE: Final = 320
"""Pixels of a picture's side, from which on lines are drawn at once."""

LARGEST: Final = 2048
"""Pixels of the largest picture's side."""

_QUALITY: Final = 90
_PAPER: Final = (236, 236, 236)
_PENCIL: Final = (150, 150, 150)

_faces: WeakKeyDictionary[Audited, StoredFaces] = WeakKeyDictionary()


def stored_faces(audited: Audited) -> StoredFaces:
    """What reads the faces of an audit; what it has read is shared by all who ask."""
    found = _faces.get(audited)
    return found or _faces.setdefault(audited, StoredFaces(audited))


def tile(
    audited: Audited,
    image: str,
    attribute: str,
    network: str,
    conditions: Conditions,
    *,
    layers: Set[str] = frozenset({"map", "mask"}),
    side: int = 224,
) -> bytes:
    """A face with a network's map of one attribute over it.

    Args:
        audited: the audit.
        image: name of the face.
        attribute: whose map.
        network: model and replicate, such as ``balanced/1``.
        conditions: what the map is taken, placed, masked and counted by.
        layers: which of :data:`LAYERS` to draw; ``evidence`` only where it is stored.
        side: of the picture, in pixels.

    Returns:
        A picture of :data:`MEDIA_TYPE`.

    Raises:
        InputError: the face, the attribute, the network, the method, the version of the masks or
            a layer is not there, or a file is missing or damaged.
    """
    return encoded(
        tile_pixels(audited, image, attribute, network, conditions, layers=layers, side=side)
    )


def tile_pixels(
    audited: Audited,
    image: str,
    attribute: str,
    network: str,
    conditions: Conditions,
    *,
    layers: Set[str] = frozenset({"map", "mask"}),
    side: int = 224,
) -> NDArray[np.uint8]:
    """The pixels of :func:`tile`: (side, side, 3) uint8, RGB."""
    check_layers(layers)
    faces = stored_faces(audited)
    crop = faces.crop(image)
    counted = faces.counted(image, conditions.filled)
    cam = None
    areas = {}
    if "mask" in layers:
        areas["mask"] = _of(faces.mask(image, attribute, conditions.mask), counted)
    if layers & {"map", "active"}:
        cam = cam_pixels(faces, image, attribute, network, conditions)
        if "active" in layers:
            areas["active"] = _of(cam > conditions.threshold, counted)
    if EVIDENCE in layers and EVIDENCE in audited.mask_versions:
        areas[EVIDENCE] = faces.mask(image, attribute, EVIDENCE)
    lines = {layer: outline(area) for layer, area in areas.items()}
    return laid(crop, cam if "map" in layers else None, lines, side)


def laid(
    crop: NDArray[np.uint8],
    cam: NDArray[np.float32] | None,
    lines: Mapping[str, Sequence[Polygon]],
    side: int,
) -> NDArray[np.uint8]:
    """A crop, a map over it where one is given, and outlines over both.

    Args:
        crop: (S, S, 3) uint8, RGB.
        cam: (S, S), 0..1.
        lines: by name of :data:`LINES`, polygons in pixels of the crop.
        side: of the picture.
    """
    shown = crop if cam is None else overlay(crop, cam)
    if not lines:
        return resized(shown, side)
    # Lines of less than a pixel: drawn on a larger picture, which is then made smaller.
    picture = resized(shown, side * (2 if side < FINE else 1))
    for layer, polygons in lines.items():
        draw(picture, polygons, LINES[layer], len(crop))
    return resized(picture, side)


def check_layers(layers: Set[str], known: Sequence[str] = LAYERS) -> None:
    """Refuse a layer that there is not.

    Raises:
        InputError: naming it.
    """
    if unknown := set(layers) - set(known):
        raise InputError(f"layers: found {min(unknown)!r}; expected of {', '.join(known)}")


def cam_pixels(
    faces: StoredFaces, image: str, attribute: str, network: str, conditions: Conditions
) -> NDArray[np.float32]:
    """A map as pixels, as it is scored: (S, S) float32, 0 everywhere or in 0..1."""
    raw = faces.raw_map(image, attribute, network, conditions)
    return normalise(raw, faces.size, faces.placement(network, conditions))


def face_picture(audited: Audited, image: str, side: int = 224) -> bytes:
    """A face as it is."""
    return encoded(resized(stored_faces(audited).crop(image), side))


def average_tile(
    audited: Audited, network: str, attribute: str, group: str = "all", side: int = 224
) -> bytes:
    """The average map of a model over the average face; grey where the group has no face.

    Args:
        audited: the audit.
        network: a model, or one of its networks: averages are over all of these.
        attribute: whose maps.
        group: of faces, one of :data:`heed.metrics.groups.GROUPS`.
        side: of the picture, in pixels.

    Raises:
        InputError: there is no such average.
    """
    faces = stored_faces(audited)
    mean = faces.average(network.partition("/")[0], attribute, group)
    return encoded(resized(overlay(faces.average_face(), mean), side))


def template_picture(audited: Audited, size: int | None = None) -> bytes:
    """The template face, on which regions are drawn, in pixels of its crop.

    It is the average face of the audit, moved so that its landmarks (the means of those of the
    audited faces) lie where the template has them; a neutral drawing where there is none.

    Args:
        audited: the audit.
        size: side of the crop; by default that of the audit.
    """
    faces = stored_faces(audited)
    size = faces.size if size is None else size
    template = template_landmarks(size, faces.scale)
    try:
        face, landmarks = faces.average_face(), faces.all_landmarks.mean(axis=0)
    except InputError:
        return encoded(_drawn_template(template, size))
    onto = similarities(landmarks, [template])[0]
    return encoded(warp(face, onto, size))


def resized(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A square picture of another size, as a copy: averaged where smaller, bilinear where larger.

    Raises:
        InputError: the side is not 1 to :data:`LARGEST`.
    """
    if not 1 <= side <= LARGEST:
        raise InputError(f"side: found {side!r}; expected 1 to {LARGEST} pixels")
    if side == len(picture):
        return np.array(picture)
    smaller = side < len(picture)
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (side, side), interpolation=how), np.uint8)


def encoded(picture: NDArray[np.uint8], kind: str = "jpg") -> bytes:
    """A picture, (H, W, 3) uint8, RGB, as JPEG or, without loss, as PNG (``png``)."""
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        _QUALITY,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    _, content = cv2.imencode(f".{kind}", picture[..., ::-1], options if kind == "jpg" else [])
    return bytes(content.tobytes())


def _of(area: NDArray[np.bool_], counted: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    return area if counted is None else area & counted


def _drawn_template(landmarks: NDArray[np.float64], size: int) -> NDArray[np.uint8]:
    """A face of a few strokes: head, eyes, nose and mouth."""
    picture = np.full((size, size, 3), _PAPER, np.uint8)
    left_eye, right_eye, nose, left_mouth, right_mouth = landmarks
    unit = float(left_mouth[1] - left_eye[1])
    middle = (left_eye + right_eye) / 2

    def ellipse(centre: NDArray[np.float64], x: float, y: float, ends: tuple[int, int]) -> None:
        at, axes = np.rint(centre * 16).astype(int), np.rint([x * unit * 16, y * unit * 16])
        start, end = ends
        lengths, width = axes.astype(int).tolist(), max(1, size // 112)
        cv2.ellipse(
            picture, at.tolist(), lengths, 0, start, end, _PENCIL, width, cv2.LINE_AA, shift=4
        )

    ellipse(middle + np.array([0, 0.35 * unit]), 1.15, 1.55, (0, 360))
    for eye in (left_eye, right_eye):
        ellipse(eye, 0.24, 0.12, (0, 360))
    ellipse(nose, 0.18, 0.12, (0, 180))
    ellipse((left_mouth + right_mouth) / 2 - [0, 0.1 * unit], 0.435, 0.22, (10, 170))
    return picture
