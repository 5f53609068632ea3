"""Stage inventory: read the CelebA folder into ``data/faces.parquet``.

It runs at every ``dvc repro``, in place of hashing every image: when the table comes
out unchanged, nothing that depends on it runs. Being the first to run, it also checks
all of params.yaml, and notes which weights the models name by their content.

What it read of each image's header is kept in ``data/headers.parquet``, which is no output
and may be removed.
"""

from heed.celeba.faces import write_faces
from heed.celeba.inventory import take_inventory
from heed.consistency import check_all
from heed.params import DataParams, ModelParams, load_models
from heed.params_file import load, named_file_digest
from heed.stage import run
from heed.store import write_json, written_whole


def main() -> None:
    """Read, write, and say how many faces there are."""
    check_all()
    data = load(DataParams)
    with written_whole("data/weights") as partial:
        for name, model in load_models().items():
            write_json(named_weights(name, model), partial / f"{name}.json")
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


def named_weights(name: str, model: ModelParams) -> dict[str, str | None]:
    """What the files that a model names hold: a new file of an old name trains anew."""
    weights = None if model.weights == "train" else model.weights
    if model.pretrained is not None:
        from heed.networks.weights import check_pretrained  # here: torch takes seconds to import

        check_pretrained(model.pretrained, model.network)
    return {
        "weights": named_file_digest(weights, f"models.{name}.weights"),
        "pretrained": named_file_digest(model.pretrained, f"models.{name}.pretrained"),
    }


if __name__ == "__main__":
    run(main)
