"""Stage inventory: which faces there are, and what each run is made of; always runs."""

from heed.pipeline.stage import run

from heed.attention import paths
from heed.attention.consistency import check_all
from heed.attention.landmark_file import landmarks_of_file
from heed.attention.plans import guided_pairs, judged_pairs, write_pairs
from heed.attention.run_settings import (
    LandmarkFileParams,
    NetworkParams,
    load_networks,
    load_pairs,
    load_runs,
)
from heed.attention.set_sizes import check_sets, set_sizes
from heed.base.files import write_json, written_whole
from heed.base.settings import load, named_file_digest
from heed.celeba.faces_table import write_faces
from heed.celeba.inventory import take_inventory
from heed.celeba.settings import DataParams
from heed.pipeline.outputs import check_outputs


def main() -> None:
    """Write ``data/faces.parquet``, and what is guided and judged by which pairs."""
    check_all()
    check_outputs()
    data, network = load(DataParams), load(NetworkParams)
    networks, pairs, runs = load_networks(), load_pairs(), load_runs()
    start = named_file_digest(network.pretrained, "network.pretrained")
    write_json({"pretrained": start}, paths.START)
    file = load(LandmarkFileParams).file
    write_json({"sha256": named_file_digest(file, "landmarks.file")}, paths.LANDMARK_FILE)
    with written_whole(paths.GUIDED) as partial:
        for name, entry in runs.items():
            write_pairs(guided_pairs(entry, pairs), partial / f"{name}.json")
    with written_whole(paths.JUDGED) as partial:
        for name in (*networks, *runs):
            judged = judged_pairs(runs.get(name), pairs)
            write_pairs(judged, partial / f"{name}.json")
    inventory = take_inventory(
        data.folder,
        data.images,
        data.verify,
        missing=data.missing,
        landmark_size=data.landmark_size,
        cache=paths.HEADERS,
    )
    if file is not None:
        landmarks_of_file(file, list(inventory.table["image"]))
    # Now, and not after hours of training.
    sizes = set_sizes(inventory.table, pairs)
    check_sets(sizes, pairs)
    write_faces(inventory.table, paths.FACES)
    write_json({"sha256": inventory.contents}, paths.CONTENTS)
    print(f"inventory: {inventory.summary()}")
    for name, of_pair in sizes.items():
        counts = ", ".join(f"{count} in {of_set}" for of_set, count in of_pair.items())
        print(f"inventory: pair {name}: {counts}")


if __name__ == "__main__":
    run(main)
