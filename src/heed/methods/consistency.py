"""All of the study's ``params.yaml`` at once: no unknown key, nothing that contradicts itself."""

import os
from typing import Final

from heed.base.partitions import PARTITIONS
from heed.base.registry import names_in
from heed.base.settings import ParamsError, load, read
from heed.celeba.attributes import ATTRIBUTES
from heed.fundus.settings import FundusParams
from heed.masks.names import EVIDENCE, FOLDER, PREFIX
from heed.methods.named_files import named_files
from heed.methods.run_settings import LevelParams, RunParams, load_levels, load_run
from heed.methods.settings import (
    KEYS,
    AnswersParams,
    CelebAParams,
    DataParams,
    ScoreParams,
    SeedsParams,
    check_score,
    load_seeds,
)
from heed.pipeline.named_files import check_named_files, refuse_output

DRAWN: Final = "data/drawn"
"""Where the pipeline draws its images; tests/methods/test_paths.py holds it to the paths."""

OF_SMALL: Final = ("depth", "batch_norm", "stride", "width")
"""What only networks of the small family have."""


def check_all(
    path: str | os.PathLike[str] = "params.yaml", stage_file: str | os.PathLike[str] = "dvc.yaml"
) -> None:
    """Check the whole file at once, so that no stage fails over a typo after hours of others.

    Args:
        path: the parameter file.
        stage_file: the ``dvc.yaml`` of the study.

    Raises:
        ParamsError: for a key that is missing or unknown, a value out of range, values that
            contradict each other, or data or weights in the place of a stage's output.
    """
    known = [*KEYS, LevelParams.key, SeedsParams.key]
    if unknown := [key for key in read(path) if key not in known]:
        raise ParamsError(f"{path}: found the key {unknown[0]}; expected {', '.join(known)}")
    for kind in KEYS.values():
        load(kind, path)
    check_run(load(RunParams, path), RunParams.key, path)
    load_seeds(path)
    levels = load_levels(path)
    seen: dict[tuple[str, str], str] = {}
    for name, level in levels.items():
        run = load_run(name, path)
        check_run(run, f"levels.{name}", path)
        if run.network != "small" and (idle := [k for k in level.changes if k in OF_SMALL]):
            raise ParamsError(
                f"{path}: levels.{name}.changes: found {idle[0]}, which {run.network} does not "
                "have; expected what its training knows, or another network: of ResNets the name "
                "has the depth (network: resnet34)"
            )
        for key, words in (("factor", level.factor), ("level", level.level)):
            if not words.strip():
                raise ParamsError(
                    f"{path}: levels.{name}.{key}: found {words!r}; expected words, as the page "
                    "names it: name it"
                )
        place = level.factor, level.level
        if (other := seen.setdefault(place, name)) != name:
            raise ParamsError(
                f"{path}: levels.{name}: found the factor and level of {other}; expected each once"
            )
    score, answers = load(ScoreParams, path), load(AnswersParams, path)
    check_score(score, path)
    if answers.base not in levels:
        raise ParamsError(
            f"{path}: answers.base: found {answers.base!r}; expected one of levels: "
            f"{', '.join(levels)}"
        )
    if answers.method not in score.epoch_methods:
        raise ParamsError(
            f"{path}: answers.method: found {answers.method!r}; expected one of "
            f"score.epoch_methods: {', '.join(score.epoch_methods)}"
        )
    check_source(load(DataParams, path), path, stage_file)
    check_named_files(named_files(read(path)), path, stage_file)


def check_run(run: RunParams, key: str, path: str | os.PathLike[str]) -> None:
    """Refuse what a network cannot have.

    Raises:
        ParamsError: naming the key.
    """
    if run.network == "small" and run.pretrained is not None:
        raise ParamsError(
            f"{path}: {key}: found the pretrained weights {run.pretrained} for a small network; "
            "expected null: only ResNets start from ImageNet"
        )
    if run.network != "small" and not run.batch_norm:
        raise ParamsError(
            f"{path}: {key}: found batch_norm false for {run.network}; expected true: only small "
            "networks are built without"
        )
    if run.keep_every is not None and run.keep_every > run.epochs:
        raise ParamsError(
            f"{path}: {key}: found keep_every {run.keep_every} with {run.epochs} epochs; expected "
            "no more than these"
        )


def check_source(
    data: DataParams, path: str | os.PathLike[str], stage_file: str | os.PathLike[str]
) -> None:
    """Refuse data that are not where the source says, or too few, and masks of no face.

    Raises:
        ParamsError: naming the keys.
    """
    of_faces = {"faces": "drawn faces", "celeba": "CelebA"}
    if data.source in of_faces and data.positive not in ATTRIBUTES:
        raise ParamsError(
            f"{path}: data.positive: found {data.positive!r}; expected an attribute of "
            f"{of_faces[data.source]}, since data.source is {data.source}: {', '.join(ATTRIBUTES)}"
        )
    if data.source in ("drawn", "faces"):
        if data.root != DRAWN:
            raise ParamsError(
                f"{path}: data.source is {data.source} and data.root is {data.root}; drawn images "
                f"are in {DRAWN}: set data.root to it, or data.source to folder for one of yours"
            )
        fundus = load(FundusParams, path)
        for partition in PARTITIONS:
            if (count := getattr(fundus, partition)) < 2:
                raise ParamsError(
                    f"{path}: fundus.{partition}: found {count}; expected 2 at least, an image of "
                    "each class"
                )
        return
    if load(CelebAParams, path).mask_version == EVIDENCE:
        raise ParamsError(
            f"{path}: celeba.mask_version: found {EVIDENCE}, which only drawn faces have; expected "
            f"{' or '.join(names_in(FOLDER, PREFIX))}, or data.source: faces"
        )
    elsewhere = {"folder": "../masked", "celeba": "../celeba"}[data.source]
    refuse_output(data.folder, "data.root", elsewhere, path, stage_file)
