"""Searches the training's hyper-parameters; no stage of the pipeline, as it ends where you end it.

``search.py`` runs the trials that are missing, resuming what was killed, and writes the results.
``search.py --adopt NAME`` writes the best setting into params.yaml, as an entry NAME of
``networks``, or of ``extensions`` if it starts from another's weights.
"""

from heed.pipeline.stage import run

import argparse
from functools import partial
from pathlib import Path

import optuna
import pandas as pd
import yaml

from heed.affact import paths
from heed.affact.augmentation import Augmentation
from heed.affact.figures.parallel_coordinates import draw_parallel_coordinates
from heed.affact.partition_photographs import photographs
from heed.affact.search import default_choice, entry_of, load_search
from heed.affact.settings import (
    AugmentationParams,
    ExtensionParams,
    NetworkParams,
    augmentation_of,
    key_of,
    load_networks,
)
from heed.base.errors import MissingFileError
from heed.base.files import write_csv, write_text
from heed.base.partitions import PARTITIONS
from heed.base.settings import ParamsError, load, named_file_digest, read
from heed.celeba.settings import DataParams
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.geometry.settings import CropParams
from heed.search.adopt import adopted, entry_text
from heed.search.identity import identity
from heed.search.objective import Training
from heed.search.space import SearchParams, Start
from heed.search.study import Study
from heed.search.trials import best_number, choice_in, trials_table
from heed.search.work import work
from heed.search.workers import parent_lives, run_workers
from heed.training.fingerprint import Part
from heed.training.settings import LoaderParams

FACES, CONTENTS = Path(paths.FACES), Path(paths.CONTENTS)
TRIALS = Path(paths.TRIALS)
BEST = Path(paths.BEST)
FIGURE = "parallel_coordinates"


def main() -> None:
    """Search, or write what a search has found into params.yaml."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--adopt", metavar="NAME", help="write the best setting as an entry NAME")
    name = parser.parse_args().adopt
    if name is None:
        search()
    else:
        adopt(name)


def search() -> None:
    """Run the trials; write their table, their figure and the best setting."""
    params, base = load_search()
    # A folder of no stage: DVC would empty it before each run.
    folder = Path(paths.SEARCHES, identity(params, *dependencies(params, base)))
    study = open_study(folder, params, base)
    study.wait_for_signs_of_life()
    study.close()
    run_workers(params.workers, partial(worker, folder))
    study = open_study(folder, params, base)
    table = trials_table(study.finished())
    study.close()
    write_csv(table, TRIALS)
    drawings = {FIGURE: partial(draw_parallel_coordinates, table, params.space)}
    write_figures(drawings, load(FiguresParams).dpi, paths.SEARCH_PICTURES, paths.SEARCH_DRAWINGS)
    number = best_number(table)
    entry = entry_of(choice_in(table, number), params, base)
    error = table.set_index("number").loc[number, "error"]
    comment = f"trial {number} of {len(table)} of stages/search.py: validation error {error:.2%}"
    write_text(entry_text("searched", entry, comment), BEST)
    print(f"search: {len(table)} trials; the best is number {number}, error {error:.2%}")
    print("to train it: python stages/search.py --adopt searched; dvc repro")


def worker(folder: Path) -> None:
    """Run trials until none is left; one of several processes."""
    params, base = load_search()
    data, crop, augmentation = load(DataParams), load(CropParams), transforms_of(params, base)
    faces = chosen_faces(params)
    training, validation = (
        photographs(
            faces,
            partition,
            data,
            crop,
            augmentation,
            seed=base.training.seed,
        )
        for partition in ("train", "validation")
    )
    objective = Training(
        training,
        validation,
        base.loss,
        base.weighting,
        base.training,
        params.space,
        parts=dependencies(params, base),
        trained=starts(params),
        dropout=base.dropout if isinstance(base, ExtensionParams) else 0.0,
        loader_workers=load(LoaderParams).workers,
    )
    work(open_study(folder, params, base), objective, folder, goes_on=parent_lives)


def open_study(folder: Path, params: SearchParams, base: NetworkParams) -> Study:
    """The trials so far; trial 0 is the base setting."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # faults tell of themselves
    return Study(folder, params, default_choice(params, base))


def chosen_faces(params: SearchParams) -> pd.DataFrame:
    """Training and validation faces, as many of each as are used."""
    if not FACES.is_file():
        raise MissingFileError(f"{FACES}: no such file; run `dvc repro inventory` first")
    faces = pd.read_parquet(FACES)
    parts = []
    for partition, count in (("train", params.faces), ("validation", params.validation_faces)):
        part = faces[faces["partition"] == PARTITIONS.index(partition)]
        count = len(part) if count is None else min(count, len(part))
        parts.append(part.sample(count, random_state=params.seed).sort_index())
    return pd.concat(parts)


def transforms_of(params: SearchParams, base: NetworkParams) -> Augmentation | None:
    """The random transforms that all trials are trained with, the base's."""
    return augmentation_of(base, load(AugmentationParams), key_of(params.base, base))


def starts(params: SearchParams) -> dict[str, str]:
    """By name of each network whose weights one of the space starts from, their file."""
    found = {}
    for start in params.space.network.values():
        if isinstance(start, Start):
            found[start.start] = paths.network(start.start)
            if not Path(found[start.start]).is_file():
                raise MissingFileError(
                    f"{found[start.start]}: no such file, and search.space.network has a network "
                    f"that starts from it; run `dvc repro train@{start.start}` first"
                )
    return found


def dependencies(params: SearchParams, base: NetworkParams) -> tuple[Part, ...]:
    """What trials depend on beside their choice; those of another kind are another search.

    It is what the stage ``train`` depends on in dvc.yaml.
    """
    trained = starts(params)
    digests = {
        name: named_file_digest(
            trained[start.start] if isinstance(start, Start) else start,
            f"search.space.network.{name}",
        )
        for name, start in params.space.network.items()
    }
    faces = pd.util.hash_pandas_object(chosen_faces(params), index=False).to_numpy().tobytes()
    augmentation = transforms_of(params, base)
    contents = [CONTENTS.read_bytes()] if load(DataParams).verify == "content" else []
    return (
        base.model_dump_json(exclude={"published"}).encode(),  # a label in tables
        load(DataParams).model_dump_json(include={"root", "images"}).encode(),
        load(CropParams),
        *((augmentation,) if augmentation is not None else ()),
        repr(sorted(digests.items())).encode(),
        faces,
        *contents,
    )


def adopt(name: str) -> None:
    """Write the best setting into params.yaml."""
    if not BEST.is_file():
        raise MissingFileError(f"{BEST}: no such file; run stages/search.py first")
    text = BEST.read_text(encoding="utf-8")
    (entry,) = yaml.safe_load(text).values()
    comment = text.splitlines()[1].strip(" #")
    file = Path("params.yaml")
    key, other = NetworkParams.key, ExtensionParams.key
    if "start" in entry:
        key, other = other, key
    if name in (read(file).get(other) or {}):
        raise ParamsError(
            f"params.yaml: found {name} in {other}, and the best setting is one of {key}; choose "
            "another name"
        )
    changed = adopted(file.read_text(encoding="utf-8"), key, name, entry, comment)
    write_text(changed, file, guard=False)
    load_networks()
    print(f"params.yaml: {key}.{name} is the best setting; `dvc repro` trains it.")
    print(f"Name it in evaluate.networks to see it in the tables: - {name}")


if __name__ == "__main__":
    run(main)
