"""Stage face_figures: draw the figures that show single faces."""

from heed.pipeline.stage import run

import pandas as pd
import zarr

from heed.audit import paths
from heed.audit.figures.audited import Faces, Maps, faces_from_tables
from heed.audit.figures.catalogue import FIGURES
from heed.audit.figures.settings import FaceFiguresParams
from heed.audit.mask_settings import MaskParams
from heed.audit.mask_stores import mask_stores
from heed.audit.models import load_models
from heed.audit.tables.score_arrays import check_same_faces, read_scores
from heed.base.arrays import StoredImages
from heed.base.files import images_digest
from heed.base.matching import check_same_images
from heed.base.replicates import replicates
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.explain.placement import stored_placement, stored_placements
from heed.explain.settings import CamParams
from heed.explain.stored_maps import StoredMaps
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.geometry.settings import CropParams, FrontalParams, LandmarksParams
from heed.metrics.settings import ScoreParams


def main() -> None:
    """Write ``report/figures/faces`` (PNG) and ``data/figures/faces`` (PDF)."""
    dpi, shown = load(FiguresParams).dpi, load(FaceFiguresParams)
    landmarks = load(LandmarksParams)
    faces = load_faces()
    values = {
        "faces": faces,
        "maps": load_maps(faces),
        "count": shown.faces,
        "target_attributes": shown.target_attributes,
        "shift": (landmarks.shift_x, landmarks.shift_y),
        "scale": load(CropParams).scale,
    }
    drawings = FIGURES.drawings("faces", values)
    write_figures(drawings, dpi, paths.PICTURES["faces"], paths.DRAWINGS["faces"])
    print(f"face_figures: {len(drawings)} drawn in report/figures/faces and data/figures/faces")


def load_faces() -> Faces:
    """The faces of the audited partition."""
    frontal = load(FrontalParams)
    return faces_from_tables(
        StoredImages(paths.crops(frontal.partition)),
        faces=pd.read_parquet(paths.FACES),
        landmarks=pd.read_parquet(paths.LANDMARKS),
        frontal=pd.read_parquet(paths.FRONTAL),
        transforms=pd.read_parquet(paths.crop_transforms(frontal.partition)),
        images=load(DataParams).images,
        threshold=frontal.threshold,
    )


def load_maps(faces: Faces) -> Maps:
    """The maps, scores and masks of the audited faces, of the first replicate of each model."""
    method, models = load(CamParams).method, list(load_models())
    scores = {name: read_scores(replicates(paths.scores(name))[0]) for name in models}
    raw_files = {name: replicates(paths.maps(name))[0] for name in models}
    cam_files = {name: replicates(paths.cams(name))[0] for name in models}
    maps = {name: zarr.open_group(file, mode="r") for name, file in raw_files.items()}
    cams = {name: zarr.open_group(file, mode="r") for name, file in cam_files.items()}
    masks = mask_stores(paths.MASKS)
    check_same_images(
        {paths.FRONTAL: faces.audited_sha256}
        | {paths.SCORES: images_digest(check_same_faces(scores))}
        | {str(raw_files[name]): maps[name].attrs["images_sha256"] for name in models}
        | {str(cam_files[name]): cams[name].attrs["images_sha256"] for name in models}
        | {paths.masks(name): stored.images_sha256 for name, stored in masks.items()}
    )
    raw = {name: StoredMaps.of(maps[name], method, str(raw_files[name])) for name in models}
    return Maps(
        scores=scores,
        raw={name: each.positive for name, each in raw.items()},
        raw_of_minus={name: each.negative for name, each in raw.items()},
        signed={name: cams[name]["cams"] for name in models},
        placements={
            name: stored_placement(cams[name].attrs.asdict(), str(cam_files[name]))
            for name in models
        },
        rules={name: stored_placements(cams[name].attrs.asdict()) for name in models},
        masks=masks,
        version=load(MaskParams).version,
        threshold=load(ScoreParams).threshold,
    )


if __name__ == "__main__":
    run(main)
