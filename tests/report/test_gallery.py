import numpy as np

from heed.attributes import ATTRIBUTES
from heed.report.gallery import gallery
from heed.tables.groups import GROUPS


def test_the_majority_is_framed_and_n_is_told() -> None:
    face = np.full((28, 28, 3), 120.0)
    maps = np.random.default_rng(0).random((40, len(GROUPS), 28, 28), dtype=np.float32)
    n = np.arange(40 * len(GROUPS)).reshape(40, len(GROUPS))
    shares = np.full(40, 0.1)
    shares[5] = 0.9
    rows = gallery(face, {"balanced": (maps, n)}, np.array([5, 2]), shares)
    assert [row.attribute for row in rows] == [ATTRIBUTES[5], ATTRIBUTES[2]]
    framed = [[picture.framed for picture in row.pictures["balanced"]] for row in rows]
    assert framed == [[True, False], [False, True]]
    positive = GROUPS.index("predicted_positive")
    assert rows[0].pictures["balanced"][0].caption == f"predicted present, n = {n[5, positive]}"
