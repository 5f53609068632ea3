"""The parameter ``mask``: which version of the masks is scored against."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator

from heed.base.registry import names_in
from heed.base.settings import Params
from heed.masks.names import EVIDENCE, FOLDER, PREFIX

if TYPE_CHECKING:
    MaskVersionName = str
else:
    # In params.yaml a version such as 3 is a number to YAML and to DVC.
    _written = [int(name) if name.isdigit() else name for name in names_in(FOLDER, PREFIX)]
    MaskVersionName = Annotated[Literal[(*_written, EVIDENCE)], AfterValidator(str)]
"""The name of a version, or :data:`EVIDENCE`: text, in the files, tables and figures as well."""


class MaskParams(Params):
    """``mask``: where a classifier should look."""

    key: ClassVar[str] = "mask"

    version: MaskVersionName
