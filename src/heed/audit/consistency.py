"""All of ``params.yaml`` at once: no unknown key, and no values that contradict each other."""

import os
from collections.abc import Sequence
from pathlib import Path

from heed.audit.audited_consistency import check_least_faces
from heed.audit.mask_settings import MaskParams
from heed.audit.models import load_models
from heed.audit.named_files import named_files
from heed.audit.settings import KEYS, printable
from heed.audit.tables.settings import AggregateParams, CausalParams
from heed.base.registry import names_in
from heed.base.settings import ParamsError, load, read
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.explain.settings import CamParams, InferParams
from heed.geometry.settings import CropParams, FrontalParams, LandmarksParams
from heed.guidance.names import REGION, REGIONS
from heed.masks.catalogue import possible
from heed.masks.mask_version import MASK_SCALE
from heed.masks.names import EVIDENCE, FOLDER, PREFIX
from heed.networks.settings import is_other
from heed.pipeline.named_files import check_named_files
from heed.pipeline.sources import check_source
from heed.synthetic.settings import EVIDENCE_PARTITION, SyntheticParams

CELL = 32
"""Pixels from one cell of a map to the next, in every network of Heed's own."""

SMALLEST_CROP = 64
"""Side in pixels: the networks have one cell for 32 pixels, and a place needs two to differ."""


def check_all(
    path: str | os.PathLike[str] = "params.yaml", stage_file: str | os.PathLike[str] = "dvc.yaml"
) -> None:
    """Check the whole file at once, so that no stage fails over a typo after hours of others.

    Args:
        path: the parameter file.
        stage_file: the ``dvc.yaml`` of the audit.

    Raises:
        ParamsError: for a key that is missing or unknown, a value out of range, values that
            contradict each other, or data or weights in the place of a stage's output.
    """
    unknown = [key for key in read(path) if key not in KEYS and key != "models"]
    if unknown:
        raise ParamsError(f"{path}: found the key {unknown[0]}; expected {', '.join(KEYS)}, models")
    printable(path)
    data, crop, mask = load(DataParams, path), load(CropParams, path), load(MaskParams, path)
    cam, infer = load(CamParams, path), load(InferParams, path)
    # Other networks have other grids, which the inventory asks them about.
    own = any(not is_other(model.network) for model in load_models(path).values())
    if own and crop.size < SMALLEST_CROP:
        raise ParamsError(
            f"{path}: crop.size: found {crop.size}; the maps of such crops have one cell, and "
            "cannot show where a network looks: all of them would count as empty. Choose "
            f"{SMALLEST_CROP} or more, a multiple of 32; the thesis has 224"
        )
    cells, of_map = load(CausalParams, path).cells, (crop.size // CELL) ** 2
    if own and cells >= of_map:
        raise ParamsError(
            f"{path}: causal.cells: found {cells}; the maps of crops of size {crop.size} have "
            f"{of_map} cells, of which some must be left: choose fewer than {of_map}"
        )
    check_source(data, path, stage_file)
    check_named_files(named_files(read(path)), path, stage_file)
    drawn = data.source == "synthetic"
    audited = load(FrontalParams, path).partition
    if drawn:
        # At most so many: the stages that count look again, without the faces that look aside.
        at_most = getattr(load(SyntheticParams, path), audited)
        check_least_faces(load(AggregateParams, path), at_most, path)
    folder, region = Path(stage_file).parent, mask.version.startswith(REGION)
    if region or any(folder.glob(f"{REGIONS}/*.y*ml")):
        kept = drawn and audited == EVIDENCE_PARTITION
        _check_regions(folder, mask.version, possible(evidence_kept=kept, scale=crop.scale))
    if mask.version == EVIDENCE and not (drawn and audited == EVIDENCE_PARTITION):
        raise ParamsError(
            f"{path}: mask.version is evidence, which only drawn faces of the partition "
            f"{EVIDENCE_PARTITION} have; found data.source {data.source} and frontal.partition "
            f"{audited}: choose version {' or '.join(names_in(FOLDER, PREFIX))}, or set them to "
            f"synthetic and {EVIDENCE_PARTITION}"
        )
    if cam.method not in infer.methods:
        raise ParamsError(
            f"{path}: cam.method is {cam.method}, but infer.methods keeps the maps of "
            f"{', '.join(infer.methods)} only; add it there"
        )
    if (
        not region
        and crop.scale != MASK_SCALE
        and mask.version not in possible(evidence_kept=True, scale=crop.scale)
    ):
        raise ParamsError(
            f"{path}: crop.scale is {crop.scale:g}, but the masks of version {mask.version} were "
            f"drawn for {MASK_SCALE:g} and would miss the face; keep {MASK_SCALE:g}, or use a "
            "version that follows the face at any scale: mask.version: "
            f"{' or '.join(possible(evidence_kept=False, scale=crop.scale))}"
        )
    shifted = load(LandmarksParams, path).method == "shift"
    if shifted and data.landmark_size is not None:
        raise ParamsError(
            f"{path}: landmarks.method shift is for landmarks of CelebA's own images, which "
            "data.landmark_size scales: use alignment, or set data.landmark_size to null"
        )
    if shifted and (crop.size, crop.scale) != (224, MASK_SCALE):
        raise ParamsError(
            f"{path}: landmarks.method shift is for crops of size 224 and scale {MASK_SCALE:g}; "
            f"found {crop.size} and {crop.scale:g}: use alignment"
        )


def _check_regions(folder: Path, version: str, drawable: Sequence[str]) -> None:
    # Here: it imports what takes most of a second, and the inventory always runs.
    from heed.guidance.named_regions import load_region, region_name, region_names

    for name in region_names(folder):
        load_region(folder, name, ATTRIBUTES, drawable)
    if (chosen := region_name(version)) is not None:
        load_region(folder, chosen)  # says that there is none, or which there are
