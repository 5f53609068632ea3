"""The persons that networks learn to tell apart, and those that verification is tested on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from heed.probing.run_settings import PersonsParams
from heed.recognition.division import Division, divide_images, persons_apart
from heed.recognition.pairs import Pairs, drawn_pairs, read_pairs


def with_sizes(table: pd.DataFrame, root: Path) -> pd.DataFrame:
    """Add a column ``size``, bytes of each image, so that other images of old names are a change.

    Args:
        table: ``path`` of each image.
        root: that the paths start from.
    """
    sizes = [(root / path).stat().st_size for path in table["path"]]
    return table.assign(size=np.array(sizes, np.int64))


@dataclass(frozen=True)
class Persons:
    """Images of persons, divided for training, identification and verification.

    Attributes:
        paths: of N images.
        division: of those that are trained on; -1 for persons apart.
        unseen: paths of the images that are verified.
        pairs: by their rows.
    """

    paths: list[Path]
    division: Division
    unseen: list[Path]
    pairs: Pairs


def persons_of(table: pd.DataFrame, root: Path, held_out: float, params: PersonsParams) -> Persons:
    """Divide persons; who is kept apart, and which images are held out, depends on no training.

    Args:
        table: ``path`` and ``identity`` of each image.
        root: that the paths start from.
        held_out: share of each person's images that are identified.
        params: the persons apart, and the pairs.
    """
    files = [root / path for path in table["path"]]
    identity = table["identity"].to_numpy()
    if params.pairs is not None and params.pairs_root is not None:
        root_of_pairs = Path(params.pairs_root).expanduser()
        names, pairs = read_pairs(Path(params.pairs).expanduser(), root_of_pairs)
        unseen = [root_of_pairs / name for name in names]
        return Persons(files, divide_images(identity, held_out, params.seed), unseen, pairs)
    apart = persons_apart(identity, params.apart, params.seed)
    division = divide_images(identity[~apart], held_out, params.seed)
    pairs = drawn_pairs(identity[apart], params.folds, params.each, params.seed)
    (rows,) = np.nonzero(apart)
    used, pairs = pairs.used()
    return Persons(
        [files[row] for row in np.flatnonzero(~apart)],
        division,
        [files[rows[row]] for row in used],
        pairs,
    )
