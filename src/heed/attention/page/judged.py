"""What was trained how often, and judged on how many faces."""

import pandas as pd

from heed.attention.page.found import Found
from heed.attention.page.paper import weighed
from heed.attention.page.question import Question
from heed.attention.page.words import called_of
from heed.attention.schema import CONCEALED
from heed.attention.tables.printed import SET_WORDS, Printed
from heed.attention.tables.study import Study
from heed.base.names import readable
from heed.pages.wording import listed, sentence


def judged(found: Found) -> Question:
    """On how many faces and trainings does this rest?"""
    study = found.study
    runs, sets = found.tables["runs"], found.tables["sets"]
    by_count = runs.groupby("seeds", sort=False)["run"].agg(list)
    clauses = [
        f"{listed([called_of(study, name) for name in names])} "
        f"{'was' if len(names) == 1 else 'were'} trained with {count} "
        f"{'seed' if count == 1 else 'seeds'}{' each' if len(names) > 1 else ''}"
        for count, names in by_count.items()
    ]
    answer = [sentence([clause]) for clause in clauses]
    if (runs["seeds"] == 1).any():
        answer.append(
            "Where there is one seed, intervals are over faces alone: how far another training "
            "would differ is not known."
        )
    small = sets[sets["faces"] < found.few]
    if len(small):
        names = [
            f"{row.set} of {study.pair_label(row.pair)} ({row.faces})" for row in small.itertuples()
        ]
        answer.append(f"Sets of fewer than {found.few} faces tell little: {listed(names)}.")
    return Question(
        "faces",
        "On how many faces and trainings does this rest?",
        tuple(answer),
        "Faces of one person are drawn together when intervals are made. The networks before, the "
        "control and guided runs of one seed are compared with each other, face by face.",
        tables=(
            ("Networks and runs", printed_runs(runs, study)),
            ("Test faces of every set", printed_sets(sets, study)),
        ),
        unfolded=True,
    )


def printed_sets(sets: pd.DataFrame, study: Study) -> Printed:
    """How many faces each set has, a row per pair."""
    names = list(dict.fromkeys(sets["set"]))
    rows = []
    for pair, of_pair in sets.groupby("pair", sort=False):
        faces = of_pair.set_index("set")["faces"]
        first = of_pair.iloc[0]
        rows.append(
            [
                f"{study.pair_label(str(pair))} / {readable(first['confounder'])}",
                *(f"{faces[name]:,}" if name in faces.index else "" for name in names),
            ]
        )
    words = {"E1": "E1", "E2": "E2"}
    headings = ["Attribute / confounder", *(words.get(name, SET_WORDS[name]) for name in names)]
    concealed_words = " and ".join(SET_WORDS[name] for name in CONCEALED)
    return Printed(headings, rows, f"Faces of {concealed_words} are test faces, evenly spaced.")


def printed_runs(runs: pd.DataFrame, study: Study) -> Printed:
    """What each network and run is, a row each."""
    rows = []
    for row in runs.itertuples():
        run = study.runs.get(row.run)
        images = row.images.replace("_", " ")
        rows.append(
            [
                study.full_label(row.run),
                row.run,
                listed([study.pair_label(pair) for pair in run.pairs]) if run else "",
                weighed(run.weights) if run else "",
                images if run is None or run.guided else "",
                f"{row.seeds}",
            ]
        )
    note = (
        "Weights are those of the attributes' loss and of the map loss. Images are those that a "
        "network is trained on, or those that a run's map loss is of."
    )
    headings = ["Network", "Name", "Led by", "Weights", "Images", "Seeds"]
    return Printed(headings, rows, note)
