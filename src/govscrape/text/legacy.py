"""Vietnamese written for the fonts of before Unicode: TCVN 5712-3 ("ABC", ".VnTime") and VNI, told and converted.

Such text reached the web as Western letters ("Céng hoµ", "Coäng hoøa") and still stands in old articles. The letters of
both tables are those of the standard TCVN 5712:1993, VN3, and of VNI's Windows fonts. TCVN3 has small letters only for
those with a tone: its capitals are another font, so that "®Ò" is "đề" even where "ĐỀ" was seen.
"""

import re
import unicodedata
from functools import cache
from typing import Literal

Charset = Literal["TCVN3", "VNI"]

_TCVN3 = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
)
_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
_TONES = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_CIRCUMFLEXED = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_BREVED = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_ALONE = {"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ"}

_MODERN = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile(r"[^\s.,;:!?()\"'/“”0-9-]+")
_SYLLABLE = re.compile(
    "(?:ngh?|nh|gh?|gi|kh?|ph|qu|th|tr|ch?|[bdđhlmnprstvx])?[aăâeêioôơuưy]{1,3}(?:ch?|m|ng?|nh|p|t)?",
)
_ENOUGH, _LEAST_SHARE = 8, 0.8


@cache
def _vni() -> dict[str, str]:
    """Each letter, or pair of letters, of VNI with the letter that it stands for."""
    pairs = {f"{vowel}{sign}": vowel + tone for vowel in "aeouy" for sign, tone in _TONES.items()}
    pairs |= {f"{vowel}{sign}": vowel + _CIRCUMFLEX + tone for vowel in "aeo" for sign, tone in _CIRCUMFLEXED.items()}
    pairs |= {f"a{sign}": f"a{_BREVE}{tone}" for sign, tone in _BREVED.items()}
    pairs |= {f"{horned}{sign}": _ALONE[horned] + tone for horned in "ôö" for sign, tone in _TONES.items()}
    table: dict[str, str] = {}
    for written, meant in (*pairs.items(), *_ALONE.items()):
        letter = unicodedata.normalize("NFC", meant)
        table |= {written: letter, written.upper(): letter.upper(), written[0].upper() + written[1:]: letter.upper()}
    return table


@cache
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _vni()), key=len, reverse=True)))


def is_modern(text: str) -> bool:
    """Whether ``text`` has a letter that only Unicode gives."""
    return _MODERN.search(text) is not None


def convert(text: str, charset: Charset) -> str:
    """``text`` in Unicode. Text that is Unicode already must not be given: its letters would be read as others."""
    if charset == "TCVN3":
        return text.translate(_TCVN3)
    return _vni_pattern().sub(lambda match: _vni()[match.group()], text)


def detect(text: str) -> Charset | None:
    """The old charset that ``text`` is written in, None for Unicode and where there are too few words to tell.

    Of the words with a letter beyond ASCII most must be Vietnamese syllables after conversion, and few before.
    """
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if len(words) < _ENOUGH or sum(map(is_modern, words)) * 10 > len(words):
        return None
    if _share(words) >= _LEAST_SHARE:
        return None
    shares: dict[Charset, float] = {
        "TCVN3": _share([convert(word, "TCVN3") for word in words]),
        "VNI": _share([convert(word, "VNI") for word in words]),
    }
    best = max(shares, key=lambda charset: shares[charset])
    return best if shares[best] >= _LEAST_SHARE else None


def _share(words: list[str]) -> float:
    return sum(map(_is_syllable, words)) / len(words)


def _is_syllable(word: str) -> bool:
    """Whether it could be one Vietnamese syllable: its parts in their order, and no two tones."""
    letters, tones = [], 0
    for char in unicodedata.normalize("NFD", word.lower()):
        if char in (_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT):
            tones += 1
        else:
            letters.append(char)
    plain = unicodedata.normalize("NFC", "".join(letters))
    return tones <= 1 and _SYLLABLE.fullmatch(plain) is not None
