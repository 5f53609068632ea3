import pytest
from matplotlib.figure import Figure

from heed.affact.figures.catalogue import figures, in_order, of_kind

NETWORKS = {"aligned": "resnet51s", "affact": "affact", "mine": None}


def test_names_are_unique_and_numbers_go_to_what_a_network_stands_for() -> None:
    entries = figures(NETWORKS)
    numbers = {entry.name: entry.thesis for entry in entries}
    assert len(numbers) == len(entries)
    assert numbers["error_by_set_aligned"] == "3.3"
    assert numbers["error_by_set_affact"] == "6.1"
    assert numbers["error_by_set_mine"] is None
    assert numbers["decisions_of_faces_aligned"] == "A.1"
    assert numbers["decisions_of_faces_affact"] == "A.2"
    assert numbers["augmentation_steps"] == "4.1"
    assert "relative_error_aligned" not in numbers
    assert {"relative_error_affact", "relative_error_mine"} < set(numbers)


def test_captions_are_sentences_and_kinds_part_the_figures() -> None:
    entries = figures(NETWORKS)
    for entry in entries:
        assert entry.caption.endswith("."), entry.name
        assert entry.title
        assert not entry.title.endswith("."), entry.name
    parts = of_kind(NETWORKS, "numbers"), of_kind(NETWORKS, "faces")
    assert [entry.name for part in parts for entry in part] == [entry.name for entry in entries]


def test_one_network_is_compared_with_none() -> None:
    names = [entry.name for entry in figures({"only": None})]
    assert not any(name.startswith("relative_error") for name in names)
    assert "error_by_set_only" in names


def test_drawings_come_in_the_order_of_the_catalogue_or_not_at_all() -> None:
    names = [entry.name for entry in of_kind(NETWORKS, "numbers")]
    drawings = dict.fromkeys(reversed(names), Figure)
    assert list(in_order(drawings, NETWORKS, "numbers")) == names
    with pytest.raises(ValueError, match="differ in training_curves"):
        in_order(dict.fromkeys(names[:-1], Figure), NETWORKS, "numbers")
    with pytest.raises(ValueError, match="differ in another"):
        in_order(drawings | {"another": Figure}, NETWORKS, "numbers")
