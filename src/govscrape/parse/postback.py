"""ASP.NET's way to the next page: the page's own form sent back with the name of what was clicked."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from govscrape.parse.document import attribute
from govscrape.parse.urls import absolute

Fields = tuple[tuple[str, str], ...]

# __doPostBack('target','argument') and WebForm_PostBackOptions("target", "argument", …); on their last page grids put
# "return false" before the call.
_CALL = re.compile(r"""(?:__doPostBack|WebForm_PostBackOptions)\(\s*(["'])(.*?)\1\s*,\s*(["'])(.*?)\3""")
_OFF = re.compile(r"^\s*(?:javascript:)?\s*return false")
_EVENT = ("__EVENTTARGET", "__EVENTARGUMENT")


def posted_back(tree: LexborHTMLParser, url: str, css: str) -> tuple[str, Fields] | None:
    """Where the first element of ``css`` that can be clicked sends the page's form, and with what; None without one."""
    for node in tree.css(css):
        clicked = _clicked(node)
        form = _form_of(node) or tree.css_first("form")
        if clicked is None or form is None:
            continue
        target = absolute(attribute(form, "action") or url, url)
        if target is not None:
            kept = tuple((name, value) for name, value in _hidden(form) if name not in dict(clicked))
            return target, (*kept, *clicked)
    return None


def _clicked(node: LexborNode) -> Fields | None:
    """What a click on a link or button adds to the form; None when it does nothing."""
    script = attribute(node, "onclick") or attribute(node, "href")
    if "disabled" in node.attributes or _OFF.match(script):
        return None
    if call := _CALL.search(script):
        return tuple(zip(_EVENT, (call[2], call[4]), strict=True))
    name = attribute(node, "name")
    return ((name, attribute(node, "value")),) if name and attribute(node, "type").lower() == "submit" else None


def _form_of(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and above.tag != "form":
        above = above.parent
    return above


def _hidden(form: LexborNode) -> Iterator[tuple[str, str]]:
    for field in form.css("input[type='hidden' i][name]"):
        yield attribute(field, "name"), attribute(field, "value")
