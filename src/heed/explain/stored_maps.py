"""Raw maps as the stage infer keeps them: an array of each method, or two, in one group.

The maps of z have the name of their method. A method whose map of -z is not the negative of that
of z (LayerCAM, Grad-CAM++, element-wise Grad-CAM) has those of -z in an array of their own,
:func:`heed.explain.names.of_minus`. Nothing here needs the method itself, nor torch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.base.stores import variables
from heed.explain.names import of_minus
from heed.explain.signs import signed_maps


@dataclass(frozen=True, eq=False)
class StoredMaps:
    """The maps of one method.

    Attributes:
        positive: those of z, (N, A, h, w) float32, an array or a stored zarr array.
        negative: those of -z; None where they are those of z with the sign changed.
    """

    positive: Any
    negative: Any | None

    @classmethod
    def of(cls, group: Any, method: str, file: str) -> "StoredMaps":
        """Find the maps of a method.

        Args:
            group: a zarr group.
            method: its name.
            file: where the group is, for messages.

        Raises:
            ValueError: it has no maps of this method.
        """
        if method not in group:
            raise InputError(
                f"cam.method: found {method}, but {file} holds "
                f"{', '.join(stored_methods(variables(group)))}; add {method} to infer.methods"
            )
        minus = of_minus(method)
        return cls(group[method], group.get(minus))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the maps of z, (N, A, h, w)."""
        return tuple(self.positive.shape)

    def signed(self, rows: slice, signs: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """The maps of what is explained, for some faces.

        Args:
            rows: which faces, B of them.
            signs: of these, (B, A), see :func:`heed.explain.signs.target_signs`.

        Returns:
            (B, A, h, w) float32; 0 where the sign is 0.
        """
        negative = None if self.negative is None else np.asarray(self.negative[rows])
        return signed_maps(signs, np.asarray(self.positive[rows]), negative)


def stored_methods(arrays: Iterable[str]) -> list[str]:
    """The methods that some arrays are of, in alphabetical order.

    Example:
        >>> stored_methods(["layercam.minus", "layercam", "cam"])
        ['cam', 'layercam']
    """
    names = set(arrays)
    return sorted(name for name in names if not any(name == of_minus(other) for other in names))
