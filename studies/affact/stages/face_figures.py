"""Stage ``face_figures``: draw the figures that show single faces of a test set."""

from heed.pipeline.stage import run

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.affact import paths
from heed.affact import settings as affact
from heed.affact.decisions import averaged
from heed.affact.figures.augmentation_steps import FACES
from heed.affact.figures.catalogue import FIGURES, SHOWN_SETS, names_of
from heed.affact.figures.faces_judged import Judged
from heed.affact.tables.rates import decisions_of
from heed.base.arrays import StoredImages
from heed.base.files import images_digest
from heed.base.matching import check_same_images, rows_of
from heed.base.settings import load
from heed.celeba.labels import labels_of
from heed.celeba.settings import DataParams
from heed.figures.files import write_figures
from heed.figures.settings import FiguresParams
from heed.geometry import affine, photograph
from heed.geometry.landmarks import from_table


def main() -> None:
    """Write ``report/figures/<name>.png`` and ``data/figures/faces/<name>.pdf``."""
    dpi, shown = load(FiguresParams).dpi, load(affact.FaceFiguresParams)
    networks, stands_for = affact.evaluated_networks(), affact.columns()
    faces = pd.read_parquet(paths.FACES)
    images = pd.read_parquet(paths.predicted_images(next(iter(networks))))["image"]
    judged = Judged(
        {name: decisions(name, shown.set, images) for name in stands_for},
        labels_of(images, faces, paths.FACES),
    )
    rows = judged.chosen(shown.faces)
    chosen = images.iloc[rows]
    of_sets = {name: chosen_of(name, stands_for, images, faces, shown.faces) for name in SHOWN_SETS}
    photographs = [photograph_of(image, faces) for image in chosen[:FACES]]
    values = names_of(stands_for) | {
        "shown": of_sets,
        "pictures": crops(shown.set, chosen),
        "judged": judged.rows(rows),
        "photographs": [content for content, _ in photographs],
        "transforms": [matrix for _, matrix in photographs],
        "landmarks": np.stack(
            [
                landmarks_of(image, faces, matrix)
                for image, (_, matrix) in zip(chosen, photographs, strict=False)
            ]
        ),
        "photograph_crops": crops("A", chosen[:FACES]),
        "aligned": crops("A", chosen[:1])[0],
        "augmentation": load(affact.AugmentationParams),
        "seed": next(iter(networks.values())).training.seed,
    }
    drawings = FIGURES.drawings("faces", values)
    write_figures(drawings, dpi, paths.PICTURES["faces"], paths.DRAWINGS["faces"])
    print(f"face_figures: {len(drawings)} in report/figures and data/figures/faces")


def chosen_of(
    test_set: str, networks: Iterable[str], images: pd.Series, faces: pd.DataFrame, count: int
) -> tuple[list[NDArray[np.uint8]], Judged]:
    """Faces of a test set, and what the networks decide about them."""
    judged = Judged(
        {name: decisions(name, test_set, images) for name in networks},
        labels_of(images, faces, paths.FACES),
    )
    rows = judged.chosen(count)
    return crops(test_set, images.iloc[rows]), judged.rows(rows)


def landmarks_of(
    image: str, faces: pd.DataFrame, matrix: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Landmarks in pixels of the photograph as it was reduced, whose transform is given."""
    (points,) = from_table(faces[faces["image"] == image], f"{load(DataParams).images}_")
    table = pd.read_parquet(paths.transforms("A"))
    (whole,) = affine.from_table(table[table["image"] == image], "a_")
    return affine.apply(affine.invert(matrix), affine.apply(whole, points))


def decisions(name: str, test_set: str, images: pd.Series) -> NDArray[np.int8]:
    """(N, 40) 1 and -1, decided by a network or an ensemble as for the tables."""
    params, logits = load(affact.EvaluateParams), []
    for member in affact.load_ensembles().get(name, [name]):
        source = paths.logits(member)
        stored = zarr.open_group(source, mode="r")
        check_same_images({"faces": images_digest(images), source: stored.attrs["images_sha256"]})
        logits.append(stored[test_set][:])
    decided = decisions_of(averaged(logits), params.threshold, params.ten_crops)
    return np.where(decided.positive, 1, -1).astype(np.int8)


def crops(test_set: str, images: pd.Series) -> list[NDArray[np.uint8]]:
    """Some faces of a test set, as the networks saw them."""
    table = pd.read_parquet(paths.transforms(test_set), columns=["image"])
    rows = rows_of(images, table["image"], paths.transforms(test_set))
    stored = StoredImages(paths.images(test_set))
    return [stored[int(row)] for row in rows]


def photograph_of(image: str, faces: pd.DataFrame) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """A photograph, reduced as for a crop, and the transform from it to the crop of set A."""
    table = pd.read_parquet(paths.transforms("A"))
    (matrix,) = affine.from_table(table[table["image"] == image], "a_")
    path = Path(load(DataParams).folder, faces.set_index("image").loc[image, "path"])
    reduction = photograph.reduction_for(matrix)
    content = photograph.decode(path.read_bytes(), str(path), reduction)
    return content, photograph.reduced(matrix, reduction)


if __name__ == "__main__":
    run(main)
