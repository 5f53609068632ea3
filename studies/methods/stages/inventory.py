"""Stage inventory: read the data set, or choose faces of CelebA, into ``data/images.parquet``.

It runs at every ``dvc repro``: when the table comes out unchanged, nothing that depends on it runs.
Being the first to run, it also checks all of params.yaml and that no output would take the place of
somebody's own files (DVC would empty it), and notes the content of the ImageNet weights that it
names.
"""

from heed.pipeline.stage import run

import pandas as pd

from heed.base.files import write_json, write_table, written_whole
from heed.base.settings import load, named_file_digest
from heed.celeba import inventory as celeba
from heed.masked_folder import inventory as masked_folder
from heed.methods import paths
from heed.methods.celeba_faces import chosen_faces
from heed.methods.consistency import check_all
from heed.methods.run_settings import load_levels, load_run
from heed.methods.settings import CelebAParams, DataParams
from heed.pipeline.outputs import check_outputs


def main() -> None:
    """Read, write, and say how many images there are."""
    check_all()
    check_outputs()
    data = load(DataParams)
    with written_whole(paths.PRETRAINED) as folder:
        for level in load_levels():
            digest = named_file_digest(load_run(level).pretrained, f"levels.{level}: pretrained")
            write_json({"pretrained": digest}, folder / f"{level}.json")
    table = table_of(data)
    write_table(table, paths.TABLE)
    counts = table.groupby(["partition", "kind"]).size()
    told = ", ".join(f"{n} {kind} ({part})" for (part, kind), n in counts.items())
    print(f"inventory: {told}")


def table_of(data: DataParams) -> pd.DataFrame:
    """A row per image, as ``data.source`` says."""
    if data.source != "celeba":
        return masked_folder.take_inventory(data.folder, data.positive, data.masks)
    found = celeba.take_inventory(
        data.folder,
        data.images,
        missing=data.missing,
        landmark_size=data.landmark_size,
        cache=paths.HEADERS,
    )
    print(f"inventory: {found.summary()}")
    return chosen_faces(found.table, data, load(CelebAParams))


if __name__ == "__main__":
    run(main)
