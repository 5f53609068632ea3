"""What is seen, as files: the scores of all chosen faces, and a picture of a page of them."""

from dataclasses import asdict
from typing import Final

import numpy as np
import pandas as pd

from heed.base.errors import InputError
from heed.explorer.audited import Audited
from heed.explorer.choice import chosen
from heed.explorer.score_columns import GROUPS, SCORES, columns
from heed.explorer.tiles import encoded, resized, stored_faces, tile_pixels
from heed.explorer.view import View

PER_PAGE: Final = 24
"""Faces that are shown at once: whole rows of 2, 3, 4 and 6."""

SIDE: Final = 224
"""Pixels of a face in a saved picture."""

SHOWN_LAYERS: Final = frozenset({"map", "mask", "active", "evidence"})
"""What lies over a face in a list."""


def faces_csv(audited: Audited, view: View) -> bytes:
    """The chosen faces, a row for each face and network.

    Returns:
        ``image``, ``network``, ``attribute``, ``label``, ``group`` and each of
        :data:`heed.explorer.score_names.SCORES`, empty where missing; then what they were taken
        under.
    """
    by_network = {
        network: columns(audited, network, view.attribute, view.conditions())
        for network in view.networks
    }
    rows = chosen(by_network[view.networks[0]], audited.images, view.choice())
    conditions = view.conditions()
    parts = []
    for network, found in by_network.items():
        part = pd.DataFrame({"image": [audited.images[row] for row in rows.tolist()]})
        part["network"], part["attribute"] = network, view.attribute
        part["label"] = found.label[rows]
        part["group"] = np.array(GROUPS)[found.group[rows]]
        values = found.values  # noqa: PD011 (no data frame's)
        for score in SCORES:
            part[score] = values[score][rows]
        for name, value in asdict(conditions).items():
            part[name] = value
        parts.append(part)
    return pd.concat(parts).to_csv(index=False, lineterminator="\n").encode()


def faces_png(audited: Audited, view: View) -> bytes:
    """One page of the chosen faces, as the page shows it: a row for each face.

    Returns:
        A PNG: the photograph, then the maps of the networks, with outlines.
    """
    found = columns(audited, view.networks[0], view.attribute, view.conditions())
    rows = chosen(found, audited.images, view.choice())
    first = (min(view.page, max(1, -(-len(rows) // PER_PAGE))) - 1) * PER_PAGE
    images = [audited.images[row] for row in rows[first : first + PER_PAGE].tolist()]
    if not images:
        raise InputError("No face is left by these filters: there is nothing to save")
    faces = stored_faces(audited)
    strips = [
        np.concatenate(
            [
                resized(faces.crop(image), SIDE),
                *(
                    tile_pixels(
                        audited,
                        image,
                        view.attribute,
                        network,
                        view.conditions(),
                        layers=SHOWN_LAYERS,
                        side=SIDE,
                    )
                    for network in view.networks
                ),
            ],
            axis=1,
        )
        for image in images
    ]
    across = max(1, 12 // (1 + len(view.networks)))
    blank = np.full_like(strips[0], 255)
    strips += [blank] * (-len(strips) % across)
    lines = [np.concatenate(strips[i : i + across], axis=1) for i in range(0, len(strips), across)]
    return encoded(np.concatenate(lines), "png")
