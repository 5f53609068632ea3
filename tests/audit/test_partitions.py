"""Which partitions an audit needs, and how the stages are told."""

import pytest

from heed.audit.models import ModelParams
from heed.audit.partitions import PartitionsError, needed_partitions, partitions_note, read_needed
from heed.base.files import write_json

GIVEN = ModelParams.model_validate({"network": "nano", "weights": "weights/x.safetensors"})
TRAINED = ModelParams.model_validate(
    {"network": "nano", "weights": "train", "pretrained": None, "loss": "bce", "weighting": "none"}
)


def test_only_a_training_needs_training_and_validation_faces() -> None:
    everything = ("train", "validation", "test")
    assert needed_partitions([TRAINED, GIVEN], "test") == everything
    assert needed_partitions([GIVEN, GIVEN], "test") == ("test",)
    assert needed_partitions([GIVEN], "validation") == ("validation",)
    assert needed_partitions([GIVEN], "train") == ("train",)
    assert needed_partitions([TRAINED], "validation") == ("train", "validation")


def test_what_is_written_is_read(tmp_path) -> None:
    path = tmp_path / "partitions.json"
    assert read_needed(path) == ("train", "validation", "test")
    write_json(partitions_note(("test",)), path)
    assert path.read_text() == '{\n  "needed": [\n    "test"\n  ]\n}\n'
    assert read_needed(path) == ("test",)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"needed": []}', '{"needed": ["tset"]}'])
def test_a_damaged_file_is_named(tmp_path, content: str) -> None:
    path = tmp_path / "partitions.json"
    path.write_text(content)
    with pytest.raises(PartitionsError, match=r"partitions\.json: names none of .*dvc repro"):
        read_needed(path)
