"""What the cards of all networks of a page share: evaluation, use, limits, ethics."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from heed.audit.page.reported import Settings
from heed.audit.page.trained import kind_of_faces
from heed.pages.wording import listed, networks

USE: Final = (
    "To study where such networks look, and how well masks and scores measure that.",
    "Not for judging persons: neither to identify, choose, rate or watch anybody, nor to say what "
    "somebody is, feels or believes.",
)

LABELS: Final = (
    "Each label is a yes or a no that was given to a face at sight: a perception, and not what a "
    "person is or says of themselves. Attractive, Chubby, Young and Male are such labels, and two "
    "values have no room for whoever fits neither."
)

DRAWN: Final = (
    "Drawn faces show nobody. But their attributes are as common as CelebA's labels are, and go "
    "along with each other as those do: the habits of whoever labelled are in them."
)

PHOTOGRAPHS: Final = (
    "CelebA's photographs show celebrities: what holds of them need not hold of other people. Its "
    "terms are non-commercial research, and no redistribution."
)

MISUSE: Final = (
    "A network that looks where it should can still be wrong, and one that is right can still be "
    "misused: a high AMR gives no licence to judge people."
)


def evaluated(audit: Mapping[str, Any], settings: Settings) -> str:
    """What the networks were evaluated on.

    Args:
        audit: the content of ``metrics/audit.json``.
        settings: parameters by key.
    """
    faces, persons = audit["faces"], audit["persons"]
    of = f" of {persons:,} persons" if persons != faces else ""
    frontal = settings["frontal"]
    rule = f" (frontal.threshold {frontal['threshold']})" if "threshold" in frontal else ""
    return (
        f"{faces:,} {kind_of_faces(settings)}{of}: the frontal faces of the "
        f"{frontal['partition']} partition{rule}."
    )


def limits(audit: Mapping[str, Any], settings: Settings) -> list[str]:
    """What the numbers do not tell.

    Args:
        audit: the content of ``metrics/audit.json``.
        settings: parameters by key.
    """
    drawn = settings["data"]["source"] == "synthetic"
    found = [
        "Frontal faces alone: how the networks do by other poses is not measured.",
        "What holds of drawn faces need not hold of photographs."
        if drawn
        else "An error is a disagreement with CelebA's label, which may be wrong itself.",
    ]
    models = audit["models"]
    counts = {name: of["pe_attributes"] for name, of in models.items()}
    if few := {name: count for name, count in counts.items() if count < max(counts.values())}:
        told = listed([f"{count} attributes for {networks([name])}" for name, count in few.items()])
        found.append(
            f"The PE gap is over {told}: of each of the others, one class is predicted for fewer "
            f"than {settings['aggregate']['least_faces']} faces."
        )
    if once := [name for name, of in models.items() if of["replicates"] == 1]:
        found.append(
            f"Of {networks(once)} there is one training: another one may give numbers outside the "
            "intervals."
        )
    found.append(
        f"Maps are by one method, {settings['cam']['method']}, at one layer: they show which "
        "features an answer follows from there, and not why the network learnt them."
    )
    return found


def ethics(settings: Settings) -> Sequence[str]:
    """What has to be thought of with such labels.

    Args:
        settings: parameters by key.
    """
    return LABELS, DRAWN if settings["data"]["source"] == "synthetic" else PHOTOGRAPHS, MISUSE
