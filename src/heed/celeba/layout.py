"""Finding CelebA's files in the folder layouts in which it is handed around.

- official: ``Anno/*.txt``, ``Eval/*.txt``, ``Img/img_celeba`` and
  ``Img/img_align_celeba`` (or ``Img/img_align_celeba_png``);
- torchvision: all text files beside ``img_align_celeba/``, in a folder ``celeba/``;
- Kaggle: CSV files beside ``img_align_celeba/img_align_celeba/``.

Each file is looked for on its own, so a mixture of them is read as well. Where the
aligned images are there as JPEG and as PNG, the JPEG ones are taken.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn

from heed.celeba.errors import LayoutError

ImageKind = Literal["wild", "aligned"]

ATTRIBUTE_FILE: Final = "list_attr_celeba"
PARTITION_FILE: Final = "list_eval_partition"
IDENTITY_FILE: Final = "identity_CelebA"
BOX_FILE: Final = "list_bbox_celeba"
LANDMARK_FILES: Final[dict[ImageKind, str]] = {
    "wild": "list_landmarks_celeba",
    "aligned": "list_landmarks_align_celeba",
}
IMAGE_FOLDERS: Final[dict[ImageKind, tuple[str, ...]]] = {
    "wild": ("img_celeba",),
    "aligned": ("img_align_celeba", "img_align_celeba_png"),
}
IMAGE_SUFFIXES: Final = (".jpg", ".jpeg", ".png")

# Where the downloads put their files below the folder a user names.
_BASES = (".", "celeba", "CelebA")
_ANNOTATION_FOLDERS = ("Anno", "Eval", ".")
_ANNOTATION_SUFFIXES = (".txt", ".csv")
# What a version control tool leaves where it keeps a file's content elsewhere.
_POINTER_SUFFIXES = (".txt.dvc", ".csv.dvc", ".zip", ".7z")


@dataclass(frozen=True)
class Layout:
    """Where the files of one CelebA folder are.

    Attributes:
        root: the folder the user named.
        attributes: the file of the 40 labels.
        partitions: the file of the partition numbers.
        identities: the file of the identities, None where there is none.
        boxes: the file of the face boxes, None where there is none.
        landmarks: the file of the landmarks per kind of image; always has the
            kind that was asked for.
        images: the folder that holds the images of the kind that was asked for.
    """

    root: Path
    attributes: Path
    partitions: Path
    identities: Path | None
    boxes: Path | None
    landmarks: dict[ImageKind, Path]
    images: Path


def find_layout(root: Path, images: ImageKind) -> Layout:
    """Find the files of the CelebA folder ``root``.

    Args:
        root: folder with ``Anno/ Eval/ Img/``, or torchvision's or Kaggle's layout.
        images: ``wild`` for the photographs as taken, ``aligned`` for the 178x218 cuts.

    Raises:
        LayoutError: the folder or a needed file is missing, or a file is there twice.
    """
    if not root.is_dir():
        what = "a file" if root.exists() else "no such folder"
        raise LayoutError(
            f"{root}: found {what}; expected a CelebA folder. Set data.root in params.yaml to the "
            f"folder that holds {ATTRIBUTE_FILE}.txt or its Anno/ (for drawn faces, run the stage "
            f"synthesize first)."
        )
    base = _base(root)
    landmarks = {
        kind: path for kind, stem in LANDMARK_FILES.items() if (path := _optional(base, stem))
    }
    if images not in landmarks:
        _raise_missing(base, LANDMARK_FILES[images], _other_kind(images, landmarks))
    return Layout(
        root=root,
        attributes=_needed(base, ATTRIBUTE_FILE),
        partitions=_needed(base, PARTITION_FILE),
        identities=_optional(base, IDENTITY_FILE),
        boxes=_optional(base, BOX_FILE),
        landmarks=landmarks,
        images=_image_folder(base, images),
    )


def _base(root: Path) -> Path:
    for name in _BASES:
        if _candidates(root / name, ATTRIBUTE_FILE):
            return root / name
    return root


def _candidates(base: Path, stem: str) -> list[Path]:
    paths = [
        base / folder / f"{stem}{suffix}"
        for folder in _ANNOTATION_FOLDERS
        for suffix in _ANNOTATION_SUFFIXES
    ]
    # A git-annex file whose content is elsewhere is a link that leads nowhere: it is
    # found here, so that reading it can say so.
    return [path for path in paths if path.exists() or path.is_symlink()]


def _optional(base: Path, stem: str) -> Path | None:
    found = _candidates(base, stem)
    if len(found) > 1:
        raise LayoutError(
            f"{base}: found {' and '.join(str(path.relative_to(base)) for path in found)}; "
            f"expected one file of that name. Keep the one that belongs to the images."
        )
    return found[0] if found else None


def _needed(base: Path, stem: str) -> Path:
    return _optional(base, stem) or _raise_missing(base, stem)


def _raise_missing(base: Path, stem: str, hint: str = "") -> NoReturn:
    beside = [
        str((base / folder / f"{stem}{suffix}").relative_to(base))
        for folder in _ANNOTATION_FOLDERS
        for suffix in _POINTER_SUFFIXES
        if (base / folder / f"{stem}{suffix}").exists()
    ]
    found = f"{beside[0]}, but not the file itself" if beside else "no such file"
    if beside:
        hint = "Fetch its content (dvc pull) or unpack it."
    elif base.name in _ANNOTATION_FOLDERS:
        hint = f"Set data.root in params.yaml to the folder that holds {base.name}/."
    hint = hint or "Download it from CelebA's page."
    raise LayoutError(
        f"{base}: {stem}: found {found}; expected Anno/{stem}.txt, Eval/{stem}.txt, {stem}.txt or "
        f"{stem}.csv. {hint}"
    )


def _other_kind(images: ImageKind, landmarks: dict[ImageKind, Path]) -> str:
    """What to do when landmarks are there, but only those of the other kind of image."""
    for kind, path in landmarks.items():
        return (
            f"{path.name} belongs to the {kind} images: set data.images: {kind} in params.yaml, or "
            f"download the landmarks of the {images} images."
        )
    return ""


def _image_folder(base: Path, images: ImageKind) -> Path:
    folders = [
        base / parent / name / inner
        for name in IMAGE_FOLDERS[images]
        for parent in ("Img", ".")
        for inner in (".", name)  # Kaggle's archives nest a folder in one of the same name
    ]
    for folder in folders:
        if folder.is_dir() and _has_image(folder):
            return folder
    tried = ", ".join(str(folder.relative_to(base)) for folder in folders)
    other: ImageKind = "aligned" if images == "wild" else "wild"
    raise LayoutError(
        f"{base}: found no folder with {' or '.join(IMAGE_SUFFIXES)} images; expected one of "
        f"{tried}. Unpack the {images} images there, or set data.images: {other} in params.yaml."
    )


def _has_image(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(entry.name.lower().endswith(IMAGE_SUFFIXES) for entry in entries)
