"""What a click on an ASP.NET pager sends: a field too few and the server answers its first page again, or an error."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from govscrape.parse.postback import posted_back

URL = "https://a.test/Trang/tin-tuc.aspx?Cat=82"
STATE = (("__VIEWSTATE", "/wEPDw=="), ("__EVENTVALIDATION", "ab+c"))


def sent(pager: str, *, action: str = "./tin-tuc.aspx?Cat=82", css: str = ".next") -> object:
    state = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in STATE)
    events = '<input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__EVENTARGUMENT" value="">'
    box = '<input type="text" name="q" value="x"><input type="submit" name="find" value="Tìm">'
    html = f'<form method="post" action="{action}" id="aspnetForm">{state}{events}{box}<div>{pager}</div></form>'
    return posted_back(LexborHTMLParser(f"<html><body>{html}</body></html>"), URL, css)


@pytest.mark.parametrize(
    ("pager", "target", "argument"),
    [
        ("""<a class="next" href="javascript:__doPostBack('ctl00$Pager','Page$2')">Sau</a>""", "ctl00$Pager", "Page$2"),
        (
            """<a class="next" href="javascript:__doPostBack(&#39;ctl00$lbNext&#39;,&#39;&#39;)">Sau</a>""",
            "ctl00$lbNext",
            "",
        ),
        (
            """<input type="button" class="next" onclick="javascript:__doPostBack('dnn$grid$ctl28','')">""",
            "dnn$grid$ctl28",
            "",
        ),
        (
            """<a class="next" href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions("a$b", "",
            true, "", "", false, true))'>2</a>""",
            "a$b",
            "",
        ),
    ],
    ids=["link", "escaped", "button with script", "with options"],
)
def test_a_script_names_target_and_argument(pager: str, target: str, argument: str) -> None:
    found = sent(pager)
    assert found == (URL, (*STATE, ("__EVENTTARGET", target), ("__EVENTARGUMENT", argument)))


def test_a_button_sends_its_own_name() -> None:
    """Only the button that was clicked, and not the search box's."""
    found = sent('<input type="submit" class="next" name="ctl00$next" value=" ">')
    assert found == (URL, (*STATE, ("__EVENTTARGET", ""), ("__EVENTARGUMENT", ""), ("ctl00$next", " ")))


@pytest.mark.parametrize(
    "pager",
    [
        "",
        """<input type="submit" class="next" name="x" onclick="return false;__doPostBack('dnn$grid$ctl28','')">""",
        """<input type="submit" class="next" name="x" disabled>""",
        """<a class="next" href="#">Sau</a>""",
        """<span class="next">Sau</span>""",
    ],
    ids=["none", "the grid's last page", "disabled", "a link to nowhere", "no link"],
)
def test_the_last_page_leads_nowhere(pager: str) -> None:
    """Else the walk would ask for the last page until a bound stops it."""
    assert sent(pager) is None


def test_the_forms_address_counts() -> None:
    """It may differ from the page's, which was rewritten; without one the page's own is meant."""
    link = """<a class="next" href="javascript:__doPostBack('a','')">Sau</a>"""
    assert sent(link, action="/other.aspx")[0] == "https://a.test/other.aspx"  # type: ignore[index]
    assert sent(link, action="")[0] == URL  # type: ignore[index]
