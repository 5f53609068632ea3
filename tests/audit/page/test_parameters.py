import yaml

from heed.audit.page.parameters import Differing, beside_defaults, default_settings
from heed.audit.settings import printable
from tests.places import ROOT

COPY = ROOT / "src/heed/audit/page/default_params.yaml"


def test_the_defaults_are_those_that_the_repository_comes_with() -> None:
    told = "run: cp params.yaml src/heed/audit/page/default_params.yaml"
    assert COPY.read_text() == (ROOT / "params.yaml").read_text(), told
    assert default_settings() == printable(ROOT / "params.yaml")


def test_the_default_audit_differs_in_nothing() -> None:
    assert beside_defaults(printable(ROOT / "params.yaml"), default_settings()).default


def test_what_differs_is_named_with_both_values(tmp_path) -> None:
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content["score"]["threshold"] = 0
    content["mask"]["version"] = 1
    content["models"]["mine"] = content["models"].pop("unbalanced")
    content["models"]["balanced"]["train"] = {"seed": 3}
    file = tmp_path / "params.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    found = beside_defaults(printable(file), default_settings())
    assert found.differing == [
        Differing("mask.version", "1", "2"),
        Differing("score.threshold", 0.0, 0.5),
        Differing("models.balanced.train", {"seed": 3}, None),
    ]
    assert (found.added, found.missing, found.default) == (["mine"], ["unbalanced"], False)
