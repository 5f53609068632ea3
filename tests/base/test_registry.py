import sys

import pytest

from heed.base.registry import Registry, RegistryError, names_in


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A registry's folder with two good entries and a file that is none."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "item_1.py").write_text("ENTRY = 'one'\n")
    (folder / "item_b.py").write_text("ENTRY = 'b'\n")
    (folder / "item_broken.py").write_text("NOTHING = 0\n")
    (folder / "other.py").write_text("raise AssertionError('imported')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "shelf"
    for name in [name for name in sys.modules if name.split(".")[0] == "shelf"]:
        del sys.modules[name]


def test_names_are_known_without_importing(package):
    assert names_in(package, "item_") == ("1", "b", "broken")
    assert "other" in names_in(package)
    assert not [name for name in sys.modules if name.startswith("shelf.")]


def test_entries_are_imported_one_by_one(package):
    registry = Registry[str](package, "item_")
    assert (list(registry), len(registry)) == (["1", "b", "broken"], 3)
    assert "broken" in registry
    assert "other" not in registry
    assert registry["b"] == "b"
    assert [name for name in sys.modules if name.startswith("shelf.")] == ["shelf.item_b"]


def test_what_no_file_has_is_a_key_error(package):
    with pytest.raises(KeyError, match="other"):
        Registry[str](package, "item_")["other"]
    assert Registry[str](package, "item_").get("2") is None


def test_a_file_without_entry_is_named(package):
    with pytest.raises(RegistryError, match=r"shelf.item_broken\.py: found no ENTRY"):
        Registry[str](package, "item_")["broken"]


def test_a_new_file_is_a_new_entry(package, tmp_path):
    (tmp_path / "shelf/item_2.py").write_text("ENTRY = 'two'\n")
    assert Registry[str](package, "item_")["2"] == "two"


def test_no_such_folder_is_an_error():
    with pytest.raises(ModuleNotFoundError, match=r"heed\.nowhere: found no such package"):
        names_in("heed.nowhere")
