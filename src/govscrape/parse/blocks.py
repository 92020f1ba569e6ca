"""A body element as a flat list of blocks: paragraphs with their kind, pictures, rows of tables."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from selectolax.lexbor import LexborNode

from govscrape.models.article import CELL_SEPARATOR, Article, Paragraph, ParagraphKind
from govscrape.models.article import PARAGRAPH_SEPARATOR as SEPARATOR
from govscrape.parse.document import attribute, squeeze, tag_numbers, text_tag
from govscrape.parse.tables import Grid, data_in, grid, rows_of
from govscrape.text.normalize import nfc

_HEADING_CHARS = 150

_BLOCK = frozenset(
    "address article aside blockquote body caption center content dd details div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
_SILENT = frozenset(
    "script style noscript iframe template select option button input textarea svg math object embed audio video"
    " canvas nav head title label dialog".split()
)
_LINK, _BOLD, _STYLED, _CAPTION, _HEADING, _ITEM = range(6)
# Elements that say something of the text in them: which count of the reader goes up while they are open.
_COUNTED = dict.fromkeys("h1 h2 h3 h4 h5 h6".split(), _HEADING) | {
    "a": _LINK,
    "b": _BOLD,
    "strong": _BOLD,
    "i": _STYLED,
    "em": _STYLED,
    "center": _STYLED,
    "figcaption": _CAPTION,
    "caption": _CAPTION,
    "li": _ITEM,
    "dd": _ITEM,
}


class _Kind(NamedTuple):
    """What the reader does where an element begins and ends."""

    does: int
    is_block: bool = False
    counted: int | None = None


_OMIT, _BREAK_LINE, _PICTURE, _TABLE, _ENTER = range(5)
_PLAIN = _Kind(_ENTER)
# What shows nothing: controls other than white space, soft hyphens, zero-width marks.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200d\u2060\ufeff]+")
_SPACE = re.compile(r"\s+")
_ODD = re.compile(_INVISIBLE.pattern[:-2] + r"\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_BULLET = re.compile(r"(?:[-–—+*](?:\s+|(?=[^\W\d_]))|[•●▪◦‣·❖➢✓]\s*|[a-zđ]\)\s|\d{1,2}\)\s)(?=\S)")
_SENTENCE_END = re.compile(r"[.!?…:;][\"”’»)\]]*$")
_LAZY_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")


class Block(NamedTuple):
    """One paragraph or, with kind ``image``, one picture; ``links`` counts characters that are link text."""

    kind: ParagraphKind | Literal["image"]
    text: str
    links: int = 0
    styled: bool = False

    @property
    def is_link_list(self) -> bool:
        """Whether most of the text is links: a menu or a list of other articles."""
        return self.links * 10 >= len(self.text) * 7 > 0


_Piece = tuple[str, bool, bool, bool]
"""A text of a paragraph, and whether it is a link, bold, or styled otherwise."""

_BREAK: _Piece = ("\n", False, False, False)
_END = object()


def read_blocks(root: LexborNode, skip: set[int], captions: set[int]) -> tuple[list[Block], list[Grid]]:
    """The blocks and data tables under ``root``; ``skip``, ``captions``: ``mem_id`` of nodes to leave out or mark."""
    reader = _Reader(skip, captions)
    for _ in reader.steps(root):
        pass
    return reader.blocks, reader.tables


class PageBlocks:
    """The blocks under an element, read only as far as somebody looks, and once for all who do."""

    def __init__(self, root: LexborNode) -> None:
        self._reader = _Reader(set(), set())
        self._steps = self._reader.steps(root)

    def __iter__(self) -> Iterator[Block]:
        at, blocks = 0, self._reader.blocks
        while True:
            while at < len(blocks):
                yield blocks[at]
                at += 1
            if next(self._steps, _END) is _END and at == len(blocks):
                return


def compose(blocks: list[Block]) -> tuple[str, tuple[Paragraph, ...]]:
    """The body and its paragraphs; pictures leave no text."""
    parts: list[str] = []
    paragraphs: list[Paragraph] = []
    position = 0
    for block in blocks:
        if block.kind == "image" or not block.text:
            continue
        if parts:
            position += len(SEPARATOR)
        paragraphs.append(Paragraph(kind=block.kind, start=position, end=position + len(block.text)))
        parts.append(block.text)
        position += len(block.text)
    return SEPARATOR.join(parts), tuple(paragraphs)


def blocks_of(article: Article) -> list[Block]:
    """The paragraphs of an article as blocks again."""
    return [Block(part.kind, article.body[part.start : part.end]) for part in article.paragraphs]


class _Reader:
    def __init__(self, skip: set[int], captions: set[int]) -> None:
        self.skip = set(skip)
        self.captions = captions
        self.blocks: list[Block] = []
        self.tables: list[Grid] = []
        self.buffer: list[_Piece] = []
        self.open_in = [0, 0, 0, 0, 0, 0]

    def steps(self, root: LexborNode) -> Iterator[None]:
        """Read the nodes under ``root``, up to the next block or blocks at each step."""
        self.skip |= {node.mem_id for node in root.css("[hidden], [style]") if _is_hidden(node)}
        kinds, text_number, skip, known = _kinds(), text_tag(), self.skip, 0
        inside: list[tuple[LexborNode, _Kind | None]] = []
        node = root.first_child
        while node is not None:
            number, below = node.tag_id, None
            if number == text_number:
                self._text(node.text_content or "")
            elif not skip or node.mem_id not in skip:
                kind = kinds.get(number)
                below = self._open(node, kind)
            if below is not None:
                inside.append((node, kind))
                node = below
                continue
            while (following := node.next) is None and inside:
                node, kind = inside.pop()
                if kind is not None or self.captions:
                    self._count(kind, node, -1)
            node = following
            if len(self.blocks) != known:
                known = len(self.blocks)
                yield
        self.flush()
        yield

    def _open(self, node: LexborNode, kind: _Kind | None) -> LexborNode | None:
        """Reads an element; the first node below it if that is to be read too."""
        does = kind.does if kind is not None else _ENTER
        if does == _BREAK_LINE:
            self.buffer.append(_BREAK)
        elif does == _PICTURE:
            self._image(node)
        elif does == _ENTER or (does == _TABLE and not self._table(node)):
            if kind is not None or self.captions:
                self._count(kind, node, 1)
            below = node.first_child
            if below is None and (kind is not None or self.captions):
                self._count(kind, node, -1)
            return below
        return None

    def _count(self, kind: _Kind | None, node: LexborNode, step: int) -> None:
        """An element begins or ends."""
        is_caption = bool(self.captions) and node.mem_id in self.captions
        _, is_block, counted = kind or _PLAIN
        if is_block or is_caption:
            self.flush()
        if counted is not None:
            self.open_in[counted] += step
        if is_caption:
            self.open_in[_CAPTION] += step

    def _text(self, text: str) -> None:
        open_in = self.open_in
        if text.isspace():
            if self.buffer:
                self.buffer.append((" ", open_in[_LINK] > 0, False, False))
            return
        if "  " in text or _ODD.search(text):
            text = _SPACE.sub(" ", _INVISIBLE.sub("", text))
        self.buffer.append((nfc(text), open_in[_LINK] > 0, open_in[_BOLD] > 0, open_in[_STYLED] > 0))

    def _image(self, node: LexborNode) -> None:
        source = next((value for name in _LAZY_SOURCES if (value := attribute(node, name).strip())), "")
        self.flush()
        if source and not source.startswith("data:"):
            self.blocks.append(Block("image", source))

    def _table(self, node: LexborNode) -> bool:
        rows = rows_of(node)
        if (texts := data_in(node, rows)) is None:
            return False
        self.flush()
        self.tables.append(grid(rows, texts))
        self.blocks += [Block("table_row", CELL_SEPARATOR.join(row)) for row in texts if any(row)]
        return True

    def flush(self) -> None:
        """Ends the paragraph being read; a ``<br>`` inside it ends a paragraph too unless the sentence goes on."""
        if not self.buffer:
            return
        pieces, self.buffer = self.buffer, []
        for line in [pieces] if len(pieces) == 1 else _lines(pieces):
            if len(line) == 1:
                part, link, bold, styled = line[0]
                if text := part.strip():
                    self.blocks.append(Block(self._kind(text, bold), text, len(part) if link else 0, styled))
                continue
            text = squeeze(nfc("".join([part[0] for part in line])))
            chars = max(_weight(line), 1)
            bold = _weight([part for part in line if part[2]]) * 10 >= chars * 9
            styled = _weight([part for part in line if part[3]]) * 10 >= chars * 9
            links = sum([len(part[0]) for part in line if part[1]])
            self.blocks.append(Block(self._kind(text, bold), text, links, styled))

    def _kind(self, text: str, bold: bool) -> ParagraphKind:
        if self.open_in[_CAPTION]:
            return "caption"
        if self.open_in[_HEADING]:
            return "heading"
        if self.open_in[_ITEM] or _BULLET.match(text):
            return "list_item"
        return "heading" if bold and len(text) <= _HEADING_CHARS and not _SENTENCE_END.search(text) else "text"


# How many pieces at a line's end tell whether it ends a sentence; the whole line each time would be quadratic.
_TAIL = 8


def _weight(pieces: list[_Piece]) -> int:
    return sum([len(text) - text.count(" ") for text, _, _, _ in pieces])


def _lines(pieces: list[_Piece]) -> list[list[_Piece]]:
    """The pieces between breaks; a single break before a lower-case letter, with no sentence ended, is a mere wrap."""
    out: list[list[_Piece]] = []
    line: list[_Piece] = []
    gap = True
    for piece in [*pieces, _BREAK]:
        if piece is not _BREAK:
            line.append(piece)
            continue
        text = "".join([part[0] for part in line]).strip()
        if not text:
            gap = True
        elif out and not gap and text[0].islower() and not _SENTENCE_END.search(_text_of(out[-1][-_TAIL:])):
            out[-1] += [(" ", False, False, False), *line]
        else:
            out.append(line)
            gap = False
        line = []
    return out


def _text_of(line: list[_Piece]) -> str:
    return "".join([piece[0] for piece in line]).rstrip()


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "hidden" in attributes or "display:none" in style or "visibility:hidden" in style


@cache
def _kinds() -> dict[int, _Kind]:
    """By the parser's number of an element; one that is not listed is entered and nothing else."""
    does = {"br": _BREAK_LINE, "img": _PICTURE, "table": _TABLE} | dict.fromkeys(_SILENT, _OMIT)
    names = does.keys() | _BLOCK | _COUNTED.keys()
    kinds = {name: _Kind(does.get(name, _ENTER), name in _BLOCK, _COUNTED.get(name)) for name in names}
    return {number: kinds[name] for name, number in tag_numbers(names).items()}
