"""Stage probe: read every attribute from every layer of a network; ``probe.py NETWORK``."""

from heed.pipeline.stage import run

import sys

from heed.base.files import write_table
from heed.base.settings import load
from heed.probing import paths
from heed.probing.faces import LabelledFaces
from heed.probing.network_probe import probe_network
from heed.probing.run_settings import ProbeParams, VipParams, load_layers


def main() -> None:
    """Write ``data/probes``, ``data/vip`` and ``data/vip_histogram`` of the network."""
    name = sys.argv[1]
    layers, params, vip = load_layers(name), load(ProbeParams), load(VipParams)
    found = probe_network(name, LabelledFaces.read(), layers, params, vip)
    write_table(found.probes, paths.probes(name))
    write_table(found.vip, paths.vip(name))
    write_table(found.histogram, paths.vip_histogram(name))
    numbers = {of: found.probes[of].nunique() for of in ("attribute", "layer")}
    print(f"probe {name}: {numbers['attribute']} attributes, {numbers['layer']} layers")


if __name__ == "__main__":
    run(main)
