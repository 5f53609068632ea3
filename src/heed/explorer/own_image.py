"""Images of one's own, explained on the spot by every network of an audit. Nothing is written."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import HeedError, InputError
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.explorer.answer_maps import cam_of_answer, scores_of_cam
from heed.explorer.audited import Audited, Conditions
from heed.explorer.drawn_masks import region_of
from heed.explorer.lines import outline
from heed.explorer.own_networks import Answer, OwnNetworks, answers_of
from heed.explorer.own_photograph import OwnCrop, own_crop
from heed.explorer.tiles import check_layers, encoded, laid, resized
from heed.geometry.settings import CropParams
from heed.masks.catalogue import VERSIONS
from heed.masks.packing import unpack
from heed.masks.regions import region_of_attribute

_OPENING: Final = Lock()
"""One image is decoded at a time: of 25 million pixels it takes 200 MB."""

_networks: WeakKeyDictionary[Audited, OwnNetworks] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class OwnImage:
    """An image of one's own, and what the networks say of it.

    Attributes:
        name: of its file.
        problem: why there is nothing else; None where there is.
        crop: the face, and how it was found.
        answers: by network, such as ``balanced/1``.
        problems: a sentence for each network that could not be asked.
    """

    name: str
    problem: str | None = None
    crop: OwnCrop | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def own_image(audited: Audited, data: bytes, name: str) -> OwnImage:
    """Find the face of an image, crop it as the audit does, and ask every network.

    Args:
        audited: the audit.
        data: the file's bytes, which are not trusted.
        name: its name, for messages.

    Returns:
        What was found; whatever is wrong with the image is its ``problem``, a sentence.
    """
    try:
        with _OPENING:
            found = own_crop(data, name, load(CropParams, audited.path / "params.yaml"))
    except HeedError as error:
        return OwnImage(name, str(error))
    networks = _networks.get(audited)
    networks = networks or _networks.setdefault(audited, OwnNetworks(audited))
    answers, problems = answers_of(networks, audited.networks, found.pixels)
    if not answers:
        return OwnImage(name, " ".join(problems), found)
    return OwnImage(name, None, found, answers, tuple(problems))


def own_cam(
    audited: Audited, own: OwnImage, attribute: str, network: str, conditions: Conditions
) -> NDArray[np.float32]:
    """A map as pixels, as it would be scored: (S, S) float32, 0 everywhere or in 0..1.

    Raises:
        InputError: the target needs a label, which such an image has not; or what is asked for is
            not there.
    """
    answer, index = _answer(audited, own, network), audited.attribute_place(attribute)
    if conditions.target not in ("positive", "predicted"):
        raise InputError(
            f"target: found {conditions.target!r}, which needs a label, and an image of your own "
            "has none; expected positive or predicted"
        )
    placements = audited.placements_of(network)
    audited.check("placement", conditions.placement, tuple(placements))
    placement = placements[conditions.placement]
    return cam_of_answer(answer, index, conditions, placement, audited.size)


def own_mask(
    audited: Audited, own: OwnImage, attribute: str, version: str
) -> NDArray[np.bool_] | None:
    """Where a classifier should look, (S, S) bool; None of ``evidence``, which drawn faces have.

    Versions 1 to 3 and regions, named or just drawn, follow the landmarks that were found.

    Raises:
        InputError: it is a region that cannot be drawn.
    """
    landmarks = _crop(own).landmarks[None]
    region = region_of(audited.path, version, attribute)  # also where the audit has its masks
    if region is not None:
        if attribute in region.attributes:
            return unpack(region.masks(landmarks, audited.size))[0]
        version = str(region.base)
    if version not in VERSIONS:
        return None
    drawn = VERSIONS[version]
    place = region_of_attribute(drawn.regions, ATTRIBUTES)[audited.attribute_place(attribute)]
    return unpack(drawn.masks(landmarks, audited.size)[0, place])


def own_tile(
    audited: Audited,
    own: OwnImage,
    attribute: str,
    network: str,
    conditions: Conditions,
    *,
    layers: Set[str] = frozenset({"map", "mask"}),
    side: int = 224,
) -> bytes:
    """An image of one's own with a map over it, drawn as :func:`heed.explorer.tiles.tile` does.

    Args:
        audited: the audit.
        own: without a problem.
        attribute: whose map.
        network: one of the answers.
        conditions: what the map is taken, placed and masked by.
        layers: what to draw; a mask where its version can be drawn by landmarks.
        side: of the picture, in pixels.

    Raises:
        InputError: as :func:`own_cam`; or a layer is not known.
    """
    check_layers(layers)
    crop = _crop(own)
    counted = _counted(crop, conditions)
    cam = None
    lines = {}
    if "mask" in layers:
        mask = own_mask(audited, own, attribute, conditions.mask)
        lines["mask"] = [] if mask is None else outline(mask & counted)
    if layers & {"map", "active"}:
        cam = own_cam(audited, own, attribute, network, conditions)
        if "active" in layers:
            lines["active"] = outline((cam > conditions.threshold) & counted)
    return encoded(laid(crop.pixels, cam if "map" in layers else None, lines, side))


def own_face(own: OwnImage, side: int = 224) -> bytes:
    """The crop alone, as a picture."""
    return encoded(resized(_crop(own).pixels, side))


def own_scores(
    audited: Audited, own: OwnImage, attribute: str, network: str, conditions: Conditions
) -> dict[str, float]:
    """Logit, contribution, AMR, PE and active area of a map of one's own image.

    AMR and PE are NaN where there is no mask. Pixels beyond the image count, or do not, as
    ``conditions.filled`` says.

    Raises:
        InputError: as :func:`own_cam`.
    """
    answer, index = _answer(audited, own, network), audited.attribute_place(attribute)
    cam = own_cam(audited, own, attribute, network, conditions)
    mask = own_mask(audited, own, attribute, conditions.mask)
    found = scores_of_cam(cam, mask, _counted(_crop(own), conditions), conditions.threshold)
    return {
        "logit": float(answer.logits[index]),
        "contribution": float(answer.contribution[index]),
        **found,
    }


def _answer(audited: Audited, own: OwnImage, network: str) -> Answer:
    if own.problem is not None:
        raise InputError(own.problem)
    audited.check("network", network, tuple(own.answers))
    return own.answers[network]


def _crop(own: OwnImage) -> OwnCrop:
    if own.crop is None:
        raise InputError(own.problem or f"{own.name}: has no crop")
    return own.crop


def _counted(crop: OwnCrop, conditions: Conditions) -> NDArray[np.bool_]:
    return crop.counted if conditions.filled == "leave_out" else np.ones_like(crop.counted)
