"""Python in pages of Markdown, run in the order of the page, and held to its comments."""

import ast
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

OUTPUTS, SIZE = 8, 24


class Model(nn.Module):
    """The ``model`` of the pages: its head is affine behind the pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 6, 3, stride=2, padding=1), nn.ReLU())
        self.trunk = nn.Sequential(nn.Conv2d(6, 8, 3, stride=2, padding=1), nn.ReLU())
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, OUTPUTS))

    def forward(self, images: Tensor) -> Any:
        return self.head(self.trunk(self.stem(images)))


def blocks(page: Path) -> list[str]:
    """The blocks of Python in a page."""
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)


def given() -> dict[str, Any]:
    """What every page takes for granted."""
    torch.manual_seed(0)
    return {"model": Model(), "images": torch.rand(3, 3, SIZE, SIZE), "__name__": "snippet"}


def run(page: Path) -> int:
    """Run all blocks of a page in one namespace.

    A line ``expression  # value`` is held to its value where the comment begins with one: of an
    array the shape, or ``about 0``; ``raises`` and a piece of a message is an error that the line
    raises.

    Returns:
        How many blocks there were.
    """
    names, code = given(), blocks(page)
    exec("import heed, torch\nimport numpy as np\nfrom torch import nn", names)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="method 'package:")
        for block in code:
            for statement in ast.parse(block).body:
                _run(statement, block, names, f"{page.name}: ")
    return len(code)


def _run(statement: ast.stmt, block: str, names: dict[str, Any], where: str) -> None:
    text = ast.get_source_segment(block, statement) or ""
    line = block.splitlines()[(statement.end_lineno or 1) - 1]
    comment = line[statement.end_col_offset or 0 :].strip().removeprefix("#").strip()
    refused = re.match(r"raises (\w+): (.+)", comment)
    if refused:
        error = _error_of(text, names)
        kinds = [kind.__name__ for kind in type(error).__mro__]
        assert refused[1] in kinds, f"{where}{text} raises {kinds}"
        assert refused[2] in str(error), f"{where}{text} says {error}"
        return
    if not isinstance(statement, ast.Expr):
        exec(text, names)
        return
    value = eval(text, names)
    if comment.startswith("about 0"):
        assert np.abs(np.asarray(value)).max() < 1e-4, f"{where}{text}"
    elif said := _literal(comment):
        found = (
            tuple(value.shape) if isinstance(said[0], tuple) and hasattr(value, "shape") else value
        )
        assert found == said[0], f"{where}{text} is {found}"


def _error_of(text: str, names: dict[str, Any]) -> Exception | None:
    try:
        exec(text, names)
    except Exception as error:
        return error
    return None


def _literal(comment: str) -> tuple[Any] | None:
    for end in range(len(comment), 0, -1):
        if end == len(comment) or (comment[end] in ":,; " and comment[end - 1] != ","):
            try:
                return (ast.literal_eval(comment[:end]),)
            except (ValueError, SyntaxError):
                continue
    return None
