"""How far average maps would lie apart if it did not matter which face is in which group.

An average over few faces is rough, and the Kullback-Leibler divergence counts all roughness as
difference: it is above 0 on average for two samples of the same maps, the more so the smaller
the samples are. Since the minority class of an imbalanced attribute has few faces, its divergences
grow with class imbalance even where nothing else does. The mean over permutations of the faces is
an estimate of this part.

Persons and not faces are permuted, for the faces of one person are alike: those with the same
number of faces exchange what decides their faces' groups (whole-block exchange; Winkler et al.
2015, NeuroImage 123). So every group keeps its number of faces. Between two networks, which are
averaged over the same faces, a person's maps are exchanged between the networks instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from heed.audit.tables.averages import IMAGES_AT_ONCE, enlarging, scaled_cells
from heed.base.errors import InputError
from heed.explain.placement import Placement
from heed.metrics.divergence import kl_divergence
from heed.metrics.estimates import mean_of_present
from heed.metrics.groups import GROUP_INDEX

COARSER: Final = 4
"""Of so many rows and columns of pixels the divergences of permutations read one. Their means lie
within 1 % of those of all pixels (drawn faces, all pairs and attributes), at 1/13 of the time; that
of 100 permutations moves by 5 % with the seed."""

Floats = NDArray[np.float64]
Training = tuple[Any, NDArray[np.bool_]]
"""Maps, (N, A, g, g) float32, signed, an array or a stored zarr array, of which a batch is read at
a time; and the faces of each group, (9, N, A) bool, in the order of GROUPS."""

Side = tuple[str, str]
"""A model, and the group of faces whose average map it is."""


def permuted_divergences(
    trainings: Mapping[str, Sequence[Training]],
    persons: NDArray[np.int64],
    pairs: Sequence[tuple[Side, Side]],
    *,
    size: int,
    permutations: int,
    epsilon: float,
    seed: int,
    placements: Mapping[str, Placement] | None = None,
) -> dict[tuple[Side, Side], Floats]:
    """Mean divergence (``proper``) of average maps over permutations of the faces.

    Args:
        trainings: by model the maps and groups of each of its trainings, whose maps count alike,
            as they do in average maps.
        persons: a number per face, the same for all faces of one person, (N,).
        pairs: what is compared: two groups of one model, or all faces of two models.
        size: side of the average maps in pixels.
        permutations: how many, P; at least 1. The same for all attributes and models.
        epsilon: see :func:`heed.metrics.divergence.kl_divergence`.
        seed: of the random generator.
        placements: by model where the cells of its maps lie; without it by the half-pixel rule.

    Returns:
        By pair (A,) float64, nats; NaN where a group has no face, or only empty maps in every
        permutation.

    Raises:
        ValueError: if the groups of two models are compared that are not all faces.
    """
    generator = np.random.default_rng(seed)
    orders = exchanged(persons, permutations, generator)
    swaps = generator.random((permutations, persons.max() + 1))[:, persons] < 0.5  # (P, N)
    within = sorted({group for p, q in pairs if p[0] == q[0] for _, group in (p, q)})
    chosen = [GROUP_INDEX[group] for group in within]
    sums, counts, matrices = {}, {}, {}
    for name, of_model in trainings.items():
        placement = placements[name] if placements else None
        matrices[name] = enlarging(size, of_model[0][0].shape[2:], placement)
        each = [
            _sums(maps, groups[chosen], orders, swaps, *matrices[name]) for maps, groups in of_model
        ]
        totals = zip(*each, strict=True)
        sums[name] = _Sums(*(np.sum(parts, axis=0) for parts in totals))
        counts[name] = np.sum([groups[chosen].sum(axis=1) for _, groups in of_model], axis=0)
    found = {}
    for p, q in pairs:
        if p[0] == q[0]:
            sides = [
                _Side(
                    ((sums[model].groups[within.index(group)], matrices[model]),),
                    counts[model][within.index(group)],
                )
                for model, group in (p, q)
            ]
        elif p[1] == q[1] == "all":
            one, two = (
                (sums[model].of_one(len(trainings[model])), matrices[model])
                for model in (p[0], q[0])
            )
            faces = np.full(one[0].total.shape[0], len(persons))
            sides = [
                _Side(((own.swapped, ours), (other.total[:, None] - other.swapped, theirs)), faces)
                for (own, ours), (other, theirs) in ((one, two), (two, one))
            ]
        else:
            raise InputError(
                f"permuted_divergences: found {'/'.join(p)} and {'/'.join(q)}; expected two "
                "groups of one model, or all faces of two"
            )
        found[p, q] = _mean_divergences(sides, epsilon)
    return found


def exchanged(
    persons: NDArray[np.int64], permutations: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Permutations of faces in which persons with the same number of faces change places.

    Args:
        persons: a number per face, the same for all faces of one person, (N,).
        permutations: how many, P.
        generator: of the random numbers.

    Returns:
        (P, N) int64: which face takes the place of each. A person whose number of faces no other
        has stays.

    Example:
        >>> exchanged(np.array([0, 0, 1, 2, 2]), 3, np.random.default_rng(1)).tolist()
        [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [3, 4, 2, 0, 1]]
    """
    rows = np.argsort(persons, kind="stable")
    _, starts, counts = np.unique(persons[rows], return_index=True, return_counts=True)
    orders = np.empty((permutations, len(persons)), np.int64)
    for count in np.unique(counts):
        blocks = rows[starts[counts == count][:, None] + np.arange(count)]  # (persons, count)
        for order in orders:
            order[blocks] = generator.permutation(blocks)
    return orders


class _Sums(NamedTuple):
    """Sums over faces of the cells of their maps and, last, of their minima, (..., A, P, g g + 1).

    ``groups``: of each group, (G, A, P, g g + 1). ``swapped``: of the persons whose maps are
    exchanged, (A, P, g g + 1). ``total``: of all, (A, g g + 1).
    """

    groups: Floats
    swapped: Floats
    total: Floats

    def of_one(self, trainings: int) -> "_Sums":
        """The mean over so many trainings."""
        return _Sums(*(part / trainings for part in self))


def _sums(
    maps: Any,
    members: NDArray[np.bool_],
    orders: NDArray[np.int64],
    swaps: NDArray[np.bool_],
    down: Floats,
    across: Floats,
) -> _Sums:
    attributes, width = maps.shape[1], maps.shape[2] * maps.shape[3] + 1
    groups = np.zeros((len(members), attributes, len(orders), width))
    swapped, total = np.zeros(groups.shape[1:]), np.zeros((attributes, width))
    for start in range(0, maps.shape[0], IMAGES_AT_ONCE):
        some = slice(start, start + IMAGES_AT_ONCE)
        scaled, low = scaled_cells(maps[some], down, across)
        cells = scaled.reshape(*low.shape, width - 1)
        of_faces = np.concatenate([cells, low[..., None]], axis=-1).swapaxes(0, 1)  # (A, B, 50)
        for group, member in zip(groups, members, strict=True):
            chosen = member[orders[:, some]].transpose(2, 0, 1)  # (P, B, A) -> (A, P, B)
            group += chosen.astype(np.float64) @ of_faces
        swapped += swaps[:, some].astype(np.float64) @ of_faces
        total += of_faces.sum(axis=1)
    return _Sums(groups, swapped, total)


class _Side(NamedTuple):
    """An average map in each permutation, from maps of one network or of two.

    ``parts``: sums (A, P, g g + 1), and the matrices that enlarge them; ``faces``: how many, (A,).
    """

    parts: Sequence[tuple[Floats, tuple[Floats, Floats]]]
    faces: NDArray[np.int64]

    def averages(self, attribute: int) -> Floats:
        """Of one attribute, (P, S / COARSER, S / COARSER)."""
        total: Floats | float = 0.0
        for sums, matrices in self.parts:
            down, across = (matrix[COARSER // 2 :: COARSER] for matrix in matrices)
            of_one = sums[attribute] / self.faces[attribute]  # (P, g g + 1)
            grid = of_one[:, :-1].reshape(-1, down.shape[1], across.shape[1])
            total = total + down @ grid @ across.T - of_one[:, -1, None, None]
        return np.asarray(np.clip(total, 0, 1))  # rounding may leave -1e-17


def _mean_divergences(sides: Sequence[_Side], epsilon: float) -> Floats:
    """Per attribute, (A,)."""
    means = np.full(len(sides[0].faces), np.nan)
    for attribute in np.flatnonzero(np.all([side.faces > 0 for side in sides], axis=0)):
        averages = [side.averages(int(attribute)) for side in sides]
        means[attribute] = mean_of_present(kl_divergence(*averages, epsilon=epsilon))
    return means
