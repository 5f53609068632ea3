import numpy as np
import pytest

from heed.affact.colour_temperature import BLACKBODY, light


def observed(kelvin: int) -> np.ndarray:
    """sRGB 0..255 of Planck's spectrum, by the fit to the CIE 1964 observer of Wyman, Sloan and
    Shirley (2013, "Simple analytic approximations to the CIE XYZ color matching functions")."""
    nm = np.arange(380.0, 781.0)
    x = 0.398 * np.exp(-1250 * np.log((nm + 570.1) / 1014) ** 2)
    x += 1.132 * np.exp(-234 * np.log((1338 - nm) / 743.5) ** 2)
    y = 1.011 * np.exp(-0.5 * ((nm - 556.1) / 46.14) ** 2)
    z = 2.060 * np.exp(-32 * np.log((nm - 265.8) / 180.4) ** 2)
    power = nm**-5 / np.expm1(1.438777e7 / (nm * kelvin))
    to_linear = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    linear = np.array(to_linear) @ [x @ power, y @ power, z @ power]
    linear = np.clip(linear / linear.max(), 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return 255 * curved


def test_there_are_nineteen_rows() -> None:
    assert list(BLACKBODY) == list(range(1000, 10001, 500))


@pytest.mark.parametrize("kelvin", list(BLACKBODY))
def test_rows_are_what_an_observer_sees_of_plancks_spectrum(kelvin: int) -> None:
    # at 1000 K nearly all light lies in the far red, where the fit is poor
    levels = 21 if kelvin == 1000 else 5.5
    np.testing.assert_allclose(BLACKBODY[kelvin], observed(kelvin), atol=levels)


def test_light_is_the_share_of_each_channel() -> None:
    np.testing.assert_array_equal(light(1000), [1, 56 / 255, 0])
    for kelvin in BLACKBODY:
        assert light(kelvin).max() == 1


def test_light_turns_from_red_to_blue() -> None:
    ratio = [np.divide(*light(kelvin)[[2, 0]]) for kelvin in BLACKBODY]
    assert np.all(np.diff(ratio[1:]) > 0)
    assert ratio[0] == ratio[1] == 0


def test_no_other_temperature() -> None:
    with pytest.raises(ValueError, match=r"found 1200 K; expected one of 1000, 1500, .*10000"):
        light(1200)
