"""Which pairs each run is led by, and each network and run is judged by.

The inventory writes them to a file for each, so that a pair that is added or moved reruns only what
it has a part in: the runs that it leads, and the networks and controls that it is compared with.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from heed.attention.run_settings import PairParams, RunParams
from heed.base.files import write_json

Pairs = dict[str, PairParams]


def guided_pairs(run: RunParams, pairs: Mapping[str, PairParams]) -> Pairs:
    """The pairs that a run is led by, in its own order."""
    return {name: pairs[name] for name in run.pairs}


def judged_pairs(run: RunParams | None, pairs: Mapping[str, PairParams]) -> Pairs:
    """The pairs that a network or a run is judged by.

    A run that maps have a part in is judged by its own, for which it was made; networks and
    controls by all, since each run is compared with them.

    Args:
        run: which; None for a network.
        pairs: all of them.
    """
    if run is not None and run.guided:
        return guided_pairs(run, pairs)
    return dict(pairs)


def write_pairs(pairs: Mapping[str, PairParams], file: str | os.PathLike[str]) -> None:
    """Write pairs for :func:`read_pairs`."""
    write_json({"pairs": {name: pair.model_dump() for name, pair in pairs.items()}}, file)


def read_pairs(file: str | os.PathLike[str]) -> Pairs:
    """The pairs of such a file, in its order."""
    content = json.loads(Path(file).read_text(encoding="utf-8"))["pairs"]
    return {name: PairParams.model_validate(pair) for name, pair in content.items()}
