"""One spelling for text that arrives in many, with the way back to the text as written.

What is made equal: Unicode NFC; the letter Đ in its lookalikes; spaces of every width; characters that show nothing;
and the place of the tone mark, which two orthographies put differently: on the first vowel of an open *oa*, *oe*,
*uy* and nowhere else ("hòa", "thủy", but "hoàn", "quý"). Tone placement never changes the length of NFC text.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cache
from itertools import product

__all__ = ["Normalised", "nfc", "normalise"]

_TONES = "\u0300\u0301\u0303\u0309\u0323"

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+")
# U+01A3/U+01A2 are what old Vietnamese fonts leave in PDF text for the horned u.
_EQUAL = str.maketrans(
    "\u00d0\u0189\u00f0\u0256\u01a2\u01a3",
    "\u0110\u0110\u0111\u0111\u01af\u01b0",
) | dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], ord(" "))
_UNEQUAL = re.compile("[" + "".join(map(chr, _EQUAL)) + "]")
# Everything but Latin letters and punctuation that are composed, visible and themselves: most articles hold none of it.
_SPECIAL = re.compile(_UNEQUAL.pattern[:-1] + "\u00ad\u0300-\u1dff\u1f00-\u200f\u2028-\u202f\u205f-\U0010ffff]")

# Putting the marks of one letter in order takes time in the square of their number; no writing has so many.
_MAY_BE_HEAPED = re.compile("[\u0300-\u1dff\u20d0-\U000e01ef]{33}")


@cache
def _heap() -> re.Pattern[str]:
    return re.compile("[" + "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x1F000)))) + "]{33}")


def _heaped(text: str) -> bool:
    """Whether one letter carries more than 32 marks."""
    return _MAY_BE_HEAPED.search(text) is not None and _heap().search(text) is not None


def nfc(text: str) -> str:
    """``text`` in Unicode normal form C. Text that heaps more than 32 marks on one letter is left as it is."""
    return text if text.isascii() or _heaped(text) else unicodedata.normalize("NFC", text)


def _with(letter: str, tone: str) -> str:
    return unicodedata.normalize("NFC", letter + tone)


def _bare(letter: str) -> str:
    """``letter`` without its tone; circumflex, breve and horn stay."""
    return unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", letter) if c not in _TONES))


def _cased(letters: str) -> str:
    return letters + letters.upper()


def _moves() -> tuple[dict[str, str], dict[str, str]]:
    """Letter pairs whose tone moves to the first, and to the second letter."""
    to_first, to_second = {}, {}
    for first, seconds in (("o", "ae"), ("u", "y")):
        for a, b, tone in product(_cased(first), _cased(seconds), _TONES):
            to_first[a + _with(b, tone)] = _with(a, tone) + b
    # After q and g the u and i belong to the consonant and never carry the tone.
    for first, seconds in (("o", "ae"), ("u", "yaăâeêiơô"), ("i", "aăâeêoôơuư")):
        for a, b, tone in product(_cased(first), _cased(seconds), _TONES):
            to_second[_with(a, tone) + b] = a + _with(b, tone)
    return to_first, to_second


_TO_FIRST, _TO_SECOND = _moves()
_MOVE = _TO_FIRST | _TO_SECOND


# What may follow an open syllable: nothing that is a letter or that could compose with the vowel before it.
_OPEN = r"(?=$|[\x00-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u2000-\u206f\u2100-\u2bff\ufffd])"
_CLOSED = r"(?=(?i:n[gh]?|ch?|[mptiyou])(?![^\W\d_]|[\u0300-\u036f]))"
_UNMARKED = r"(?![\u0300-\u036f])"


def _toned(letters: str) -> str:
    return "".join(_with(letter, tone) for letter in _cased(letters) for tone in _TONES)


def _syllable() -> re.Pattern[str]:
    """Letter pairs with a misplaced tone. It begins with one set of letters, which ``re`` searches for fast."""
    o, u, i = _toned("o"), _toned("u"), _toned("i")
    return re.compile(
        rf"[oOuU{o}{u}{i}](?:"
        rf"(?:(?<=[oO])[{_toned('ae')}]|(?<=[uU])[{_toned('y')}]){_OPEN}(?<![qQ]..)"
        rf"|(?:(?<=[{o}])[aAeE]|(?<=[{u}])[yY]){_CLOSED}(?<![qQ]..)"
        rf"|(?<=[qQ][{u}])[{_cased('yaăâeêiơô')}]{_UNMARKED}(?<![^\W\d_]...)"
        rf"|(?<=[gG][{i}])[{_cased('aăâeêoôơuư')}]{_UNMARKED}(?<![^\W\d_]...))"
    )


_SYLLABLE = _syllable()


class Normalised:
    """``text`` is ``source`` spelled one way; offsets of ``text`` lead back to ``source``.

    The map is made when it is first asked for: text that was in order already never needs one.
    """

    __slots__ = ("_map", "source", "text")

    def __init__(self, text: str, source: str, *, same_length: bool) -> None:
        self.text = text
        self.source = source
        self._map: _OffsetMap | None = _OffsetMap((0,), (0,), (len(text),), (len(source),)) if same_length else None

    def __repr__(self) -> str:
        return f"Normalised({self.text!r})"

    @property
    def identical_offsets(self) -> bool:
        """Whether every offset of ``text`` is the same offset of ``source``."""
        return self._offsets().is_identity

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of ``source`` that spells ``text[start:end]``.

        A character written as several is given whole; invisible characters at either edge are left out.
        Raises ValueError for a span that is not inside ``text``.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"span {start}..{end} is not inside a text of {len(self.text)} characters")
        return self._offsets().to_source(start, end)

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of ``text`` that spells ``source[start:end]``, the inverse of ``to_source``.

        Raises ValueError for a span that is not inside ``source``.
        """
        if not 0 <= start <= end <= len(self.source):
            raise ValueError(f"span {start}..{end} is not inside a source of {len(self.source)} characters")
        return self._offsets().from_source(start, end)

    def _offsets(self) -> "_OffsetMap":
        if self._map is None:
            self._map = _offset_map(self.source)
        return self._map


class _OffsetMap:
    """Pieces: text[t0:t1] spells source[s0:s1]; inside a piece of equal lengths the offsets run together."""

    __slots__ = ("_s0", "_s1", "_t0", "_t1")

    def __init__(self, t0: tuple[int, ...], s0: tuple[int, ...], t1: tuple[int, ...], s1: tuple[int, ...]) -> None:
        self._t0, self._s0, self._t1, self._s1 = t0, s0, t1, s1

    @property
    def is_identity(self) -> bool:
        return len(self._t0) == 1 and self._t1 == self._s1

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        return _mapped(start, end, self._t0, self._t1, self._s0, self._s1)

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        return _mapped(start, end, self._s0, self._s1, self._t0, self._t1)


def _mapped(
    start: int, end: int, a0: tuple[int, ...], a1: tuple[int, ...], b0: tuple[int, ...], b1: tuple[int, ...]
) -> tuple[int, int]:
    """The span of b for start..end of a, both cut into the same pieces."""
    if not a0:
        return 0, 0
    begin = _point(start, a0, a1, b0, b1)
    if end == start:
        return begin, begin
    last = max(bisect_right(a0, end - 1) - 1, 0)
    if end - 1 < a0[last]:  # before the first piece
        return begin, begin
    if end - 1 >= a1[last] or a1[last] - a0[last] != b1[last] - b0[last]:
        return begin, max(begin, b1[last])
    return begin, max(begin, b0[last] + end - a0[last])


def _point(at: int, a0: tuple[int, ...], a1: tuple[int, ...], b0: tuple[int, ...], b1: tuple[int, ...]) -> int:
    """Where the first character at or after ``at`` that both have begins in b."""
    piece = max(bisect_right(a0, at) - 1, 0)
    piece = bisect_left(a0, a0[piece], 0, piece)
    if at >= a1[piece]:
        return b0[piece + 1] if piece + 1 < len(b0) else b1[piece]
    if at < a0[piece] or a1[piece] - a0[piece] != b1[piece] - b0[piece]:
        return b0[piece]
    return b0[piece] + at - a0[piece]


def normalise(text: str) -> Normalised:
    """``text`` spelled one way (see the module), with its offsets. Idempotent; any Unicode string will do.

    Text that heaps more than 32 marks on one letter is left as it is.
    """
    if _SPECIAL.search(text) is None:
        return Normalised(_SYLLABLE.sub(_move_tone, text), text, same_length=True)
    result = _INVISIBLE.sub("", text)
    if _heaped(result):
        return Normalised(text, text, same_length=True)
    result = _equalled(result)
    composed = unicodedata.normalize("NFC", result)
    same = composed == result and len(result) == len(text)
    return Normalised(_SYLLABLE.sub(_move_tone, composed), text, same_length=same)


def _equalled(text: str) -> str:
    """``text`` with the lookalikes of Đ and of the space replaced one for one."""
    # A text holds few kinds of them: three times as fast as translate.
    for char in set(_UNEQUAL.findall(text)):
        text = text.replace(char, chr(_EQUAL[ord(char)]))
    return text


def _move_tone(match: re.Match[str]) -> str:
    return _MOVE[match[0]]


_CHUNK = re.compile("[\x00-\x7f]?[^\x00-\x7f]+")  # nothing ever composes with an ASCII character after it


def _offset_map(source: str) -> _OffsetMap:
    """The map from NFC text without invisible characters back to ``source``."""
    pieces = _Pieces()
    done = 0
    for match in _CHUNK.finditer(_equalled(source)):
        pieces.add(match.start() - done, match.start() - done)
        done = match.end()
        chunk = match[0]
        spelled = unicodedata.normalize("NFC", chunk)
        if spelled == chunk and _INVISIBLE.search(chunk) is None:
            pieces.add(len(chunk), len(chunk))
        elif len(spelled) == 1 and spelled != chunk:
            pieces.add_whole(1, len(chunk))
        else:
            _add_chunk(pieces, chunk)
    pieces.add(len(source) - done, len(source) - done)
    return pieces.map()


class _Pieces:
    """Grows a map from left to right; neighbours that run together become one piece."""

    def __init__(self) -> None:
        self._t = self._s = 0
        self._pieces: list[tuple[int, int, int, int]] = []
        self._run = False

    def add(self, text: int, source: int) -> None:
        """The next ``text`` characters of the text spell the next ``source`` characters of the source."""
        if text and self._run and text == source and self._pieces[-1][3] == self._s:
            t0, _, s0, _ = self._pieces[-1]
            self._pieces[-1] = (t0, self._t + text, s0, self._s + source)
        elif text:
            self._pieces.append((self._t, self._t + text, self._s, self._s + source))
            self._run = text == source
        self._t += text
        self._s += source

    def add_whole(self, text: int, source: int) -> None:
        """The same for letters that cannot be told apart: each one of the text leads to all of the source."""
        self._pieces += [(self._t + at, self._t + at + 1, self._s, self._s + source) for at in range(text)]
        self._run = False
        self._t += text
        self._s += source

    def map(self) -> _OffsetMap:
        if not self._pieces:
            return _OffsetMap((), (), (), ())
        t0, t1, s0, s1 = zip(*self._pieces, strict=True)
        return _OffsetMap(t0, s0, t1, s1)


def _add_chunk(pieces: _Pieces, chunk: str) -> None:
    """Cut ``chunk`` where no character composes across, so that each offset leads as near as can be."""
    visible = [(at, char) for at, char in enumerate(chunk) if _INVISIBLE.match(char) is None]
    groups: list[tuple[int, int, str]] = []
    for at, char in visible:
        if groups and _joins(groups[-1][2], char):
            start, _, letters = groups[-1]
            groups[-1] = (start, at + 1, letters + char)
        else:
            groups.append((at, at + 1, char))
    spelled = [unicodedata.normalize("NFC", letters) for _, _, letters in groups]
    letters = "".join(char for _, char in visible)
    whole = unicodedata.normalize("NFC", letters)
    if "".join(spelled) != whole:  # no such chunk is known; should one come, its offsets lead to all of it
        groups, spelled = [(visible[0][0], visible[-1][0] + 1, letters)], [whole]
    done = 0
    for (start, end, letters), text in zip(groups, spelled, strict=True):
        pieces.add(0, start - done)
        if text == letters and end - start == len(text):
            pieces.add(len(text), len(text))
        else:
            pieces.add_whole(len(text), end - start)
        done = end
    pieces.add(0, len(chunk) - done)


_LATIN = frozenset(map(chr, (*range(0x250), *range(0x1E00, 0x1F00))))  # letters that begin, and never end, a group


def _joins(letters: str, char: str) -> bool:
    """Whether ``char`` may change in company with ``letters`` before it."""
    if unicodedata.combining(char):
        return True
    if char in _LATIN:
        return False
    both = unicodedata.normalize("NFC", letters + char)
    return both != unicodedata.normalize("NFC", letters) + unicodedata.normalize("NFC", char)
