"""Stage inventory: read the masked data set into ``data/images.parquet``.

It runs at every ``dvc repro``: when the table comes out unchanged, nothing that depends on it runs.
Being the first to run, it also checks all of params.yaml and that no output would take the place of
somebody's own files (DVC would empty it), and notes the content of the ImageNet weights that it
names.
"""

from heed.pipeline.stage import run

from heed.base.files import write_json, write_table, written_whole
from heed.base.settings import load, named_file_digest
from heed.masked_folder.inventory import take_inventory
from heed.methods import paths
from heed.methods.consistency import check_all
from heed.methods.run_settings import load_levels, load_run
from heed.methods.settings import DataParams
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
    table = take_inventory(data.folder, data.positive, data.masks)
    write_table(table, paths.TABLE)
    counts = table.groupby(["partition", "kind"]).size()
    told = ", ".join(f"{n} {kind} ({part})" for (part, kind), n in counts.items())
    print(f"inventory: {told}")


if __name__ == "__main__":
    run(main)
