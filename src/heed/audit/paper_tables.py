r"""LaTeX tables that ``heed paper`` makes itself: coordinates of the masks, covariance matrices.

All are ``tabular`` environments that need the package ``booktabs``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from heed.base.names import readable
from heed.base.printed_tables import latex_text, spanning
from heed.masks.versions import version_1, version_2

_ANCHORS: Final = {
    "x": {
        "left eye": r"x_{\mathrm{el}}",
        "right eye": r"x_{\mathrm{er}}",
        "eyes": r"x_{\mathrm{e}}",
        "nose": r"x_{\mathrm{n}}",
        "left mouth": r"x_{\mathrm{ml}}",
        "right mouth": r"x_{\mathrm{mr}}",
    },
    "y": {
        "top": "",
        "hairline": r"y_{\mathrm{hair}}",
        "forehead": r"y_{\mathrm{fore}}",
        "eyes": r"y_{\mathrm{e}}",
        "nose": r"y_{\mathrm{n}}",
        "mouth": r"y_{\mathrm{m}}",
    },
}
"""How a landmark or line of mask version 1 is printed, by axis."""


def box_coordinates() -> str:
    """Table A.1 of Bieri (2023): the boxes of mask version 1, a row per box.

    Columns are [left, right), rows [top, bottom), in pixels of a crop of
    :data:`~heed.masks.versions.version_1.REFERENCE_SIZE`; what an edge starts from is a landmark.
    """
    ellipse = (
        rf"ellipse around $({_ANCHORS['x']['nose']}, {_ANCHORS['y']['nose']} - "
        rf"{version_1.ELLIPSE_ABOVE_NOSE})$, half axes {version_1.ELLIPSE_HALF_WIDTH}, "
        rf"{version_1.ELLIPSE_HALF_HEIGHT}"
    )
    regions = (
        (region.attributes, region.boxes, ellipse if region.around_face else "")
        for region in version_1.REGIONS
    )
    return _coordinates(regions, _edges)


def block_coordinates() -> str:
    """Table A.2 of Bieri (2023): the blocks of mask version 2, a row per rectangle of blocks.

    Columns are [left, right) and rows [top, bottom) of the grid, counted from 0.
    """
    regions = (
        (
            region.attributes,
            region.blocks,
            "{}--{}, {}--{}".format(*region.without) if region.without else "",
        )
        for region in version_2.REGIONS
    )
    return _coordinates(regions, lambda blocks: [str(line) for line in blocks])


def covariance_matrices(amr: Mapping[str, Mapping[str, float | None]]) -> str:
    """The covariance matrix of AMR and error rate of each network, side by side.

    Args:
        amr: by network ``variance_amr``, ``covariance`` and ``variance_error_rate``, as
            ``metrics/statistics.json`` has them under ``amr``; None is missing.
    """
    rows = {
        "AMR": ("variance_amr", "covariance"),
        "ER": ("covariance", "variance_error_rate"),
    }
    body = [
        " & ".join([name, *(_number(of[key]) for of in amr.values() for key in keys)]) + r" \\"
        for name, keys in rows.items()
    ]
    spans = spanning([(latex_text(model), 2) for model in amr], before=1)
    columns = f"l*{{{len(amr)}}}{{@{{\\hspace{{1.5em}}}}rr}}"
    headings = " & ".join(["", *("AMR & ER" for _ in amr)]) + r" \\"
    return _tabular(columns, [*spans, headings], body)


def _number(value: float | None) -> str:
    return "--" if value is None else f"${value:.5f}$"


def _edges(box: version_1.Box) -> list[str]:
    x, y = _ANCHORS["x"], _ANCHORS["y"]
    return [
        _edge(*box.left, x), _edge(*box.right, x), _edge(*box.top, y), _edge(*box.bottom, y)
    ]  # fmt: skip


def _edge(anchor: str, offset: float, symbols: Mapping[str, str]) -> str:
    if anchor == "edge":
        return f"${version_1.REFERENCE_SIZE + offset:g}$"
    symbol = symbols[anchor]
    if not symbol:
        return f"${offset:g}$"
    return f"${symbol}{f' {offset:+g}' if offset else ''}$"


def _coordinates(
    regions: Iterable[tuple[Sequence[str], Iterable[Any], str]],
    printed: Callable[[Any], list[str]],
) -> str:
    def rows() -> Iterator[str]:
        for attributes, boxes, without in regions:
            names, note = latex_text(", ".join(map(readable, attributes))), without
            for box in boxes:
                yield " & ".join([names, *printed(box), note]) + r" \\"
                names = note = ""

    headings = r"Attributes & $x$ left & $x$ right & $y$ top & $y$ bottom & without \\"
    wrapped = r">{\raggedright\arraybackslash}p{6cm}"
    return _tabular(f"{wrapped}rrrr>{{\\raggedright\\arraybackslash}}p{{3cm}}", [headings], rows())


def _tabular(columns: str, head: Sequence[str], body: Iterable[str]) -> str:
    lines = [
        r"% needs \usepackage{array,booktabs}",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        *head,
        r"\midrule",
        *body,
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "\n".join(lines) + "\n"
