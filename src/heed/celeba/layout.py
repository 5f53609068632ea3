"""Finding CelebA's files in the folder layouts in which it is handed around.

- official: ``Anno/*.txt``, ``Eval/*.txt``, ``Img/img_celeba`` and
  ``Img/img_align_celeba`` (or ``Img/img_align_celeba_png``);
- torchvision: all text files beside ``img_align_celeba/``, in a folder ``celeba/``;
- Kaggle: CSV files beside ``img_align_celeba/img_align_celeba/``, in a folder ``archive/``.

Each file is looked for on its own, so a mixture of them is read as well. The folder that a
user names may hold the files itself or in one folder of any name. Where the aligned images
are there as JPEG and as PNG, the JPEG ones are taken.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn

from heed.celeba.lookalikes import holds_the_file, looks_like, remedy_for
from heed.celeba.messages import LayoutError, listed

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

_ALL_FILES = (
    ATTRIBUTE_FILE,
    PARTITION_FILE,
    IDENTITY_FILE,
    BOX_FILE,
    *LANDMARK_FILES.values(),
)
_ANNOTATION_FOLDERS = ("Anno", "Eval", ".")
_ANNOTATION_SUFFIXES = (".txt", ".csv")
# Folders of the layouts themselves: none of them is a CelebA folder inside the one named.
_PARTS = frozenset(
    ["Anno", "Eval", "Img", *(name for names in IMAGE_FOLDERS.values() for name in names)]
)


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
        root: folder with ``Anno/ Eval/ Img/``, or torchvision's or Kaggle's layout, or a
            folder with one of them in a folder of its own.
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
    base = _base(root, images)
    files = {stem: path for stem in _ALL_FILES if (path := _optional(base, stem))}
    for stem in (ATTRIBUTE_FILE, PARTITION_FILE, LANDMARK_FILES[images]):
        if stem not in files:
            _raise_missing(root, base, stem, images, files)
    return Layout(
        root=root,
        attributes=files[ATTRIBUTE_FILE],
        partitions=files[PARTITION_FILE],
        identities=files.get(IDENTITY_FILE),
        boxes=files.get(BOX_FILE),
        landmarks={kind: files[stem] for kind, stem in LANDMARK_FILES.items() if stem in files},
        images=_image_folder(base, root, images),
    )


def _base(root: Path, images: ImageKind) -> Path:
    """The folder that holds the files: the one that was named, or the only one in it."""
    needed = (ATTRIBUTE_FILE, PARTITION_FILE, LANDMARK_FILES[images])
    if all(_candidates(root, stem) for stem in needed):
        return root
    inside = _folders_inside(root)
    found = [folder for folder in inside if all(_candidates(folder, stem) for stem in needed)]
    if not found:  # the one that lacks least: what it lacks is said then
        counts = {folder: _how_many(folder) for folder in (root, *inside)}
        most = max(counts.values())
        if counts[root] == most:
            return root
        found = [folder for folder, count in counts.items() if count == most]
    if len(found) > 1:
        raise LayoutError(
            f"{root}: found CelebA's annotation files in {len(found)} folders: "
            f"{listed([folder.name for folder in found])}; expected them in one. Set data.root in "
            f"params.yaml to the one that is meant, for instance {found[0]}."
        )
    return found[0]


def _folders_inside(root: Path) -> list[Path]:
    with os.scandir(root) as entries:
        return sorted(
            root / entry.name for entry in entries if entry.is_dir() and entry.name not in _PARTS
        )


def _how_many(base: Path) -> int:
    """How many of CelebA's annotation files a folder has."""
    return sum(bool(_candidates(base, stem)) for stem in _ALL_FILES)


def _candidates(base: Path, stem: str) -> list[Path]:
    paths = [
        base / folder / f"{stem}{suffix}"
        for folder in _ANNOTATION_FOLDERS
        for suffix in _ANNOTATION_SUFFIXES
    ]
    # Kaggle packs each file on its own too: unpacked, it is in a folder of its own name.
    paths = [path / path.name if path.is_dir() else path for path in paths]
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


def _raise_missing(
    root: Path, base: Path, stem: str, images: ImageKind, files: dict[str, Path]
) -> NoReturn:
    found, remedy = "no such file", "Download it from CelebA's page."
    if elsewhere := _elsewhere(root, base, stem):
        found += f" there, but {listed(elsewhere)}"
        remedy = f"Move {elsewhere[0]} to where the other annotation files are."
    elif alike := _alike(root, base, stem, deeper=not files):
        if holds_the_file(alike[0]):
            found = f"{alike[0]}, but not the file itself"
        else:
            found += f", but {listed(alike)}, which looks like it"
        remedy = remedy_for(alike[0], stem)
    elif base.name in _PARTS:
        remedy = f"Set data.root in params.yaml to the folder that holds {base.name}/."
    elif not files:
        found = "none of CelebA's annotation files, here or in a folder inside"
        remedy = "Set data.root in params.yaml to the folder that holds them, or download them."
    elif stem == LANDMARK_FILES[images]:
        for kind, other in LANDMARK_FILES.items():
            if other in files:
                remedy = (
                    f"{files[other].name} belongs to the {kind} images: set data.images: {kind} in "
                    f"params.yaml, or download the landmarks of the {images} images."
                )
    raise LayoutError(
        f"{base}: {stem}: found {found}; expected Anno/{stem}.txt, Eval/{stem}.txt, {stem}.txt or "
        f"{stem}.csv. {remedy}"
    )


def _elsewhere(root: Path, base: Path, stem: str) -> list[str]:
    """Files of the missing one's very name where none is looked for, relative to ``base``."""
    places = [place for place in (root, *_folders_inside(root)) if place != base]
    return [os.path.relpath(path, base) for place in places for path in _candidates(place, stem)]


def _alike(root: Path, base: Path, stem: str, *, deeper: bool) -> list[str]:
    """Files, relative to ``base``, that may be the missing one; ``deeper``: also one folder in."""
    places = [base / folder for folder in _ANNOTATION_FOLDERS]
    places += [root] if base != root else _folders_inside(root) if deeper else []
    return [
        os.path.relpath(place / name, base)
        for place in places
        for name in _names(place)
        if looks_like(name, stem)
    ]


def _names(folder: Path) -> list[str]:
    """The names in a folder, sorted; none where it is no folder. Images are left out."""
    if not folder.is_dir():
        return []
    return sorted(name for name in os.listdir(folder) if not name.lower().endswith(IMAGE_SUFFIXES))


def _image_folder(base: Path, root: Path, images: ImageKind) -> Path:
    folders = _image_folders(base, root, images)
    for folder in folders:
        if _has_image(folder):
            return folder
    tried = ", ".join(str(folder.relative_to(root)) for folder in folders)
    remedies = [f"Unpack the {images} images there"]
    alike = [
        str((place / name).relative_to(base))
        for place in (base / "Img", base)
        for name in _names(place)
        if looks_like(name, IMAGE_FOLDERS[images][0])
    ]
    found = f" (but {listed(alike)})" if alike else ""
    if strange := _strange_image_folders(base, root):
        names = [os.path.relpath(folder, root) for folder in strange]
        found = f" where one is looked for, but images in {listed(names)}"
        target = IMAGE_FOLDERS[images][0]
        remedies.insert(0, f"If these are the {images} images, move them to {target}/")
    other: ImageKind = "aligned" if images == "wild" else "wild"
    if _candidates(base, LANDMARK_FILES[other]) and any(
        map(_has_image, _image_folders(base, root, other))
    ):
        remedies[-1] += f", or set data.images: {other} in params.yaml"
    raise LayoutError(
        f"{root}: found no folder with {' or '.join(IMAGE_SUFFIXES)} images{found}; expected one "
        f"of {tried}. {'. '.join(remedies)}."
    )


def _image_folders(base: Path, root: Path, images: ImageKind) -> list[Path]:
    """Where images of one kind may be, the likeliest place first."""
    return [
        place / parent / name / inner
        for place in dict.fromkeys([base, root])
        for name in IMAGE_FOLDERS[images]
        for parent in ("Img", ".")
        for inner in (".", name)  # Kaggle's archives nest a folder in one of the same name
    ]


def _strange_image_folders(base: Path, root: Path) -> list[Path]:
    """Folders with images whose name says nothing of their kind."""
    parents = [place for place in dict.fromkeys([base / "Img", base, root]) if place.is_dir()]
    inside = [folder for place in parents for folder in _folders_inside(place)]
    return [folder for folder in dict.fromkeys([*parents, *inside]) if _has_image(folder)]


def _has_image(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    with os.scandir(folder) as entries:
        return any(entry.name.lower().endswith(IMAGE_SUFFIXES) for entry in entries)
