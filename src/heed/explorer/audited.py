"""An audit that has run, as the explorer reads it: which networks, methods and masks there are."""

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import zarr

from heed.audit import paths
from heed.audit.stored import REMEDY, entries, table_at
from heed.base.errors import HeedError, InputError
from heed.base.files import images_digest
from heed.base.partitions import PARTITIONS
from heed.base.settings import check_names, read
from heed.base.stores import variables
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import PLACEMENT_RULES, stored_placements
from heed.explain.stored_maps import stored_methods
from heed.explorer.conditions import TARGET_NAMES, Conditions
from heed.explorer.drawn_masks import region_of, saved_versions, unusable
from heed.explorer.edited_regions import edited_regions
from heed.explorer.lost_chunks import StoredChunks
from heed.explorer.run_record import PARAMS, lock_of, other_outputs, other_parameters, stamp_of
from heed.explorer.stored_networks import (
    STORE,
    checked_maps,
    checked_masks,
    checked_scores,
    of_replicate,
)
from heed.guidance.named_regions import Region
from heed.metrics.grid.stored_masks import StoredMasks

__all__ = ["Audited", "Conditions"]


class Audited:
    """What an audit stored, opened but not read: names and places alone.

    A network is left out, and named in ``problems``, where a file of it is missing, damaged or of
    other faces: the others can be looked at all the same. May be used by several threads.

    Args:
        path: the folder with its ``dvc.yaml`` and ``params.yaml``.

    Attributes:
        path: that folder.
        name: of the folder, for titles.
        partition: whose faces were audited: ``train``, ``validation`` or ``test``.
        images: names of the N audited faces, in the order of all stored arrays.
        attributes: their A attributes, likewise.
        models: those of params.yaml, in its order, that have a network to show.
        networks: ``<model>/<replicate>``, model by model.
        methods: whose raw maps all of these networks have.
        placements: the rules by which cells of maps can be placed, of any of these networks.
        targets: what maps may explain.
        mask_versions: whose masks are stored, ``evidence`` and named regions too.
        edited: regions that are others than when their masks, and perhaps scores, were stored.
        stored: under which conditions the scores in ``data/scores`` were taken.
        size: side S of crops and masks, in pixels.
        stamp: changes when a file that is read is rewritten; see :meth:`rewritten`.
        problems: a sentence for each network that is left out, and for whatever else is not as
            params.yaml and dvc.lock have it.

    Raises:
        InputError: no audit has run there, or none of its networks can be shown.
    """

    def __init__(self, path: str | os.PathLike[str] = ".") -> None:
        self.path = Path(path).expanduser()
        self.name = self.path.resolve().name
        self.lock = RLock()
        """Held while something that belongs to this audit is opened."""
        self._groups: dict[str, zarr.Group] = {}
        self.chunks = StoredChunks()
        """Whether what is read as zeros was lost."""
        self._awaited: list[str] = []
        """Folders and stores in which what cannot be shown may come back."""
        self._masks: dict[str, StoredMasks] = {}
        params = self._params()
        listed, self.partition = list(params["models"]), str(params["frontal"]["partition"])
        frontal = table_at(self.path / paths.FRONTAL, columns=["image", "kept"])
        self.images: Sequence[str] = tuple(frontal.image[frontal.kept].tolist())
        if not self.images:
            raise InputError(
                f"{self.path / paths.FRONTAL}: found no frontal face among {len(frontal)}; raise "
                f"frontal.threshold in {PARAMS}, and run `dvc repro`"
            )
        self.attributes: tuple[str, ...] = ATTRIBUTES
        self._digest = images_digest(self.images)
        lock = lock_of(self.path)
        outputs = other_outputs(self.path, lock)
        self._stored: dict[str, Conditions] = {}
        problems = [problem for model in listed for problem in self._find_networks(model)]
        self.networks = tuple(self._stored)
        if not self.networks:
            raise InputError(
                f"{self.path}: found no network to show; expected an audit that has run. "
                + " ".join(problems)
            )
        found = {network.partition("/")[0] for network in self.networks}
        self.models = tuple(model for model in listed if model in found)
        self.stored = self._stored[self.networks[0]]
        problems += [
            f"{self.path / self.scores_file(network)}: its scores were taken under "
            f"{stored.beside(self.stored)}; expected {self.stored.beside(stored)}, as those of "
            f"{self.networks[0]}; run `dvc repro`"
            for network, stored in self._stored.items()
            if stored != self.stored
        ]
        each = [set(self.stored_methods(network)) for network in self.networks]
        self.methods = tuple(sorted(set.intersection(*each)))
        rules = {rule for network in self.networks for rule in self.placements_of(network)}
        self.placements = tuple(rule for rule in PLACEMENT_RULES if rule in rules)
        self.targets = TARGET_NAMES
        problems += self._find_masks(sure=bool(lock) and paths.MASKS not in outputs)
        self.mask_versions = tuple(self._masks)
        if not self.mask_versions:
            raise InputError(" ".join(problems))
        self.size = self.masks(self.mask_versions[0]).size
        problems += [*unusable(self.path), *outputs.values(), *other_parameters(lock, params)]
        self.problems = tuple(dict.fromkeys(problems))
        self.stamp = stamp_of(self._files())

    def __repr__(self) -> str:
        return f"Audited({str(self.path)!r}): {', '.join(self.networks)}"

    def rewritten(self) -> bool:
        """Whether the audit ran anew since it was opened: then what was read is of the old one."""
        return stamp_of(self._files()) != self.stamp

    def place(self, image: str) -> int:
        """Where a face stands among ``images``.

        Raises:
            InputError: it is none of them.
        """
        if image not in self.places:
            raise InputError(
                f"image: found {image!r}, which is not among the {len(self.images)} audited faces "
                f"of {self.path}"
            )
        return self.places[image]

    @cached_property
    def places(self) -> dict[str, int]:
        """Of each face where it stands among ``images``."""
        return {image: place for place, image in enumerate(self.images)}

    def attribute_place(self, attribute: str) -> int:
        """Where an attribute stands among ``attributes``; raises as :meth:`place`."""
        self.check("attribute", attribute, self.attributes)
        return self.attributes.index(attribute)

    def check(self, what: str, found: str, known: Sequence[str]) -> None:
        """Refuse a name that there is not.

        Raises:
            InputError: naming it and those that there are.
        """
        if found not in known:
            there = f"expected one of {', '.join(known)}" if len(known) else "there is none"
            raise InputError(f"{what}: found {found!r}; {there}")

    def stored_of(self, network: str) -> Conditions:
        """Under which conditions the stored scores of one network were taken."""
        self.check("network", network, self.networks)
        return self._stored[network]

    def maps(self, network: str) -> zarr.Group:
        """The store of a network's raw maps: an array (N, A, g, g) float32 for each method."""
        self.check("network", network, self.networks)
        return self._groups[network]

    def region(self, version: str, attribute: str) -> Region | None:
        """The region whose masks a version has for an attribute; None: they are stored.

        Raises:
            InputError: there is no such version, or its region cannot be drawn.
        """
        if version in self._masks:
            return None
        found = region_of(self.path, version, attribute)
        if found is None:
            self.check("mask", version, self.mask_versions)
        return found

    def stored_version(self, version: str, attribute: str) -> str:
        """The stored version that an attribute's mask is of, where no region is drawn for it."""
        found = self.region(version, attribute)
        return version if found is None else str(found.base)

    def masks(self, version: str) -> StoredMasks:
        """One version of the masks."""
        self.check("mask", version, self.mask_versions)
        return self._masks[version]

    def stored_methods(self, network: str) -> list[str]:
        """The methods whose raw maps are stored of a network."""
        return stored_methods(variables(self._groups[network]))

    def placements_of(self, network: str) -> dict[str, Any]:
        """By rule the placement of a network's cells, :class:`heed.explain.placement.Placement`."""
        return stored_placements(self._groups[network].attrs.asdict())

    def scores_file(self, network: str) -> str:
        """Where a network's scores are, from the folder of the audit."""
        return of_replicate(paths.scores, network)

    def score_versions_file(self, network: str) -> str:
        """Where its scores against every version of the masks are."""
        return of_replicate(paths.score_versions, network)

    def _params(self) -> dict[str, Any]:
        file = self.path / PARAMS
        if not file.is_file():
            raise InputError(
                f"{file}: no such file; expected the folder of an audit, with its dvc.yaml and "
                f"{PARAMS}"
            )
        try:
            params = read(file)
            models, partition = dict(params["models"]), params["frontal"]["partition"]
            check_names(list(models), "models", file)
        except HeedError as error:
            raise InputError(str(error)) from None
        except (KeyError, TypeError, ValueError):
            raise InputError(
                f"{file}: found no models or no frontal.partition; expected the parameters of an "
                "audit (those of a study have other keys)"
            ) from None
        if partition not in PARTITIONS:
            raise InputError(
                f"{file}: frontal.partition: found {partition!r}; expected one of "
                f"{', '.join(PARTITIONS)}"
            )
        return params

    def _find_networks(self, model: str) -> Iterator[str]:
        """Open the networks of a model; says of each that cannot be shown why."""
        self._awaited.append(paths.scores(model))
        try:
            files = entries(self.path / paths.scores(model))
        except InputError as error:
            yield f"{model} is left out: {error}"
            return
        shape = len(self.images), len(self.attributes)
        for file in files:
            network = f"{model}/{file.stem}"
            try:
                self._stored[network] = checked_scores(file, *shape)
                maps = self.path / of_replicate(paths.maps, network, "zarr")
                self._groups[network] = checked_maps(maps, self._digest, shape)
            except InputError as error:
                self._stored.pop(network, None)
                self._awaited.append(of_replicate(paths.maps, network, "zarr"))
                yield f"{network} is left out: {error}"

    def _find_masks(self, *, sure: bool) -> Iterator[str]:
        """Open the versions of the masks; says of each that cannot be shown why."""
        folder = self.path / paths.MASKS
        for file in sorted([*folder.glob("[!.]*.zarr"), *folder.glob("[!.]*/[!.]*.zarr")]):
            version = file.relative_to(folder).with_suffix("").as_posix()
            try:
                self._masks[version] = checked_masks(file, self._digest, sure=sure)
                self.chunks.keep(self._masks[version].path, "regions")
            except InputError as error:
                self._awaited.append(paths.masks(version))
                yield f"Masks {version} are left out: {error}"
        self.edited = edited_regions(self.path, self._masks, self.images, self.attributes)
        for version in self.edited:
            del self._masks[version]
            yield (
                f"{self.path / version}.yaml was changed after its masks were stored: faces are "
                "scored against it as it is now; run `dvc repro` to store that"
            )
        if not self._masks:
            yield f"{folder}: found no masks that can be shown; {REMEDY}"

    def _files(self) -> list[Path]:
        """The files whose rewriting makes what was read old."""
        names = [PARAMS, "dvc.lock", paths.FRONTAL, paths.FACES, paths.LANDMARKS, paths.MASKS]
        names += [paths.crops(self.partition), paths.crop_transforms(self.partition)]
        names += [f"{paths.AVERAGES}/{STORE}"]
        names += [f"{paths.masks(version)}/{STORE}" for version in self.mask_versions]
        names += ["regions", *(f"{version}.yaml" for version in saved_versions(self.path))]
        for network in self.networks:
            names += [self.scores_file(network), self.score_versions_file(network)]
            names.append(f"{of_replicate(paths.maps, network, 'zarr')}/{STORE}")
        found = [self.path / name for name in names]
        for awaited in (self.path / name for name in self._awaited):
            found += [awaited, *awaited.rglob("*")]
        return found
