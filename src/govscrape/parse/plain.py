"""Plain text to an article: paragraphs, and the page's furniture when its words are known."""

import re
from datetime import datetime

from govscrape.models.article import Article
from govscrape.models.portal import PageWords
from govscrape.parse.blocks import Block, blocks_of, compose
from govscrape.parse.fields import FORMATS
from govscrape.parse.furniture import Lexicon, clean, lexicon
from govscrape.text.dates import parse_datetime
from govscrape.text.normalize import nfc
from govscrape.text.paragraphs import paragraphs_of_text

_NEUTRAL = PageWords()
_HEAD_BLOCKS = 10
_WEIGHTY = 200
# A NUL ends a text in SQLite and C1 controls show nothing; neither is part of an article.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


def article_from_text(
    text: str,
    *,
    title: str | None = None,
    url: str | None = None,
    province: str | None = None,
    published_at: datetime | None = None,
    words: PageWords = _NEUTRAL,
) -> Article:
    """An article of plain text, as pasted or from a corpus; what is given wins over what the text says.

    With ``words`` a page pasted whole is read as one: title, date and views from its head, the writer from its last
    line; login bar, labels and imprint leave the body. Without them the text is only cut into paragraphs.
    """
    body, paragraphs = paragraphs_of_text(_CONTROL.sub("", text))
    article = Article(
        url=url,
        title=nfc(title) if title else None,
        province=province,
        published_at=published_at,
        body=body,
        paragraphs=paragraphs,
    )
    return article if words == _NEUTRAL else _as_page(article, lexicon(words))


def _as_page(article: Article, words: Lexicon) -> Article:
    blocks = blocks_of(article)
    place = _meta_line(blocks, words)
    update: dict[str, object] = {}
    if place is not None:
        line = blocks[place].text
        update["published_at"] = article.published_at or parse_datetime(line, FORMATS)
        update["views"] = words.views_in(line)
        update["title"] = article.title or (blocks[place - 1].text if place else None)
        blocks = blocks[place + 1 :]
    cleaned = clean(blocks, str(update.get("title") or article.title or "") or None, words)
    update["author"] = cleaned.author
    update["body"], update["paragraphs"] = compose(cleaned.blocks)
    return article.model_copy(update=update)


def _meta_line(blocks: list[Block], words: Lexicon) -> int | None:
    """The place of the line that tells date or views, when only short lines stand before it."""
    for place, block in enumerate(blocks[:_HEAD_BLOCKS]):
        if words.is_meta(block.text):
            return place
        if len(block.text) > _WEIGHTY:
            break
    return None
