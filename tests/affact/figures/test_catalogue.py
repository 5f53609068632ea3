from heed.affact.figures.catalogue import FIGURES, names_of
from heed.figures.registry import Entry

NETWORKS = {"aligned": "resnet51s", "affact": "affact", "mine": None}


def entries(networks: dict[str, str | None]) -> list[Entry]:
    return FIGURES.entries(run=names_of(networks))


def test_names_are_unique_and_numbers_go_to_what_a_network_stands_for() -> None:
    numbers = {entry.name: entry.number for entry in entries(NETWORKS)}
    assert len(numbers) == len(entries(NETWORKS))
    assert numbers["error_by_set_aligned"] == "3.3"
    assert numbers["error_by_set_affact"] == "6.1"
    assert numbers["error_by_set_mine"] is None
    assert numbers["decisions_of_faces_aligned"] == "A.1"
    assert numbers["decisions_of_faces_affact"] == "A.2"
    assert numbers["augmentation_steps"] == "4.1"
    assert "relative_error_aligned" not in numbers
    assert {"relative_error_affact", "relative_error_mine"} < set(numbers)


def test_captions_are_sentences_that_name_the_network() -> None:
    for entry in entries(NETWORKS):
        assert entry.caption.endswith("."), entry.name
        assert entry.title
        assert not entry.title.endswith("."), entry.name
        assert "{" not in entry.title + entry.caption, entry.name
    (title,) = (e.title for e in entries(NETWORKS) if e.name == "relative_error_mine")
    assert "mine" in title
    assert "aligned" in title


def test_figures_come_in_the_order_of_the_report_and_then_those_of_our_own() -> None:
    assert [entry.name for entry in entries({"one": "affact", "two": None})] == [
        "landmarks_and_crop",
        "error_by_set_one",
        "error_by_set_two",
        "overall_by_set",
        "relative_error_two",
        "accuracy_by_epoch",
        "faces_judged_A",
        "faces_judged_T",
        "augmentation_steps",
        "colour_temperatures",
        "decisions_of_faces_one",
        "decisions_of_faces_two",
        "training_curves",
    ]


def test_one_network_is_compared_with_none() -> None:
    names = [entry.name for entry in entries({"only": None})]
    assert not any(name.startswith("relative_error") for name in names)
    assert "error_by_set_only" in names
