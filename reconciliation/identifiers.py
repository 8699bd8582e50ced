"""Exact identifiers: which case ids and client references a text names (DOMAIN §5).

An identifier is compared as its *groups* (runs of letters, runs of digits, runs of Chinese), so case, width and
the punctuation between groups do not matter, nor the leading zeros of the last group.  A text is cut into *words*
(runs of letters and digits; Chinese ends one), and only whole words name anything: what is glued on makes another
identifier.  The rule is for what gets posted unseen, hence in doubt a text names nothing:

- A run of digits that the text splits (``12 345``) is not the run ``12345``: amounts, accounts and phones are
  written so.  One split is read: nothing but zeros cut off the last group, after a letter (``K-000 1234``).
- A date, a time and an amount are never cut: ``K 1,234.50`` does not name K1234, but ``A-2025-01-15`` names itself.
- Digits only, in addition, are not taken out of a chain of digits (``010-65551234``), nor beside a currency.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

JOINT = "-"
"""Stands between the groups of a key; the key of K0001234 is ``K-1234``."""

SHORT_DIGITS = 5
"""Digits only, fewer than this, count only as the whole of ``reference``."""

_CLOSED_DIGITS = 9
_MAX_WORDS = 6

# Han with its radicals, marks and numerals, kana, bopomofo, hangul; and the supplementary planes of ideographs.
_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3031-\u303c\u3041-\u30fa\u30fc-\u318f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001aff0-\U0001b16f"
    "\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_BY_WORD = re.compile(rf"({_WORD.pattern})")
_BY_ASCII_WORD = re.compile(r"([A-Za-z0-9]+)")
_GROUP = re.compile(rf"[{_CJK}]+|\d+|[^\W\d_{_CJK}]+")
_AFTER_ZERO = f"0{JOINT}"
_SPLIT_ZEROS = re.compile(rf"(?<=[^\W\d_]{JOINT})0+{JOINT}\Z")

_UNCUT = re.compile(
    r"""(?:
      [0-9]{4} ([-/.]) [0-9]{1,2} \1 [0-9]{1,2}                 # 2025-01-15
    | [0-9]{1,2} ([-/.]) [0-9]{1,2} \2 (?:[0-9]{4}|[0-9]{2})    # 15.01.2025
    | [0-9]{1,2} : [0-9]{2} (?: : [0-9]{2})?                    # 12:30:45
    | [1-9][0-9]{0,2} (?:,[0-9]{3})+ (?:\.[0-9]{1,3})?          # 1,234.50
    | (?:0|[1-9][0-9]*) \. [0-9]{1,3}                           # 1234.50
    | (?:0|[1-9][0-9]*) ,[0-9]{2} (?!\.[0-9])                   # 1234,50
    | [0-9]+ ⁄ [0-9]+                                           # ¼ after NFKC
    ) (?![0-9])""",
    re.VERBOSE,
)
_LINK = re.compile(r"[-.:/,⁄‐–—]")
_CHAIN = re.compile(rf"[0-9]+(?:{_LINK.pattern}[0-9]+)+")
_LIST_LINKS = "/,"  # between two identifiers as well
_UNITS = "元圆块円"  # after an amount only
_CURRENCY = re.compile(rf"[¥$€£₩₹{_UNITS}]|CNY|RMB|USD|EUR|GBP|HKD|JPY|cny|rmb|usd|eur|gbp|hkd|jpy")

_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


class Mention(NamedTuple):
    """One key that a text names; ``found`` is ``field[start:end]`` (of its NFKC form in a script that composes).

    ``where`` is the field: "reference", "memo", "text 2", …; ``whole`` means that it says nothing else.
    """

    key: str
    found: str
    where: str
    whole: bool
    start: int
    end: int


class KnownKeys:
    """The keys on file, and by first group how many words one may take: most words of a text begin none."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = frozenset(keys)
        self.reach: dict[str, int] = {}
        for key in self.keys:
            head = key.partition(JOINT)[0]
            self.reach[head] = max(self.reach.get(head, 0), key.count(JOINT) + 2)


class _Folded(NamedTuple):
    """A text after NFKC, without invisible characters; ``spans`` leads each character back to ``source``."""

    text: str
    source: str
    spans: list[tuple[int, int]] | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        return (start, end) if self.spans is None else (self.spans[start][0], self.spans[end - 1][1])


def identifier_key(identifier: str) -> str:
    """The key of a case id or a client's reference: of K0001234 and ``k-1234`` it is ``K-1234``.

    Empty if the identifier holds no letter and no digit: then no text names it.
    """
    forms = [_forms(word) for word in _WORD.findall(_fold(identifier).text)]
    return "".join([inner for inner, _, _ in forms[:-1]] + [last for _, last, _ in forms[-1:]])


def identifier_keys(identifier: str) -> tuple[str, ...]:
    """All keys to file an identifier under: its key, and that of the same written without any punctuation.

    They differ where neighbouring groups are of one kind: INV-2024-0077 is also written INV20240077, of which no
    zeros may be lost.  Digits only must then be longer than any date.
    """
    key = identifier_key(identifier)
    words = _WORD.findall(_fold(identifier).text)
    closed = "".join(words)
    groups = [group for word in words for group in _GROUP.findall(word)]
    merged = _GROUP.findall(closed)
    if merged == groups or (closed.isdecimal() and len(closed) < _CLOSED_DIGITS):
        return (key,) if key else ()
    if merged[-1] != groups[-1] and merged[-1].startswith("0"):
        return (key,)
    return key, identifier_key(closed)


def find_identifiers(
    reference: str, *texts: str, known: KnownKeys | None = None, max_words: int = _MAX_WORDS
) -> list[Mention]:
    """The keys named by a line's reference, its memo and any further text, for the caller to look up.

    ``known`` keeps only those on file, however many words they take, and is much quicker.  Digits that are too
    short as they stand are left out; ``counts`` says whether the identifier looked up is long enough itself.
    """
    found: list[Mention] = []
    for number, text in enumerate((reference, *texts)):
        where = ("reference", "memo")[number] if number <= 1 else f"text {number}"
        folded = _fold(text)
        candidates = _scan(folded.text, max_words, known)
        if not candidates:
            continue
        words = [match.span() for match in _WORD.finditer(folded.text)]
        for key, start, end in candidates:
            whole = start == words[0][0] and end == words[-1][1]
            if not (key[0].isdecimal() and _too_short(folded.text[start:end])) or (whole and number == 0):
                first, last = folded.origin(start, end)
                found.append(Mention(key, folded.source[first:last], where, whole, first, last))
    return found


def counts(identifier: str, mention: Mention) -> bool:
    """Whether a mention found under an identifier's key may count for it: the rule of short digits."""
    return not _too_short(_fold(identifier).text) or (mention.whole and mention.where == "reference")


def same_literal(identifier: str, found: str) -> bool:
    """Whether a text shows the identifier as it is written, but for case and width: tells A-1 from A1."""
    return _literal(identifier) == _literal(found)


def outermost(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions less those inside a longer one without spaces: K1-2 on file hides K1 in ``K1-2``.

    For mentions of identifiers on file only.  Longer ones with spaces hide nothing: ``K1 2 of 3`` may be either.
    """
    kept = list(mentions)
    hiding = [m for m in kept if not any(character.isspace() for character in m.found)]
    return [
        m
        for m in kept
        if not any(
            other.where == m.where
            and other.start <= m.start
            and m.end <= other.end
            and other.end - other.start > m.end - m.start
            for other in hiding
        )
    ]


def _fold(text: str) -> _Folded:
    """NFKC, keeping the way back to the text; texts that need nothing, or only narrowing, are quick."""
    if text.isascii():
        return _Folded(text, text)
    plain = text.translate(_FULL_WIDTH)
    if unicodedata.is_normalized("NFKC", plain) and not _INVISIBLE.search(plain):
        return _Folded(plain, text)
    pieces: list[tuple[int, int]] = []
    for place, character in enumerate(text):
        if pieces and (unicodedata.combining(character) or _INVISIBLE.match(character)):
            pieces[-1] = (pieces[-1][0], place + 1)
        else:
            pieces.append((place, place + 1))
    parts = [unicodedata.normalize("NFKC", _INVISIBLE.sub("", text[start:end])) for start, end in pieces]
    whole = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if "".join(parts) != whole:  # some scripts compose beyond their marks: then the literal is the composed one
        return _Folded(whole, whole)
    return _Folded(whole, text, [span for span, part in zip(pieces, parts, strict=True) for _ in part])


@lru_cache(maxsize=1 << 16)
def _forms(word: str) -> tuple[str, str, str]:
    """A word within a key, a joint after it; at a key's end, its last group without leading zeros; its first group."""
    *others, last = _GROUP.findall(word.upper())
    start = "".join(f"{group}{JOINT}" for group in others)
    return f"{start}{last}{JOINT}", start + (last.lstrip("0") or "0"), others[0] if others else last


def _scan(text: str, max_words: int, known: KnownKeys | None = None) -> list[tuple[str, int, int]]:
    """The candidates of a folded text, of those known: key, start, end."""
    heads, tails = _words(text)
    found: list[tuple[str, int, int]] = []
    for first, (start, head, opens) in enumerate(heads):
        if not opens:
            continue
        prefix, needed = "", 2
        reach = max_words if known is None else known.reach.get(head, 1)
        for end, inner, last, digits, zeros, closes in tails[first : first + reach]:
            if not digits:
                needed = 1
            if closes >= needed and opens >= needed:
                key = prefix + last
                if known is None or key in known.keys:
                    found.append((key, start, end))
                if zeros and (split := _SPLIT_ZEROS.search(prefix)):
                    key = prefix[: split.start()] + last
                    if known is None or key in known.keys:
                        found.append((key, start, end))
            prefix += inner
    return found


def _words(text: str) -> tuple[list[tuple[int, str, int]], list[tuple[int, str, str, bool, bool, int]]]:
    """The words of a folded text, as beginnings and as ends.

    A beginning: start, first group, what may begin.  An end: end, form within a key, form at its end, whether it is
    digits, whether these come after a zero, what may end.  What may: 2 anything; 1 all but digits only; 0 nothing.
    """
    opens, closes = _limits(text)
    heads, tails = [], []
    place, inner = 0, ""
    parts = (_BY_ASCII_WORD if text.isascii() else _BY_WORD).split(text)
    for gap, word in zip(parts[::2], parts[1::2], strict=False):  # the last part is what follows the last word
        start = place + len(gap)
        place = start + len(word)
        if digits := word.isdecimal():
            zeros = inner.endswith(_AFTER_ZERO)
            inner, last, head = word + JOINT, word.lstrip("0") or "0", word
        else:
            zeros = False
            inner, last, head = _forms(word)
        heads.append((start, head, opens.get(start, 2)))
        tails.append((place, inner, last, digits, zeros, closes.get(place, 2)))
    return heads, tails


def _limits(text: str) -> tuple[dict[int, int], dict[int, int]]:
    """Where not everything may begin, and end: within numbers, in chains of digits, beside a currency."""
    opens: dict[int, int] = {}
    closes: dict[int, int] = {}
    for chain in _CHAIN.finditer(text):
        run, chain_end = chain.span()
        number_end = run
        for link in _LINK.finditer(text, run, chain_end):
            if run >= number_end and (number := _UNCUT.match(text, run, chain_end)):
                number_end = number.end()
            start, run = link.span()
            opens[run] = closes[start] = 0 if run < number_end else 2 if text[start] in _LIST_LINKS else 1
    for mark in _CURRENCY.finditer(text):
        start, end = mark.span()
        if end - start > 1 and (text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()):
            continue  # letters of some word
        rest = text[end : end + 3]
        amount = rest.lstrip(" :")
        if text[start] not in _UNITS and amount[:1].isdecimal():
            opens.setdefault(end + len(rest) - len(amount), 1)
        else:
            closes.setdefault(start - 1 if text[start - 1 : start] == " " else start, 1)
    return opens, closes


def _too_short(text: str) -> bool:
    """Whether all that a folded text has is digits, and fewer than five."""
    groups = "".join(_WORD.findall(text))
    return len(groups) < SHORT_DIGITS and groups.isdecimal()


def _literal(text: str) -> str:
    """A text from its first letter or digit to its last, after NFKC and in upper case."""
    folded = _fold(text).text
    spans = [match.span() for match in _WORD.finditer(folded)]
    return folded[spans[0][0] : spans[-1][1]].upper() if spans else ""
