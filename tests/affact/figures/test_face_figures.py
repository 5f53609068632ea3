"""The study's figures of faces, from faces in memory."""

import numpy as np
import pytest

from heed.affact.augmentation import Augmentation, Blur, Mirror, Normal, Temperature
from heed.affact.figures.catalogue import FIGURES, names_of
from heed.affact.figures.faces_judged import Judged, choose_faces

RNG = np.random.default_rng(0)
NETWORKS = {"one": "resnet51s", "two": None}
OFF = Normal(enabled=False, mean=0, std=0)
AUGMENTATION = Augmentation(
    scale=Normal(enabled=True, mean=0, std=0.1),
    angle=OFF,
    shift=OFF,
    mirror=Mirror(enabled=False, probability=0.5),
    blur=Blur(enabled=False, mean=0, std=0),
    gamma=OFF,
    temperature=Temperature(enabled=False, low=2000, high=4000, step=1000),
)


@pytest.fixture
def judged() -> Judged:
    labels = RNG.choice(np.array([-1, 1], np.int8), (30, 40))
    wrong = {name: RNG.random((30, 40)) < RNG.random((30, 1)) for name in NETWORKS}
    return Judged({name: np.where(w, -labels, labels) for name, w in wrong.items()}, labels)


def test_all_figures_of_faces(judged: Judged) -> None:
    rows = judged.chosen(3)
    pictures = [np.full((32, 32, 3), level, np.uint8) for level in range(3)]
    drawings = FIGURES.drawings(
        "faces",
        names_of(NETWORKS)
        | {
            "shown": {
                "A": (pictures, judged.rows(rows)),
                "T": (pictures[:2], judged.rows(judged.chosen(2))),
            },
            "landmarks": np.full((2, 5, 2), 9.0),
            "photograph_crops": pictures[1:],
            "pictures": pictures,
            "judged": judged.rows(rows),
            "photographs": pictures[:2],
            "transforms": [np.eye(2, 3)] * 2,
            "aligned": pictures[0],
            "augmentation": AUGMENTATION,
            "seed": 0,
        },
    )
    counts = {name: len(draw().axes[0].images) for name, draw in drawings.items()}
    assert counts == {
        "landmarks_and_crop": 4,
        "faces_judged_A": 3,
        "faces_judged_T": 2,
        "augmentation_steps": 6 * 3,  # 2 faces x 3 draws: none, scale, all
        "colour_temperatures": 1 + 3,
        "decisions_of_faces_one": 3,
        "decisions_of_faces_two": 3,
    }
    texts = [text.get_text() for text in drawings["decisions_of_faces_two"]().axes[0].texts]
    shares = (judged.decisions["two"][rows] == judged.labels[rows]).mean(axis=1)
    assert [text for text in texts if "%" in text] == [f"{100 * share:.1f} %" for share in shares]


def test_faces_are_chosen_by_the_mean_share_of_the_networks(judged: Judged) -> None:
    shares = [(of == judged.labels).mean(axis=1) for of in judged.decisions.values()]
    expected = choose_faces((shares[0] + shares[1]) / 2, 4)
    assert judged.chosen(4).tolist() == expected.tolist()
