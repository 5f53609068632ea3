"""All of the study's ``params.yaml`` at once: no unknown key, nothing that contradicts itself."""

import os

from heed.affact.named_files import named_files
from heed.affact.settings import (
    KEYS,
    AugmentationParams,
    ExtensionParams,
    NetworkParams,
    TestSetsParams,
    augmentation_of,
    columns,
    key_of,
    load_networks,
    with_differences,
)
from heed.base.settings import ParamsError, load, read
from heed.celeba.settings import DataParams
from heed.geometry.settings import CropParams
from heed.networks.settings import LEAKY
from heed.pipeline.named_files import check_named_files
from heed.pipeline.sources import check_source
from heed.search.space import SearchParams


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
    others = (NetworkParams.key, ExtensionParams.key, SearchParams.key)
    unknown = [key for key in read(path) if key not in KEYS and key not in others]
    if unknown:
        raise ParamsError(
            f"{path}: found the key {unknown[0]}; expected {', '.join([*KEYS, *others])}"
        )
    for kind in KEYS.values():
        load(kind, path)
    columns(path)
    load(SearchParams, path)
    networks, shared = load_networks(path), load(AugmentationParams, path)
    for name, entry in networks.items():
        augmentation_of(entry, shared, key_of(name, entry), path)
        if isinstance(entry, ExtensionParams):
            _check_start(name, entry, networks, path)
    check_source(load(DataParams, path), path, stage_file)
    check_named_files(named_files(read(path)), path, stage_file)
    crop, sets = load(CropParams, path), load(TestSetsParams, path)
    with_differences(shared, sets.t, "test_sets.t", path)
    if sets.ten_crop_size < crop.size:
        raise ParamsError(
            f"{path}: test_sets.ten_crop_size is {sets.ten_crop_size}, smaller than the crops of "
            f"{crop.size} pixels that are cut from it; AFFACT has 256 for 224"
        )


def _check_start(
    name: str,
    entry: ExtensionParams,
    networks: dict[str, NetworkParams],
    path: str | os.PathLike[str],
) -> None:
    start = networks.get(entry.start)
    if start is None or isinstance(start, ExtensionParams):
        raise ParamsError(
            f"{path}: extensions.{name}.start: found {entry.start!r}; expected a name of networks"
        )
    extended = f"{start.network}_ext"
    if entry.network not in (start.network, extended, f"{extended}{LEAKY}"):
        raise ParamsError(
            f"{path}: extensions.{name}.network is {entry.network}, but it starts from "
            f"{entry.start}, whose network is {start.network}; expected {extended} or "
            f"{extended}{LEAKY}"
        )
    if entry.new_layer == "identity" and entry.network == start.network:
        raise ParamsError(
            f"{path}: extensions.{name}.new_layer is identity, but {entry.network} has no layer "
            f"that {entry.start} lacks; choose random, or the network {start.network}_ext"
        )
    if entry.pretrained is not None:
        raise ParamsError(
            f"{path}: extensions.{name}.pretrained: found {entry.pretrained!r}, but the weights "
            f"come from {entry.start}; set it to null"
        )
