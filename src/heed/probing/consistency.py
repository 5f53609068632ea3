"""All of the study's ``params.yaml`` at once: no unknown key, nothing that contradicts itself."""

import os

from heed.base.settings import ParamsError, load, read
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.pipeline.sources import check_source
from heed.probing import settings as answers
from heed.probing.run_settings import (
    KEYS,
    BaselineParams,
    NetworkParams,
    PersonsParams,
    SilenceParams,
    load_networks,
)
from heed.probing.settings import AnswersParams, check_answers


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
    known = [*kinds, NetworkParams.key]
    if unknown := [key for key in read(path) if key not in known]:
        raise ParamsError(f"{path}: found the key {unknown[0]}; expected {', '.join(known)}")
    for kind in kinds.values():
        load(kind, path)
    networks = load_networks(path)
    check_source(load(DataParams, path), path, stage_file)
    check_answers(load(AnswersParams, path), networks, path)
    baseline = load(BaselineParams, path).network
    if baseline not in networks or networks[baseline].of != "attributes":
        raise ParamsError(
            f"{path}: baseline.network: found {baseline!r}; expected an entry of networks whose of "
            "is attributes"
        )
    if other := [name for name in load(SilenceParams, path).attributes if name not in ATTRIBUTES]:
        raise ParamsError(
            f"{path}: silence.attributes: found {other[0]!r}; expected names of CelebA's attributes"
        )
    persons = load(PersonsParams, path)
    if persons.source == "drawn" and persons.pairs is not None:
        raise ParamsError(
            f"{path}: persons.source is drawn and persons.pairs names a file; set persons.pairs "
            "and persons.pairs_root to null, or name a folder of persons"
        )
