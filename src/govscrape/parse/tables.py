"""Tables: which hold data, which only arrange the page, and the cells of the former."""

from selectolax.lexbor import LexborNode

from govscrape.parse.document import attribute, node_text
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


def is_data(table: LexborNode, rows: list[list[LexborNode]]) -> bool:
    """Whether a table states facts in rows and columns: two of each, short cells, no table within, few pictures."""
    if table.css_first("table table") is not None or any(cell.css_first("table") for row in rows for cell in row):
        return False
    wide = [row for row in rows if len(row) >= 2]
    if len(wide) < 2 or len(wide) * 2 < len(rows):
        return False
    texts = [node_text(cell) for row in rows for cell in row]
    filled = [text for text in texts if text]
    pictures = len(table.css("img"))
    return bool(filled) and pictures * 2 <= len(filled) and sum(map(len, filled)) <= _LONG_CELL * len(filled)


def grid(rows: list[list[LexborNode]]) -> Grid:
    """The cells' texts as a rectangle; a cell that spans columns or rows is repeated in each."""
    taken: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            text = cell_text(cell)
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for dy in range(min(height, len(rows) - y)):
                for dx in range(width):
                    taken[(y + dy, x + dx)] = text
            x += width
        if len(taken) > _MAX_CELLS:
            break
    columns = max((x for _, x in taken), default=-1) + 1
    return tuple(tuple(taken.get((y, x), "") for x in range(columns)) for y in range(len(rows)))


def cell_text(cell: LexborNode) -> str:
    """A cell's text in NFC on one line."""
    return nfc(node_text(cell))


def _span(cell: LexborNode, name: str) -> int:
    value = attribute(cell, name).strip()
    return max(1, min(int(value[:4]), _MAX_SPAN)) if value.isascii() and value.isdigit() else 1


def _children(node: LexborNode) -> list[LexborNode]:
    return list(node.iter())


def _own(table: LexborNode, tag: str) -> list[LexborNode]:
    groups = [table, *(child for child in _children(table) if child.tag in ("tbody", "thead", "tfoot"))]
    return [child for group in groups for child in _children(group) if child.tag == tag]
