"""The parameters of the study's faces, networks, regions and fine-tunings."""

import os
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from heed.base.settings import Count, Params, load_entries, load_entry
from heed.celeba.settings import DataParams
from heed.geometry.settings import CropParams
from heed.guidance.settings import LossName, MapLossParams, On
from heed.masks.settings import MaskParams
from heed.networks.settings import AnyNetworkName
from heed.synthetic.settings import SyntheticParams
from heed.training.settings import Keep, LoaderParams, Optimisation, Optimizer, Precision

Seed = Annotated[int, Field(ge=0)]
Weight = Annotated[float, Field(ge=0)]
Box = Annotated[list[float], Field(min_length=4, max_length=4)]
"""x0, y0, x1, y1 in pixels of the template's crop, x to the right, y down."""

Polygon = Annotated[list[tuple[float, float]], Field(min_length=3)]
"""x, y of its corners in pixels of the template's crop."""


OF_MASK: Final = "mask_"
"""Begins the name of a region that is the attribute's own mask: ``mask_2``."""


class NetworkParams(Params):
    """``network``: what every network of the study is.

    Attributes:
        name: one of Heed's, ``torchvision:NAME`` or a function of one's own.
        pretrained: ImageNet weights that its first training starts from; None: random ones.
    """

    key: ClassVar[str] = "network"

    name: AnyNetworkName
    pretrained: str | None


class LandmarkFileParams(Params):
    """``landmarks``: by which landmarks regions are placed and faces concealed.

    Attributes:
        file: a table (.csv or .parquet) of dlib's 68 landmarks of each image, in pixels of the
            photograph, as :func:`heed.guidance.landmarks.from_dlib_table` reads it; None: the five
            of CelebA.
    """

    key: ClassVar[str] = "landmarks"

    file: Annotated[str, Field(pattern=r"\.(csv|parquet)$")] | None


class SeedsParams(Params):
    """``seeds``: each network is trained, and each run tuned, once for each of these."""

    key: ClassVar[str] = "seeds"

    numbers: Annotated[list[Seed], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> "SeedsParams":
        if len(set(self.numbers)) < len(self.numbers):
            raise ValueError(f"numbers are {self.numbers}; expected each once")
        return self


Images = Literal["original", "mouth_only", "mixture"]
"""What a network is trained on: crops, crops of which only the mouth is seen, or both."""


class TrainedParams(Params):
    """``networks.<name>``: a network that is trained from its start.

    Attributes:
        of: what it is trained on.
        seeds: how many of ``seeds.numbers`` it is trained with, from the first; None: all.
    """

    key: ClassVar[str] = "networks"

    of: Images
    seeds: Count | None = None


class PretrainingParams(Optimisation):
    """``pretraining``: how networks are trained before any is tuned, with BCE.

    Attributes:
        flip: mirror images at random.
        early_stop: epochs after the best one after which it ends, or None.
        keep: the weights that count.
    """

    key: ClassVar[str] = "pretraining"

    flip: bool
    early_stop: Count | None
    keep: Keep


class TuningParams(Params):
    """``tuning``: how networks are fine-tuned; what it does not say is as in the paper.

    Images are not mirrored: where the cells of a network lie need not be symmetric, and then the
    cells of a mirrored face are not the mirrored cells.

    Attributes:
        start: the entry of ``networks`` that every run starts from, seed by seed.
        epochs: how many there are.
        batch_size: images of one step.
        optimizer: with torch's defaults for what is not set here.
        learning_rate: the peak of ``one_cycle``.
        momentum: of ``sgd`` and ``rmsprop``.
        weight_decay: of matrices and kernels.
        schedule: of the rate.
        precision: 32 bits throughout, or 16-bit floats where they do no harm.
        clip: the largest norm of a step's gradient; None: whatever it is.
    """

    key: ClassVar[str] = "tuning"

    start: str
    epochs: Count
    batch_size: Count
    optimizer: Optimizer
    learning_rate: Annotated[float, Field(gt=0)]
    momentum: Annotated[float, Field(ge=0, lt=1)]
    weight_decay: Annotated[float, Field(ge=0)]
    schedule: Literal["constant", "one_cycle"]
    precision: Precision
    clip: Annotated[float, Field(gt=0)] | None


class PairParams(Params):
    """``pairs.<name>``: an attribute, what it is confounded with, and where it should be seen.

    Attributes:
        attribute: a, whose classifier is tuned.
        confounder: b, which E1 has and E2 has not.
        regions: where a should be looked for, all of them together: rectangles of
            :data:`heed.guidance.regions.RECTANGLES`, and ``mask_<version>``: the attribute's own
            mask of that version. None: the box.
        box: a rectangle on the template face, which each face's alignment carries to it.
        polygon: the same by its corners, in their order.
    """

    key: ClassVar[str] = "pairs"

    attribute: str
    confounder: str
    regions: Annotated[list[str], Field(min_length=1)] | None = None
    box: Box | None = None
    polygon: Polygon | None = None

    @model_serializer(mode="wrap")
    def _as_before(self, every: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Files of pairs without a polygon are those of before there were any."""
        content: dict[str, Any] = every(self)
        if self.polygon is None:
            del content["polygon"]
        return content

    @model_validator(mode="after")
    def _one_place(self) -> "PairParams":
        if sum(place is not None for place in (self.regions, self.box, self.polygon)) != 1:
            also = "" if self.polygon is None else f", and polygon is {self.polygon}"
            raise ValueError(
                f"regions is {self.regions} and box is {self.box}{also}; set one of them, the "
                "other to null"
            )
        if self.box is not None and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise ValueError(
                f"box is {self.box}; expected x0, y0, x1, y1 with x0 < x1 and y0 < y1, in pixels"
            )
        return self


class RunParams(Params):
    """``runs.<name>``: one fine-tuning, made once for each seed.

    Attributes:
        pairs: those whose attribute's map is led to the pair's region; none for ``none``.
        loss: of a map and its region, a name of :mod:`heed.guidance.losses`; ``none``: BCE alone.
        weights: w_a of the BCE over all attributes, and w_g of the map loss.
        images: which the map loss is of: those that have the attribute, or all, with the map of the
            class that is predicted.
        threshold: of ``iou``: where a cell of a map is half active, 0..1; None: 0.5.
        steepness: of ``iou``: of the sigmoid around it; None: 10.
        heavier: by the name of a rectangle how many times its cells weigh in the map loss; others
            weigh 1.
    """

    key: ClassVar[str] = "runs"

    pairs: list[str]
    loss: LossName
    weights: Annotated[list[Weight], Field(min_length=2, max_length=2)]
    images: On = "with_attribute"
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    steepness: Annotated[float, Field(gt=0)] | None = None
    heavier: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _guided_by_something(self) -> "RunParams":
        if self.guided != bool(self.pairs):
            raise ValueError(
                f"loss is {self.loss} and pairs is {self.pairs}; expected pairs for a map loss, "
                "and none for the loss none"
            )
        if len(set(self.pairs)) < len(self.pairs):
            raise ValueError(f"pairs is {self.pairs}; expected each once")
        _ = self.map_loss
        return self

    @property
    def map_loss(self) -> MapLossParams:
        """The loss of a map, with its own parameters."""
        return MapLossParams(name=self.loss, threshold=self.threshold, steepness=self.steepness)

    @property
    def guided(self) -> bool:
        """Whether maps have a part in it; else it is a control."""
        return self.loss != "none"


class EvaluateParams(Params):
    """``evaluate``: what networks are judged on.

    Attributes:
        faces: test faces, evenly spaced, whose maps of every attribute are scored, and that are
            seen concealed.
        threshold: pixels of a map above it are active, for AMR and IoU.
        examples: faces per pair whose maps are kept for figures: half of them E1, half E2.
        batch_size: crops that pass a network at once.
    """

    key: ClassVar[str] = "evaluate"

    faces: Count
    threshold: Annotated[float, Field(ge=0, lt=1)]
    examples: Annotated[int, Field(ge=2, multiple_of=2)]
    batch_size: Annotated[int, Field(ge=1, le=256)]


KEYS: Final[dict[str, type[Params]]] = {
    kind.key: kind
    for kind in (
        DataParams,
        SyntheticParams,
        CropParams,
        LandmarkFileParams,
        NetworkParams,
        SeedsParams,
        PretrainingParams,
        TuningParams,
        MaskParams,
        EvaluateParams,
        LoaderParams,
    )
}
"""Keys of the study's params.yaml, beside ``networks``, ``pairs``, ``runs``, and ``maps``."""

WHOLE: Final = ("networks", "pairs", "runs")
"""Mappings of names, which a setting replaces as a whole."""


def load_networks(path: str | os.PathLike[str] = "params.yaml") -> dict[str, TrainedParams]:
    """Read ``networks``, in the order of the file."""
    return load_entries(TrainedParams, path)


def load_trained(name: str, path: str | os.PathLike[str] = "params.yaml") -> TrainedParams:
    """Read one entry of ``networks``."""
    return load_entry(TrainedParams, name, path)


def load_pairs(path: str | os.PathLike[str] = "params.yaml") -> dict[str, PairParams]:
    """Read ``pairs``, in the order of the file."""
    return load_entries(PairParams, path)


def load_runs(path: str | os.PathLike[str] = "params.yaml") -> dict[str, RunParams]:
    """Read ``runs``, in the order of the file."""
    return load_entries(RunParams, path)


def load_run(name: str, path: str | os.PathLike[str] = "params.yaml") -> RunParams:
    """Read one entry of ``runs``."""
    return load_entry(RunParams, name, path)
