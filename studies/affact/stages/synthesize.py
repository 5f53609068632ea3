"""Draw the default faces; with faces of your own there is nothing to draw."""

from heed.pipeline.stage import run

from heed.affact import paths
from heed.affact.named_files import named_files
from heed.base.files import write_text, written_whole
from heed.base.settings import load, read
from heed.celeba.settings import DataParams
from heed.pipeline.named_files import check_named_files
from heed.pipeline.sources import check_source
from heed.process.cores import usable_cores
from heed.synthetic.dataset import write_collection
from heed.synthetic.settings import SyntheticParams
from heed.synthetic.studio import Recipe

DRAWN = "{} faces drawn by Heed, in CelebA's layout.\n"
NOTHING_DRAWN = "No faces were drawn: data.source in params.yaml is not synthetic.\n"


def main() -> None:
    """Write ``data/synthetic`` in CelebA's layout; the stage inventory needs its README.txt."""
    data, synthetic = load(DataParams), load(SyntheticParams)
    check_source(data)
    check_named_files(named_files(read("params.yaml")))
    with written_whole(paths.SYNTHETIC) as folder:
        words = NOTHING_DRAWN
        if data.source == "synthetic":
            recipe = Recipe(**synthetic.model_dump())
            write_collection(recipe, folder, workers=usable_cores(), with_evidence=False)
            words = DRAWN.format(sum(recipe.counts))
        else:
            folder.mkdir()
        write_text(words, folder / "README.txt")
    print(f"synthesize: {words.strip()}")


if __name__ == "__main__":
    run(main)
