"""All of the study's ``params.yaml`` at once: no unknown key, nothing that contradicts itself."""

import os
from collections.abc import Mapping

from heed.attention import settings as answers
from heed.attention.maps_settings import OF_HEED, MapsParams
from heed.attention.run_settings import (
    KEYS,
    OF_MASK,
    LandmarkFileParams,
    NetworkParams,
    PairParams,
    RunParams,
    SeedsParams,
    TrainedParams,
    TuningParams,
    load_networks,
    load_pairs,
    load_runs,
)
from heed.base.settings import Params, ParamsError, load, read, validated
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.geometry.settings import CropParams
from heed.guidance.named_regions import Region
from heed.guidance.regions import RECTANGLES
from heed.masks.catalogue import VERSIONS
from heed.masks.names import EVIDENCE
from heed.masks.settings import MaskParams
from heed.networks.settings import is_other
from heed.pipeline.named_files import check_named_files
from heed.pipeline.sources import check_source


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
    kinds: dict[str, type[Params]] = {**KEYS, MapsParams.key: MapsParams, **answers.KEYS}
    known = [*kinds, TrainedParams.key, PairParams.key, RunParams.key]
    if unknown := [key for key in read(path) if key not in known]:
        raise ParamsError(f"{path}: found the key {unknown[0]}; expected {', '.join(known)}")
    for kind in kinds.values():
        load(kind, path)
    networks, pairs, runs = load_networks(path), load_pairs(path), load_runs(path)
    check_networks(networks, runs, load(TuningParams, path), load(SeedsParams, path), path)
    crop = load(CropParams, path)
    for name, pair in pairs.items():
        check_pair(f"pairs.{name}", pair, crop, path)
    for name, run in runs.items():
        check_run(f"runs.{name}", run, pairs, path)
    if all(run.guided for run in runs.values()):
        raise ParamsError(
            f"{path}: runs: found none whose loss is none; expected a control, tuned with BCE "
            "alone, which all others are compared with: {pairs: [], loss: none, weights: [1, 0]}"
        )
    check_mask(load(MaskParams, path).version, "mask.version", crop, path)
    check_layer(load(NetworkParams, path).name, load(MapsParams, path).layer, path)
    check_source(load(DataParams, path), path, stage_file)
    named = [
        ("network.pretrained", load(NetworkParams, path).pretrained),
        ("landmarks.file", load(LandmarkFileParams, path).file),
    ]
    check_named_files(named, path, stage_file)


def check_networks(
    networks: Mapping[str, TrainedParams],
    runs: Mapping[str, RunParams],
    tuning: TuningParams,
    seeds: SeedsParams,
    path: str | os.PathLike[str],
) -> None:
    """Refuse names that networks and runs share, a start that is none, and seeds that are not.

    Raises:
        ParamsError: naming the key.
    """
    lower = {name.lower(): name for name in networks}
    if both := [name for name in runs if name.lower() in lower]:
        raise ParamsError(
            f"{path}: runs.{both[0]}: found the name of a network, {lower[both[0].lower()]}; "
            "choose another one: files and tables have both beside each other"
        )
    if tuning.start not in networks:
        raise ParamsError(
            f"{path}: tuning.start: found {tuning.start!r}; expected one of networks: "
            f"{', '.join(networks)}"
        )
    for name, entry in networks.items():
        if entry.seeds is not None and entry.seeds > len(seeds.numbers):
            raise ParamsError(
                f"{path}: networks.{name}.seeds: found {entry.seeds}; expected at most "
                f"{len(seeds.numbers)}, for seeds.numbers has no more, or null for all"
            )
    if networks[tuning.start].seeds not in (None, len(seeds.numbers)):
        raise ParamsError(
            f"{path}: networks.{tuning.start}.seeds: found {networks[tuning.start].seeds}; "
            "expected null: each run starts from a network of its own seed (tuning.start)"
        )


def check_pair(key: str, pair: PairParams, crop: CropParams, path: str | os.PathLike[str]) -> None:
    """Refuse what is no attribute of CelebA, or no region.

    Raises:
        ParamsError: naming the key.
    """
    for name in ("attribute", "confounder"):
        if (value := getattr(pair, name)) not in ATTRIBUTES:
            raise ParamsError(
                f"{path}: {key}.{name}: found {value!r}; expected an attribute of CelebA: "
                f"{', '.join(ATTRIBUTES)}"
            )
    if pair.attribute == pair.confounder:
        raise ParamsError(
            f"{path}: {key}.confounder: found {pair.confounder}, which is the attribute; expected "
            "another one"
        )
    if pair.box is not None:
        if min(pair.box) < 0 or max(pair.box) > crop.size:
            raise ParamsError(
                f"{path}: {key}.box: found {pair.box}; expected pixels of the template's crop, 0 "
                f"to {crop.size} (crop.size)"
            )
        return
    if pair.polygon is not None:
        content = {"kind": "polygon", "points": pair.polygon, "attributes": [pair.attribute]}
        drawn_on = {"size": crop.size, "scale": crop.scale}
        validated(Region, f"{key}.polygon", content | drawn_on, path)
        return
    versions = [f"{OF_MASK}{version}" for version in VERSIONS]
    for region in pair.regions or []:
        if region in versions:
            check_mask(region.removeprefix(OF_MASK), f"{key}.regions", crop, path)
        elif region not in RECTANGLES:
            raise ParamsError(
                f"{path}: {key}.regions: found {region!r}; expected some of "
                f"{', '.join(RECTANGLES)}; or {', '.join(versions)}, the attribute's own mask"
            )


def check_run(
    key: str, run: RunParams, pairs: Mapping[str, PairParams], path: str | os.PathLike[str]
) -> None:
    """Refuse pairs, losses and rectangles that there are not.

    Raises:
        ParamsError: naming the key.
    """
    if unknown := [name for name in run.pairs if name not in pairs]:
        raise ParamsError(
            f"{path}: {key}.pairs: found {unknown[0]!r}; expected some of {', '.join(pairs)}"
        )
    attributes = [pairs[name].attribute for name in run.pairs]
    if twice := [each for n, each in enumerate(attributes) if each in attributes[:n]]:
        raise ParamsError(
            f"{path}: {key}.pairs: found two pairs of {twice[0]}; expected one: a map is led to "
            "one region"
        )
    if unknown := [name for name in run.heavier if name not in RECTANGLES]:
        raise ParamsError(
            f"{path}: {key}.heavier: found {unknown[0]!r}; expected some of {', '.join(RECTANGLES)}"
        )


def check_mask(version: str, key: str, crop: CropParams, path: str | os.PathLike[str]) -> None:
    """Refuse masks that cannot be drawn.

    Raises:
        ParamsError: naming the key.
    """
    if version == EVIDENCE:
        raise ParamsError(
            f"{path}: {key}: found {EVIDENCE}; expected {' or '.join(VERSIONS)}: "
            "this study draws no evidence"
        )
    scale = VERSIONS[version].scale
    if scale not in (None, crop.scale):
        raise ParamsError(
            f"{path}: {key}: found version {version}, which is for crop.scale {scale:g}, and "
            f"crop.scale {crop.scale:g}; choose a version that follows a face at any scale"
        )


def check_layer(network: str, layer: str, path: str | os.PathLike[str]) -> None:
    """Refuse a layer that a network cannot have.

    Raises:
        ParamsError: naming the key.
    """
    if not is_other(network) and layer not in OF_HEED:
        raise ParamsError(
            f"{path}: maps.layer: found {layer!r} for {network}; expected "
            f"{' or '.join(OF_HEED)}, as networks of Heed's own have it"
        )
    if is_other(network) and layer in OF_HEED:
        raise ParamsError(
            f"{path}: maps.layer: found {layer} for {network}; expected the name of one of its "
            "modules, such as features.10 of torchvision:alexnet, or auto"
        )
