"""The parameters of the study's faces, networks and probes."""

import os
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, model_validator

from heed.base.settings import Count, Params, Share, load_entries, load_entry
from heed.celeba.settings import DataParams
from heed.layers.names import Kind
from heed.recognition.settings import FaceNetworkParams, FaceTrainingParams, Plan
from heed.synthetic.settings import SyntheticParams
from heed.training.settings import LoaderParams, Optimisation

Seed = Annotated[int, Field(ge=0)]
Even = Annotated[int, Field(ge=2, multiple_of=2)]


class PersonsParams(Params):
    """``persons``: whose faces networks learn to tell apart.

    Attributes:
        source: ``drawn``; ``faces``: those of ``data``, by their identities; ``folder``: a folder
            for each person, as VGGFace2 has it.
        root: of the folder; drawn persons lie in CelebA's layout there. ~ is the user's home.
        drawn: how many faces are drawn.
        per_person: faces of each drawn person, on average.
        seed: of the drawing.
        apart: share of the persons that no training sees, and that are verified.
        pairs: a file of pairs as LFW's ``pairs.txt``, of ``pairs_root``; None: drawn from the
            persons apart.
        pairs_root: LFW's folder, ``<name>/<name>_0001.jpg``.
        folds: of pairs that are drawn.
        each: pairs of one person in each of these, and as many of two.
    """

    key: ClassVar[str] = "persons"

    source: Literal["drawn", "faces", "folder"]
    root: str
    drawn: Count
    per_person: Annotated[float, Field(ge=2)]
    seed: Seed
    apart: Share
    pairs: str | None
    pairs_root: str | None
    folds: Annotated[int, Field(ge=2)]
    each: Count

    @property
    def folder(self) -> str:
        """The root, with the user's home in the place of ~."""
        return os.path.expanduser(self.root)

    @model_validator(mode="after")
    def _a_file_of_pairs_has_a_folder(self) -> "PersonsParams":
        if (self.pairs is None) != (self.pairs_root is None):
            raise ValueError(
                f"pairs is {self.pairs}, and pairs_root {self.pairs_root}; set both, or neither"
            )
        return self


class TrainingParams(FaceTrainingParams):
    """``training``: how networks learn to tell persons apart, and what they see."""

    key: ClassVar[str] = "training"


class AttributeTrainingParams(Optimisation):
    """``attribute_training``: of networks that are trained on the attributes themselves."""

    key: ClassVar[str] = "attribute_training"


class NetworkParams(Params):
    """``networks.<name>``: a network whose layers are read.

    Attributes:
        of: what it was trained on: ``identities``; ``attributes``, which makes a baseline; nothing
            (``random``), or ``file``: whatever it was, elsewhere.
        plan: see :class:`heed.recognition.settings.FaceNetworkParams`; None for a file.
        width: likewise.
        depth: likewise.
        pretrained: ImageNet weights that its training starts from, or that are all it has where it
            is ``random``; None: random ones.
        weights: of a file: a network that takes RGB images in 0..1, as
            :func:`heed.recognition.penultimate.load_any` reads it.
    """

    key: ClassVar[str] = "networks"

    of: Literal["identities", "attributes", "random", "file"]
    plan: Plan | None = None
    width: int | None = None
    depth: int | None = None
    pretrained: str | None = None
    weights: str | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "NetworkParams":
        if self.of == "file":
            if self.weights is None or self.plan is not None or self.pretrained is not None:
                raise ValueError("of is file; set weights, and neither plan nor pretrained")
        elif self.plan is None or self.weights is not None:
            raise ValueError(f"of is {self.of}; set plan, and no weights")
        else:
            _ = self.made_of
        return self

    @property
    def made_of(self) -> FaceNetworkParams:
        """What a network that is made here is made of."""
        made_of = {"plan": self.plan, "width": self.width, "depth": self.depth}
        return FaceNetworkParams.model_validate(made_of)


class SeedsParams(Params):
    """``seeds``: each network is made once for each of these."""

    key: ClassVar[str] = "seeds"

    numbers: Annotated[list[Seed], Field(min_length=1)]


class LayersParams(Params):
    """``layers.<name>``: which layers are read of the network of this name.

    Attributes:
        names: of layers, or patterns of them with ``*``, ``?`` and ``[…]``.
        kinds: which kinds of layers among these.
    """

    key: ClassVar[str] = "layers"

    names: Annotated[list[str], Field(min_length=1)]
    kinds: Annotated[list[Kind], Field(min_length=1)]


class ProbeParams(Params):
    """``probe``: how layers are read.

    Attributes:
        training: faces of an attribute's draw that probes are fitted on, half of them with it.
        validation: faces that units are chosen on, likewise.
        components: of PLS.
        top: how many channels and neurons are read together.
        regularisation: of the covariances of QDA, 0..1: S becomes (1 - r) S + r I.
        memory: MiB for the features of layers that are in memory at once.
        disk: MiB of a temporary file for a layer that memory does not hold; 0: its features are
            computed again, block by block.
        batch_size: images that pass a network at once.
        seed: of the draws.
    """

    key: ClassVar[str] = "probe"

    training: Even
    validation: Even
    components: Count
    top: Count
    regularisation: Annotated[float, Field(ge=0, le=1)]
    memory: Annotated[int, Field(ge=64)]
    disk: Annotated[int, Field(ge=0)]
    batch_size: Count
    seed: Seed


class VipParams(Params):
    """``vip``: whether VIP says what single neurons tell (the first ablation).

    Attributes:
        neurons: of each layer and attribute, spread evenly over the range of VIP.
        bins: of the histograms of VIP.
    """

    key: ClassVar[str] = "vip"

    neurons: Annotated[int, Field(ge=3)]
    bins: Annotated[int, Field(ge=2)]


class BaselineParams(Params):
    """``baseline``: the network that probes are compared with.

    Attributes:
        network: an entry of ``networks`` that was trained on the attributes.
    """

    key: ClassVar[str] = "baseline"

    network: str


class SilenceParams(Params):
    """``silence``: neurons set to zero, and what later layers lose (the second ablation).

    Attributes:
        attributes: for which; each has neurons of its own, and passes of its own.
        depths: of the layers whose neurons are silenced, percent of a network's depth.
        shares: of a layer's neurons, those with the highest VIP.
        later: how many layers behind it are probed again, spread evenly over the rest.
    """

    key: ClassVar[str] = "silence"

    attributes: list[str]
    depths: Annotated[list[Annotated[float, Field(gt=0, lt=100)]], Field(min_length=1)]
    shares: Annotated[list[Annotated[float, Field(gt=0, lt=1)]], Field(min_length=1)]
    later: Count


KEYS: Final[dict[str, type[Params]]] = {
    kind.key: kind
    for kind in (
        DataParams,
        SyntheticParams,
        PersonsParams,
        TrainingParams,
        AttributeTrainingParams,
        LoaderParams,
        SeedsParams,
        ProbeParams,
        VipParams,
        BaselineParams,
        SilenceParams,
    )
}
"""Keys of the study's params.yaml, beside ``networks`` and ``layers``."""

WHOLE: Final = (
    "networks",
    "layers",
    "answers.networks",
    "answers.controls",
    "answers.audit",
)
"""Mappings of names, which a setting replaces as a whole."""


def load_networks(path: str | os.PathLike[str] = "params.yaml") -> dict[str, NetworkParams]:
    """Read ``networks``, in the order of the file."""
    return load_entries(NetworkParams, path)


def load_network_params(name: str, path: str | os.PathLike[str] = "params.yaml") -> NetworkParams:
    """Read one entry of ``networks``."""
    return load_entry(NetworkParams, name, path)


def load_layers(name: str, path: str | os.PathLike[str] = "params.yaml") -> LayersParams:
    """Read which layers of a network are read."""
    return load_entry(LayersParams, name, path)
