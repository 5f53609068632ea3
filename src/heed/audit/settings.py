"""The parameters of the audit: the keys of its ``params.yaml``, each from the room that it steers.

The classifiers under ``models`` are in :mod:`heed.audit.models`.
"""

import os
from typing import Any

from heed.audit.figures.settings import FaceFiguresParams
from heed.audit.mask_settings import MaskParams
from heed.audit.models import load_models
from heed.audit.page.settings import ReportParams
from heed.audit.tables.settings import (
    AggregateParams,
    CausalParams,
    CrossedParams,
    StatisticsParams,
)
from heed.audit.training_settings import TrainParams
from heed.base.settings import Params, load
from heed.celeba.settings import DataParams
from heed.explain.settings import CamParams, InferParams
from heed.figures.settings import FiguresParams
from heed.geometry.settings import CropParams, FrontalParams, LandmarksParams
from heed.metrics.settings import ScaleParams, ScoreParams
from heed.synthetic.settings import SyntheticParams

KEYS: dict[str, type[Params]] = {
    kind.key: kind
    for kind in (
        DataParams,
        SyntheticParams,
        CropParams,
        LandmarksParams,
        FrontalParams,
        MaskParams,
        TrainParams,
        InferParams,
        CamParams,
        ScoreParams,
        ScaleParams,
        AggregateParams,
        CrossedParams,
        CausalParams,
        StatisticsParams,
        FiguresParams,
        FaceFiguresParams,
        ReportParams,
    )
}
"""The keys of the audit's params.yaml, beside ``models``."""


def printable(path: str | os.PathLike[str] = "params.yaml") -> dict[str, dict[str, Any]]:
    """All parameters, validated, as plain values by key; models as ``models.<name>``."""
    shown = {key: load(kind, path).model_dump(mode="json") for key, kind in KEYS.items()}
    return shown | {f"models.{name}": model.given() for name, model in load_models(path).items()}
