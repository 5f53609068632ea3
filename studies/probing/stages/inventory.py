"""Stage inventory: which faces there are, and which persons; always runs."""

from heed.pipeline.stage import run

from pathlib import Path

import pandas as pd

from heed.base.files import write_json, write_table, written_whole
from heed.base.settings import load, named_file_digest
from heed.celeba.faces_table import write_faces
from heed.celeba.inventory import take_inventory
from heed.celeba.settings import DataParams
from heed.pipeline.outputs import check_outputs
from heed.probing import paths
from heed.probing.consistency import check_all
from heed.probing.persons import persons_of, with_sizes
from heed.probing.run_settings import PersonsParams, TrainingParams, load_networks
from heed.recognition.identities import Identities, find_identities, identities_in


def main() -> None:
    """Write ``data/faces.parquet``, ``data/identities.parquet`` and ``data/pretrained``."""
    check_all()
    check_outputs()
    data, persons = load(DataParams), load(PersonsParams)
    with written_whole(paths.PRETRAINED) as partial:
        for name, entry in load_networks().items():
            digests = {
                key: named_file_digest(getattr(entry, key), f"networks.{name}.{key}")
                for key in ("pretrained", "weights")
            } | {"pairs": named_file_digest(persons.pairs, "persons.pairs")}
            write_json(digests, partial / f"{name}.json")
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
    found = identities(persons, inventory.table)
    root = data.folder if persons.source == "faces" else persons.folder
    # Now, and not after hours of others: whether they can be divided, and have the pairs asked for.
    divided = persons_of(found.table, Path(root), load(TrainingParams).held_out, persons)
    write_table(with_sizes(found.table, Path(root)), paths.IDENTITIES)
    print(f"inventory: {inventory.summary()}")
    print(f"inventory: persons: {found.summary()}")
    print(f"inventory: {divided.division.summary()}; {len(divided.pairs)} pairs of others")


def identities(persons: PersonsParams, faces: pd.DataFrame) -> Identities:
    """Who is on which image: drawn persons, those of the labelled faces, or a folder of folders."""
    if persons.source == "folder":
        return find_identities(persons.folder)
    if persons.source == "drawn":
        drawn = take_inventory(paths.PERSONS, "aligned", "size").table
        return identities_in(drawn, paths.PERSONS)
    return identities_in(faces, paths.FACES)


if __name__ == "__main__":
    run(main)
