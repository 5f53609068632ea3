"""Stage inventory: read the CelebA folder into ``data/faces.parquet``.

It runs at every ``dvc repro``, in place of hashing every image: when the table comes
out unchanged, nothing that depends on it runs. Being the first to run, it also checks
all of params.yaml, and notes which weights the models name by their content.
"""

import hashlib
from pathlib import Path

from heed.celeba.inventory import take_inventory
from heed.consistency import check_all
from heed.params import DataParams, ModelParams, ParamsError, load, load_models
from heed.stage import run
from heed.store import write_json, write_table, written_whole


def main() -> None:
    """Read, write, and say how many faces there are."""
    check_all()
    data = load(DataParams)
    with written_whole("data/weights") as partial:
        for name, model in load_models().items():
            write_json(named_weights(name, model), partial / f"{name}.json")
    inventory = take_inventory(data.root, data.images, data.verify)
    write_table(inventory.table, "data/faces.parquet")
    print(f"inventory: {inventory.summary()}")


def named_weights(name: str, model: ModelParams) -> dict[str, str | None]:
    """SHA-256 of the files that a model names: a new file of an old name trains anew."""
    digests: dict[str, str | None] = {}
    for key, path in {"weights": model.weights, "pretrained": model.pretrained}.items():
        if path is None or (key == "weights" and path == "train"):
            digests[key] = None
            continue
        if not Path(path).is_file():
            raise ParamsError(f"params.yaml: models.{name}.{key}: {path}: found no such file")
        with open(path, "rb") as file:
            digests[key] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


if __name__ == "__main__":
    run(main)
