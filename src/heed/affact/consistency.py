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
from heed.affact.starts import check_dropout, check_start
from heed.base.settings import ParamsError, load, read
from heed.celeba.settings import DataParams
from heed.geometry.settings import CropParams
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
            key = key_of(name, entry)
            check_start(key, entry.network, entry.start, entry.new_layer, networks, path)
            check_dropout(key, entry.network, entry.dropout, path)
            if entry.pretrained is not None:
                raise ParamsError(
                    f"{path}: {key}.pretrained: found {entry.pretrained!r}, but the weights come "
                    f"from {entry.start}; set it to null"
                )
    check_source(load(DataParams, path), path, stage_file)
    check_named_files(named_files(read(path)), path, stage_file)
    crop, sets = load(CropParams, path), load(TestSetsParams, path)
    with_differences(shared, sets.t, "test_sets.t", path)
    if sets.ten_crop_size < crop.size:
        raise ParamsError(
            f"{path}: test_sets.ten_crop_size is {sets.ten_crop_size}, smaller than the crops of "
            f"{crop.size} pixels that are cut from it; AFFACT has 256 for 224"
        )
