import io
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError
from scipy import ndimage, stats

from heed.affact.augmentation import (
    Augmentation,
    Jitter,
    augmented_crop,
    developed,
    draw,
    generator_for,
    jittered,
)
from heed.affact.augmentation import (
    blurred as blurred_crop,
)
from heed.affact.colour_temperature import BLACKBODY
from heed.geometry import affine
from heed.geometry.alignment import alignment, eye_and_mouth_centres
from heed.geometry.photograph import crop, decode, reduced, reduction_for, warp
from heed.synthetic.studio import Recipe, Studio

SIZE = 224
DRAWS = 5000

PAPER: dict[str, dict[str, Any]] = {
    "scale": {"enabled": True, "mean": 0, "std": 0.1},
    "angle": {"enabled": True, "mean": 0, "std": 20},
    "shift": {"enabled": True, "mean": 0, "std": 0.05},
    "mirror": {"enabled": True, "probability": 0.5},
    "blur": {"enabled": True, "mean": 0, "std": 3},
    "gamma": {"enabled": True, "mean": 0, "std": 1},
    "temperature": {"enabled": True, "low": 1000, "high": 10000, "step": 500},
}
OTHER: dict[str, dict[str, Any]] = {
    "scale": {"enabled": True, "mean": 0.3, "std": 0.2},
    "angle": {"enabled": True, "mean": -5, "std": 3},
    "shift": {"enabled": True, "mean": 0.02, "std": 0.01},
    "mirror": {"enabled": True, "probability": 0.8},
    "blur": {"enabled": True, "mean": 1, "std": 2},
    "gamma": {"enabled": True, "mean": -1, "std": 0.5},
    "temperature": {"enabled": True, "low": 4000, "high": 7000, "step": 1000},
}


def augmentation(base: dict[str, dict[str, Any]] = PAPER, **off: bool) -> Augmentation:
    """Those settings; ``blur=False`` switches the blur off."""
    steps = {name: step | {"enabled": off.get(name, True)} for name, step in base.items()}
    return Augmentation.model_validate(steps)


# ---- the draws


@pytest.fixture(scope="module", params=[PAPER, OTHER], ids=["paper", "other"])
def drawn(request) -> tuple[dict[str, dict[str, Any]], list[Jitter]]:
    """Settings, and what 5,000 images get in one epoch."""
    settings = augmentation(request.param)
    return request.param, [draw(settings, SIZE, generator_for(3, 1, n)) for n in range(DRAWS)]


def fits(values: list[float], mean: float, std: float, fold: bool = False) -> bool:
    """Kolmogorov-Smirnov against N(mean, std), or against the distribution of its size."""
    normal = stats.norm(mean, std)
    cdf = (lambda x: normal.cdf(x) - normal.cdf(-x)) if fold else normal.cdf
    return bool(stats.kstest(values, cdf).pvalue > 0.01)


def test_scale_is_two_to_the_power_of_a_normal(drawn) -> None:
    settings, jitters = drawn
    step = settings["scale"]
    assert fits([np.log2(j.scale) for j in jitters], step["mean"], step["std"])
    assert not fits([np.log2(j.scale) for j in jitters], step["mean"], step["std"] * 1.1)


def test_angle_is_normal(drawn) -> None:
    settings, jitters = drawn
    step = settings["angle"]
    assert fits([j.angle for j in jitters], step["mean"], step["std"])


def test_blur_is_the_size_of_a_normal(drawn) -> None:
    settings, jitters = drawn
    step = settings["blur"]
    assert fits([j.sigma for j in jitters], step["mean"], step["std"], fold=True)


def test_gamma_is_two_to_the_power_of_a_normal(drawn) -> None:
    settings, jitters = drawn
    step = settings["gamma"]
    assert fits([np.log2(j.gamma) for j in jitters], step["mean"], step["std"])


@pytest.mark.parametrize("axis", [0, 1])
def test_shift_is_a_normal_share_of_the_side(drawn, axis: int) -> None:
    settings, jitters = drawn
    mean, std = (settings["shift"][name] * SIZE for name in ("mean", "std"))
    assert fits([j.shift[axis] for j in jitters], mean, std)


def test_mirrors_have_their_probability(drawn) -> None:
    settings, jitters = drawn
    count = sum(j.mirror for j in jitters)
    assert stats.binomtest(count, DRAWS, settings["mirror"]["probability"]).pvalue > 0.01


def test_temperatures_are_equally_likely(drawn) -> None:
    settings, jitters = drawn
    step = settings["temperature"]
    choices = range(step["low"], step["high"] + 1, step["step"])
    counts = [sum(j.kelvin == kelvin for j in jitters) for kelvin in choices]
    assert sum(counts) == DRAWS
    assert stats.chisquare(counts).pvalue > 0.01


def numbers(jitters: list[Jitter]) -> np.ndarray:
    rows = [
        (np.log2(j.scale), j.angle, *j.shift, j.mirror, j.sigma, np.log2(j.gamma), j.kelvin)
        for j in jitters
    ]
    return np.array(rows, float)


def test_draws_of_steps_images_and_epochs_have_nothing_in_common() -> None:
    settings = augmentation()
    here = numbers([draw(settings, SIZE, generator_for(0, 0, n)) for n in range(DRAWS)])
    later = numbers([draw(settings, SIZE, generator_for(0, 1, n)) for n in range(DRAWS)])
    seed = numbers([draw(settings, SIZE, generator_for(1, 0, n)) for n in range(DRAWS)])
    next_image = np.roll(here, 1, axis=0)
    together = np.corrcoef(np.hstack([here, later, seed, next_image]).T)
    np.fill_diagonal(together, 0)
    # of 496 correlations, each normal with 1/sqrt(5000): none beyond 4.5 deviations
    assert np.abs(together).max() < 4.5 / np.sqrt(DRAWS)


def test_the_same_seed_epoch_and_row_give_the_same_numbers() -> None:
    settings = augmentation()
    key = {"seed": 5, "epoch": 2, "row": 70_000}
    first = draw(settings, SIZE, generator_for(**key))
    assert first == draw(settings, SIZE, generator_for(**key))
    for name in key:
        assert first != draw(settings, SIZE, generator_for(**key | {name: key[name] + 1}))


@pytest.mark.parametrize("name", list(PAPER))
def test_a_step_that_is_switched_off_leaves_the_others_as_they_are(name: str) -> None:
    field = {"blur": "sigma", "temperature": "kelvin"}.get(name, name)
    for row in range(20):
        generators = [generator_for(0, 0, row) for _ in range(2)]
        whole = draw(augmentation(), SIZE, generators[0])
        less = draw(augmentation(**{name: False}), SIZE, generators[1])
        assert vars(less) == vars(whole) | {field: getattr(Jitter.none, field)}
        assert generators[0].random() == generators[1].random()


def test_nothing_switched_on_draws_nothing() -> None:
    nothing = augmentation(**dict.fromkeys(PAPER, False))
    assert draw(nothing, SIZE, generator_for(0, 0, 0)) == Jitter.none == Jitter()


@pytest.mark.parametrize(
    ("step", "changed", "message"),
    [
        ("blur", {"std": -1}, "greater than or equal to 0"),
        ("blur", {"kernel": "gauss"}, "'full' or 'released'"),
        ("mirror", {"probability": 1.5}, "less than or equal to 1"),
        ("temperature", {"low": 1200}, "give 1200 K; expected some of 1000, 1500"),
        ("temperature", {"high": 900}, "no temperature at all"),
        ("temperature", {"step": 250}, "give 1250 K"),
        ("temperature", {"step": 0}, "greater than or equal to 1"),
        ("scale", {"kind": "normal"}, "kind"),
    ],
)
def test_what_no_step_can_be_is_refused(step: str, changed: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Augmentation.model_validate(PAPER | {step: PAPER[step] | changed})


# ---- the map

FACE = np.array([[-20, 0], [20, 0], [0, 20], [-15, 45.0], [15, 45.0]])
"""Landmarks of a face without roll, its eyes' centre at the origin."""


def unrolled(scale: float) -> np.ndarray:
    return FACE * scale + [260.3, 214.8]


@pytest.mark.parametrize("scale", [0.4, 1.0, 3.7])
def test_without_jitter_eyes_and_mouth_are_where_the_paper_has_them(scale: float) -> None:
    face = unrolled(scale)
    transform = alignment(face[None], SIZE, 5.5, ["face"])[0]
    eyes, mouth = eye_and_mouth_centres(affine.apply(jittered(transform, Jitter.none, SIZE), face))
    np.testing.assert_allclose(eyes, (112, 100.8), atol=0.01)
    np.testing.assert_allclose(mouth, (112, 141.527), atol=0.01)


@pytest.mark.parametrize(("scale", "reduction"), [(0.7, 1), (2.5, 2), (5.0, 4)])
def test_dots_on_eyes_and_mouth_land_there_in_the_picture(scale: float, reduction: int) -> None:
    face = FACE * scale + [560, 540]
    transform = alignment(face[None], SIZE, 5.5, ["face"])[0]
    assert reduction_for(transform) == reduction
    y, x = np.mgrid[:1200, :1200]
    photograph = np.zeros((1200, 1200, 3))
    # eyes in red, mouth in green: round spots about two pixels of the crop wide
    for channel, points in enumerate((face[:2], face[3:])):
        for u, v in points:
            square = ((x - u) ** 2 + (y - v) ** 2) / (2.0 * scale) ** 2
            photograph[..., channel] += 250 * np.exp(-square / 2)
    buffer = io.BytesIO()
    levels = photograph.round().astype(np.uint8)
    Image.fromarray(levels).save(buffer, "JPEG", quality=98, subsampling=0)
    seen = augmented_crop(buffer.getvalue(), transform, Jitter.none, SIZE, "dots").astype(float)
    rows, columns = np.mgrid[:SIZE, :SIZE]
    for channel, (u, v) in enumerate(((112, 100.8), (112, 141.527))):
        weight = np.maximum(seen[..., channel] - 20, 0)  # what the encoding adds around them
        assert (weight * columns).sum() / weight.sum() == pytest.approx(u, abs=0.1)
        assert (weight * rows).sum() / weight.sum() == pytest.approx(v, abs=0.1)


def test_each_step_moves_points_as_it_says() -> None:
    point = np.array([[152.0, 112.0]])  # 40 to the right of the centre
    same = np.array([[1.0, 0, 0], [0, 1, 0]])

    def moved(**jitter: Any) -> list[float]:
        return affine.apply(jittered(same, Jitter(**jitter), SIZE), point)[0].tolist()

    assert moved() == [152, 112]
    assert moved(scale=1.5) == pytest.approx([172, 112])
    assert moved(angle=90) == pytest.approx([112, 72])  # counterclockwise: up
    assert moved(shift=(3, -7)) == [155, 105]
    assert moved(mirror=True) == [71, 112]  # 223 - 152
    # scale and angle about the crop's centre, then the shift, then the mirror
    everything = moved(scale=1.5, angle=90, shift=(3, -7), mirror=True)
    assert everything == pytest.approx([223 - (112 + 3), 112 - 60 - 7])


def test_a_turned_crop_is_the_crop_of_a_face_with_a_larger_angle() -> None:
    """The angle is added to that of the eye line, of a face whose box stays where it is."""
    face = unrolled(1.0)
    transform = alignment(face[None], SIZE, 5.5, ["face"])[0]
    # the box's centre is the same for the same eye and mouth centres, the eye line is not
    rolled = face.copy()
    rolled[:2, 1] += [-20 * np.tan(0.3), 20 * np.tan(0.3)]
    expected = alignment(rolled[None], SIZE, 5.5, ["face"])[0]
    turned = jittered(transform, Jitter(angle=np.rad2deg(0.3)), SIZE)
    np.testing.assert_allclose(turned, expected, atol=1e-9)


@given(
    scale=st.floats(0.5, 2),
    angle=st.floats(-180, 180),
    shift=st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    mirror=st.booleans(),
)
def test_the_map_stays_a_similarity(scale, angle, shift, mirror) -> None:
    transform = alignment(unrolled(1.3)[None], SIZE, 5.5, ["face"])[0]
    jitter = Jitter(scale=scale, angle=angle, shift=shift, mirror=mirror)
    linear = jittered(transform, jitter, SIZE)[:, :2]
    zoom = scale * np.sqrt(np.linalg.det(transform[:, :2]))
    np.testing.assert_allclose(linear @ linear.T, zoom**2 * np.eye(2), atol=1e-9)
    assert np.sign(np.linalg.det(linear)) == (-1 if mirror else 1)


# ---- the pixels, against a plain reference


def bilinear(image: np.ndarray, transform: np.ndarray, size: int) -> np.ndarray:
    """Four neighbours of every pixel's origin; coordinates beyond the edge are clamped."""
    height, width = image.shape[:2]
    v, u = np.mgrid[:size, :size]
    linear, offset = transform[:, :2], transform[:, 2]
    points = np.linalg.solve(linear, np.stack([u.ravel(), v.ravel()]) - offset[:, None])
    x, y = points.reshape(2, size, size)
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    out = np.zeros((size, size, 3))
    for dy in (0, 1):
        for dx in (0, 1):
            weight = (1 - np.abs(x - x0 - dx)) * (1 - np.abs(y - y0 - dy))
            pixels = image[np.clip(y0 + dy, 0, height - 1), np.clip(x0 + dx, 0, width - 1)]
            out += weight[..., None] * pixels
    return out


def blurred(image: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian over rows, then columns, out to 3 sigma; the edge goes on beyond it."""
    radius = int(np.ceil(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2) if sigma else np.ones(1)
    weights /= weights.sum()
    out = np.asarray(image, float)
    for axis in (0, 1):
        margins = [(radius, radius) if a == axis else (0, 0) for a in range(3)]
        padded = np.pad(out, margins, mode="edge")
        length = out.shape[axis]
        parts = [w * np.take(padded, range(n, n + length), axis) for n, w in enumerate(weights)]
        out = np.sum(parts, axis=0)
    return out


def lit(image: np.ndarray, gamma: float, kelvin: int | None) -> np.ndarray:
    colour = np.ones(3) if kelvin is None else np.array(BLACKBODY[kelvin]) / 255
    return np.clip(255 * (np.asarray(image, float) / 255) ** gamma, 0, 255) * colour


@pytest.fixture(scope="module")
def photographs() -> list[np.ndarray]:
    """Drawn faces: two as taken, one aligned to 178x218."""
    studio = Studio(Recipe(4, 1, 1, 1.0, 3.0, 1.0, 0.7, seed=2))
    (aligned, first), (_, second) = (studio.photographs(studio.face(n)) for n in (0, 1))
    return [np.ascontiguousarray(image) for image in (first, second, aligned)]


@pytest.fixture(scope="module")
def transforms(photographs) -> list[np.ndarray]:
    """About what an alignment does, with some roll, and beyond the photographs' edges."""
    turned = [[0.95, 0.2], [-0.2, 0.95]]
    return [
        np.column_stack([turned, [112, 100.8] - turned @ np.array(image.shape[1::-1]) / 2])
        for image in photographs
    ]


PLACED = [
    {"scale": 1.13},
    {"scale": 0.81},
    {"angle": 23.0},
    {"angle": -41.0},
    {"shift": (17, -9)},
    {"shift": (-6.3, 11.8)},
    {"mirror": True},
    {"scale": 0.93, "angle": 12.0, "shift": (-21, 4), "mirror": True},
]
DEVELOPED = [
    {"sigma": 0.6},
    {"sigma": 1.7},
    {"sigma": 9.3},
    {"gamma": 0.4},
    {"gamma": 2.9},
    {"kelvin": 1000},
    {"kelvin": 9500},
    {"gamma": 0.7, "kelvin": 3000},
]


@pytest.mark.parametrize("jitter", PLACED, ids=str)
def test_placed_crops_are_within_two_levels_of_plain_sampling(photographs, transforms, jitter):
    for image, transform in zip(photographs, transforms, strict=True):
        matrix = jittered(transform, Jitter(**jitter), SIZE)
        expected = bilinear(image, matrix, SIZE)
        assert np.abs(warp(image, matrix, SIZE) - expected).max() <= 2


@pytest.mark.parametrize("jitter", DEVELOPED, ids=str)
def test_developed_crops_are_within_two_levels_of_the_formulas(photographs, transforms, jitter):
    drawn = Jitter(**jitter)
    for image, transform in zip(photographs, transforms, strict=True):
        plain = warp(image, transform, SIZE)
        expected = lit(blurred(plain, drawn.sigma), drawn.gamma, drawn.kelvin)
        seen = developed(plain, drawn)
        assert seen.dtype == np.uint8
        assert np.abs(seen - expected).max() <= 2
        assert np.abs(seen - plain.astype(float)).max() > 2  # it did something


def test_all_steps_together_follow_the_formulas(photographs, transforms) -> None:
    """Rounding to bytes before gamma counts as much as gamma makes of half a level."""
    for row, image in enumerate(photographs):
        content = encoded(image, "PNG")
        for epoch in range(4):
            jitter = draw(augmentation(), SIZE, generator_for(4, epoch, row))
            matrix = jittered(transforms[row], jitter, SIZE)
            assert reduction_for(matrix) == 1
            soft = blurred(bilinear(image, matrix, SIZE), jitter.sigma)
            low, high = (
                lit(np.clip(soft + by, 0, 255), jitter.gamma, jitter.kelvin) for by in (-1, 1)
            )
            seen = augmented_crop(content, transforms[row], jitter, SIZE, "face").astype(float)
            assert np.all((seen >= low - 2) & (seen <= high + 2))


def bob(sigma: float) -> np.ndarray:
    """The weights of bob.ip.base 4.0 for sigma and the radius int(3 sigma), as its sources say."""
    radius = int(3.0 * sigma)
    if radius < 0:
        radius = max(int(sigma * 3 + 0.5), 1)
    weights = np.array([np.exp(-0.5 / (sigma * sigma) * i * i) for i in range(-radius, radius + 1)])
    return weights / weights.sum()


@pytest.mark.parametrize("sigma", [-7.3, -3.0, -1.0, -0.4, -0.3, 0.2, 0.34, 0.9, 2.6, 9.3])
def test_the_released_kernel_is_that_of_bob(photographs, sigma: float) -> None:
    weights = bob(sigma)
    expected = photographs[2].astype(float)
    for axis in (0, 1):  # SciPy's reflect repeats the outermost pixel, as bob's mirror does
        expected = ndimage.correlate1d(expected, weights, axis, mode="reflect")
    seen = blurred_crop(photographs[2], sigma, "released")
    assert np.abs(seen - expected).max() <= 1
    assert (len(weights) == 1) == (seen is photographs[2])
    assert (len(weights) == 3) == (sigma < -0.34 or sigma == 0.34)


def test_half_of_the_released_kernels_are_the_smallest() -> None:
    settings = augmentation(PAPER | {"blur": PAPER["blur"] | {"kernel": "released"}})
    drawn = [draw(settings, SIZE, generator_for(3, 1, n)) for n in range(DRAWS)]
    assert {jitter.kernel for jitter in drawn} == {"released"}
    sigmas = [jitter.sigma for jitter in drawn]
    assert fits(sigmas, 0, 3)
    same = [draw(augmentation(), SIZE, generator_for(3, 1, n)).sigma for n in range(20)]
    assert same == [abs(sigma) for sigma in sigmas[:20]]
    share = np.mean([len(bob(sigma)) == 3 for sigma in sigmas])
    expected = stats.norm(0, 3).cdf(-1 / 3) + np.diff(stats.norm(0, 3).cdf([1 / 3, 2 / 3]))[0]
    assert share == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("sigma", [0.0, 1e-300, 0.2, 0.2499])
def test_a_blur_that_changes_nothing_is_skipped(sigma: float) -> None:
    dots = np.zeros((9, 9, 3), np.uint8)
    dots[::2, ::2] = 255  # as much contrast as there is
    expected = blurred(dots, sigma) if sigma > 0.1 else dots
    assert np.abs(expected - dots).max() < 0.5
    assert developed(dots, Jitter(sigma=sigma)) is dots


def test_gamma_keeps_black_and_white_and_its_formula_between() -> None:
    levels = np.array([0, 1, 64, 128, 255], np.uint8)
    picture = np.repeat(levels[None, :, None], 3, axis=2)
    assert developed(picture, Jitter(gamma=2))[0, :, 0].tolist() == [0, 0, 16, 64, 255]
    assert developed(picture, Jitter(gamma=0.5))[0, :, 1].tolist() == [0, 16, 128, 181, 255]


# ---- the crop


def encoded(image: np.ndarray, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def large_jpeg() -> bytes:
    noise = np.random.default_rng(0).uniform(0, 255, (180, 150, 3)).astype(np.float32)
    soft = cv2.resize(cv2.GaussianBlur(noise, (0, 0), 2), (1500, 1800), cv2.INTER_CUBIC)
    levels = cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    return encoded(levels, "JPEG", quality=95)


LARGE = np.array([[0.2, 0.05, -30], [-0.05, 0.2, -20]])
"""To a crop of nearly all of the large photograph."""


def test_without_jitter_it_is_the_plain_crop_byte_for_byte(
    photographs, transforms, large_jpeg
) -> None:
    nothing = draw(augmentation(**dict.fromkeys(PAPER, False)), SIZE, generator_for(0, 0, 0))
    contents = [encoded(image, "JPEG", quality=95) for image in photographs]
    for content, transform in zip([*contents, large_jpeg], [*transforms, LARGE], strict=True):
        expected = crop(content, transform, SIZE, "face")
        seen = augmented_crop(content, transform, nothing, SIZE, "face")
        np.testing.assert_array_equal(seen, expected)


def test_a_mirrored_crop_is_read_at_the_same_reduction_and_shows_the_same(large_jpeg) -> None:
    mirrored = jittered(LARGE, Jitter(mirror=True), SIZE)
    assert reduction_for(mirrored) == reduction_for(LARGE) == 4
    plain = augmented_crop(large_jpeg, LARGE, Jitter.none, SIZE, "face")
    seen = augmented_crop(large_jpeg, LARGE, Jitter(mirror=True), SIZE, "face")
    assert np.abs(seen[:, ::-1].astype(int) - plain).max() <= 1


def test_jittered_crops_of_large_photographs_come_from_the_reduced_one(large_jpeg) -> None:
    jitter = Jitter(scale=0.55, angle=30.0, shift=(5, 9), mirror=True)
    matrix = jittered(LARGE, jitter, SIZE)
    assert reduction_for(matrix) == 8  # smaller than without jitter
    small = decode(large_jpeg, "face", 8)
    expected = bilinear(small, reduced(matrix, 8), SIZE)
    seen = augmented_crop(large_jpeg, LARGE, jitter, SIZE, "face")
    assert np.abs(seen - expected).max() <= 2
