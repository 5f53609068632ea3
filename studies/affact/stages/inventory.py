"""Stage inventory: read the CelebA folder into ``data/faces.parquet``.

It runs at every ``dvc repro``, in place of hashing every image: when the table comes
out unchanged, nothing that depends on it runs. Being the first to run, it also checks
all of params.yaml, and notes which ImageNet weights the networks name by their content.

What it read of each image's header is kept in ``data/headers.parquet``, which is no output
and may be removed.
"""

from heed.celeba.faces import write_faces
from heed.celeba.inventory import take_inventory
from heed.networks.weights import check_pretrained
from heed.params import DataParams
from heed.params_file import load, named_file_digest
from heed.stage import run
from heed.store import write_json, written_whole
from heed.studies.affact import load_networks
from heed.studies.affact_consistency import check_all


def main() -> None:
    """Read, write, and say how many faces there are."""
    check_all()
    data = load(DataParams)
    with written_whole("data/pretrained") as partial:
        for name, entry in load_networks().items():
            if entry.pretrained is not None:
                check_pretrained(entry.pretrained, entry.network)
            digest = named_file_digest(entry.pretrained, f"networks.{name}.pretrained")
            write_json({"pretrained": digest}, partial / f"{name}.json")
    inventory = take_inventory(
        data.root,
        data.images,
        data.verify,
        missing=data.missing,
        landmark_size=data.landmark_size,
        cache="data/headers.parquet",
    )
    write_faces(inventory.table, "data/faces.parquet")
    print(f"inventory: {inventory.summary()}")


if __name__ == "__main__":
    run(main)
