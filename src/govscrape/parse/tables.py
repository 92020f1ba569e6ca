"""Tables: which hold data, which only arrange the page, and the cells of the former."""

from selectolax.lexbor import LexborNode

from govscrape.parse.document import node_text
from govscrape.text.normalize import nfc

_MAX_SPAN = 50
_MAX_CELLS = 20_000
_LONG_CELL = 400

Grid = tuple[tuple[str, ...], ...]


def rows_of(table: LexborNode) -> list[list[LexborNode]]:
    """The cells of each row, those of tables inside cells left out."""
    rows = []
    for row in _own(table, "tr"):
        cells = [cell for cell in _children(row) if cell.tag in ("td", "th")]
        if cells:
            rows.append(cells)
    return rows


def data_in(table: LexborNode, rows: list[list[LexborNode]]) -> list[list[str]] | None:
    """The cells' texts in NFC, each on one line, if a table states facts in rows and columns; else None.

    It does with two rows and columns of short cells, no table within or around it, few pictures.
    """
    wide = [row for row in rows if len(row) >= 2]
    if len(wide) < 2 or len(wide) * 2 < len(rows):
        return None
    if table.css_first("table table") is not None:  # also when the table itself is in another
        return None
    texts = [[node_text(cell) for cell in row] for row in rows]
    filled = [len(text) for row in texts for text in row if text]
    if not filled or len(table.css("img")) * 2 > len(filled) or sum(filled) > _LONG_CELL * len(filled):
        return None
    return [[nfc(text) for text in row] for row in texts]


def grid(rows: list[list[LexborNode]], texts: list[list[str]]) -> Grid:
    """The cells' texts as a rectangle; a cell that spans columns or rows is repeated in each."""
    taken: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell, text in zip(row, texts[y], strict=True):
            while (y, x) in taken:
                x += 1
            width, height = _spans(cell)
            for dy in range(min(height, len(rows) - y)):
                for dx in range(width):
                    taken[(y + dy, x + dx)] = text
            x += width
        if len(taken) > _MAX_CELLS:
            break
    columns = max((x for _, x in taken), default=-1) + 1
    return tuple(tuple(taken.get((y, x), "") for x in range(columns)) for y in range(len(rows)))


def _spans(cell: LexborNode) -> tuple[int, int]:
    attributes = cell.attributes
    return (_span(attributes.get("colspan")), _span(attributes.get("rowspan"))) if attributes else (1, 1)


def _span(told: str | None) -> int:
    value = (told or "").strip()
    return max(1, min(int(value[:4]), _MAX_SPAN)) if value.isascii() and value.isdigit() else 1


def _children(node: LexborNode) -> list[LexborNode]:
    return list(node.iter())


def _own(table: LexborNode, tag: str) -> list[LexborNode]:
    groups = [table, *(child for child in _children(table) if child.tag in ("tbody", "thead", "tfoot"))]
    return [child for group in groups for child in _children(group) if child.tag == tag]
