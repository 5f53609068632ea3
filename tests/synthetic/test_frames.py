import numpy as np
import pytest

from heed.geometry.affine import apply, compose, invert
from heed.geometry.alignment import alignment
from heed.synthetic.frames import WildFrame, face_box, wild_frame
from heed.synthetic.pose import LandmarkDistribution, pose


def test_wild_frames() -> None:
    rng = np.random.default_rng(0)
    distribution = LandmarkDistribution()
    rolls, distances = [], []
    for index in range(400):
        posed = pose(distribution.draw(rng, frontal=index % 3 > 0))
        wild = wild_frame(rng, posed)
        points = apply(wild.matrix, apply(posed.to_face_frame, posed.landmarks))
        assert ((points >= 0) & (points < (wild.width, wild.height))).all()
        distances.append(np.hypot(*(points[3:].mean(0) - points[:2].mean(0))))
        rolls.append(np.rad2deg(np.arctan2(wild.matrix[1, 0], wild.matrix[0, 0])))
        x, y, width, height = face_box(wild, posed)
        assert 0 < x < x + width < wild.width
        assert 0 < y < y + height < wild.height
        # A similarity: equal scale on both axes, no reflection.
        a = wild.matrix[:, :2]
        np.testing.assert_allclose(a.T @ a, np.linalg.det(a) * np.eye(2), atol=1e-9)
    assert min(distances) >= 30 - 1e-6
    assert max(distances) <= 75 + 1e-6
    assert np.std(rolls) == pytest.approx(10, rel=0.15)
    assert np.abs(rolls).max() <= 35 + 1e-6


def beyond(matrix: np.ndarray, frame: WildFrame) -> bool:
    """Whether a crop of 224 pixels shows anything outside of the photograph."""
    corners = apply(invert(matrix), [(0, 0), (223, 0), (223, 223), (0, 223)])
    return bool(((corners < 0) | (corners > (frame.width - 1, frame.height - 1))).any())


def test_crops_lie_in_the_photograph_and_most_shifted_and_turned_ones_too() -> None:
    rng = np.random.default_rng(1)
    distribution = LandmarkDistribution()
    jittered = 0
    for index in range(400):
        posed = pose(distribution.draw(rng, frontal=index % 3 > 0))
        wild = wild_frame(rng, posed)
        assert max(wild.width, wild.height) < 800  # the tile of noise
        points = np.rint(apply(wild.matrix, apply(posed.to_face_frame, posed.landmarks)))
        (to_crop,) = alignment(points[None], 224, 5.5, [""])
        assert not beyond(to_crop, wild)
        # AFFACT's random transformation: turned, scaled and shifted about the crop's centre.
        angle, zoom = np.deg2rad(rng.normal(0, 20)), 2 ** rng.normal(0, 0.1)
        turn = zoom * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        shift = 112 + 224 * rng.normal(0, 0.05, 2) - turn @ (112, 112)
        jittered += beyond(compose(np.column_stack([turn, shift]), to_crop), wild)
    assert jittered < 80
