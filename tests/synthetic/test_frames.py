import numpy as np
import pytest

from heed.geometry.affine import apply
from heed.synthetic.frames import face_box, wild_frame
from heed.synthetic.pose import LandmarkDistribution, pose


def test_wild_frames() -> None:
    rng = np.random.default_rng(0)
    distribution = LandmarkDistribution()
    rolls, distances, cut = [], [], 0
    for index in range(400):
        posed = pose(distribution.draw(rng, frontal=index % 3 > 0))
        wild = wild_frame(rng, posed)
        points = apply(wild.matrix, apply(posed.to_face_frame, posed.landmarks))
        assert ((points >= 0) & (points < (wild.width, wild.height))).all()
        distances.append(np.hypot(*(points[3:].mean(0) - points[:2].mean(0))))
        rolls.append(np.rad2deg(np.arctan2(wild.matrix[1, 0], wild.matrix[0, 0])))
        x, y, width, height = face_box(wild, posed)
        assert 0 <= x < x + width <= wild.width
        assert 0 <= y < y + height <= wild.height
        cut += x == 0 or y == 0 or x + width == wild.width or y + height == wild.height
        # A similarity: equal scale on both axes, no reflection.
        a = wild.matrix[:, :2]
        np.testing.assert_allclose(a.T @ a, np.linalg.det(a) * np.eye(2), atol=1e-9)
    assert min(distances) >= 30 - 1e-6
    assert max(distances) <= 75 + 1e-6
    assert np.std(rolls) == pytest.approx(10, rel=0.15)
    assert np.abs(rolls).max() <= 35 + 1e-6
    assert 0 < cut < 120
