"""Which trials belong to one search, and may be compared."""

from heed.search.space import SearchParams
from heed.training.fingerprint import Part, digest


def identity(params: SearchParams, *parts: Part) -> str:
    """Name a search by all that its trials depend on: parameters, data and the training's format.

    The number of trials and of workers may change: the search goes on. So may Heed's code, as
    long as :data:`heed.training.fingerprint.FORMAT` says that trainings are what they were: who
    mends something does not lose weeks of trials.

    Args:
        params: of the search.
        *parts: the base setting, and what images and labels are read from, in a fixed order;
            see :func:`heed.training.fingerprint.digest`.

    Returns:
        16 hexadecimal digits.
    """
    own = params.model_dump_json(exclude={"trials", "workers"})
    return digest(own.encode(), *parts)
