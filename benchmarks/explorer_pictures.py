"""How long the explorer's pictures take: pages of many faces, one face's forty maps, own images.

The audits are those of explorer.py: one that has run, whose faces are repeated. A page is 24 faces
that lie evenly in the audit, each with the maps of two networks, 160 pixels large: 48 pictures.
Times are the processor's, of one thread: neither other work on the machine nor its disk counts.
Run from the folder of an audit that has run:

    python benchmarks/explorer_pictures.py                   # 10,458 faces x 2 networks, print
    python benchmarks/explorer_pictures.py --faces 200000    # 6 GB of disk, some minutes
    python benchmarks/explorer_pictures.py --write           # and keep in explorer_pictures.json
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from explorer import ATTRIBUTE, PAGE, many_faces, memory
from machine import described

from heed.base.files import write_json
from heed.celeba.attributes import ATTRIBUTES

SIDE = 160
LAYERS = {
    "map": {"map"},
    "map_and_mask": {"map", "mask"},
    "all_layers": {"map", "mask", "active", "evidence"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audit", type=Path, default=Path(), help="an audit that has run")
    parser.add_argument("--faces", type=int, nargs="+", default=[10_458])
    parser.add_argument("--write", action="store_true", help="keep in explorer_pictures.json")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measured(given.measure)))
        return
    results = []
    for faces in given.faces:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "audit"
            many_faces(given.audit, root, faces)
            found = measured_alone(root)
        print(f"{faces:,} faces x 2 networks")
        for name, value in found.items():
            print(f"  {name:52} {value:10.4g}")
        results.append({"faces": faces, "networks": 2, **found})
    if given.write:
        content = {**described(("numpy", "zarr")), "results": results}
        write_json(content, Path(__file__).with_suffix(".json"))


def measured_alone(root: Path) -> dict[str, float]:
    """What :func:`measured` finds, in a process of its own, whose memory begins at nothing."""
    command = [sys.executable, __file__, "--measure", str(root)]
    done = subprocess.run(command, check=True, capture_output=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(root: Path) -> dict[str, float]:
    """Milliseconds and MiB of this process."""
    from heed.explorer.audited import Audited
    from heed.explorer.tiles import average_tile, template_picture, tile

    audited = Audited(root)
    found: dict[str, float] = {"memory_before_mib": memory()}
    # Against masks that differ from face to face, where there are some.
    version = next((v for v in ("3", "1") if v in audited.mask_versions), audited.stored.mask)
    conditions = replace(audited.stored, mask=version)

    def timed(name: str, work: Callable[[], Any]) -> None:
        start = time.process_time()
        work()
        found[f"{name}_ms"] = 1e3 * (time.process_time() - start)

    def page(layers: set[str], attribute: str, images: Sequence[str]) -> None:
        for image in images:
            for network in audited.networks:
                tile(audited, image, attribute, network, conditions, layers=layers, side=SIDE)

    places = np.linspace(0, len(audited.images) - 1, PAGE).astype(int).tolist()
    images = [audited.images[place] for place in places]
    for name, layers in LAYERS.items():
        timed(f"first_page_{name}", partial(page, layers, ATTRIBUTE, images))
        timed(f"same_page_{name}", partial(page, layers, ATTRIBUTE, images))
    timed("page_of_another_attribute", partial(page, LAYERS["all_layers"], "Smiling", images))
    first = audited.images[len(audited.images) // 3]
    everything = LAYERS["all_layers"]

    def face() -> None:
        for attribute in ATTRIBUTES:
            page(everything, attribute, [first])

    timed("forty_maps_of_a_face", face)
    if (root / "data/averages.zarr").is_dir():
        network = audited.networks[0]
        timed("forty_averages", lambda: [average_tile(audited, network, a) for a in ATTRIBUTES])
    timed("template", lambda: template_picture(audited))
    found["memory_peak_mib"] = memory("VmHWM")
    return found


if __name__ == "__main__":
    main()
