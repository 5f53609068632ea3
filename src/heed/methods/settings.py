"""The parameters of ``studies/methods``: one model per key of its ``params.yaml``."""

import os
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from heed.base.registry import names_in
from heed.base.settings import Count, Params, ParamsError, Share, load_entries
from heed.celeba.settings import LandmarkSize, Missing
from heed.explain.names import METHOD_NAMES
from heed.figures.settings import FiguresParams
from heed.fundus.settings import FundusParams
from heed.masked_folder.settings import Masked
from heed.masks.settings import MaskVersionName
from heed.methods.run_settings import RunParams
from heed.training.settings import LoaderParams

FOLDER: Final = "heed.methods.metrics"
"""Where the metrics are; each of its files registers one. Their names need no torch."""

METRIC_NAMES: Final = names_in(FOLDER)

Reference = Literal["mask", "random", "uniform", "centre", "edges"]
"""Maps that no network has a part in: the ceiling, and floors (:mod:`heed.methods.references`)."""

Seed = Annotated[int, Field(ge=0, lt=2**32)]


PlacementRule = Literal["receptive_field", "half_pixel"]
"""Those of :mod:`heed.explain.placement`, which only what makes maps depends on."""


class DataParams(Params):
    """``data``: the images.

    Attributes:
        source: ``drawn``: fundus images drawn by this pipeline; ``faces``: drawn faces with and
            without one attribute; ``folder``: a masked data set; ``celeba``: faces of CelebA with
            and without one attribute.
        root: of the data set; ~ is the user's home.
        positive: the class that the network's output stands for; of faces the attribute.
        masks: which test images of a folder must have a mask.
        side: of the square images that networks see, pixels.
        images: of CelebA, photographs as taken or its aligned images.
        missing: of CelebA, what to do where annotated images are not there.
        landmark_size: of CelebA, see :func:`heed.celeba.inventory.take_inventory`.
    """

    key: ClassVar[str] = "data"

    source: Literal["drawn", "faces", "folder", "celeba"]
    root: str
    positive: str
    masks: Masked
    side: Annotated[int, Field(ge=32, le=1024, multiple_of=32)] | Literal[112]
    images: Literal["wild", "aligned"]
    missing: Missing
    landmark_size: LandmarkSize

    @property
    def folder(self) -> str:
        """The root, with the user's home in the place of ~."""
        return os.path.expanduser(self.root)


class CelebAParams(Params):
    """``celeba``: which faces of CelebA are chosen, and where their attribute shows.

    Attributes:
        train: faces of the training partition, half of them with the attribute.
        validation: likewise of the validation partition.
        test: likewise of the test partition.
        frontal: test faces are chosen whose nose is at most so far off the midline, see
            :func:`heed.geometry.frontal.frontal_ratio`; None: any.
        mask_version: of the masks, see :mod:`heed.masks.versions`.
        seed: of the choice.
    """

    key: ClassVar[str] = "celeba"

    train: Annotated[int, Field(ge=2, multiple_of=2)]
    validation: Annotated[int, Field(ge=2, multiple_of=2)]
    test: Annotated[int, Field(ge=2, multiple_of=2)]
    frontal: Annotated[float, Field(ge=0)] | None
    mask_version: MaskVersionName
    seed: Seed


class SeedsParams(Params):
    """``seeds.<name>``: a training of each level for each of these numbers.

    Entries differ in nothing: what is added as a new one leaves the networks of the others as they
    are.
    """

    key: ClassVar[str] = "seeds"

    numbers: Annotated[list[Seed], Field(min_length=1)]


class ScoreParams(Params):
    """``score``: which maps of which images are measured how.

    Attributes:
        methods: names of :data:`heed.explain.catalogue.METHODS`.
        references: maps that no network has a part in.
        metrics: names of :mod:`heed.methods.metrics`.
        images: test images per class, the first by name; None: all.
        epoch_images: the same for the networks of single epochs.
        epoch_methods: the methods that these are asked by, some of ``methods``.
        placement: where the cells of maps lie, see :mod:`heed.explain.placement`.
        threshold: pixels of a processed map above it are active.
        batch_size: images that pass the network at once.
        examples: images whose maps are kept to be looked at.
        seed: of random maps.
    """

    key: ClassVar[str] = "score"

    methods: Annotated[list[str], Field(min_length=1)]
    references: list[Reference]
    metrics: Annotated[list[str], Field(min_length=1)]
    images: Count | None
    epoch_images: Count | None
    epoch_methods: Annotated[list[str], Field(min_length=1)]
    placement: PlacementRule
    threshold: Annotated[float, Field(ge=0, lt=1)]
    batch_size: Count
    examples: Annotated[int, Field(ge=0, le=24)]
    seed: Seed

    @property
    def maps(self) -> list[str]:
        """Methods and references, in the order in which their maps are made."""
        return [*self.methods, *self.references]

    @property
    def along_training(self) -> "ScoreParams":
        """What the networks of single epochs are asked: fewer images and methods, no references."""
        return self.model_copy(
            update={"methods": self.epoch_methods, "references": [], "images": self.epoch_images}
        )


class RandomisationParams(Params):
    """``randomisation``: the check with random weights.

    Attributes:
        images: test images per class whose maps are compared, the first by name.
        draws: of random weights for each trained network.
        seed: of the random weights; trainings start from those of ``seeds``.
    """

    key: ClassVar[str] = "randomisation"

    images: Count
    draws: Count
    seed: Seed


class StabilityParams(Params):
    """``stability``: how far maps move when small noise is added to the images.

    Attributes:
        images: test images per class, the first by name.
        radius: of the noise, uniform in -radius..radius, in shares of the range of a pixel.
        draws: of noise for each image.
        seed: of the noise.
    """

    key: ClassVar[str] = "stability"

    images: Count
    radius: Share
    draws: Count
    seed: Seed


class AnswersParams(Params):
    """``answers``: how the questions are answered.

    Attributes:
        base: the level that the others are compared with.
        method: the method whose scores are followed along factors and epochs.
        resamples: bootstrap resamples of the images.
        confidence: of the intervals.
        alpha: probability of an error in the comparison of ranks.
        valid: IoUs from which on a map counts as valid.
        seed: of the resamples.
    """

    key: ClassVar[str] = "answers"

    base: str
    method: str
    resamples: Count
    confidence: Share
    alpha: Share
    valid: Annotated[list[Share], Field(min_length=1)]
    seed: Seed


KEYS: Final[dict[str, type[Params]]] = {
    kind.key: kind
    for kind in (
        DataParams,
        FundusParams,
        CelebAParams,
        LoaderParams,
        RunParams,
        ScoreParams,
        RandomisationParams,
        StabilityParams,
        AnswersParams,
        FiguresParams,
    )
}
"""The keys of the study's params.yaml, beside ``levels`` and ``seeds``."""

WHOLE: Final = ("levels", "seeds")
"""Mappings whose keys are names; a file of ``settings/`` replaces them as a whole."""


def load_seeds(path: str | os.PathLike[str] = "params.yaml") -> dict[str, list[int]]:
    """Read ``seeds``, in the order of the file.

    Raises:
        ParamsError: for a value that is missing or out of range, or a number that stands twice.
    """
    seeds = {name: entry.numbers for name, entry in load_entries(SeedsParams, path).items()}
    first: dict[int, str] = {}
    for name, numbers in seeds.items():
        for number in numbers:
            if number in first:
                raise ParamsError(
                    f"{path}: seeds.{name}.numbers: found {number}, which seeds.{first[number]} "
                    "has too or which stands there twice; expected each number once, as the same "
                    "seed gives the same network"
                )
            first[number] = name
    return seeds


def check_score(score: ScoreParams, path: str | os.PathLike[str] = "params.yaml") -> None:
    """Refuse names that there are not or that stand twice, and epochs asked about more images.

    Raises:
        ParamsError: naming the key and the known names.
    """
    for key, names, known in (
        ("methods", score.methods, METHOD_NAMES),
        ("metrics", score.metrics, METRIC_NAMES),
    ):
        for name in names:
            if name not in known or names.count(name) > 1:
                raise ParamsError(
                    f"{path}: score.{key}: found {name!r}; expected different names of "
                    f"{', '.join(known)}"
                )
    if unknown := [name for name in score.epoch_methods if name not in score.methods]:
        raise ParamsError(
            f"{path}: score.epoch_methods: found {unknown[0]!r}; expected some of score.methods: "
            f"{', '.join(score.methods)}"
        )
    once: dict[str, list[str]] = {
        "epoch_methods": score.epoch_methods,
        "references": [*score.references],
    }
    for key, chosen in once.items():
        if twice := [name for name in chosen if chosen.count(name) > 1]:
            raise ParamsError(
                f"{path}: score.{key}: found {twice[0]!r} twice; expected each once: remove one"
            )
    most, along = score.images, score.epoch_images
    if most is not None and (along is None or along > most):
        raise ParamsError(
            f"{path}: score.epoch_images: found {'null (all)' if along is None else along}, and "
            f"score.images {most}; expected no more than these, as the networks before the first "
            "step are compared with trained ones on the same images"
        )
    if both := sorted(set(score.methods) & set(score.references)):
        raise ParamsError(
            f"{path}: score.references: found {both[0]!r}, which score.methods has too; remove one"
        )
