"""What can be checked only once the audited faces are known."""

import os

from heed.audit.tables.settings import AggregateParams
from heed.base.settings import ParamsError


def check_least_faces(
    params: AggregateParams, faces: int, path: str | os.PathLike[str] = "params.yaml"
) -> None:
    """Refuse to count attributes by more faces than there are: none would count.

    Args:
        params: ``aggregate``.
        faces: how many are audited.
        path: the parameter file, for messages.

    Raises:
        ParamsError: naming the key, what was found and what is allowed.
    """
    if params.least_faces > faces:
        raise ParamsError(
            f"{path}: aggregate.least_faces: found {params.least_faces}, but {faces} faces are "
            "audited, so that no attribute would count in means over attributes; choose "
            f"{faces} at most, and 5 or so for means that hold most attributes"
        )
