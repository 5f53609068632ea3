"""The colour of the light that a glowing body sends out at a temperature."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError

BLACKBODY: Final[dict[int, tuple[int, int, int]]] = {
    1000: (255, 56, 0),
    1500: (255, 109, 0),
    2000: (255, 137, 18),
    2500: (255, 161, 72),
    3000: (255, 180, 107),
    3500: (255, 196, 137),
    4000: (255, 209, 163),
    4500: (255, 219, 186),
    5000: (255, 228, 206),
    5500: (255, 236, 224),
    6000: (255, 243, 239),
    6500: (255, 249, 253),
    7000: (245, 243, 255),
    7500: (235, 238, 255),
    8000: (227, 233, 255),
    8500: (220, 229, 255),
    9000: (214, 225, 255),
    9500: (208, 222, 255),
    10000: (204, 219, 255),
}
"""sRGB, 0..255, of a black body by its temperature in kelvin.

Planck's spectrum seen by the CIE 1964 observer (10 degrees), in linear sRGB: scaled so that
the largest channel is 1, what is negative set to 0, then sRGB's curve. Rows of M. Charity,
"What color is a blackbody?" (2001), http://www.vendian.org/mncharity/dir3/blackbody/.
Chavannes & Rutishauser 2021 (section 7) use a table of the same temperatures.
"""


def light(kelvin: int) -> NDArray[np.float64]:
    """The factor of each channel under light of a temperature.

    Args:
        kelvin: 1000 to 10000 in steps of 500.

    Returns:
        (3,) float64, R, G, B in 0..1; the largest is 1.

    Raises:
        ValueError: the table has no such row.
    """
    if kelvin not in BLACKBODY:
        raise InputError(
            f"colour temperature: found {kelvin} K; expected one of "
            f"{', '.join(map(str, BLACKBODY))}"
        )
    return np.array(BLACKBODY[kelvin]) / 255
