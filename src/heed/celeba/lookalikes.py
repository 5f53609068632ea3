"""Files that a missing one may have become: packed, renamed, half downloaded.

Browsers, archives and other sites rename CelebA's files in a few ways; a message that
names what lies there spares its reader the search.
"""

import difflib
import re
from typing import Final

_ENDINGS: Final = re.compile(
    r"\.(?:txt|csv|tsv|xlsx?|ods|json|parquet|gz|bz2|xz|zst|zip|7z|rar|tar|dvc|bak|old|part"
    r"|crdownload|download|tmp|[0-9]{3})$"
)
_WORDS: Final = {
    "list_attr_celeba": ("attr",),
    "list_eval_partition": ("partition", "split"),
    "identity_CelebA": ("identity", "identities"),
    "list_bbox_celeba": ("bbox", "boxes"),
    "list_landmarks_celeba": ("landmark",),
    "list_landmarks_align_celeba": ("landmark",),
}
_ALIKE = 0.85  # of difflib's ratio: a letter or two are wrong

_POINTER = ".dvc"
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".rar", ".tar")
_UNFINISHED = (".part", ".crdownload", ".download", ".tmp")


def looks_like(name: str, stem: str) -> bool:
    """Whether a file may be the one that is missing under ``stem``.

    Args:
        name: a file's name, such as ``list_attr_celeba (1).txt``.
        stem: the name that is missing, without its suffix.

    Example:
        >>> looks_like("List_Attr_CelebA (1).TXT", "list_attr_celeba")
        True
    """
    if name.startswith("."):  # .gitattributes
        return False
    core = _core(name)
    if ("align" in core) != ("align" in stem):  # landmarks of the other kind of image
        return False
    alike = difflib.SequenceMatcher(None, core, _letters(stem)).ratio() >= _ALIKE
    return alike or any(word in core for word in _WORDS.get(stem, ()))


def holds_the_file(name: str) -> bool:
    """Whether this stands for a file whose content is elsewhere or packed."""
    return name.lower().endswith((_POINTER, *_PACKED))


def remedy_for(name: str, stem: str) -> str:
    """What to do with a file that looks like the missing one, as a sentence."""
    lower = name.lower()
    if lower.endswith(_POINTER):
        return f"Fetch its content: dvc pull {name}."
    if lower.endswith(_PACKED):
        return f"Unpack {name}, or fetch its content if it is a pointer."
    if lower.endswith(_UNFINISHED):
        return "The download has not ended: let it end, or start it again."
    if lower.endswith((".txt", ".csv")):
        return f"If it is the one, rename it to {stem}{lower[-4:]}."
    return f"If it is the one, save it as {stem}.txt or {stem}.csv."


def _core(name: str) -> str:
    name = name.lower()
    while match := _ENDINGS.search(name):
        name = name[: match.start()]
    return _letters(name)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
