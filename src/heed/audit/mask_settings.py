"""The parameter ``mask`` of the audit: a version of the masks, or a region that somebody drew."""

import re
from typing import Annotated, Any

from pydantic import ValidatorFunctionWrapHandler, WrapValidator

from heed.base.settings import ENTRY_NAME
from heed.guidance.names import REGION
from heed.masks.settings import MaskParams as OfVersions
from heed.masks.settings import MaskVersionName


def _or_region(value: Any, of_versions: ValidatorFunctionWrapHandler) -> Any:
    """Pass ``regions/<name>``; whether there is such a region, the inventory checks."""
    if not isinstance(value, str) or not value.startswith(REGION):
        return of_versions(value)
    if not re.fullmatch(ENTRY_NAME, value.removeprefix(REGION)):
        raise ValueError(
            f"a region is {REGION} and its name: a letter, then letters, digits, - or _, 64 at most"
        )
    return value


class MaskParams(OfVersions):
    """``mask``: where a classifier should look; also ``regions/<name>``, a named region."""

    version: Annotated[MaskVersionName, WrapValidator(_or_region)]
