"""Pairs: LFW's file, line by line, and drawn ones."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.recognition.identities import IdentitiesError, find_identities
from heed.recognition.images import FaceImages
from heed.recognition.networks import new_face_network
from heed.recognition.pairs import PairsError, drawn_pairs, read_pairs
from heed.recognition.penultimate import features_of
from heed.recognition.settings import FaceNetworkParams
from heed.recognition.verification import verify
from heed.synthetic.studio import Recipe, Studio
from tests.recognition.persons import folder_of_persons, write

LINES = [
    "2\t2",
    "Ann\t1\t2",
    "Ann\t3\t1",
    "Ann\t1\tBo\t4",
    "Bo\t2\tAnn\t2",
    "Cy\t1\t2",
    "Di\t2\t4",
    "Cy\t3\tDi\t1",
    "Di\t3\tCy\t4",
]


@pytest.fixture
def lfw(tmp_path: Path) -> Path:
    folder_of_persons(tmp_path)
    (tmp_path / "pairs.txt").write_text("\n".join(LINES) + "\n")
    return tmp_path


def test_lfws_pairs_are_read_fold_by_fold(lfw):
    paths, pairs = read_pairs(lfw / "pairs.txt", lfw)
    assert paths == sorted(set(paths))
    named = [(paths[one], paths[two]) for one, two in zip(pairs.first, pairs.second, strict=True)]
    assert named[0] == ("Ann/Ann_0001.jpg", "Ann/Ann_0002.jpg")
    assert named[3] == ("Bo/Bo_0002.jpg", "Ann/Ann_0002.jpg")
    assert named[7] == ("Di/Di_0003.jpg", "Cy/Cy_0004.jpg")
    assert pairs.same.tolist() == [True, True, False, False] * 2
    assert pairs.fold.tolist() == [0] * 4 + [1] * 4
    assert "Bo/Bo_0001.jpg" not in paths  # in no pair


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        (0, "500", "line 1: found '500'; expected the number of folds"),
        (0, "2 3", "found 8 pairs; expected 12, as line 1 says 2 folds of twice 3"),
        (1, "Ann 1", "line 2: found 'Ann 1'; expected name n1 n2"),
        (3, "Ann 1 2", "line 4: found 'Ann 1 2'; expected name1 n1 name2 n2"),
        (2, "Ann 3 three", "line 3: found 'three' as the number of an image of Ann"),
        (2, "Ann 3 0", "line 3: found '0' as the number of an image of Ann"),
        (2, "Ann 3 9", "line 3: found no image"),
        (2, "Ann 3 3", "line 3: found the same image twice; expected two images"),
        (4, "Bo 2 Bo 1", "line 5: found Bo twice; expected two persons"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_its_line(lfw, line, text, said):
    lines = [*LINES]
    lines[line] = text
    (lfw / "pairs.txt").write_text("\n".join(lines))
    with pytest.raises(PairsError) as refused:
        read_pairs(lfw / "pairs.txt", lfw)
    assert f"{lfw / 'pairs.txt'}" in str(refused.value)
    assert said in str(refused.value)


def test_a_missing_file_an_empty_one_and_a_damaged_image_are_refused(lfw):
    with pytest.raises(PairsError, match=r"other.txt: found no such file"):
        read_pairs(lfw / "other.txt", lfw)
    (lfw / "Di" / "Di_0001.jpg").write_bytes(b"")
    with pytest.raises(IdentitiesError, match=r"Di_0001.jpg: found 0 bytes"):
        read_pairs(lfw / "pairs.txt", lfw)
    (lfw / "pairs.txt").write_text("")
    with pytest.raises(PairsError, match="line 1: found an empty file"):
        read_pairs(lfw / "pairs.txt", lfw)
    (lfw / "pairs.txt").write_bytes(b"10\t300\nJos\xe9\t1\t2\n")
    with pytest.raises(PairsError, match=r"pairs.txt: found a byte at 10 that is no UTF-8"):
        read_pairs(lfw / "pairs.txt", lfw)


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(1, 6), min_size=4, max_size=12),
    folds=st.integers(2, 4),
    each=st.integers(1, 4),
    seed=st.integers(0, 3),
)
def test_drawn_pairs_are_what_they_say(counts, folds, each, seed):
    identity = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    try:
        pairs = drawn_pairs(identity, folds, each, seed)
    except InputError as refused:
        assert "expected" in str(refused)  # noqa: PT017
        return
    assert len(pairs) == 2 * folds * each
    np.testing.assert_array_equal(identity[pairs.first] == identity[pairs.second], pairs.same)
    assert (pairs.first != pairs.second).all()
    persons = [
        set(identity[np.r_[pairs.first[pairs.fold == f], pairs.second[pairs.fold == f]]])
        for f in range(folds)
    ]
    assert sum(map(len, persons)) == len(set().union(*persons))  # none in two folds
    for fold in range(folds):
        here = pairs.fold == fold
        assert pairs.same[here].sum() == each
        different = {frozenset(p) for p in zip(pairs.first[here], pairs.second[here], strict=True)}
        assert len(different) == 2 * each
    again = drawn_pairs(identity, folds, each, seed)
    np.testing.assert_array_equal(again.first, pairs.first)


def test_too_few_persons_or_images_are_refused():
    with pytest.raises(InputError, match="found 3 persons for 2 folds"):
        drawn_pairs([1, 1, 2, 2, 3, 3], 2, 1, 0)
    with pytest.raises(InputError, match="found 2 pairs of one person and 4 of two"):
        drawn_pairs(np.repeat(np.arange(4), 2), 2, 3, 0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"each": 0}, "each: found 0; expected a whole number, at least 1"),
        ({"each": -1}, "each: found -1"),
        ({"each": 1.5}, "each: found 1.5"),
        ({"each": "1"}, "each: found '1'"),
        ({"folds": 1}, "folds: found 1; expected a whole number, at least 2"),
        ({"folds": 2.0}, "folds: found 2.0"),
        ({"seed": -1}, "seed: found -1"),
        ({"identity": [[1, 1], [2, 2]]}, r"identity: found the shape \(2, 2\)"),
    ],
)
def test_numbers_that_are_none_are_refused(given, said):
    with pytest.raises(InputError, match=said):
        drawn_pairs(
            **{"identity": np.repeat(np.arange(8), 4), "folds": 2, "each": 1, "seed": 0} | given
        )


def test_drawn_faces_in_lfws_layout_are_verified(tmp_path):
    """Its folder and its file, with faces that Heed draws."""
    studio = Studio(Recipe(16, 1, 1, 4.0, 3.0, 1.0, 0.7, seed=0))
    images: dict[str, int] = {}
    for index in range(16):
        name = f"Person_{int(studio.identities[index])}"
        images[name] = images.get(name, 0) + 1
        path = tmp_path / name / f"{name}_{images[name]:04d}.jpg"
        write(path, studio.photograph(studio.face(index), "aligned")[..., ::-1])
    one, two, three, four = [name for name, count in images.items() if count >= 2][:4]
    lines = [f"{one} 1 2", f"{one} 1 {two} 2", f"{three} 1 2", f"{three} 2 {four} 1"]
    (tmp_path / "pairs.txt").write_text("\n".join(["2\t1", *lines]))
    paths, pairs = read_pairs(tmp_path / "pairs.txt", tmp_path)
    faces = FaceImages([tmp_path / path for path in paths], [-1] * len(paths), side=128, crop=112)
    params = FaceNetworkParams(plan="small_residual", width=4, depth=1)
    features, _ = features_of(new_face_network(params, 2), faces)
    assert verify(features, pairs).by_fold.shape == (2,)
    assert find_identities(tmp_path).table["identity"].nunique() == len(images)
