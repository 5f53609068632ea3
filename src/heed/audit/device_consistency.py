"""The device and the precision of ``infer``, before hours of training end in a refusal."""

import os
from collections.abc import Iterable
from pathlib import Path

from heed.audit import paths
from heed.base.errors import InputError
from heed.base.settings import ParamsError, load
from heed.explain.settings import InferParams

EVERYWHERE = ("auto", "cpu")
"""Devices that each machine has."""


def check_device(models: Iterable[str], path: str | os.PathLike[str] = "params.yaml") -> None:
    """Refuse a device or a precision of ``infer`` that this machine does not have.

    Where all models have predictions the stage may have nothing to do, as on a laptop that has
    the results of a server: then it is the stage itself that refuses. With ``auto`` or ``cpu`` and
    float32 nothing is looked at, for torch takes seconds to import.

    Args:
        models: their names.
        path: the parameter file.

    Raises:
        ParamsError: naming the key, and what there is.
    """
    infer = load(InferParams, path)
    if infer.device in EVERYWHERE and infer.precision == "float32":
        return
    if all(Path(paths.predictions(model)).is_dir() for model in models):
        return
    from heed.explain.devices import check_precision, device_named

    try:
        device = device_named(infer.device, "infer.device")
        check_precision(infer.precision, device, "infer.precision")
    except InputError as error:
        raise ParamsError(f"{path}: {error}") from None
