"""Pictures and scores of faces as the networks before and after a directed run look at them."""

from collections.abc import Set
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explorer.answer_maps import cam_of_answer, scores_of_cam
from heed.explorer.audited import Audited, Conditions
from heed.explorer.directed_networks import RoleAnswers, RunAnswers
from heed.explorer.lines import outline
from heed.explorer.tiles import check_layers, encoded, laid, stored_faces
from heed.masks.packing import unpack

LAYERS: Final = ("map", "mask", "active", "region")
"""What may lie over a face; ``region`` is the one that the maps were led to."""


def directed_cam(
    audited: Audited,
    found: RunAnswers,
    role: str,
    image: str,
    attribute: str,
    conditions: Conditions,
) -> NDArray[np.float32]:
    """A map as pixels, as the audit would score it: (S, S) float32, 0 everywhere or in 0..1.

    Args:
        audited: whose face it is.
        found: what the networks of the run said of it.
        role: which of them, one of :data:`heed.explorer.study_networks.ROLES`.
        image: one of those that they were asked about.
        attribute: whose map.
        conditions: of which target, and by which rule placed; the method is that of the answers.

    Raises:
        InputError: the network could not be asked, or has no map of that kind.
    """
    of = _of(audited, found, role)
    audited.check("image", image, tuple(of.answers))
    if conditions.placement not in of.placements:
        raise InputError(
            f"placement: found {conditions.placement!r}, and where the cells of {of.name} lie by "
            f"that rule could not be told; expected {' or '.join(of.placements) or 'none'}"
        )
    place = audited.attribute_place(attribute)
    label = int(stored_faces(audited).label(attribute)[audited.place(image)])
    placement = of.placements[conditions.placement]
    return cam_of_answer(of.answers[image], place, conditions, placement, audited.size, label)


def directed_tile(
    audited: Audited,
    found: RunAnswers,
    role: str,
    image: str,
    attribute: str,
    conditions: Conditions,
    *,
    layers: Set[str] = frozenset({"map", "mask", "active", "region"}),
    side: int = 224,
) -> bytes:
    """A face with the map of one of a run's networks, drawn as :func:`heed.explorer.tiles.tile` is.

    Args:
        audited: whose face it is.
        found: as of :func:`directed_cam`, and so ``role``, ``image`` and ``attribute``.
        role: which network.
        image: which face.
        attribute: whose map.
        conditions: what the map is taken, placed, masked and counted by.
        layers: of :data:`LAYERS`; ``mask`` is that of ``conditions``,
            ``region`` the one that the run led this attribute's maps to, if it did.
        side: of the picture, in pixels.

    Returns:
        A picture of :data:`heed.explorer.tiles.MEDIA_TYPE`.

    Raises:
        InputError: as :func:`directed_cam`; or a layer or a mask is not there.
    """
    check_layers(layers, LAYERS)
    faces = stored_faces(audited)
    cam = directed_cam(audited, found, role, image, attribute, conditions)
    counted = _counted(audited, image, conditions)
    lines = {}
    if "mask" in layers:
        lines["mask"] = outline(faces.mask(image, attribute, conditions.mask) & counted)
    if "active" in layers:
        lines["active"] = outline((cam > conditions.threshold) & counted)
    if "region" in layers:
        region = led_region(audited, found, image, attribute)
        lines["region"] = [] if region is None else outline(region)
    return encoded(laid(faces.crop(image), cam if "map" in layers else None, lines, side))


def directed_scores(
    audited: Audited,
    found: RunAnswers,
    role: str,
    image: str,
    attribute: str,
    conditions: Conditions,
) -> dict[str, float]:
    """Logit and contribution, and what a map scores.

    Args:
        audited: whose face it is.
        found: as of :func:`directed_cam`, and so are the others.
        role: which network.
        image: which face.
        attribute: whose map.
        conditions: what the map is taken, placed, masked and counted by.

    Returns:
        ``logit``; ``contribution``, NaN where the head is not affine; ``active_area``, ``amr`` and
        ``proportional_energy`` against the mask of the conditions; ``region_energy``, PE in the
        region that the run led this attribute's maps to, NaN where it led others.

    Raises:
        InputError: as :func:`directed_cam`.
    """
    cam = directed_cam(audited, found, role, image, attribute, conditions)
    answer, place = found.roles[role].answers[image], audited.attribute_place(attribute)
    counted = _counted(audited, image, conditions)
    mask = stored_faces(audited).mask(image, attribute, conditions.mask)
    region = led_region(audited, found, image, attribute)
    in_region = scores_of_cam(cam, region, counted, conditions.threshold)["proportional_energy"]
    return {
        "logit": float(answer.logits[place]),
        "contribution": float(answer.contribution[place]),
        **scores_of_cam(cam, mask, counted, conditions.threshold),
        "region_energy": in_region,
    }


def led_region(
    audited: Audited, found: RunAnswers, image: str, attribute: str
) -> NDArray[np.bool_] | None:
    """The region that a run led an attribute's maps to, on one face, by its five landmarks.

    Returns:
        (S, S) bool; None where the run led the maps of other attributes.
    """
    if attribute not in found.pairs:
        return None
    from heed.attention.regions import pair_masks  # it imports torch, which takes seconds

    landmarks = stored_faces(audited).landmarks(image)[None]
    return unpack(pair_masks(found.pairs[attribute], landmarks, found.crop))[0]


def _of(audited: Audited, found: RunAnswers, role: str) -> RoleAnswers:
    audited.check("role", role, tuple(found.roles))
    of = found.roles[role]
    if of.problem is not None:
        raise InputError(of.problem)
    return of


def _counted(audited: Audited, image: str, conditions: Conditions) -> NDArray[np.bool_]:
    counted = stored_faces(audited).counted(image, conditions.filled)
    return np.ones((audited.size, audited.size), np.bool_) if counted is None else counted
