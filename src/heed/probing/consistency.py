"""All of the study's ``params.yaml`` at once: no unknown key, nothing that contradicts itself."""

import os
from typing import Final

from heed.base.settings import ParamsError, load, read
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.pipeline.named_files import check_named_files, refuse_output
from heed.pipeline.sources import check_source
from heed.probing import settings as answers
from heed.probing.run_settings import (
    KEYS,
    BaselineParams,
    LayersParams,
    NetworkParams,
    PersonsParams,
    SeedsParams,
    SilenceParams,
    load_layers,
    load_networks,
)
from heed.probing.settings import AnswersParams, check_answers

DRAWN: Final = "data/persons"
"""Where the pipeline draws persons; tests/probing/test_paths.py holds it to the paths."""


def check_all(
    path: str | os.PathLike[str] = "params.yaml", stage_file: str | os.PathLike[str] = "dvc.yaml"
) -> None:
    """Check the whole file at once, so that no stage fails over a typo after hours of others.

    Args:
        path: the parameter file.
        stage_file: the ``dvc.yaml`` of the study.

    Raises:
        ParamsError: for a key that is missing or unknown, a value out of range, or values that
            contradict each other.
    """
    kinds = {**KEYS, **answers.KEYS}
    known = [*kinds, NetworkParams.key, LayersParams.key]
    content = read(path)
    if unknown := [key for key in content if key not in known]:
        raise ParamsError(f"{path}: found the key {unknown[0]}; expected {', '.join(known)}")
    for kind in kinds.values():
        load(kind, path)
    networks = load_networks(path)
    for name in networks:
        load_layers(name, path)
    if other := [name for name in content[LayersParams.key] if name not in networks]:
        raise ParamsError(
            f"{path}: layers.{other[0]}: found no network of this name; expected some of "
            f"{', '.join(networks)}"
        )
    check_source(load(DataParams, path), path, stage_file)
    check_answers(load(AnswersParams, path), networks, path)
    baseline = load(BaselineParams, path).network
    if baseline not in networks or networks[baseline].of != "attributes":
        raise ParamsError(
            f"{path}: baseline.network: found {baseline!r}; expected an entry of networks whose of "
            "is attributes"
        )
    seeds = load(SeedsParams, path).numbers
    if repeated := [seed for n, seed in enumerate(seeds) if seed in seeds[:n]]:
        raise ParamsError(
            f"{path}: seeds.numbers: found {repeated[0]} twice; expected each seed once, as the "
            "same training twice would tell nothing of how far trainings differ"
        )
    check_silence(load(SilenceParams, path), path)
    check_persons(load(PersonsParams, path), path, stage_file)
    named = [
        (f"networks.{name}.{key}", getattr(entry, key))
        for name, entry in networks.items()
        for key in ("pretrained", "weights")
    ]
    check_named_files(named, path, stage_file)


def check_silence(silence: SilenceParams, path: str | os.PathLike[str]) -> None:
    """Refuse what is no attribute of CelebA, and values that stand there twice.

    Raises:
        ParamsError: naming the key.
    """
    if other := [name for name in silence.attributes if name not in ATTRIBUTES]:
        raise ParamsError(
            f"{path}: silence.attributes: found {other[0]!r}; expected names of CelebA's attributes"
        )
    for key in ("attributes", "depths", "shares"):
        values = getattr(silence, key)
        if repeated := [value for n, value in enumerate(values) if value in values[:n]]:
            raise ParamsError(
                f"{path}: silence.{key}: found {repeated[0]} twice; expected each value once"
            )


def check_persons(
    persons: PersonsParams, path: str | os.PathLike[str], stage_file: str | os.PathLike[str]
) -> None:
    """Refuse persons from elsewhere than their source says, and those in an output of a stage.

    Raises:
        ParamsError: naming the keys.
    """
    if persons.source == "drawn" and persons.root != DRAWN:
        raise ParamsError(
            f"{path}: persons.source is drawn and persons.root is {persons.root}; drawn persons "
            f"are in {DRAWN}: set persons.root to it, or persons.source to folder for one of yours"
        )
    if persons.source == "drawn" and persons.pairs is not None:
        raise ParamsError(
            f"{path}: persons.source is drawn and persons.pairs names a file; set persons.pairs "
            "and persons.pairs_root to null, or name a folder of persons"
        )
    if persons.source == "folder":
        refuse_output(persons.folder, "persons.root", "../vggface2", path, stage_file)
    for key in ("pairs", "pairs_root"):
        if (place := getattr(persons, key)) is not None:
            refuse_output(os.path.expanduser(place), f"persons.{key}", "../lfw", path, stage_file)
