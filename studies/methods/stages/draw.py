"""Draw the default images; with a data set of your own there is nothing to draw."""

from heed.pipeline.stage import run

from tqdm import tqdm

from heed.base.files import write_text, written_whole
from heed.base.settings import load
from heed.fundus.collection import Recipe, write_collection
from heed.fundus.settings import FundusParams
from heed.methods import paths
from heed.methods.consistency import check_all
from heed.methods.settings import DataParams
from heed.process.cores import usable_cores

DRAWN = "{} fundus images drawn by Heed, with the masks of their discs.\n"
NOTHING_DRAWN = "No images were drawn: data.source in params.yaml is not drawn.\n"


def main() -> None:
    """Write ``data/drawn``, a masked data set; the stage inventory needs its README.txt."""
    data, fundus = load(DataParams), load(FundusParams)
    check_all()
    with written_whole(paths.DRAWN) as folder:
        folder.mkdir()
        words = NOTHING_DRAWN
        if data.source == "drawn":
            recipe = Recipe(
                counts=(fundus.train, fundus.validation, fundus.test),
                side=fundus.side,
                sharpness=fundus.sharpness,
                unevenness=fundus.unevenness,
                seed=fundus.seed,
            )
            total = sum(recipe.counts)
            with tqdm(total=total, unit="image", desc="draw") as progress:
                workers = usable_cores()
                write_collection(recipe, folder, workers=workers, advance=progress.update)
            words = DRAWN.format(total)
        write_text(words, folder / "README.txt")
    print(f"draw: {words.strip()}")


if __name__ == "__main__":
    run(main)
