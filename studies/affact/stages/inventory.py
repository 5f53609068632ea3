"""Stage inventory: read the CelebA folder into ``data/faces.parquet``.

It runs at every ``dvc repro``, in place of hashing every image: when the table comes
out unchanged, nothing that depends on it runs. Being the first to run, it also checks
all of params.yaml and that no output would take the place of somebody's own files (DVC would
empty it), opens the ImageNet weights that it names and notes their content, and notes the
random transforms of each network: what changes those of others is no reason to train it again.

What it read of each image's header is kept in ``data/headers.parquet``, which is no output
and may be removed.
"""

from heed.pipeline.stage import run

import json

from heed.affact import paths
from heed.affact.consistency import check_all
from heed.affact.settings import AugmentationParams, augmentation_of, key_of, load_networks
from heed.base.files import write_json, write_text, written_whole
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.faces_table import write_faces
from heed.celeba.inventory import take_inventory
from heed.celeba.settings import DataParams
from heed.networks.named_weights import NamedWeights
from heed.pipeline.outputs import check_outputs
from heed.search.space import SearchParams, Start


def main() -> None:
    """Read, write, and say how many faces there are."""
    check_all()
    check_outputs()
    data, networks = load(DataParams), load_networks()
    named = NamedWeights(len(ATTRIBUTES), paths.PRETRAINED)
    notes = {
        name: named.note(
            entry.pretrained, f"{key_of(name, entry)}.pretrained", entry.network, "pretrained"
        )
        for name, entry in networks.items()
    }
    # For a search: a folder of its own, as a network may be called "search".
    for network, file in load(SearchParams).space.network.items():
        if isinstance(file, Start):
            continue  # which a stage trains
        note = named.note(file, f"search.space.network.{network}", network, "pretrained")
        if note is not None:
            notes[f"search/{network}"] = note
    with written_whole(paths.PRETRAINED) as partial:
        for name, note in notes.items():
            write_json({"pretrained": note}, partial / f"{name}.json")
    shared = load(AugmentationParams)
    with written_whole(paths.AUGMENTATION) as partial:
        for name, entry in networks.items():
            own = augmentation_of(entry, shared, key_of(name, entry))
            content = {"augmentation": None if own is None else own.model_dump()}
            # Not by write_json, which rounds.
            write_text(json.dumps(content), partial / f"{name}.json")
    inventory = take_inventory(
        data.folder,
        data.images,
        data.verify,
        missing=data.missing,
        landmark_size=data.landmark_size,
        cache=paths.HEADERS,
    )
    write_faces(inventory.table, paths.FACES)
    write_json({"sha256": inventory.contents}, paths.CONTENTS)
    print(f"inventory: {inventory.summary()}")


if __name__ == "__main__":
    run(main)
