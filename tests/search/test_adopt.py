import pytest
import yaml

from heed.base.settings import ParamsError
from heed.search.adopt import adopted, entry_text

ENTRY = {
    "network": "nano",
    "pretrained": None,
    "training": {"epochs": 7, "learning_rate": 1.2345678901234567e-05, "plateau": {"factor": 0.3}},
}

FILE = """\
# A comment above.
crop:
  size: 224   # pixels

networks:                  # each entry
    aligned:               # first
        network: nano
        training:
            epochs: 10     # ten
            steps: [1,
                    2]
    # about the next
    affact:
        network: "resnet51"
        pretrained:        # nothing
# after the networks

extensions: {}
last: 2.0e-3
"""


def test_a_new_entry_is_the_last_and_no_other_line_changes() -> None:
    result = adopted(FILE, "networks", "searched", ENTRY, "trial 3")
    lines = FILE.splitlines(keepends=True)
    place = lines.index("# after the networks\n")
    new = result.splitlines(keepends=True)
    count = len(new) - len(lines)
    assert new[:place] + new[place + count :] == lines
    assert new[place : place + 2] == ["    searched:\n", "      # trial 3\n"]
    assert yaml.safe_load(result)["networks"]["searched"] == ENTRY


def test_an_entry_of_the_name_is_replaced() -> None:
    once = adopted(FILE, "networks", "searched", ENTRY, "trial 3")
    other = ENTRY | {"network": "resnet51"}
    assert adopted(
        adopted(FILE, "networks", "searched", other, "longer"), "networks", "searched", ENTRY,
        "trial 3",
    ) == once  # fmt: skip
    first = adopted(FILE, "networks", "aligned", ENTRY, "trial 3")
    assert first.startswith(FILE[: FILE.index("    aligned")])
    assert first.endswith(FILE[FILE.index("    # about the next") :])
    assert yaml.safe_load(first)["networks"]["aligned"] == ENTRY


def test_a_file_may_end_with_the_networks_and_without_a_line_end() -> None:
    result = adopted("networks:\n  one:\n    a: 1", "networks", "two", ENTRY, "trial 3")
    assert result.startswith(
        "networks:\n  one:\n    a: 1\n  two:\n    # trial 3\n    network: nano\n"
    )
    assert yaml.safe_load(result) == {"networks": {"one": {"a": 1}, "two": ENTRY}}


@pytest.mark.parametrize(
    "text", ["networks: {one: {a: 1}}\n", "networks:\n", "other: 1\n", "", "- 1\n"]
)
def test_a_file_without_a_mapping_to_extend_is_refused_with_the_entry(text) -> None:
    with pytest.raises(ParamsError, match=r"networks: found no mapping[\s\S]*network: nano"):
        adopted(text, "networks", "searched", ENTRY, "trial 3")


def test_a_file_that_would_mean_something_else_afterwards_is_refused() -> None:
    shared = "networks:\n  one: &one\n    a: 1\n  two: *one\n"
    with pytest.raises(ParamsError, match=r"networks\.one: the file is written in a way"):
        adopted(shared, "networks", "one", ENTRY, "trial 3")


def test_a_file_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(ParamsError, match="not valid YAML"):
        adopted("networks:\n  one: [\n", "networks", "searched", ENTRY, "trial 3")


def test_the_entry_alone_is_yaml_with_every_digit() -> None:
    text = entry_text("searched", ENTRY, "trial 3")
    assert yaml.safe_load(text) == {"searched": ENTRY}
    assert "learning_rate: 1.2345678901234568e-05" in text
