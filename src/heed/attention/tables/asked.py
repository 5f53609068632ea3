"""What was trained, how often, and on how many faces it is judged."""

from typing import Any

import pandas as pd

from heed.attention.run_settings import RunParams
from heed.attention.schema import CONCEALED, TEST
from heed.attention.tables.answered import Answered
from heed.attention.tables.study import Study
from heed.celeba.attributes import ATTRIBUTE_INDEX


def sets_table(study: Study, answered: Answered) -> pd.DataFrame:
    """How many faces there are to each number.

    Returns:
        ``pair``, ``attribute``, ``confounder``, ``set``, ``faces``, ``persons`` and ``positives``,
        those of the faces that have the attribute.
    """
    rows: list[dict[str, Any]] = []
    for name, pair in study.pairs.items():
        of_sets = answered.rows(pair)
        for of_set in (TEST, *CONCEALED, "E1", "E2"):
            asked = answered.sets.get(TEST if of_set in of_sets else of_set)
            if asked is None:
                continue
            chosen = of_sets.get(of_set)
            labels = asked.labels[:, ATTRIBUTE_INDEX[pair.attribute]]
            persons = asked.persons
            if chosen is not None:
                labels, persons = labels[chosen], persons[chosen]
            rows.append(
                {
                    "pair": name,
                    "attribute": pair.attribute,
                    "confounder": pair.confounder,
                    "set": of_set,
                    "faces": len(labels),
                    "persons": len(set(persons.tolist())),
                    "positives": int(labels.sum()),
                }
            )
    return pd.DataFrame(rows)


def runs_table(study: Study, answered: Answered) -> pd.DataFrame:
    """What each network and run is.

    Returns:
        ``run``, ``label``, ``kind`` (``start``, ``network``, ``control`` or ``guided``), ``loss``
        and ``pairs`` (by which it is led; both empty for networks), ``w_a`` and ``w_g``,
        ``images`` (which the map loss is of, or which a network is trained on), ``seeds``.
    """
    rows = []
    for name in study.names:
        run = study.runs.get(name)
        rows.append(
            {
                "run": name,
                "label": study.labels[name],
                "kind": _kind(study, name, run),
                "loss": run.loss if run else "",
                "pairs": " ".join(run.pairs) if run else "",
                "w_a": run.weights[0] if run else float("nan"),
                "w_g": run.weights[1] if run else float("nan"),
                "images": run.images if run else study.networks[name].of,
                "seeds": len(answered.right[name, TEST][0]),
            }
        )
    return pd.DataFrame(rows)


def _kind(study: Study, name: str, run: RunParams | None) -> str:
    if run is None:
        return "start" if name == study.start else "network"
    return "guided" if run.guided else "control"
