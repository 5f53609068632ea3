"""What goes wrong with a CelebA folder, said so that it can be put right."""

from pathlib import Path

from heed.base.errors import HeedError


class CelebAError(HeedError, ValueError):
    """A CelebA folder cannot be used; the message says what, where and what to do."""


class LayoutError(CelebAError):
    """A folder or file is missing, ambiguous, or not what its name says."""


class AnnotationError(CelebAError):
    """The content of an annotation file is wrong."""

    @classmethod
    def at(
        cls, path: Path, line: int | None, *, found: str, expected: str, remedy: str
    ) -> "AnnotationError":
        """Say what is wrong, where, and what to do.

        Args:
            path: the annotation file.
            line: its line, counted from 1; None where the file as a whole is meant.
            found: what the file holds.
            expected: what it should hold.
            remedy: what to do, as a command.
        """
        place = f"{path}" if line is None else f"{path}, line {line}"
        return cls(f"{place}: found {found}; expected {expected}. {remedy}.")


DOWNLOAD_AGAIN = "Download the file again"


def shortened(text: str, length: int = 60) -> str:
    """``text`` in quotes, cut where it would swamp a message."""
    return repr(text if len(text) <= length else f"{text[: length - 3]}...")


def listed(names: list[str], most: int = 3) -> str:
    """The first few of ``names``, and how many there are beyond them.

    Example:
        >>> listed(["1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"])
        '1.jpg, 2.jpg, 3.jpg and 2 more'
    """
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def counted(number: int, noun: str) -> str:
    """A number and what it counts, in the singular where it is one.

    Example:
        >>> counted(1, "image"), counted(200, "image")
        ('1 image', '200 images')
    """
    return f"{number} {noun}{'s' * (number != 1)}"
