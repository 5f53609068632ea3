"""All figures that show single faces: which faces, maps and masks each of them is drawn from."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from heed.audit.figures.amr_explained import choose_amr_explained, draw_amr_explained
from heed.audit.figures.audited import Faces, Maps
from heed.audit.figures.catalogue import of_kind
from heed.audit.figures.corner_failures import (
    CornerFailure,
    choose_corner_failures,
    draw_corner_failures,
    peaks_in_corner,
)
from heed.audit.figures.frontal_and_not import choose_frontal_and_not, draw_frontal_and_not
from heed.audit.figures.landmark_shift import choose_landmark_shift, draw_landmark_shift, in_crop
from heed.audit.figures.masks import draw_masks
from heed.audit.figures.targets import choose_targets, draw_targets
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.figures.picture_grid import note
from heed.masks.mask_version import MASK_SCALE
from heed.masks.packing import unpack

CHUNK = 256  # maps are stored, and so read, in chunks of as many faces


def face_figures(
    faces: Faces,
    maps: Maps,
    count: int,
    target_attributes: Sequence[str],
    shift: tuple[float, float],
    scale: float,
) -> dict[str, Callable[[], Figure]]:
    """What draws each figure of the catalogue that shows single faces.

    Args:
        faces: of the audited partition.
        maps: of the audited faces.
        count: how many faces a figure shows side by side.
        target_attributes: the attributes of the figures of targets.
        shift: the constant shift of landmarks, pixels to the right and down.
        scale: of the crops, in eye-mouth distances.

    Returns:
        Per name, in the order of the catalogue, a function without arguments.

    Raises:
        ValueError: if the catalogue lists other figures.
    """
    drawings: dict[str, Callable[[], Figure]] = {
        "landmark_shift": partial(_landmark_shift, faces, count, shift, scale),
        "frontal_and_not": partial(_frontal_and_not, faces, count),
        "amr_explained": partial(_amr_explained, faces, maps),
        "corner_failures": partial(_corner_failures, faces, maps, count),
    }
    for number, attribute in enumerate(target_attributes, 1):
        drawings[f"targets_{number}"] = partial(_targets, faces, maps, count, attribute)
    for version in ("1", "2", "3"):
        drawings[f"masks_{version}"] = partial(_masks, faces, maps, version)
    listed = [entry.name for entry in of_kind("faces")]
    if set(listed) != set(drawings):
        raise ValueError(
            "heed.audit.figures.face_figures and heed.audit.figures.catalogue differ: not drawn "
            f"{', '.join(sorted(set(listed) - set(drawings))) or 'none'}; not in the catalogue "
            f"{', '.join(sorted(set(drawings) - set(listed))) or 'none'}. Add what is missing"
        )
    return {name: drawings[name] for name in listed}


def _landmark_shift(faces: Faces, count: int, shift: tuple[float, float], scale: float) -> Figure:
    audited = faces.audited
    size = len(faces.crops[int(audited[0])])
    aligned, exact = faces.aligned[audited], faces.exact[audited]
    shifted, unshifted = (in_crop(aligned, by, size, scale) for by in (shift, (0, 0)))
    rows = choose_landmark_shift(exact, shifted, count)
    points = (exact[rows], unshifted[rows], shifted[rows])
    return draw_landmark_shift(faces.pictures(audited[rows]), *points, shift)


def _frontal_and_not(faces: Faces, count: int) -> Figure:
    kept, left_out = (
        (faces.pictures(rows), faces.landmarks[rows], faces.ratio[rows])
        for rows in choose_frontal_and_not(faces.ratio, faces.kept, count)
    )
    return draw_frontal_and_not(kept, left_out, faces.threshold)


def _amr_explained(faces: Faces, maps: Maps) -> Figure:
    model, scores = next(iter(maps.scores.items()))
    chosen = choose_amr_explained(scores)
    if chosen is None:
        return note(f"No map of the network {model} has an active pixel and a mask.")
    row, index = chosen
    masks = maps.masks[maps.version]
    region = masks.packed(slice(row, row + 1))[0, masks.region_of_attribute[index]]
    face = faces.crops[int(faces.audited[row])]
    cam = normalise(np.asarray(maps.signed[model][row, index]), len(face))
    return draw_amr_explained(face, cam, unpack(region), ATTRIBUTES[index], model, maps.threshold)


def _targets(faces: Faces, maps: Maps, count: int, attribute: str) -> Figure:
    index = ATTRIBUTE_INDEX[attribute]
    first = next(iter(maps.scores.values()))
    rows = choose_targets(first.labels[:, index], first.logits[:, index], count)
    return draw_targets(
        attribute,
        faces.pictures(faces.audited[rows]),
        first.labels[rows, index],
        {model: scores.logits[rows, index] for model, scores in maps.scores.items()},
        {m: np.stack([np.asarray(raw[row, index]) for row in rows]) for m, raw in maps.raw.items()},
    )


def _corner_failures(faces: Faces, maps: Maps, count: int) -> Figure:
    audited = faces.audited
    failures, counts = {}, {}
    for model, scores in maps.scores.items():
        cams = maps.signed[model]
        chunks = [slice(start, start + CHUNK) for start in range(0, len(audited), CHUNK)]
        in_corner = np.concatenate([peaks_in_corner(np.asarray(cams[chunk])) for chunk in chunks])
        counts[model] = (int(in_corner.sum()), in_corner.size)
        failures[model] = [
            CornerFailure(
                face=faces.crops[int(audited[row])],
                cam=np.asarray(cams[row, index]),
                attribute=ATTRIBUTES[index],
                label=int(scores.labels[row, index]),
                logit=float(scores.logits[row, index]),
                amr=float(scores.values["amr"][row, index]),
            )
            for row, index in choose_corner_failures(in_corner, scores.logits, count)
        ]
    return draw_corner_failures(failures, counts)


def _masks(faces: Faces, maps: Maps, version: str) -> Figure:
    """The masks over the face that looks most straight into the camera."""
    if version not in maps.masks:
        return note(f"Masks version {version} are made for crops of crop.scale {MASK_SCALE} only.")
    row = int(np.argmin(faces.ratio[faces.audited]))
    masks = maps.masks[version]
    regions = unpack(masks.packed(slice(row, row + 1))[0])
    face = faces.crops[int(faces.audited[row])]
    return draw_masks(face, regions, masks.region_of_attribute.tolist())
