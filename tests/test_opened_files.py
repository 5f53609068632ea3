"""The watch over the files that stages open sees every kind that they read."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import zarr
from safetensors.numpy import save_file

from tests.opened_files import opened_files, undeclared_inputs, watching
from tests.places import ROOT

SCRIPT = """
import sys
import multiprocessing
import pandas as pd, pyarrow.parquet as pq, zarr
from pathlib import Path
from safetensors import safe_open

def read():
    Path("in_a_process.txt").read_text()

if __name__ == "__main__":
    pd.read_csv("table.csv")
    pd.read_parquet("table.parquet")
    pq.ParquetFile(Path("other.parquet")).read()
    zarr.open_array("array.zarr", mode="r")[:]
    with safe_open("weights.safetensors", "numpy") as file:
        file.get_tensor("x")
    process = multiprocessing.get_context(sys.argv[1]).Process(target=read)
    process.start()
    process.join()
    Path("written.txt").write_text("")
"""
READ = ("table.csv", "table.parquet", "other.parquet", "array.zarr", "weights.safetensors")
STAGE = """
stages:
  read:
    cmd: python stages/read.py METHOD
    deps: [DEPS]
"""


LATE = """
import runpy, sys
import pyarrow.parquet, safetensors.numpy
from tests.opened_files import watch_from_now_on
del sys.argv[0]
watch_from_now_on(" ".join(sys.argv))
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize(
    ("method", "begun"), [("fork", "first"), ("spawn", "first"), ("fork", "late")]
)
def test_a_file_of_every_kind_that_no_dep_names_is_noticed(
    tmp_path: Path, method: str, begun: str
) -> None:
    project = (tmp_path / "project").resolve()
    (project / "stages").mkdir(parents=True)
    (project / "stages/read.py").write_text(SCRIPT)
    table = pd.DataFrame({"x": [1]})
    table.to_csv(project / "table.csv")
    for name in ("table", "other"):
        table.to_parquet(project / f"{name}.parquet")
    zarr.create_array(project / "array.zarr", data=np.ones(2))
    save_file({"x": np.ones(2)}, project / "weights.safetensors")
    (project / "in_a_process.txt").touch()
    environment = os.environ | watching(tmp_path / "watch")
    program = []
    if begun == "late":  # readers are imported when the watch begins, as in a fork
        program = ["-c", LATE]
        environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, *program, "stages/read.py", method]
    subprocess.run(command, cwd=project, env=environment, check=True)
    opened = opened_files(tmp_path / "watch", project)
    inputs = (*READ, "in_a_process.txt")
    for missing in inputs:
        deps = ", ".join(name for name in inputs if name != missing)
        text = STAGE.replace("METHOD", method).replace("DEPS", deps)
        (project / "dvc.yaml").write_text(text)
        found = undeclared_inputs(opened, project)
        assert {Path(path).parts[0] for path in found["read"]} == {missing}
    (project / "dvc.yaml").write_text(
        STAGE.replace("METHOD", method).replace("DEPS", ", ".join(inputs))
    )
    assert undeclared_inputs(opened, project) == {}
