"""A pipeline of the project in a real DVC repository, with stand-ins for its scripts.

Each stand-in writes a digest of everything that its stage is declared to read, so that a stage's
outputs change whenever one of its inputs does. That makes the set of stages that rerun a property
of dvc.yaml alone. What an output leaves out on purpose, the stand-ins leave out too.
"""

import contextlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml
from dvc.repo import Repo

from tests.places import ROOT
from tests.quick_lock import alone, quick_lock

LIBRARY = ("- src/", "- requirements.lock", "- ../../requirements.lock")
"""Begins the lines of dvc.yaml that name code."""

STAND_IN = """
import hashlib, json, pathlib, sys
script, *arguments = sys.argv
name = pathlib.Path(script).stem
plan = json.loads(pathlib.Path("plan.json").read_text())
stage = next(key for key, of in plan.items() if of["cmd"] == " ".join(["python", *sys.argv]))
with open("ran.txt", "a") as log:
    log.write(stage + chr(10))
plan = plan[stage]
params = dict(plan["params"])
# The inventory reads these for outputs of their own: the table of faces has no part of them.
other = ("models", "frontal.partition", "networks", "extensions", "search.space.network",
         "augmentation")
apart = {key: params.pop(key) for key in other if name == "inventory" and key in params}
entries = {**apart.get("models", {}), **apart.get("networks", {}), **apart.get("extensions", {})}
if name == "inventory":
    params["data"] = dict(params["data"])
    verify = params["data"].pop("verify")
digest = hashlib.sha256(json.dumps([name, arguments, params]).encode())
for dep in plan["deps"]:
    path = pathlib.Path(dep)
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        # That somebody asks for the photographs' contents does not change what is made of them.
        if file.is_file() and file.name != "contents.json":
            digest.update(file.read_bytes())
for out in plan["outs"]:
    path = pathlib.Path(out)
    if path.name == "masks":  # a folder with one entry per version, of which stages read one
        for version in ("1", "2", "3", "evidence"):
            (path / (version + ".zarr")).mkdir(parents=True, exist_ok=True)
            (path / (version + ".zarr") / "content").write_text(version + digest.hexdigest())
    elif path.name in ("weights", "pretrained"):  # a file per entry, which no face is part of
        path.mkdir(parents=True, exist_ok=True)
        for entry, of in entries.items():
            (path / (entry + ".json")).write_text(json.dumps([of.get("weights"), of["pretrained"]]))
    elif path.name == "augmentation":  # a file per network
        path.mkdir(parents=True, exist_ok=True)
        for entry, of in entries.items():
            differs, shared = of["augment"], apart["augmentation"]
            text = json.dumps([differs, shared] if differs else None)
            (path / (entry + ".json")).write_text(text)
    elif path.name == "contents.json":
        path.write_text(json.dumps(digest.hexdigest() if verify == "content" else None))
    elif path.name == "partitions.json":  # what is needed to train, and to audit
        trained = any(of["weights"] == "train" for of in entries.values())
        needed = {apart["frontal.partition"]} | ({"train", "validation"} if trained else set())
        path.write_text(json.dumps(sorted(needed)))
    elif path.suffix in {".parquet", ".json", ".html", ".safetensors"}:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"digest": digest.hexdigest()}))
    else:
        (path / "evidence").mkdir(parents=True, exist_ok=True)
        for file in (path / "README.txt", path / "evidence" / "content"):
            file.write_text(digest.hexdigest())
"""


class StandInPipeline:
    """A pipeline's own dvc.yaml and params.yaml, in a repository without its scripts.

    Args:
        folder: an empty folder.
        pipeline: the pipeline's folder in the project, "." for the audit.
    """

    def __init__(self, folder: Path, pipeline: str) -> None:
        self.folder, own = folder, ROOT / pipeline
        for name in ("params.yaml", ".dvcignore"):
            shutil.copy(own / name, folder / name)
        # Without the library's files: they do not change here, and DVC would look at each of them
        # some hundred times.
        lines = (own / "dvc.yaml").read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.strip().startswith(LIBRARY)]
        (folder / "dvc.yaml").write_text("".join(kept))
        (folder / "stages").mkdir()
        for script in (own / "stages").glob("*.py"):
            (folder / "stages" / script.name).write_text(STAND_IN)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        Repo.init(str(folder)).close()

    def reproduce(self) -> set[str]:
        """``dvc repro``; returns the names of the stages that ran."""
        (self.folder / "ran.txt").write_text("")
        with contextlib.chdir(self.folder), quick_lock(), alone(), Repo() as repo:
            self._write_plan(repo)
            repo.reproduce()
        return set((self.folder / "ran.txt").read_text().split())

    def reruns(self, changes: dict[str, Any]) -> dict[str, set[str]]:
        """What each change reruns beside the inventory, one after the other.

        Args:
            changes: new values of parameters, by their dotted names.

        Returns:
            By the same names, the stages that ran once the parameter was changed, judged against
            the state before it.
        """
        found = {}
        for key, value in changes.items():
            self.change(key, value)
            found[key] = self.reproduce() - {"inventory"}
        return found

    def change(self, key: str, value: Any) -> None:
        params = yaml.safe_load((self.folder / "params.yaml").read_text())
        *path, leaf = key.split(".")
        place = params
        for part in path:
            place = place[part]
        assert place.get(leaf) != value, f"{key} is {value!r} already: the test would see no change"
        place[leaf] = value
        (self.folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))

    def _write_plan(self, repo: Repo) -> None:
        plan = {}
        params = yaml.safe_load((self.folder / "params.yaml").read_text())
        for stage in repo.index.stages:
            declared = [key for d in stage.deps if hasattr(d, "params") for key in d.params]
            plan[stage.name] = {
                "cmd": stage.cmd,
                "deps": [d.def_path for d in stage.deps if not hasattr(d, "params")],
                "outs": [out.def_path for out in stage.outs],
                "params": {key: self._value(params, key) for key in declared},
            }
        (self.folder / "plan.json").write_text(json.dumps(plan))

    @staticmethod
    def _value(params: Any, key: str) -> Any:
        for part in key.split("."):
            params = params[part]
        return params
