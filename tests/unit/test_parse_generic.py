"""How much running text a page's elements hold: what tells the article from menus and boxes."""

import re

import pytest

from govscrape.parse.document import parse_tree
from govscrape.parse.generic import weigh


@pytest.mark.parametrize(
    ("html", "weight"),
    [
        ("<p>30</p>", 30),
        ("<p>29</p>", 0),
        ("<p>10<b>10</b> <i><u>10</u></i></p>", 30),
        ("<div>20<p>20</p>20</div>", 0),
        ("<div>20<br>20</div>", 0),
        ("<div>20<div class=share>40</div>20</div>", 40),
        ("<div>20<nav><p>40</p></nav>20</div>", 40),
        ("<div>20<span class=share>40</span>20</div>", 40),
        ("<div>25<a>11</a></div>", 36),
        ("<div>21<a>11</a></div>", 0),
        ("<div><a>10</a>40<p>5</p>10<a>11</a>12</div>", 50),
        ("<a><div>40</div></a>", 0),
        ("<a><div>40</div></a><div>30</div>", 30),
        ("<div class=related><div><p>40</p></div></div>", 0),
        ("<aside><p>40</p></aside><span><p>31</p></span>", 31),
    ],
)
def test_running_text(html: str, weight: int) -> None:
    """Numbers stand for words of so many letters: a bar of buttons must not cut a sentence, nor a menu be one."""
    tree = parse_tree("<body>" + re.sub(r"(?<=>)(\d+)", lambda found: "x" * int(found[1]), html), "page")
    assert tree.body is not None
    assert weigh(tree.body)[tree.body.mem_id] == weight
