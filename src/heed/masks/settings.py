"""The parameter ``mask``: which version of the masks is scored against."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator

from heed.base.registry import names_in
from heed.base.settings import Params
from heed.masks.names import EVIDENCE, FOLDER, PREFIX


def _as_written(value: object) -> object:
    """Refuse 2.0, which Python takes for 2: DVC would look for masks of a version 2.0."""
    if isinstance(value, float):
        raise ValueError(f"a version is no fraction: write {value:.0f}")  # noqa: TRY004 (pydantic's)
    return value


if TYPE_CHECKING:
    MaskVersionName = str
else:
    # In params.yaml a version such as 3 is a number to YAML and to DVC.
    _written = [int(name) if name.isdigit() else name for name in names_in(FOLDER, PREFIX)]
    MaskVersionName = Annotated[
        Literal[(*_written, EVIDENCE)], BeforeValidator(_as_written), AfterValidator(str)
    ]
"""The name of a version, or :data:`EVIDENCE`: text, in the files, tables and figures as well."""


class MaskParams(Params):
    """``mask``: where a classifier should look."""

    key: ClassVar[str] = "mask"

    version: MaskVersionName
