"""How long a viewer of the explorer waits, at many faces: the server as it is, asked over HTTP.

The audit is that of benchmarks/explorer.py. The command ``heed explore`` is started over it, and
asked what a browser asks: the page, another attribute, an order, a filter, a region. Times are from
the request to the last byte of the answer; what a browser then draws is not in them. Run from the
folder of an audit that has run:

    python benchmarks/explorer_server.py                    # 10,458 faces x 2 networks, print
    python benchmarks/explorer_server.py --faces 200000     # 6 GB of disk, some minutes
    python benchmarks/explorer_server.py --write            # and keep beside this file
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from explorer import many_faces
from machine import described

from heed.base.files import write_json

START = "from heed.cli import app; app()"
OUTPUTS = ("controls", "results", "notices", "tabs")
CLICKS = {
    "first_page": "",
    "another_attribute": "attribute=Wearing_Hat",
    "sorted": "attribute=Wearing_Hat&sort=-amr",
    "filtered": "attribute=Wearing_Hat&group=misses&range=proportional_energy:0.1:0.9",
    "by_name": "attribute=Wearing_Hat&names=7.jpg",
    "next_page": "attribute=Wearing_Hat&sort=-amr&page=2",
    "other_masks": "attribute=Wearing_Hat&sort=-amr&mask=1",
    "a_face": "attribute=Wearing_Hat&face=000007.jpg",
    "scatter": "attribute=Wearing_Hat&tab=scatter",
    "average_maps": "tab=attributes",
    "another_threshold_sorted_by_amr": "attribute=Smiling&threshold=0.3&sort=-amr",
    "region_scored_for_all": "attribute=Wearing_Hat&tab=draw&drawn=40,10,190,90",
    "another_region": "attribute=Wearing_Hat&tab=draw&drawn=50,20,180,80",
    "polygon": "attribute=Wearing_Hat&tab=draw&drawn=40,10,190,10,170,90,60,90",
}
"""Views that are asked for one after the other, by what they measure."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audit", default=".", help="folder of an audit that has run")
    parser.add_argument("--faces", type=int, nargs="+", default=[10_458])
    parser.add_argument("--write", action="store_true", help="keep in explorer_server.json")
    given = parser.parse_args()
    results = []
    for faces in given.faces:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "audit"
            many_faces(Path(given.audit), root, faces)
            results.append({"faces": faces, "networks": 2, **measured(root)})
        print(json.dumps(results[-1], indent=2))
    if given.write:
        content = {**described(("dash", "numpy", "waitress", "numba")), "results": results}
        write_json(content, Path(__file__).with_suffix(".json"))


def measured(root: Path) -> dict[str, Any]:
    """Seconds until the server answers and of each click, and the memory of the server in MiB."""
    command = [sys.executable, "-c", START, "explore", str(root), "--no-browser", "--port", "0"]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        address = line.partition("http://")[2].partition(" ")[0]
        urlopen(f"http://{address}").read()
        found: dict[str, Any] = {"start_to_page_seconds": time.perf_counter() - start}
        try:
            for name, query in CLICKS.items():
                found[f"{name}_seconds"] = asked(address, query)
                if name == "first_page":
                    found["start_to_first_faces_seconds"] = time.perf_counter() - start
            asked_again = [asked(address, query) for query in CLICKS.values()]
            found["all_again_at_most_seconds"] = max(asked_again)
            found["memory_mib"], found["memory_peak_mib"] = (
                memory(server.pid, line) for line in ("VmRSS", "VmHWM")
            )
        finally:
            server.send_signal(signal.SIGINT)
    return found


def asked(address: str, query: str) -> float:
    """How long the server takes for a view."""
    body = {
        "output": f"..{'...'.join(f'{name}.children' for name in OUTPUTS)}..",
        "outputs": [{"id": name, "property": "children"} for name in OUTPUTS],
        "inputs": [{"id": "url", "property": "search", "value": f"?{quote(query, safe='=&,:')}"}],
        "changedPropIds": ["url.search"],
    }
    request = Request(
        f"http://{address}_dash-update-component",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    start = time.perf_counter()
    with urlopen(request) as answer:
        answer.read()
    return time.perf_counter() - start


def memory(process: int, line: str) -> float:
    """Memory of a process in MiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(each for each in lines if each.startswith(line)).split()[1]) / 1024


if __name__ == "__main__":
    main()
