"""Draw the default faces; with faces of your own there is nothing to draw."""

import os

from heed.params import DataParams, SyntheticParams, load
from heed.store import written_whole
from heed.synthetic.dataset import write_collection
from heed.synthetic.studio import Recipe

FOLDER = "data/synthetic"
NOTHING_DRAWN = "No faces were drawn: data.source in params.yaml is not synthetic.\n"


def main() -> None:
    """Write ``data/synthetic`` in CelebA's layout."""
    data, synthetic = load(DataParams), load(SyntheticParams)
    with written_whole(FOLDER) as folder:
        if data.source == "synthetic":
            recipe = Recipe(**synthetic.model_dump())
            write_collection(recipe, folder, workers=os.cpu_count() or 1)
            print(f"{sum(recipe.counts)} faces drawn into {FOLDER}")
        else:
            folder.mkdir()
            (folder / "README.txt").write_text(NOTHING_DRAWN, encoding="utf-8", newline="\n")
            print(NOTHING_DRAWN.strip())


if __name__ == "__main__":
    main()
