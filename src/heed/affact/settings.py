"""The parameters of ``studies/affact``: one model per key of its ``params.yaml``.

The keys data, synthetic, crop and figures are the audit's own (:mod:`heed.audit.settings`).
"""

import os
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field

from heed.affact.augmentation import Augmentation
from heed.base.settings import (
    Count,
    Params,
    ParamsError,
    Share,
    check_names,
    load,
    load_entries,
    read,
    validated,
)
from heed.celeba.settings import DataParams
from heed.figures.settings import FiguresParams
from heed.geometry.settings import CropParams
from heed.networks.new_layer import NewLayer
from heed.networks.settings import NetworkName
from heed.synthetic.settings import SyntheticParams
from heed.training.settings import LoaderParams, Loss, TrainingSettings, Weighting

PublishedName = Literal["resnet51s", "affact", "affact_ext"]
SetName = Literal["A", "C", "D", "T"]
Seed = Annotated[int, Field(ge=0)]
Differences = dict[str, Any]
"""What differs from ``augmentation``: steps by name, each with the values that are others."""


def _switch_or_differences(value: Any) -> Any:
    if not isinstance(value, bool | Mapping):
        raise ValueError(  # noqa: TRY004 (of which pydantic makes its own)
            "expected true (the transforms of augmentation), false (none), or a mapping of what "
            "differs from them, such as {temperature: {enabled: true}}"
        )
    return value


class AugmentationParams(Augmentation):
    """``augmentation``: the random transforms, as far as a network or test set T has no others."""

    key: ClassVar[str] = "augmentation"


class NetworkParams(Params):
    """``networks.<name>``: a classifier and how it is trained.

    Attributes:
        network: its architecture.
        pretrained: file of the ImageNet weights that it starts from, or None.
        loss: of an element.
        weighting: how the classes are balanced.
        augment: random transforms of the training: those of ``augmentation`` (true), none, or
            the former but for what differs.
        published: the network of the paper that it stands for.
        training: everything else.
    """

    key: ClassVar[str] = "networks"

    network: NetworkName
    pretrained: str | None
    loss: Loss
    weighting: Weighting
    augment: Annotated[bool | Differences, BeforeValidator(_switch_or_differences)]
    published: PublishedName | None
    training: TrainingSettings


class ExtensionParams(NetworkParams):
    """``extensions.<name>``: a classifier that starts from the weights of another entry."""

    key: ClassVar[str] = "extensions"

    start: str
    new_layer: NewLayer
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0


class DetectParams(Params):
    """``detect``: the boxes of the test faces."""

    key: ClassVar[str] = "detect"

    scale: Annotated[float, Field(gt=0)]


class TestSetsParams(Params):
    """``test_sets``: how the four test sets are cut.

    Attributes:
        ten_crop_size: side in pixels of set C's images.
        t: what differs from ``augmentation`` in the random transforms of set T.
        seed: of these transforms.
    """

    __test__: ClassVar[bool] = False  # pytest takes the name for a test's
    key: ClassVar[str] = "test_sets"

    ten_crop_size: Count
    t: Differences
    seed: Seed


class PredictParams(Params):
    """``predict``: the forward passes."""

    key: ClassVar[str] = "predict"

    batch_size: Count


class EvaluateParams(Params):
    """``evaluate``: which networks are compared, and how a logit becomes a decision."""

    key: ClassVar[str] = "evaluate"

    networks: Annotated[list[str], Field(min_length=1)]
    ensembles: dict[str, Annotated[list[str], Field(min_length=2)]]
    threshold: float
    ten_crops: Literal["vote", "mean"]
    resamples: Count
    confidence: Share
    seed: Seed


class FaceFiguresParams(Params):
    """``face_figures``: the figures that show single faces."""

    key: ClassVar[str] = "face_figures"

    faces: Annotated[int, Field(ge=1, le=12)]
    set: SetName


KEYS: dict[str, type[Params]] = {
    kind.key: kind
    for kind in (
        DataParams,
        SyntheticParams,
        CropParams,
        AugmentationParams,
        LoaderParams,
        DetectParams,
        TestSetsParams,
        PredictParams,
        EvaluateParams,
        FiguresParams,
        FaceFiguresParams,
    )
}
"""The keys of the study's params.yaml, beside ``networks``, ``extensions`` and ``search``.

The last is :class:`heed.search.space.SearchParams`.
"""


WHOLE: Final = (NetworkParams.key, ExtensionParams.key, "test_sets.t", "search.space.network")
"""Mappings whose keys are names; a file of ``settings/`` replaces them as a whole."""


def load_networks(path: str | os.PathLike[str] = "params.yaml") -> dict[str, NetworkParams]:
    """Read the entries of ``networks`` and ``extensions``, in the order of the file.

    Raises:
        ParamsError: for a value that is missing or out of range, or a name that both keys have.
    """
    networks: dict[str, NetworkParams] = dict(load_entries(NetworkParams, path))
    if not read(path).get(ExtensionParams.key):
        return networks
    extensions = load_entries(ExtensionParams, path)
    if both := sorted(set(networks) & set(extensions)):
        raise ParamsError(f"{path}: found {both[0]} in networks and in extensions; rename one")
    return networks | extensions


def evaluated_networks(path: str | os.PathLike[str] = "params.yaml") -> dict[str, NetworkParams]:
    """Read the entries that ``evaluate.networks`` lists, in its order."""
    networks = load_networks(path)
    names = load(EvaluateParams, path).networks
    for name in names:
        if name not in networks:
            raise ParamsError(
                f"{path}: evaluate.networks: found {name!r}; expected names of networks or "
                f"extensions: {', '.join(networks)}"
            )
    return {name: networks[name] for name in names}


def load_ensembles(path: str | os.PathLike[str] = "params.yaml") -> dict[str, list[str]]:
    """Read ``evaluate.ensembles``: by name its members, which ``evaluate.networks`` lists.

    Raises:
        ParamsError: for a name that a network has or none can have, and for a member that is not
            evaluated, or named twice.
    """
    params, key = load(EvaluateParams, path), "evaluate.ensembles"
    check_names(list(params.ensembles), key, path)
    taken = {name.lower() for name in load_networks(path)}
    for name, members in params.ensembles.items():
        if name.lower() in taken:
            raise ParamsError(f"{path}: {key}: found {name}, the name of a network; rename it")
        for member in members:
            if member not in params.networks or members.count(member) > 1:
                raise ParamsError(
                    f"{path}: {key}.{name}: found {', '.join(members)}; expected different names "
                    f"of evaluate.networks: {', '.join(params.networks)}"
                )
    return params.ensembles


def columns(path: str | os.PathLike[str] = "params.yaml") -> dict[str, PublishedName | None]:
    """The columns of the tables: the evaluated networks, then the ensembles.

    Returns:
        By name the published network that it stands for; an ensemble stands for none.
    """
    published = {name: entry.published for name, entry in evaluated_networks(path).items()}
    return published | dict.fromkeys(load_ensembles(path))


def with_differences(
    shared: Augmentation,
    differences: Differences,
    key: str,
    path: str | os.PathLike[str] = "params.yaml",
) -> Augmentation:
    """The random transforms of ``augmentation`` with what differs from them.

    Args:
        shared: those of ``augmentation``.
        differences: steps by name, each with the values that are others.
        key: where the file has these, for messages.
        path: the parameter file, for messages.

    Raises:
        ParamsError: for an unknown step or value, or one out of range.
    """
    steps: dict[str, Any] = shared.model_dump()
    for step, changes in differences.items():
        if not isinstance(changes, Mapping):
            raise ParamsError(
                f"{path}: {key}.{step}: found {changes!r}; expected a mapping of what differs, "
                "such as {enabled: true}"
            )
        steps[step] = {**steps.get(step, {}), **changes}
    return validated(Augmentation, key, steps, path)


def augmentation_of(
    entry: NetworkParams,
    shared: Augmentation,
    key: str,
    path: str | os.PathLike[str] = "params.yaml",
) -> Augmentation | None:
    """The random transforms that a network is trained with; None for none.

    Args:
        entry: of the network.
        shared: the transforms of ``augmentation``.
        key: of the entry, ``networks.<name>``, for messages.
        path: the parameter file, for messages.

    Raises:
        ParamsError: as :func:`with_differences`.
    """
    if isinstance(entry.augment, bool):
        return shared if entry.augment else None
    return with_differences(shared, entry.augment, f"{key}.augment", path)


def key_of(name: str, entry: NetworkParams) -> str:
    """Where the file has an entry: ``networks.<name>`` or ``extensions.<name>``."""
    return f"{type(entry).key}.{name}"
