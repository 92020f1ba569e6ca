"""What stands among an article's paragraphs and is no part of it: labels, counters, file names, bylines, imprints."""

import re
from dataclasses import dataclass
from functools import lru_cache

from govscrape.models.article import Image
from govscrape.models.portal import PageWords
from govscrape.parse.blocks import Block

_FILE_NAME = re.compile(
    r"[^\s/]{1,160}(?: ?\(\d{1,3}\)| - [Cc]opy)?\.(?:jpe?g|png|gif|webp|bmp|heic|jfif)$", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][\w.’']*(?: [^\W\d_][\w.’']*){0,4}$")
_STOP = re.compile(r"[.!?…][\"”’»)\]/ ]*$")
_CAPTION_CHARS = 300
_LABEL_CHARS = 120
_NAME_WORDS = 8
_SOURCE_CHARS = 80
_HEAD_BLOCKS = 8
_TAIL_BLOCKS = 4
_LONG_TEXT = 200


@dataclass(frozen=True)
class Cleaned:
    """The article's own blocks, and what the removed ones told."""

    blocks: list[Block]
    author: str | None = None
    images: tuple[Image, ...] = ()


class Lexicon:
    """:class:`PageWords` made ready to match: longest word first, case ignored."""

    def __init__(self, words: PageWords) -> None:
        self.views = _labelled(words.views, r"\s*[:：]?\s*(\d[\d.,]{0,15})")
        self.author = _labelled((*words.author, *words.source), r"\s*[:：]\s*")
        self.by = _labelled(words.author, r"\s*[:：]\s*(?=\S)")
        self.source = _labelled(words.source, r"(?:\s*[:：]|\s)\s*(?=\S)")
        self.date = _labelled(words.date, r"\s*[:：]?\s*(?=.{0,40}\d{4})")
        self.caption = _labelled(words.caption, r"(?!\w)")
        self.tail = _labelled(words.tail, r"\s*(?:[:：(]|$)")
        self.footer = _labelled(words.footer, r"(?!\w)")
        self.tools = frozenset(word.casefold() for word in words.tools)
        self.not_found = _labelled(words.not_found, r"(?!\w)")
        self.login = _labelled(words.login, r"(?!\w)")
        self.blocked = _labelled(words.blocked, r"(?!\w)")
        self.knows_meta = bool(words.date or words.views)

    def is_meta(self, text: str) -> bool:
        """Whether a line only tells when the article was published or how often it was read."""
        return len(text) <= _LABEL_CHARS and bool(self.date.match(text) or self.views.match(text))

    def views_in(self, text: str) -> int | None:
        """The number after a view-counter label."""
        match = self.views.search(text)
        return int(re.sub(r"\D", "", match[1])) if match else None


@lru_cache(maxsize=16)
def lexicon(words: PageWords) -> Lexicon:
    """The compiled form of ``words``."""
    return Lexicon(words)


def clean(blocks: list[Block], title: str | None, words: Lexicon) -> Cleaned:
    """The blocks without furniture; captions marked and joined to their pictures, a byline taken off the end."""
    blocks = _without_head(blocks, title, words)
    blocks = _without_tail(blocks, words)
    blocks, images = _with_captions(blocks, words)
    blocks, author = _without_byline(blocks, words)
    return Cleaned(blocks, author, images)


def without_label(text: str, words: Lexicon) -> str | None:
    """An author field's name: what follows its label and precedes the next one."""
    parts = [part.strip(" -–|;,") for part in words.author.split(text)]
    first = words.by.match(text)
    name = parts[1] if first and len(parts) > 1 else parts[0]
    return name or None


def _labelled(words: tuple[str, ...], rest: str) -> re.Pattern[str]:
    if not words:
        return re.compile(r"(?!)(x)?")
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))}){rest}", re.IGNORECASE)


def _same(a: str, b: str | None) -> bool:
    return b is not None and a.casefold().strip(" .") == b.casefold().strip(" .")


def _without_head(blocks: list[Block], title: str | None, words: Lexicon) -> list[Block]:
    """Drops the title's repetition, date and counter lines near the top, and lines of buttons anywhere."""
    out = []
    for place, block in enumerate(blocks):
        text = block.text
        if block.kind != "image":
            if text.casefold().strip(" |:") in words.tools:
                continue
            if place < _HEAD_BLOCKS and (_same(text, title) or words.is_meta(text)):
                continue
        out.append(block)
    return out


def _without_tail(blocks: list[Block], words: Lexicon) -> list[Block]:
    """Drops related lists, comments and the imprint; a related box in mid-article goes without what follows it."""
    out: list[Block] = []
    skipping = False
    for place, block in enumerate(blocks):
        if block.kind != "image" and out:
            if words.footer.match(block.text) and not _has_article(blocks[place + 1 :]):
                break
            if words.tail.match(block.text) and len(block.text) <= _LABEL_CHARS:
                if not _has_article(blocks[place + 1 :]):
                    break
                skipping = True
                continue
        skipping = skipping and (block.kind == "image" or block.is_link_list)
        if not skipping:
            out.append(block)
    while out and out[-1].kind != "image" and out[-1].is_link_list and len(out) > 1 and out[-1].kind == "list_item":
        out.pop()
    return out


def _has_article(blocks: list[Block]) -> bool:
    return any(len(block.text) >= _LONG_TEXT and not block.is_link_list for block in blocks if block.kind != "image")


def _with_captions(blocks: list[Block], words: Lexicon) -> tuple[list[Block], tuple[Image, ...]]:
    out: list[Block] = []
    images: list[Image] = []
    waiting = False
    for block in blocks:
        if block.kind == "image":
            images.append(Image(src=block.text))
            waiting = True
            continue
        if _FILE_NAME.match(block.text):
            waiting = True
            continue
        if block.kind == "caption" or (waiting and _is_caption(block, words)):
            images = _name(images, block.text)
            out.append(block._replace(kind="caption"))
        else:
            out.append(block)
        waiting = False
    return out, tuple(images)


def _is_caption(block: Block, words: Lexicon) -> bool:
    if block.kind not in ("text", "heading") or len(block.text) > _CAPTION_CHARS:
        return False
    return block.styled or bool(words.caption.match(block.text)) or not _STOP.search(block.text)


def _name(images: list[Image], caption: str) -> list[Image]:
    """Gives a caption to the last picture that has none."""
    if images and images[-1].caption is None:
        return [*images[:-1], images[-1].model_copy(update={"caption": caption})]
    return images


def _without_byline(blocks: list[Block], words: Lexicon) -> tuple[list[Block], str | None]:
    author = None
    out = list(blocks)
    for _ in range(_TAIL_BLOCKS):
        if len(out) < 2 or out[-1].kind == "table_row":
            break
        text = out[-1].text
        if len(text) <= _LABEL_CHARS and words.by.match(text):
            if _tells(text):
                break
            author = without_label(text, words)
        elif len(text) <= _SOURCE_CHARS and words.source.match(text.lstrip("(")) and not text.endswith("."):
            pass
        elif author is None and _is_signature(out):
            author = text.strip("()")
        else:
            break
        out.pop()
    return out, author


def _tells(text: str) -> bool:
    """Whether a line behind "Ảnh:" tells of a picture, figures and all, and names no photographer."""
    return len(text.split()) > _NAME_WORDS and any(char.isdigit() for char in text)


def _is_signature(blocks: list[Block]) -> bool:
    """Whether the last block is a bare name after a finished sentence: a writer's, not a signer's under a title."""
    last = blocks[-1]
    if last.kind not in ("text", "heading", "caption") or len(last.text) > 60:
        return False
    before = next((block for block in reversed(blocks[:-1]) if block.kind != "caption"), None)
    return before is not None and bool(_STOP.search(before.text)) and is_name(last.text)


def is_name(text: str) -> bool:
    """Whether a line is one or more names: each of two to five words that begin with a capital."""
    parts = re.split(r"\s*(?:[,;&–]|\s-\s)\s*", text.strip("() "))
    return all(_NAME.match(part) and _capitals(part) for part in parts) and len(text.split()) >= 2


def _capitals(name: str) -> bool:
    return all(word[0].isupper() for word in name.split())
