"""What a page tells of places on a disk."""

import pytest

from heed.pages.places import ELSEWHERE, public


@pytest.mark.parametrize(
    "text",
    [
        "/home/ada/celeba",
        "/home/ada",
        "~/celeba",
        "~ada/celeba",
        "../../home/ada/celeba",
        "..",
        "./../ada",
        "data/../../ada",
        "//server/ada/celeba",
        r"C:\\Users\\ada\\celeba",
        "C:/Users/ada/celeba",
        r"\\\\server\\ada",
        "s3://ada/celeba",
    ],
)
def test_folders_outside_the_project_are_not_told(text: str) -> None:
    assert public(text) == ELSEWHERE
    separator = "\\" if "\\" in text else "/"
    assert public(f"{text}{separator}my.safetensors") == f"{ELSEWHERE}/my.safetensors"


@pytest.mark.parametrize(
    "text", ["data/synthetic", "./weights/a.safetensors", "train", "bce", "a..b", "none", "5.5"]
)
def test_everything_else_is_told_as_it_is(text: str) -> None:
    assert public(text) == text
