"""Stage silence: set neurons to zero and probe the layers behind them; ``silence.py NETWORK``."""

from heed.pipeline.stage import run

import sys

import pandas as pd

from heed.base.files import write_table
from heed.base.settings import load
from heed.probing import paths
from heed.probing.faces import LabelledFaces
from heed.probing.run_settings import ProbeParams, SilenceParams, load_layers
from heed.probing.silenced_probe import silence_network


def main() -> None:
    """Write ``data/silenced`` of the network."""
    name = sys.argv[1]
    intact = pd.read_parquet(paths.probes(name))
    layers, params, silence = load_layers(name), load(ProbeParams), load(SilenceParams)
    table = silence_network(name, LabelledFaces.read(), intact, layers, params, silence)
    write_table(table, paths.silenced(name))
    drop = table.loc[table["unit"] == "layer", "drop"]
    print(f"silence {name}: accuracy of later layers drops by {100 * drop.mean():.1f} points")


if __name__ == "__main__":
    run(main)
