"""Every figure of the study of AFFACT: its name, its number in the report, and its sentence.

Names are those of the files and of the modules that draw them; a figure that there is once for
each network has the network's name behind it (``error_by_set_affact``). ``Entry.thesis`` is here
the number in Chavannes & Rutishauser 2021.
"""

from collections.abc import Callable, Mapping
from typing import Final

from matplotlib.figure import Figure

from heed.figures.registry import Entry, Kind

Drawings = dict[str, Callable[[], Figure]]
"""By name, what draws a figure."""

# Numbers of figures that show one network, by the network that it stands for.
ERROR_BY_SET: Final = {"resnet51s": "3.3", "affact": "6.1"}
DECISIONS_OF_FACES: Final = {"resnet51s": "A.1", "affact": "A.2"}

_PUBLISHED = "Diamonds: the same, published for what the networks stand for."


# fmt: off
def figures(networks: Mapping[str, str | None]) -> list[Entry]:
    """The figures of a study of some networks, in the order of the report.

    Args:
        networks: by name the published network that it stands for, a key of
            :data:`ERROR_BY_SET` or another name; None: it stands for none.
    """
    first = next(iter(networks), "")
    return [
        *(Entry(f"error_by_set_{name}", "numbers", ERROR_BY_SET.get(published or ""),
                f"Error of {name} by test set",
                f"Error rate of {name} per attribute on the test sets A (cut out by landmarks), C "
                "(ten crops), D (by the detector's box) and T (D, transformed at random), below "
                "that of always deciding for the majority class of training. Bars are cut at 15 %, "
                f"with the value beside the cut. {_PUBLISHED} Last row: mean over attributes.")
          for name, published in networks.items()),
        Entry("overall_by_set", "numbers", "3.4", "Overall error by test set",
              "Error rate of each network on each test set, mean over attributes, with bootstrap "
              "intervals over faces where the table has them. Outlined in black: published values. "
              "Dashed: always the majority class of training."),
        *(Entry(f"relative_error_{name}", "numbers", None, f"Error of {name} against {first}",
                f"Difference of the error rate of {name} from that of {first}, in percent of "
                "the latter, per attribute and test set; greatest gain on top, last row: the mean "
                f"errors compared. Bars are cut at 100 %. {_PUBLISHED}")
          for name in networks if name != first),
        Entry("training_curves", "numbers", None, "Training",
              "Loss and error rates per epoch, and the learning rate of networks that are trained "
              "with schedule plateau. Circles: epochs that begin with a lower rate."),
        Entry("augmentation_steps", "faces", "4.1", "Random transforms",
              "What each random transform of the training does to a face, alone, and in the last "
              "row all of them one after the other. A column is one draw."),
        Entry("faces_judged", "faces", "3.5, 6.2", "Faces and how well they are judged",
              "Faces of one test set, as the networks saw them, with the share of the 40 "
              "attributes that each network decides as labelled. They spread evenly, from the "
              "best to the worst, over the mean of these shares."),
        Entry("colour_temperatures", "faces", "7.2", "Colour temperatures",
              "A face as it is and under light of each colour temperature, in kelvin."),
        *(Entry(f"decisions_of_faces_{name}", "faces", DECISIONS_OF_FACES.get(published or ""),
                f"Decisions of {name}",
                f"What {name} decides about each attribute of the faces of faces_judged. "
                "Dark, with a cross: not as labelled. Last row: share of right decisions.")
          for name, published in networks.items()),
    ]
# fmt: on


def of_kind(networks: Mapping[str, str | None], kind: Kind) -> list[Entry]:
    """The figures of one kind, in the order of the report."""
    return [entry for entry in figures(networks) if entry.kind == kind]


def in_order(drawings: Drawings, networks: Mapping[str, str | None], kind: Kind) -> Drawings:
    """Drawings in the order of the report.

    Raises:
        ValueError: if they are not the figures of the kind that :func:`figures` lists.
    """
    listed = [entry.name for entry in of_kind(networks, kind)]
    if set(listed) != set(drawings):
        raise ValueError(
            f"what is drawn and heed.affact.figures.catalogue differ in "
            f"{', '.join(sorted(set(listed) ^ set(drawings)))}; add what is missing"
        )
    return {name: drawings[name] for name in listed}
