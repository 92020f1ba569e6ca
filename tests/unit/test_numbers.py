"""Numbers: comma and dot both mean two things, and a wrong reading is a wrong score by a factor of a thousand."""

import pytest

from govscrape.text.numbers import NumberHint, parse_int, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("82,17", 82.17, id="decimal-comma"),
        pytest.param("54.95", 54.95, id="decimal-dot"),
        pytest.param("4.3", 4.3, id="one-decimal-after-a-dot"),
        pytest.param("40,151", 40.151, id="three-decimals-after-a-comma"),
        pytest.param("0,6077", 0.6077, id="four-decimals"),
        pytest.param("0.6077", 0.6077, id="four-decimals-after-a-dot"),
        pytest.param("0.608", 0.608, id="no-thousand-starts-with-zero"),
        pytest.param("1.234", 1234.0, id="thousands-dot"),
        pytest.param("19.536", 19536.0, id="sample-size"),
        pytest.param("1.234.567", 1234567.0, id="millions"),
        pytest.param("1.234,5", 1234.5, id="both-marks"),
        pytest.param("1,234.5", 1234.5, id="both-marks-the-english-way"),
        pytest.param("1,234,567", 1234567.0, id="millions-the-english-way"),
        pytest.param("36 525", 36525.0, id="spaced-thousands"),
        pytest.param("03", 3.0, id="leading-zero-is-a-count"),
        pytest.param("-1,32", -1.32, id="sign"),
        pytest.param("+0,64", 0.64, id="plus"),
        pytest.param("\u22121,5", -1.5, id="typographic-minus"),
        pytest.param(" 100 ", 100.0, id="outer-space"),
        pytest.param("26.6.2024", None, id="a-date-is-no-number"),
        pytest.param("1.2.3", None, id="a-section-is-no-number"),
        pytest.param("58/63", None, id="a-rank-is-two-numbers"),
        pytest.param("1,23,4", None, id="a-list"),
        pytest.param("12 34", None, id="two-numbers"),
        pytest.param("82,", None, id="open-end"),
        pytest.param("", None, id="empty"),
        pytest.param("ba", None, id="a-word-without-a-lexicon"),
        pytest.param("\u0663", None, id="digits-of-another-script"),
    ],
)
def test_number(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "hint", "number"),
    [
        pytest.param("40.151", "decimal", 40.151, id="a-score-with-three-decimals-after-a-dot"),
        pytest.param("40.151", None, 40151.0, id="the-same-unhinted"),
        pytest.param("1.234,5", "decimal", 1234.5, id="both-marks-need-no-hint"),
        pytest.param("1,234", "thousands", 1234.0, id="english-thousands-when-told"),
        pytest.param("82,17", "thousands", 82.17, id="a-hint-changes-nothing-that-is-clear"),
    ],
)
def test_hint(text: str, hint: NumberHint | None, number: float) -> None:
    assert parse_number(text, hint=hint) == number


def test_words_come_from_the_caller() -> None:
    """Number words are knowledge of the language and live in rules/."""
    words = {"hai": 2, "hai mươi": 20}
    assert parse_number("Hai", words=words) == 2.0
    assert parse_number("hai  mươi", words=words) == 20.0
    assert parse_number("trăm", words=words) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("07", 7, id="leading-zero"),
        pytest.param("1.204", 1204, id="views"),
        pytest.param("82,17", None, id="a-fraction-is-none"),
        pytest.param("82,00", 82, id="a-whole-number-in-disguise"),
        pytest.param("x", None, id="no-number"),
    ],
)
def test_int(text: str, number: int | None) -> None:
    assert parse_int(text) == number
