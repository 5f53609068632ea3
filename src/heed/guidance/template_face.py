"""The template face: an average face on which regions are drawn, and its way onto each face.

It is a face that looks ahead, as the crop of :func:`heed.geometry.alignment.alignment` shows it.
That alignment sets the middle of the eyes at (0.5, 0.45) of the crop's side and the middle of the
mouth one eye-mouth distance below; how far eyes and corners of the mouth are apart, and where the
tip of the nose is, are means over the 10,539 frontal faces of CelebA's validation partition.

A region drawn on it gets onto a face by the similarity (turn, scale, shift) that takes the
template's landmarks nearest to those of the face, in the sense of least squares. So it turns and
grows with the face, in aligned crops as in any other image.
"""

from numbers import Real
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.geometry.affine import Matrix, apply
from heed.geometry.alignment import EYES_TO_BOX_CENTRE
from heed.guidance.coordinates import corners_of
from heed.guidance.landmarks import LEAST, of_faces

# In distances from the middle of the eyes to the middle of the mouth.
EYE_TO_EYE: Final = 0.969
EYES_TO_NOSE: Final = 0.594
MOUTH_WIDTH: Final = 0.870


def template_landmarks(size: int = 224, scale: float = 5.5) -> NDArray[np.float64]:
    """The five landmarks of the template face.

    Args:
        size: side of the crop in pixels.
        scale: side of the crop in eye-mouth distances (``crop.scale``).

    Returns:
        (5, 2) float64 x, y in pixels of the crop, in the order of
        :data:`heed.geometry.alignment.LANDMARKS`.

    Raises:
        InputError: size or scale is not above 0.

    Example:
        >>> template_landmarks(220).round(1).tolist()  # eyes, nose, corners of the mouth
        [[90.6, 99.0], [129.4, 99.0], [110.0, 122.8], [92.6, 139.0], [127.4, 139.0]]
    """
    if not all(isinstance(each, Real) and 0 < each < np.inf for each in (size, scale)):
        raise InputError(
            f"template_landmarks: found size {size!r} and scale {scale!r}; expected both above 0"
        )
    eyes_to_mouth = size / scale
    x, y = size / 2, size * (0.5 - EYES_TO_BOX_CENTRE)
    offsets = [
        (-EYE_TO_EYE / 2, 0),
        (EYE_TO_EYE / 2, 0),
        (0, EYES_TO_NOSE),
        (-MOUTH_WIDTH / 2, 1),
        (MOUTH_WIDTH / 2, 1),
    ]
    return np.array([x, y]) + eyes_to_mouth * np.array(offsets)


def similarities(template: ArrayLike, landmarks: ArrayLike) -> Matrix:
    """The similarity from the template face to each face, by least squares.

    With points as complex numbers x + iy, t those of the template and q those of the face, both
    less their means, it is z -> a z + b with a = sum(conj(t) q) / sum(abs(t)^2), which is
    never a reflection (Umeyama 1991, in two dimensions).

    Args:
        template: (P, 2) landmarks of the template face; P is 5 or 68.
        landmarks: (n, P, 2) landmarks of the faces, in pixels of any image of them.

    Returns:
        (n, 2, 3) float64, template pixel -> pixel of the face's image; NaN where all landmarks of a
        face coincide.

    Raises:
        InputError: the template's landmarks coincide, or are not as many as a face's.
        LandmarksError: a landmark is not finite, or there are neither 5 nor 68; the message
            names the face.

    Example:
        >>> template = template_landmarks()
        >>> twice_as_large = 2 * template + [5, 0]
        >>> similarities(template, [twice_as_large]).round(6).tolist()
        [[[2.0, -0.0, 5.0], [0.0, 2.0, 0.0]]]
    """
    faces = of_faces(landmarks, "similarities")
    drawn = of_faces(np.asarray(template)[None], "similarities: template")[0]
    if drawn.shape != faces.shape[1:]:
        raise InputError(
            f"similarities: found {len(drawn)} landmarks of the template face and "
            f"{faces.shape[1]} of each face; expected the same ones"
        )
    t, q = drawn @ [1, 1j], faces @ [1, 1j]
    t_mean, q_mean = t.mean(), q.mean(axis=1)
    t, q = t - t_mean, q - q_mean[:, None]
    extent = (np.abs(t) ** 2).sum()
    if np.sqrt(extent) < LEAST:
        raise InputError(
            f"similarities: the landmarks of the template face coincide ({drawn.tolist()}); "
            "expected those of a face, as template_landmarks() gives them"
        )
    a = (q @ t.conj()) / extent
    a[np.sqrt((np.abs(q) ** 2).sum(axis=1)) < LEAST] = np.nan
    b = q_mean - a * t_mean
    rows = [np.stack([a.real, -a.imag, b.real], -1), np.stack([a.imag, a.real, b.imag], -1)]
    return np.stack(rows, axis=1)


def template_polygon(
    polygon: ArrayLike, template: ArrayLike, landmarks: ArrayLike
) -> NDArray[np.float64]:
    """A polygon drawn on the template face, carried to each face.

    Args:
        polygon: (K, 2) x, y of its corners in pixels of the template face, K >= 3.
        template: (P, 2) landmarks of the template face, such as :func:`template_landmarks`.
        landmarks: (n, P, 2) landmarks of the faces, in pixels of their crops or of any images.

    Returns:
        (n, K, 2) float64 corners in pixels of those crops or images; NaN where all landmarks of
        a face coincide.

    Raises:
        InputError: there are fewer than three corners, or one is not finite; and as
            :func:`similarities` raises it.
        LandmarksError: as :func:`similarities` raises it.

    Example:
        >>> template = template_landmarks()
        >>> smaller = template / 2
        >>> template_polygon([[100, 130], [124, 130], [112, 150]], template, [smaller]).tolist()
        [[[50.0, 65.0], [62.0, 65.0], [56.0, 75.0]]]
    """
    corners = corners_of(polygon, "template_polygon")
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 3:
        raise InputError(
            f"template_polygon: found corners {corners.shape}; expected (K, 2): x, y of at least "
            "three corners"
        )
    if not np.isfinite(corners).all():
        raise InputError(
            f"template_polygon: found the corners {corners.tolist()}; expected finite numbers"
        )
    return apply(similarities(template, landmarks), corners)


def template_box(box: ArrayLike, template: ArrayLike, landmarks: ArrayLike) -> NDArray[np.float64]:
    """A box drawn on the template face, carried to each face: a rectangle turned with it.

    Args:
        box: left, top, right and bottom edge in pixels of the template face.
        template: (P, 2) landmarks of the template face, such as :func:`template_landmarks`.
        landmarks: (n, P, 2) landmarks of the faces, in pixels of their crops or of any images.

    Returns:
        (n, 4, 2) float64 corners in pixels of those crops or images, from the left upper one of the
        template clockwise; NaN where all landmarks of a face coincide.

    Raises:
        InputError: the box has no extent or is not finite; and as :func:`similarities` raises it.
        LandmarksError: as :func:`similarities` raises it.

    Example:
        >>> template = template_landmarks()
        >>> upside_down = 224 - template
        >>> template_box([90, 130, 134, 155], template, [upside_down]).round(6).tolist()
        [[[134.0, 94.0], [90.0, 94.0], [90.0, 69.0], [134.0, 69.0]]]
    """
    edges = corners_of(box, "template_box")
    if edges.shape != (4,) or not np.isfinite(edges).all() or not (edges[:2] < edges[2:]).all():
        raise InputError(
            f"template_box: found the box {edges.tolist()}; expected four finite numbers x0, y0, "
            "x1, y1 in pixels of the template face, with x0 < x1 and y0 < y1"
        )
    left, top, right, bottom = edges
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return template_polygon(corners, template, landmarks)
