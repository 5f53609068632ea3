"""Chosen faces as a data set of FiftyOne, to be looked at in its app.

FiftyOne is no part of Heed's environment (``pip install 'heed[fiftyone]'``): it brings a database
of its own.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explorer.audited import Audited
from heed.explorer.chosen_faces import Chosen
from heed.explorer.export import Progress
from heed.explorer.exported_folder import (
    ScoresOf,
    conditions_json,
    exported_folder,
    image_file,
    keep_about,
    network_file,
)
from heed.explorer.tiles import cam_pixels, encoded, stored_faces

TOGETHER: Final = 64
"""Faces that the database is given at once."""


def export_fiftyone(
    audited: Audited,
    chosen: Chosen,
    output: Path,
    name: str,
    *,
    force: bool = False,
    progress: Progress = iter,
) -> None:
    """Write the crops to a folder, and a data set with their labels, maps, masks and scores.

    A sample is a face. Its fields:

    - ``image``: the name of the face in the audit,
    - ``labels``: the attributes that it has, of all forty, as Classifications,
    - ``predictions_<network>``: those that a network says it has, each with its ``logit``; decision
      and logit are the audit's,
    - ``mask_<attribute>``: where a classifier should look, a Segmentation,
    - ``map_<attribute>_<network>``: the map as it is scored, a Heatmap of 0 to 255, which has the
      scores as attributes: ``amr``, ``proportional_energy``, …

    Names of networks have ``_`` in the place of ``/``.

    Args:
        audited: the audit.
        chosen: which faces, attributes and networks.
        output: the folder of the crops, which the data set leads to: it has to stay.
        name: of the data set.
        force: replace an older export, and a data set of this name.
        progress: goes through the faces.

    Raises:
        InputError: FiftyOne is not installed, or its database does not start; something else is
            there; a file of the audit is missing or damaged.
    """
    fiftyone = _fiftyone()
    if fiftyone.dataset_exists(name) and not force:
        raise InputError(
            f"--name: FiftyOne has a data set {name!r} already; say --force to replace it, or "
            "choose another name with --name"
        )
    partial = f"{name}-partial"
    with exported_folder(output, "fiftyone", chosen, force=force) as folder:
        if fiftyone.dataset_exists(partial):  # what an export left that was killed
            fiftyone.delete_dataset(partial)
        dataset = fiftyone.Dataset(partial)
        try:
            dataset.info = {"heed conditions": conditions_json(chosen)}
            dataset.default_mask_targets = {1: "mask"}
            samples = []
            scores = ScoresOf(audited, chosen)
            for image in progress(chosen.images):
                crop = encoded(stored_faces(audited).crop(image), "png")
                (folder / image_file(image)).write_bytes(crop)
                place = output.resolve() / image_file(image)
                samples.append(_sample(fiftyone, audited, chosen, scores, image, place))
                if len(samples) == TOGETHER:
                    dataset.add_samples(samples, dynamic=True, progress=False)
                    samples = []
            dataset.add_samples(samples, dynamic=True, progress=False)
            _show_first(fiftyone, dataset, map_field(chosen.attributes[0], chosen.networks[0]))
            keep_about(folder, {"dataset": name})
        except BaseException:
            dataset.delete()
            raise
    if fiftyone.dataset_exists(name):
        fiftyone.delete_dataset(name)
    dataset.name = name
    dataset.persistent = True


def _sample(
    fiftyone: Any, audited: Audited, chosen: Chosen, scores: ScoresOf, image: str, file: Path
) -> Any:
    faces = stored_faces(audited)
    row = audited.place(image)
    of_sample = {
        "image": image,
        "labels": fiftyone.Classifications(
            classifications=[
                fiftyone.Classification(label=attribute)
                for attribute in audited.attributes
                if faces.label(attribute)[row] > 0
            ]
        ),
    }
    for network in chosen.networks:
        logits = {name: float(faces.logit(name, network)[row]) for name in audited.attributes}
        of_sample[f"predictions_{field(network)}"] = fiftyone.Classifications(
            classifications=[
                fiftyone.Classification(label=name, logit=logit)
                for name, logit in logits.items()
                if logit >= 0
            ]
        )
    for attribute in chosen.attributes:
        mask = faces.mask(image, attribute, chosen.conditions.mask)
        of_sample[f"mask_{attribute}"] = fiftyone.Segmentation(mask=mask.astype(np.uint8))
        for network in chosen.networks:
            cam = cam_pixels(faces, image, attribute, network, chosen.conditions)
            of_sample[map_field(attribute, network)] = fiftyone.Heatmap(
                map=levels(cam), range=[0, 255], **scores.of(network, attribute, image)
            )
    return fiftyone.Sample(filepath=str(file), **of_sample)


def field(network: str) -> str:
    """A network's name in the name of a field."""
    return network_file(network).replace("-", "_")


def map_field(attribute: str, network: str) -> str:
    """The name of the field of a map."""
    return f"map_{attribute}_{field(network)}"


def levels(cam: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A map of 0..1 as whole numbers of 0 to 255."""
    return np.clip(np.rint(cam * 255), 0, 255).astype(np.uint8)


def _show_first(fiftyone: Any, dataset: Any, path: str) -> None:
    """Let the app open with one field alone.

    Its colours stay those of fields, which fade: on a scale of colours it leaves pixels of 0 out.
    """
    if hasattr(fiftyone, "ActiveFields"):  # not of its older versions
        dataset.app_config.active_fields = fiftyone.ActiveFields(paths=[path])
        dataset.save()


def _fiftyone() -> Any:
    """FiftyOne, with its database running."""
    try:
        import fiftyone
    except ModuleNotFoundError:
        raise InputError(
            "fiftyone is not installed, and Heed does not bring it: pip install 'heed[fiftyone]'"
        ) from None
    try:
        fiftyone.list_datasets()
    except Exception as error:
        said = " ".join(str(error).split())
        raise InputError(
            f"fiftyone: its database does not start ({said}); see its documentation, "
            '"Configuring a MongoDB connection": FIFTYONE_DATABASE_URI names one that runs'
        ) from None
    return fiftyone
