"""Registries: things of one kind, one in a file of its own.

A file registers itself by lying in the registry's folder: its name is the name of the entry, and
the entry is what it calls ``ENTRY``. So a new entry is one new file and no other edit, the names
are known without importing anything (settings can list them at once, whatever the entries need),
and an entry is imported only when it is asked for.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Generic, TypeVar

from heed.base.errors import HeedError

T = TypeVar("T")


class RegistryError(HeedError, TypeError):
    """A file in a registry's folder does not say what it adds."""


def names_in(package: str, prefix: str = "") -> tuple[str, ...]:
    """The names of a registry's entries, without importing any of them.

    Args:
        package: the folder of the registry, such as ``heed.networks.architectures``.
        prefix: what the files' names begin with and the entries' do not: ``version_`` for
            entries called 1, 2, 3, since no module's name can begin with a digit.

    Returns:
        The names in alphabetical order.

    Raises:
        ModuleNotFoundError: there is no such package.

    Example:
        >>> names_in("heed.masks.versions", "version_")[:3]
        ('1', '2', '3')
    """
    spec = find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"{package}: found no such package; expected a registry's folder")
    modules = pkgutil.iter_modules(spec.submodule_search_locations)
    return tuple(name.removeprefix(prefix) for _, name, _ in modules if name.startswith(prefix))


class Registry(Mapping[str, T], Generic[T]):
    """The entries of a folder by name; each is imported when it is first asked for.

    Args:
        package: the folder, see :func:`names_in`.
        prefix: see :func:`names_in`.

    Raises:
        RegistryError: on access to an entry whose file has no ``ENTRY``.
        KeyError: on access to a name that no file has.
    """

    def __init__(self, package: str, prefix: str = "") -> None:
        self._package, self._prefix = package, prefix
        self._names = names_in(package, prefix)

    def __getitem__(self, name: str) -> T:
        if name not in self._names:
            raise KeyError(name)
        module = import_module(f"{self._package}.{self._prefix}{name}")
        if not hasattr(module, "ENTRY"):
            raise RegistryError(
                f"{module.__file__}: found no ENTRY; expected one, the entry that this file adds "
                f"to {self._package}"
            )
        entry: T = module.ENTRY
        return entry

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without importing the entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
