"""Where a classifier should look: masks of the parts of a face."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heed.masks.drawing import for_landmarks

__all__ = ["for_landmarks"]


def __getattr__(name: str) -> Any:
    # At first use: parameters read heed.masks.settings at every `dvc repro`, and need no OpenCV.
    if name == "for_landmarks":
        from heed.masks.drawing import for_landmarks

        return for_landmarks
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
