"""Where the faces come from: the drawn ones from one folder, those of users from elsewhere."""

import os
from pathlib import Path
from typing import Final

from heed.base.settings import ParamsError
from heed.celeba.settings import DataParams
from heed.pipeline.named_files import refuse_output

DRAWN_FACES: Final = Path("data/synthetic")


def check_source(
    data: DataParams,
    path: str | os.PathLike[str] = "params.yaml",
    stage_file: str | os.PathLike[str] = "dvc.yaml",
) -> None:
    """Refuse drawn faces from elsewhere or scaled, and a data set in an output of a stage.

    Args:
        data: the key ``data``.
        path: the parameter file.
        stage_file: the ``dvc.yaml`` of its pipeline.

    Raises:
        ParamsError: naming the keys.
    """
    if data.source == "synthetic" and data.landmark_size is not None:
        raise ParamsError(
            f"{path}: data.source is synthetic and data.landmark_size is set; the landmarks of "
            "drawn faces refer to their own images: set data.landmark_size to null"
        )
    here = os.path.dirname(os.path.abspath(stage_file))
    of_drawn = os.path.realpath(os.path.join(here, DRAWN_FACES))
    at_drawn = os.path.realpath(os.path.join(here, data.folder)) == of_drawn
    drawn = DRAWN_FACES.as_posix()
    if data.source == "synthetic" and Path(data.root) != DRAWN_FACES:
        raise ParamsError(
            f"{path}: data.source is synthetic and data.root is {data.root}; "
            + (
                f"write {drawn}, which is the same folder: the stages know it by this name"
                if at_drawn
                else f"the drawn faces are in {drawn}: set data.source to celeba for a folder of "
                f"yours, or data.root to {drawn}"
            )
        )
    if data.source != "synthetic" and at_drawn:
        raise ParamsError(
            f"{path}: data.source is {data.source} and data.root is {data.root}, where the "
            "pipeline draws its faces: move your data set to a folder of yours, outside of "
            f"{drawn}, and name that as data.root; or set data.source to synthetic for drawn faces"
        )
    if data.source != "synthetic":
        refuse_output(data.root, "data.root", "../celeba", path, stage_file)
