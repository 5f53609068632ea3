"""What the study's search starts from, and whether the two fit."""

import os

from heed.affact.settings import NetworkParams
from heed.base.settings import load, load_entry
from heed.search.space import SearchParams, choice_of


def load_search(
    path: str | os.PathLike[str] = "params.yaml",
) -> tuple[SearchParams, NetworkParams]:
    """Read ``search`` and the entry of ``networks`` that it starts from.

    That the two fit is checked here and not with all the file: a network may be
    trained for other epochs than a search would.

    Raises:
        ParamsError: for a value that is missing or out of range, or a space without the
            base's own values.
    """
    search = load(SearchParams, path)
    base = load_entry(NetworkParams, search.base, path)
    choice_of(base.network, base.pretrained, base.training, search.space)
    return search, base
