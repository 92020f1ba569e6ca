"""What `bench_speed.py` lets run: each contender turns pages into what it can, in a process of its own.

usage: python benchmarks/bench_contenders.py NAME PAGES.pickle     (started by bench_speed.py, spoken to by lines)

For each line ``n`` it reads the first n pages (0: all) and answers one line of JSON: the CPU seconds of each page.
"""

# ruff: noqa: PLC0415 (each contender loads only what it needs)
import gc
import json
import pickle
import re
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

Read = Callable[[Any, Any], object]
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def ours() -> Read:
    """HTML to records by the selectors of the page's portal, as `govscrape extract` reads it."""
    from govscrape.extract import Extractor
    from govscrape.parse import parse_article
    from govscrape.rules import load_ruleset

    extractor = Extractor(load_ruleset())
    return lambda page, portal: extractor.extract(parse_article(page, portal)[0])


def ours_without_portal() -> Read:
    """The same for a page of a site that nobody described."""
    read = ours()
    return lambda page, _: read(page, None)


def ours_parsing() -> Read:
    """HTML to the article, without its records."""
    from govscrape.parse import parse_article

    return parse_article


def floor() -> Read:
    """What any reader must do: build the tree, find the title, body and date of that portal, take their text."""
    from selectolax.lexbor import LexborHTMLParser

    def read(page: Any, portal: Any) -> object:
        tree, shape = LexborHTMLParser(page.body), portal.versions[0]
        found = [tree.css_first(css) for css in (*shape.title, *shape.body, shape.date.css)]
        return [node.text() for node in found if node is not None]

    return read


def trafilatura() -> Read:
    """HTML to text, no records."""
    from trafilatura import extract

    return lambda page, _: extract(page.body.decode("utf-8")) or ""


def with_words() -> Read:
    """The same, and word segmentation of every sentence."""
    from underthesea import word_tokenize

    text_of = trafilatura()
    return lambda page, portal: [word_tokenize(part) for part in sentences(text_of(page, portal))]


def with_names() -> Read:
    """The same, and the names in every sentence by the model."""
    from underthesea import ner

    text_of = trafilatura()
    return lambda page, portal: [ner(part) for part in sentences(text_of(page, portal))]


def sentences(text: Any) -> list[str]:
    """The text cut after final marks and at line ends."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


CONTENDERS: dict[str, tuple[Callable[[], Read], tuple[str, ...]]] = {
    "ours": (ours, ("govscrape",)),
    "ours-parse": (ours_parsing, ("govscrape",)),
    "ours-generic": (ours_without_portal, ("govscrape",)),
    "floor": (floor, ("selectolax",)),
    "text": (trafilatura, ("trafilatura",)),
    "words": (with_words, ("trafilatura", "underthesea")),
    "names": (with_names, ("trafilatura", "underthesea")),
}


def main() -> None:
    """Load, warm up, say the versions, then serve."""
    make, packages = CONTENDERS[sys.argv[1]]
    with open(sys.argv[2], "rb") as file:  # noqa: PTH123 - one line
        pages = pickle.load(file)  # noqa: S301 - written by our own parent
    # As `govscrape` itself sets it; the others gain as much.
    gc.set_threshold(50_000, 20, 50)
    read = make()
    for page, portal in pages[:2]:
        read(page, portal)
    print(json.dumps({name: version(name) for name in packages}), flush=True)
    for line in sys.stdin:
        spent = []
        for page, portal in pages[: int(line) or None]:
            begin = time.process_time()
            read(page, portal)
            spent.append(time.process_time() - begin)
        print(json.dumps(spent), flush=True)


if __name__ == "__main__":
    main()
