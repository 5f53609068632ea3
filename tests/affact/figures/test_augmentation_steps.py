from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from heed.affact.augmentation import (
    Augmentation,
    Jitter,
    developed,
    draw,
    generator_for,
    jittered,
)
from heed.affact.figures.augmentation_steps import draw_augmentation_steps
from heed.figures.theme import TEXT_WIDTH, png
from heed.geometry.photograph import warp

SIZE = 32
FIELDS = ["scale", "angle", "shift", "mirror", "sigma", "gamma", "kelvin"]
NAMES = ["scale", "angle", "shift", "mirror", "blur", "gamma", "colour temperature"]


def settings(**off: bool) -> Augmentation:
    def normal(mean: float, std: float) -> dict[str, Any]:
        return {"enabled": True, "mean": mean, "std": std}

    steps: dict[str, dict[str, Any]] = {
        "scale": normal(0, 0.1),
        "angle": normal(-3, 20),
        "shift": normal(0, 0.05),
        "mirror": {"enabled": True, "probability": 0.5},
        "blur": normal(0, 3),
        "gamma": normal(0, 1),
        "temperature": {"enabled": True, "low": 1000, "high": 10000, "step": 500},
    }
    return Augmentation.model_validate(
        {name: step | {"enabled": off.get(name, True)} for name, step in steps.items()}
    )


PHOTOGRAPHS = [
    np.random.default_rng(seed).integers(60, 200, (40 + seed, 50, 3)).astype(np.uint8)
    for seed in (0, 1)
]
TRANSFORMS = np.tile([[0.7, 0.1, -2], [-0.1, 0.7, 1]], (2, 1, 1))


def pictures(figure: Figure) -> dict[tuple[int, int], np.ndarray]:
    found = {}
    for image in figure.axes[0].images:
        row, column = map(int, image.get_gid().split()[1:])
        found[row, column] = np.asarray(image.get_array())
    return found


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def test_each_row_is_one_step_and_the_last_one_all() -> None:
    figure = draw_augmentation_steps(PHOTOGRAPHS, TRANSFORMS, settings(), SIZE, seed=5, draws=3)
    found = pictures(figure)
    assert set(found) == {(row, column) for row in range(9) for column in range(6)}
    for column in range(6):
        face, epoch = divmod(column, 3)
        drawn = draw(settings(), SIZE, generator_for(5, epoch, face))
        alone = [replace(Jitter.none, **{name: getattr(drawn, name)}) for name in FIELDS]
        for row, jitter in enumerate([Jitter.none, *alone, drawn]):
            matrix = jittered(TRANSFORMS[face], jitter, SIZE)
            expected = developed(warp(PHOTOGRAPHS[face], matrix, SIZE), jitter)
            np.testing.assert_array_equal(found[row, column], expected)


def test_a_step_that_is_off_has_no_row_and_the_others_their_draws() -> None:
    whole = draw_augmentation_steps(PHOTOGRAPHS, TRANSFORMS, settings(), SIZE, seed=5)
    less = draw_augmentation_steps(PHOTOGRAPHS, TRANSFORMS, settings(blur=False), SIZE, seed=5)
    assert not any("blur" in text or "σ" in text for text in texts(less))
    assert len(pictures(less)) == len(pictures(whole)) - 2
    for column in range(2):
        for row, same in ((4, 4), (5, 6), (6, 7)):  # mirror, gamma, temperature
            np.testing.assert_array_equal(
                pictures(less)[row, column], pictures(whole)[same, column]
            )


def test_labels_state_the_distributions_and_captions_the_draws() -> None:
    figure = draw_augmentation_steps(PHOTOGRAPHS[:1], TRANSFORMS[:1], settings(), SIZE, seed=1)
    found = texts(figure)
    labels = [text.replace("\n", " ") for text in found]
    assert "no jitter" in labels
    assert "all" in labels
    assert [name for name in NAMES if any(label.startswith(name) for label in labels)] == NAMES
    assert "angle N(−3, 20) degrees" in labels
    assert "colour temperature 1000–10000 kelvin" in labels
    drawn = draw(settings(), SIZE, generator_for(1, 0, 0))
    assert f"×{drawn.scale:.2f}" in found
    assert f"{drawn.angle:+.0f}°".replace("-", "−") in found
    assert "({:.0f}, {:.0f}) px".format(*drawn.shift).replace("-", "−") in found
    assert ("mirrored" if drawn.mirror else "not mirrored") in labels
    assert f"σ = {drawn.sigma:.1f} px" in labels
    assert f"γ = {drawn.gamma:.2f}" in labels
    assert f"{drawn.kelvin} K" in labels


@pytest.mark.parametrize("draws", [1, 4])
def test_it_fits_a_page(draws: int) -> None:
    figure = draw_augmentation_steps(PHOTOGRAPHS, TRANSFORMS, settings(), SIZE, 0, draws)
    width, height = figure.get_size_inches()
    assert width <= TEXT_WIDTH + 1e-9
    assert height <= 9.2
    figure.canvas.draw()
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        assert box.x0 >= -3, text.get_text()
        assert box.x1 <= figure.bbox.x1 + 3, text.get_text()


def test_same_bytes_each_time() -> None:
    arguments = (PHOTOGRAPHS[:1], TRANSFORMS[:1], settings(), SIZE, 0)
    first, second = (png(draw_augmentation_steps(*arguments), 60) for _ in range(2))
    assert first == second


def test_a_shift_by_less_than_half_a_pixel_has_no_sign() -> None:
    still = settings()
    shift = still.shift.model_copy(update={"std": 0.0, "mean": -0.01})
    still = still.model_copy(update={"shift": shift})
    figure = draw_augmentation_steps(PHOTOGRAPHS, TRANSFORMS, still, SIZE, 0)
    assert "(0, 0) px" in texts(figure)
