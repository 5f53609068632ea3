"""The study's parameter file with other values."""

from functools import partial

from tests.places import ROOT
from tests.study_params import changed_params

STUDY = ROOT / "studies/attention"

changed = partial(changed_params, STUDY)
"""The study's parameters with some changed, in a folder: see :func:`changed_params`."""
