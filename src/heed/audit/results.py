"""What the audit found, as pandas and xarray have it: :func:`heed.results`.

Files are read as they lie, and only what is asked for; nothing is written.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from heed.audit import paths
from heed.audit.stored import (
    entries,
    known_names,
    names_of,
    reading,
    rows_among,
    store_at,
    table_at,
)
from heed.audit.tables.imbalance import training_counts
from heed.audit.tables.score_table import conditions_of
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.settings import read
from heed.base.stores import along
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.explain.placement import CHOSEN, PLACEMENT_RULES, stored_placements
from heed.masks.packing import unpack

if TYPE_CHECKING:
    import xarray as xr

LARGEST: Final = 2**30
"""Bytes of masks that are unpacked at once: ask for fewer images where it is more."""

CONDITIONS: Final = ("mask_version", "threshold", "filled", "method", "target", "placement")
"""What scores were taken under, as columns of :meth:`Results.scores`."""


def results(path: str | os.PathLike[str] = ".") -> "Results":
    """The results of an audit that has run.

    Args:
        path: the folder with its ``dvc.yaml``.

    Returns:
        A :class:`Results`: ``scores()``, ``predictions(model)``, ``maps(model)``,
        ``masks(version)``, ``crops(images)``, ``averages()``, ``table(name)``.

    Raises:
        InputError: no audit has run there.

    Example:
        What is in an audit that has run, docs/data.md shows.

        >>> import heed
        >>> heed.results("empty")
        Traceback (most recent call last):
            ...
        heed.base.errors.InputError: empty/data/scores: found no scores; expected the folder of...
    """
    return Results(path)


class Results:
    """The results of an audit, read when they are asked for.

    Attributes:
        path: the folder of the audit.
        models: names of the models in its ``params.yaml`` that have scores, in alphabetical order.
            What is left of a model that was removed from there is not looked at.

    Raises:
        InputError: from here and from each method, where a file is missing or damaged.
    """

    def __init__(self, path: str | os.PathLike[str] = ".") -> None:
        self.path = Path(path).expanduser()
        folder = self.path / paths.SCORES
        scored = sorted(each.name for each in folder.glob("[!.]*") if each.is_dir())
        if not scored:
            raise InputError(
                f"{folder}: found no scores; expected the folder of an audit that has run: "
                "`make audit` there, or `dvc pull` where its results are shared"
            )
        listed = read(self.path / "params.yaml").get("models") or {}
        self.models = tuple(name for name in scored if name in listed)
        if not self.models:
            raise InputError(
                f"{folder}: found scores of {', '.join(scored)}, but params.yaml has the models "
                f"{', '.join(listed) or '(none)'}; run `dvc repro`"
            )

    def __repr__(self) -> str:
        return f"heed.results({str(self.path)!r}): {', '.join(self.models)}"

    def scores(
        self, models: Sequence[str] | None = None, attributes: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """One row per model, replicate, face and attribute.

        Args:
            models: whose; by default of all.
            attributes: which; by default all.

        Returns:
            The columns of ``data/scores`` (docs/data.md), ``model``, ``replicate``, ``predicted``
            (the class, -1 or +1), ``correct`` (a logit of exactly 0 is neither: missing),
            ``majority`` (whether the label is the class of most training faces), and the
            conditions: ``mask_version``, ``threshold``, ``filled``, ``method``, ``target``,
            ``placement``.
        """
        asked = known_names(attributes, ATTRIBUTES, "attributes")
        wanted = {"filters": [("attribute", "in", asked)]} if attributes is not None else {}
        parts = []
        for model in known_names(models, self.models, "models"):
            for file in entries(self.path / paths.scores(model)):
                part = table_at(file, **wanted)
                part.insert(0, "model", model)
                part.insert(1, "replicate", int(file.stem))
                for name, value in conditions_of(file).items():
                    part[name] = value
                parts.append(part)
        found = pd.concat(parts, ignore_index=True)
        sign = np.sign(found.logit)
        found.insert(6, "predicted", np.where(sign < 0, -1, 1).astype(np.int8))
        correct = pd.array(sign * found.label > 0, dtype="boolean")
        correct[(sign == 0).to_numpy()] = pd.NA
        found.insert(7, "correct", correct)
        majority = dict(zip(ATTRIBUTES, self._majority(), strict=True))
        found.insert(8, "majority", found.label == found.attribute.map(majority).astype(np.int8))
        for name in ("model", "image", "attribute", *CONDITIONS):
            found[name] = found[name].astype("category")
        return found

    def predictions(self, model: str) -> "xr.Dataset":
        """What a model answers.

        Returns:
            ``logit``, and ``contribution``, the part of it that comes from the image (NaN where
            the head is not affine), by replicate, image and attribute, float32; ``label``, -1 or
            +1, by image and attribute, int8.
        """
        import xarray as xr

        known_names(model, self.models, "model")
        files = entries(self.path / paths.predictions(model))
        tables = [table_at(file) for file in files]
        axes = ("replicate", "image", "attribute")
        images = tables[0].image.to_numpy()
        values: dict[str, Any] = {
            part: (axes, np.stack([table[_columns(part)].to_numpy() for table in tables]))
            for part in ("logit", "contribution")
        }
        faces = table_at(self.path / paths.FACES, columns=["image", *ATTRIBUTES])
        values["label"] = (axes[1:], labels_of(images, faces, paths.FACES))
        numbers = [int(file.stem) for file in files]
        places = {"replicate": numbers, "image": images, "attribute": list(ATTRIBUTES)}
        return xr.Dataset(values, places, {"model": model})

    def maps(self, model: str, method: str | None = None, replicate: int = 1) -> "xr.DataArray":
        """Maps of one network, which are read when they are used.

        Args:
            model: whose.
            method: raw maps of each logit z by one of ``infer.methods``; by default the maps that
                are scored, signed by the target.
            replicate: of which training.

        Returns:
            By image, attribute, y and x (pixels of the crop), float32: neither rectified nor
            scaled. The attribute ``placement`` names the rule by which y and x say where the cells
            lie: for raw maps ``receptive_field``, where the network's layers tell it.
        """
        known_names(model, self.models, "model")
        folder = paths.cams(model) if method is None else paths.maps(model)
        number = self._replicate(folder, replicate)
        store = store_at(self.path, f"{folder}/{number}.zarr")
        name = "cams" if method is None else method
        if name not in store:
            raise InputError(
                f"method: found {method!r}; expected one of {', '.join(map(str, store.data_vars))} "
                "(infer.methods in params.yaml)"
            )
        found = store[name].assign_attrs(store.attrs | {"model": model, "replicate": number})
        if method is None:
            return found  # their places lie beside them
        placements = stored_placements(store.attrs)
        rule = next((each for each in PLACEMENT_RULES if each in placements), None)
        if rule is None:
            return found
        y, x = placements[rule].y, placements[rule].x
        places = {"y": along(y, found.sizes["y"]), "x": along(x, found.sizes["x"])}
        return found.assign_coords(places).assign_attrs({CHOSEN: rule})

    def masks(
        self,
        version: object = None,
        images: Sequence[str] | None = None,
        attributes: Sequence[str] | None = None,
    ) -> "xr.DataArray":
        """Masks: where a classifier should look.

        Args:
            version: of the masks; by default the one that the scores are of.
            images: of which faces; by default of all. One name, or several, also as an array.
            attributes: which; by default all.

        Returns:
            By image, attribute, y and x (pixels of the crop), bool.

        Raises:
            InputError: there is no such version or image, or it would be more than
                :data:`LARGEST` bytes.
        """
        import xarray as xr

        if version is None:
            scored = entries(self.path / paths.scores(self.models[0]))[0]
            with reading(scored):
                version = conditions_of(scored)["mask_version"]
        folder = self.path / paths.MASKS
        known = sorted(file.stem for file in folder.glob("[!.]*.zarr"))
        known += sorted(f"regions/{file.stem}" for file in folder.glob("regions/[!.]*.zarr"))
        known_names(str(version), known, "version")
        store = store_at(self.path, paths.masks(version))
        audited = self._audited()
        chosen = list(audited) if images is None else names_of(images, "images")
        rows = rows_among(chosen, audited, "audited faces")
        asked = known_names(attributes, ATTRIBUTES, "attributes")
        regions = np.array(store.attrs["region_of_attribute"])
        regions = regions[[ATTRIBUTES.index(name) for name in asked]]
        size = int(store.attrs["size"])
        if len(chosen) * len(asked) * size**2 > LARGEST:
            raise InputError(
                f"masks: {len(chosen)} faces x {len(asked)} attributes x {size} x {size} pixels "
                f"are more than {LARGEST >> 30} GiB; ask for fewer by images= or attributes="
            )
        shared = store.regions.shape[0] == 1
        # Each region is read once, in the order of the store.
        read, place = np.unique(np.zeros_like(rows) if shared else rows, return_inverse=True)
        packed = store.regions[read].to_numpy()
        values = unpack(packed[place][:, regions])
        pixels = np.arange(size, dtype=np.float64)
        places = {"image": chosen, "attribute": list(asked), "y": pixels, "x": pixels}
        return xr.DataArray(values, places, tuple(places), "masks", {"version": str(version)})

    def crops(self, images: Sequence[str]) -> "xr.DataArray":
        """The aligned crops of faces, by image, y, x and channel: uint8, RGB.

        Args:
            images: of the partition that is audited: one name, or several, also as an array.
        """
        import xarray as xr

        partition = str(read(self.path / "params.yaml")["frontal"]["partition"])
        names = table_at(self.path / paths.crop_transforms(partition), columns=["image"]).image
        chosen = names_of(images, "images")
        rows = rows_among(chosen, names, f"faces of the audited partition, {partition}")
        file = self.path / paths.crops(partition)
        with reading(file):
            values = StoredImages(file)[rows]
        places: dict[str, Any] = {"image": chosen, "channel": ["red", "green", "blue"]}
        return xr.DataArray(values, places, ("image", "y", "x", "channel"), "crops")

    def averages(self) -> "xr.Dataset":
        """Average maps, each rectified and scaled to 0..1 before, at the size of the crop.

        Returns:
            ``means`` by model, attribute, group, y and x (NaN where the group has no face), and
            ``n``, the number of faces, by model, attribute and group.

        Raises:
            InputError: those of a model are missing.
        """
        import xarray as xr

        parts = [store_at(self.path, paths.AVERAGES, model) for model in self.models]
        return xr.concat(parts, dim=pd.Index(self.models, name="model"))

    def table(self, name: str) -> pd.DataFrame:
        """A table of ``metrics/tables`` by its name, such as ``amr`` or ``gaps``."""
        known = sorted(file.stem for file in (self.path / paths.TABLES).glob("*.csv"))
        known_names(name, known, "table")
        file = self.path / paths.table(name)
        with reading(file):
            return pd.read_csv(file)

    def _audited(self) -> list[str]:
        frontal = table_at(self.path / paths.FRONTAL, columns=["image", "kept"])
        images: list[str] = frontal.image[frontal.kept].tolist()
        return images

    def _majority(self) -> np.ndarray:
        columns = ["partition", *ATTRIBUTES]
        return training_counts(table_at(self.path / paths.FACES, columns=columns)).majority

    def _replicate(self, folder: str, number: object) -> int:
        known = [file.stem for file in entries(self.path / folder)]
        if str(number) not in known:
            raise InputError(
                f"replicate: found {number!r}; expected {', '.join(known)} ({self.path / folder})"
            )
        return int(str(number))


def _columns(part: str) -> list[str]:
    return [f"{part}.{name}" for name in ATTRIBUTES]
