"""How long the explorer takes to open an audit and to answer, at many faces, in one run.

The audit is one that has run, whose faces are repeated under other names: 10,458 faces are CelebA's
frontal test faces, 200,000 all of CelebA. Everything is made in a temporary folder, and measured in
processes of their own, so that times and memory begin at nothing. Crops are a sparse file, in which
only the audit's own faces have pixels. Run from the folder of an audit that has run:

    python benchmarks/explorer.py                    # 10,458 faces x 2 networks, print
    python benchmarks/explorer.py --faces 200000     # 6 GB of disk, some minutes
    python benchmarks/explorer.py --write            # and keep in benchmarks/explorer.json
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
import zarr
from machine import described
from numpy.lib.format import open_memmap

from heed.audit import paths
from heed.base.files import images_digest, write_json
from heed.base.stores import create_array, new_store, variables

CHUNK = 256
SHARED_FROM = 50_000
"""At so many faces only the maps of one method and the masks that all faces share are made."""

ATTRIBUTE = "Wearing_Hat"
PAGE = 24
"""Faces that are shown at once."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audit", default=".", help="folder of an audit that has run")
    parser.add_argument("--faces", type=int, nargs="+", default=[10_458])
    parser.add_argument("--write", action="store_true", help="keep in benchmarks/explorer.json")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measured(Path(given.measure))))
        return
    results = []
    for faces in given.faces:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "audit"
            start = time.perf_counter()
            many_faces(Path(given.audit), root, faces)
            print(f"{faces:,} faces x 2 networks, made in {time.perf_counter() - start:.0f} s")
            command = [sys.executable, __file__, "--measure", str(root)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for name, value in found.items():
            print(f"  {name:52} {value:10.4g}")
        results.append({"faces": faces, "networks": 2, **found})
    if given.write:
        content = {**described(("numpy", "pyarrow", "zarr")), "results": results}
        write_json(content, Path(__file__).with_suffix(".json"))


def many_faces(source: Path, root: Path, faces: int) -> None:
    """Write an audit of ``faces`` faces by the first network of two models of another audit."""
    params = yaml.safe_load((source / "params.yaml").read_text())
    models = dict(list(params["models"].items())[:2])
    partition = params["frontal"]["partition"]
    frontal = pd.read_parquet(source / paths.FRONTAL)
    own = frontal.image[frontal.kept].to_numpy()
    names = np.array([f"{number:06d}.jpg" for number in range(faces)], object)
    rows = np.arange(faces) % len(own)

    def place(name: str) -> Path:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        return root / name

    place("params.yaml").write_text(yaml.safe_dump({**params, "models": models}))
    place("dvc.lock").write_bytes((source / "dvc.lock").read_bytes())
    kept = pd.DataFrame({"image": names, "ratio": 0.0, "kept": True})
    kept.to_parquet(place(paths.FRONTAL), index=False)
    table = pd.read_parquet(source / paths.FACES).set_index("image").loc[own]
    table.iloc[rows].assign(image=names).to_parquet(place(paths.FACES), index=False)
    points = pd.read_parquet(source / paths.LANDMARKS).set_index("image").loc[own]
    points.iloc[rows].assign(image=names).to_parquet(place(paths.LANDMARKS), index=False)
    crops(source, place, partition, own, names, rows)
    for file in sorted((source / paths.MASKS).glob("[!.]*.zarr")):
        regions: Any = zarr.open_group(file, mode="r")["regions"]
        if regions.shape[0] == 1 or faces < SHARED_FROM:
            copied_store(file, place(paths.masks(file.stem)), names, rows)
    for model in models:
        maps, scores = f"{paths.maps(model)}/1.zarr", f"{paths.scores(model)}/1.parquet"
        only = params["cam"]["method"] if faces >= SHARED_FROM else ""
        copied_store(source / maps, place(maps), names, rows, only)
        repeated_rows(source / scores, place(scores), rows, {"image": names}, 40)
        if faces >= SHARED_FROM:
            continue
        versions = f"{paths.score_versions(model)}/1.parquet"
        each = pq.read_table(source / versions, columns=["placement", "version"]).to_pandas()
        groups = len(each.drop_duplicates())
        by_face = pq.read_table(source / versions).to_pandas().sort_values("face", kind="stable")
        ordered = place("ordered.parquet")
        by_face.to_parquet(ordered, index=False)
        repeated_rows(ordered, place(versions), rows, {"face": np.arange(faces)}, groups)


def crops(
    source: Path, place: Callable[[str], Path], partition: str, own: Any, names: Any, rows: Any
) -> None:
    """The crops, of which only those of the audit's own faces are written."""
    table = pd.read_parquet(source / paths.crop_transforms(partition)).set_index("image")
    stored = np.load(source / paths.crops(partition), mmap_mode="r")
    chosen = table.index.get_indexer(own)
    many = open_memmap(
        place(paths.crops(partition)), "w+", stored.dtype, (len(names), *stored.shape[1:])
    )
    many[: len(own)] = stored[chosen[: len(names)]]
    table.loc[own].iloc[rows].assign(image=names).to_parquet(
        place(paths.crop_transforms(partition)), index=False
    )


def copied_store(source: Path, target: Path, names: Any, rows: Any, only: str = "") -> None:
    """A store of masks or maps with its faces repeated; as it is where all faces share it.

    With ``only`` the arrays of other names are left out.
    """
    group = zarr.open_group(source, mode="r")
    with new_store(target) as copy:
        copy.attrs.update({**group.attrs.asdict(), "images_sha256": images_digest(names)})
        for name in [each for each in variables(group) if only in ("", each)]:
            stored: Any = group[name]
            values = np.asarray(stored)
            shared = len(values) == 1
            shape = values.shape if shared else (len(names), *values.shape[1:])
            array = create_array(
                copy,
                name,
                shape,
                str(values.dtype),
                (min(CHUNK, shape[0]), *values.shape[1:]),
                stored.metadata.dimension_names,
            )
            for start in range(0, shape[0], CHUNK):
                array[start : start + CHUNK] = values if shared else values[rows[start:][:CHUNK]]


def repeated_rows(source: Path, target: Path, rows: Any, other: Any, each: int) -> None:
    """A table of ``each`` rows a face with its faces repeated, a row group for each chunk."""
    table, schema = pq.read_table(source), pq.read_schema(source)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for start in range(0, len(rows), CHUNK):
            faces = rows[start : start + CHUNK]
            places = (faces[:, None] * each + np.arange(each)).ravel()
            part = table.take(places)
            for column, values in other.items():
                named = np.repeat(values[start : start + CHUNK], each)
                field = schema.field(column)
                part = part.set_column(schema.names.index(column), field, pa.array(named))
            writer.write_table(part.cast(schema), row_group_size=len(part))


def measured(root: Path) -> dict[str, float]:
    """Times in seconds and memory in MiB of this process."""
    found: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        value = work()
        found[f"{name}_seconds"] = time.perf_counter() - start
        return value

    def imported() -> Any:
        import heed.explorer.choice
        import heed.explorer.view

        return heed.explorer

    explorer = timed("import", imported)
    from dataclasses import replace

    from heed.explorer.audited import Audited
    from heed.explorer.choice import Choice
    from heed.explorer.score_columns import SCORES, columns

    found["memory_before_mib"] = memory()
    audited = timed("open", lambda: Audited(root))
    first, second = audited.networks
    shown = ("amr", "proportional_energy", "contribution", "bias_share")

    def read(network: str, attribute: str, names: Any = shown, **other: Any) -> Any:
        found = columns(audited, network, attribute, replace(audited.stored, **other))
        scores = found.values  # noqa: PD011 (no pandas)
        return found, [scores[name] for name in names]

    of, _ = timed("first_column", lambda: read(first, ATTRIBUTE))
    timed("first_column_of_the_second_network", lambda: read(second, ATTRIBUTE))
    timed("column_of_another_attribute", lambda: read(first, "Smiling"))
    timed("all_scores_of_both_networks", lambda: [read(n, "Bald", SCORES) for n in (first, second)])
    choice = Choice(("misses", "hits"), ranges={"amr": (0.1, 1)}, sort="amr", descending=True)
    by_name = replace(choice, names="7*.jpg")
    chosen = explorer.choice.chosen
    timed("chosen", lambda: chosen(of, audited.images, choice))
    timed("chosen_by_name_too", lambda: chosen(of, audited.images, by_name))
    query = timed("view_of_a_link", lambda: explorer.view.View.of(audited)).query()
    timed("view_with_a_face", lambda: explorer.view.View.from_query("face=000007.jpg", audited))
    assert not query
    timed("threshold_0", lambda: read(first, ATTRIBUTE, threshold=0.0))
    other = replace(audited.stored, target="positive")
    page = np.linspace(0, len(audited.images) - 1, PAGE).astype(np.int64)
    timed(
        "a_page_by_another_target", lambda: columns(audited, second, "Young", other).at("amr", page)
    )
    timed("all_faces_by_another_target", lambda: read(first, ATTRIBUTE, target="positive"))
    for mask in (name for name in audited.mask_versions if name != audited.stored.mask):
        timed(f"amr_and_pe_of_mask_{mask}", partial(read, first, ATTRIBUTE, mask=mask))
        timed(f"iou_of_mask_{mask}", partial(read, first, ATTRIBUTE, ["iou"], mask=mask))
    timed("rewritten", audited.rewritten)
    found["memory_after_mib"], found["memory_peak_mib"] = memory(), memory("VmHWM")
    file = root / audited.scores_file(first)
    rows = [("attribute", "==", ATTRIBUTE)]
    timed("pandas_read_parquet_of_one_attribute", lambda: pd.read_parquet(file, filters=rows))
    return found


def memory(line: str = "VmRSS") -> float:
    """Resident memory of this process now, in MiB; of ``VmHWM`` the most that it was."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(each for each in lines if each.startswith(line)).split()[1]) / 1024


if __name__ == "__main__":
    main()
