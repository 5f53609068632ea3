"""The study's parameters as a whole: what is refused, and how it is named."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from heed.affact.consistency import check_all
from heed.base.settings import ParamsError
from tests.affact.changed_params import STUDY, changed

PARAMS = yaml.safe_load((STUDY / "params.yaml").read_text())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"augmentation__angle__std": -1.0}, r"augmentation\.angle\.std: found -1\.0"),
        ({"augmentation__temperature__low": 999}, "999"),
        ({"networks__affact__augment": 3}, r"networks\.affact\.augment: found 3.*expected true"),
        ({"networks__affact__augment": {"light": {}}}, r"networks\.affact\.augment\.light: found"),
        ({"networks__affact__augment": {"blur": True}}, r"affact\.augment\.blur: found True"),
        (
            {"extensions__affact_ext__augment": {"temperature": {"low": 999}}},
            r"extensions\.affact_ext\.augment\.temperature: found .*999",
        ),
        ({"test_sets__t": {"blur": {"std": -1.0}}}, r"test_sets\.t\.blur\.std: found -1\.0"),
        ({"networks__affact__training__momentum": 1.0}, r"training\.momentum: found 1\.0"),
        ({"networks__affact__published": "affact_x"}, r"published: found 'affact_x'"),
        ({"evaluate__networks": ["affact", "other"]}, r"evaluate\.networks: found 'other'"),
        ({"extensions__affact_ext__start": "none"}, r"affact_ext\.start: found 'none'"),
        ({"extensions__affact_ext__start": "affact_ext"}, "expected a name of networks"),
        (
            {"extensions__affact_ext__network": "resnet51_ext"},
            "expected nano_ext or nano_ext_leaky",
        ),
        ({"extensions__affact_ext__dropout": 1.0}, r"affact_ext\.dropout: .*less than 1"),
        (
            {"extensions__affact_ext__network": "nano", "extensions__affact_ext__dropout": 0.5},
            r"extensions\.affact_ext\.dropout: found 0\.5 for nano, whose head has one layer; ",
        ),
        (
            {
                "extensions__affact_ext__network": "nano",
                "extensions__affact_ext__new_layer": "identity",
            },
            r"affact_ext\.new_layer is identity, but nano has no layer that affact lacks",
        ),
        ({"extensions__affact_ext__pretrained": "x"}, "pretrained: found 'x'"),
        ({"extensions": {"affact": PARAMS["extensions"]["affact_ext"]}}, "found affact in net"),
        ({"evaluate__ensembles": {"both": ["aligned"]}}, r"ensembles\.both: .*at least 2"),
        (
            {"evaluate__ensembles": {"both": ["aligned", "none"]}},
            r"ensembles\.both: found aligned, none; expected different names of evaluate\.networks",
        ),
        ({"evaluate__ensembles": {"both": ["aligned", "aligned"]}}, "expected different names"),
        (
            {"evaluate__ensembles": {"Affact": ["aligned", "affact"]}},
            "found Affact, the name of a network; rename it",
        ),
        ({"evaluate__ensembles": {"a b": ["aligned", "affact"]}}, "found the name 'a b'"),
        ({"test_sets__ten_crop_size": 200}, "200, smaller than the crops of 224 pixels"),
        ({"data__root": "elsewhere"}, r"data\.source is synthetic and data\.root is elsewhere"),
        ({"detct": {"scale": 2}}, "found the key detct; expected data, "),
        ({"loader__workers": -1}, r"loader\.workers.*found -1"),
        ({"loader__workers": True}, r"loader: .*workers is true"),
        ({"search__sampler": "magic"}, r"search\.sampler: found 'magic'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        check_all(changed(tmp_path, **values))
