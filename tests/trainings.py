"""How many trainings of a model a made-up params.yaml has."""

from pathlib import Path

import yaml


def set_replicates(model: str, count: int) -> None:
    """Write ``models.<model>.replicates`` into the params.yaml of the working folder."""
    file = Path("params.yaml")
    params = yaml.safe_load(file.read_text())
    entry = params["models"][model] | {"replicates": count}
    params["models"] = params["models"] | {model: entry}
    file.write_text(yaml.safe_dump(params, sort_keys=False))
