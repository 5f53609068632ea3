"""The parameter ``report``: what the page shows."""

from typing import ClassVar

from heed.base.settings import Count, Params


class ReportParams(Params):
    """``report``: what the page shows."""

    key: ClassVar[str] = "report"

    faces: bool
    faces_per_group: Count
