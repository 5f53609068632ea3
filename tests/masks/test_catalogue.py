import pytest
from pydantic import ValidationError

from heed.celeba.attributes import ATTRIBUTES
from heed.masks.catalogue import VERSIONS, possible
from heed.masks.settings import MaskParams


@pytest.mark.parametrize("name", VERSIONS)
def test_every_version_gives_each_of_celebas_attributes_one_region(name: str) -> None:
    version = VERSIONS[name]
    served = [attribute for own in version.regions.values() for attribute in own]
    assert version.name == name
    assert sorted(served) == sorted(ATTRIBUTES)
    assert not set(version.regions) & set(ATTRIBUTES)  # so that a name is of one or the other


@pytest.mark.parametrize(
    ("evidence_kept", "scale", "expected"),
    [
        (True, 5.5, ["1", "2", "3", "evidence"]),
        (False, 5.5, ["1", "2", "3"]),
        (True, 8.0, ["3", "evidence"]),
        (False, 8.0, ["3"]),
    ],
)
def test_what_faces_can_have(evidence_kept: bool, scale: float, expected: list) -> None:
    found = possible(evidence_kept=evidence_kept, scale=scale)
    known = ("1", "2", "3", "evidence")  # there may be more
    assert [name for name in found if name in known] == expected


def test_a_version_is_a_number_in_params_yaml_and_text_everywhere_else() -> None:
    assert MaskParams(version=3).version == "3"
    assert MaskParams(version="evidence").version == "evidence"


@pytest.mark.parametrize("value", [0, 99, "three", True, None, 2.0])
def test_what_is_no_version_is_refused_with_those_that_there_are(value: object) -> None:
    allowed = {True: "which is not one of its values", 2.0: "no fraction: write 2"}.get(
        value, "1, 2, 3.* or 'evidence'"
    )
    with pytest.raises(ValidationError, match=allowed):
        MaskParams(version=value)
