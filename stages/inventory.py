"""Stage inventory: read the CelebA folder into ``data/faces.parquet``.

It runs at every ``dvc repro``, in place of hashing every image: when the table comes
out unchanged, nothing that depends on it runs.
"""

from heed.celeba.inventory import take_inventory
from heed.params import DataParams, load
from heed.stage import run
from heed.store import write_table


def main() -> None:
    """Read, write, and say how many faces there are."""
    data = load(DataParams)
    inventory = take_inventory(data.root, data.images, data.verify)
    write_table(inventory.table, "data/faces.parquet")
    print(f"inventory: {inventory.summary()}")


if __name__ == "__main__":
    run(main)
