"""Exact identifiers (DOMAIN §5): what a text names, and above all what it does not."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from reconciliation import identifiers as room
from reconciliation.identifiers import (
    KnownKeys,
    counts,
    find_identifiers,
    identifier_key,
    identifier_keys,
    outermost,
    same_literal,
)

LETTERS, DIGITS = "ABKXZabkxz", "0123456789"
SEPARATORS = (" ", "-", "/", "_", "#", " - ", "——", "　", "·", "(")
SURROUNDINGS = ("", " ", "案件", "付款：", "#", "（", "，已付", "。", "\t", "-", "谢谢")


def candidate_keys(text: str, max_words: int = 6) -> list[tuple[str, str]]:
    """Every key that a text names as whole words, with the literal that does, before any rule of digits."""
    folded = room._fold(text)
    found = room._scan(folded.text, max_words)
    if folded.spans is None:
        return [(key, text[start:end]) for key, start, end in found]
    return [(key, folded.source[slice(*folded.origin(start, end))]) for key, start, end in found]


def groups_of(identifier: str) -> list[str]:
    """The groups of an ASCII identifier, by a rule of the test's own."""
    return re.findall(r"[A-Za-z]+|[0-9]+", identifier)


def named_by(text: str) -> set[str]:
    """The keys that a text names."""
    return {key for key, _ in candidate_keys(text)}


def pattern_of(identifier: str) -> re.Pattern[str]:
    """The rule for one ASCII identifier as a regular expression: the oracle."""
    *others, last = groups_of(identifier)
    body = ""
    for group, following in pairwise([*others, last]):
        gap = "*" if group.isdigit() != following.isdigit() else "+"
        body += f"{group}[^A-Za-z0-9\u4e00-\u9fff]{gap}"
    if last.isdigit():
        split = "(?:0+[^A-Za-z0-9\u4e00-\u9fff]+)?" if others and not others[-1].isdigit() else ""
        last = f"{split}0*{last.lstrip('0') or '0'}"
    return re.compile(f"(?<![A-Za-z0-9]){body}{last}(?![A-Za-z0-9])", re.IGNORECASE)


identifiers = st.lists(
    st.one_of(st.text(LETTERS, min_size=1, max_size=3), st.text(DIGITS, min_size=1, max_size=8)),
    min_size=1,
    max_size=5,
).map("-".join)


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ("K0001234", "K-1234"),
        ("k-1234", "K-1234"),
        ("Ｋ０００１２３４", "K-1234"),
        ("A-1", "A-1"),
        ("A1", "A-1"),
        ("A-000", "A-0"),
        ("000", "0"),
        ("0012-0034", "0012-34"),
        ("A-0-5", "A-0-5"),
        ("K1234a", "K-1234-A"),
        ("AB-CD", "AB-CD"),
        ("沪A-012", "沪-A-12"),
        ("（2024）沪0101民初0077号", "2024-沪-0101-民初-0077-号"),
        ("straße-07", "STRASSE-7"),
        ("K\u200b00\u00ad07", "K-7"),
        ("--", ""),
        ("", ""),
    ],
)
def test_a_key_is_the_groups_of_an_identifier(identifier: str, key: str) -> None:
    """Case, width, punctuation and the last group's leading zeros do not tell identifiers apart; the rest does."""
    assert identifier_key(identifier) == key


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("K0001234", "K0001234"),
        ("K0001234", "案件K0001234已付"),
        ("K0001234", "Ｋ０００１２３４"),
        ("K0001234", "k-000 1234"),
        ("K0001234", "K 1234"),
        ("K0001234", "K1234"),
        ("K0001234", "case (k_0001234), thanks"),
        ("K0001234", "REF K0001234"),
        ("K0001234", "12.50 K0001234 2025-01-15"),
        ("K0001234", "K0001234:12.50,K0001235:20.00"),
        ("K0001234", "K0001234,500.00"),
        ("K0001234", "K0001234/K0001235"),
        ("K0001234", "还款12元K0001234"),
        ("K0001234", "K\u200b0001234"),
        ("A-1", "A1"),
        ("A-1", "A 1"),
        ("A-1", "a-1"),
        ("A1", "A-1"),
        ("A-2025-01-15", "for A 2025.01.15"),
        ("2024-000123", "INV 2024/123 paid"),
        ("沪A1234", "沪 A-1234，已付"),
        ("合同-7", "（合同7）"),
        ("12345", "invoice 12345."),
        ("12345", "INV-12345 of May"),
        ("12345", "12345,67890"),
        ("12345", "12345/67890"),
        ("12345", "案件12345已付"),
        ("12345", "12345 CNY 50"),
        ("12345", "50元 12345"),
        ("12345", "ZUSD 12345"),
        ("K12345", "K12345,50.00"),
        ("0012345", "12345"),
    ],
)
def test_a_whole_token_names(identifier: str, text: str) -> None:
    """An identifier is named by its groups in order, whatever stands between and around them."""
    assert identifier_key(identifier) in named_by(text)
    assert identifier_key(identifier) in {mention.key for mention in find_identifiers("", text)}


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("K0001234", "INV0001234"),
        ("K0001234", "XK0001234"),
        ("K0001234", "K0001234X"),
        ("K0001234", "K00012345"),
        ("K0001234", "K-0001234X"),
        ("K0001234", "XK 0001234"),
        ("K0001234", "ЖK0001234"),
        ("K0001234", "K0001234٣"),
        ("K0001234", "K0001 234"),
        ("K0001234", "K-10 1234"),
        ("K0001234", "0001234"),
        ("K0001234", "K 1234.50"),
        ("K0001234", "K1,234.00"),
        ("K0001234", "1234 K"),
        ("K12", "K12:30"),
        ("K121", "K12¼"),
        ("K2025", "K 2025-01-15"),
        ("15-K", "2025-01-15 K"),
        ("沪A1234", "京沪A1234"),
        ("合同-7", "新合同7"),
        ("A-5", "12 000 5"),
        ("12-5", "12 000 5"),
        ("12345", "12 345"),
        ("12345", "12,345"),
        ("12345", "12,345.00"),
        ("12345", "12345.67"),
        ("12345", "12345,67 EUR"),
        ("12345", "¥12345"),
        ("12345", "￥ 12345"),
        ("12345", "12345元整"),
        ("12345", "USD: 12345"),
        ("12345", "12345 eur"),
        ("12345", "INV12345"),
        ("65551234", "Tel 010-65551234"),
        ("12345", "2025-12345"),
        ("12345", "12345-01"),
        ("2025-01", "on 2025-01-15"),
        ("01-15", "2025/01/15"),
        ("62220000", "6222 0000 1111"),
    ],
)
def test_what_is_no_whole_token_names_nothing(identifier: str, text: str) -> None:
    """Part of a longer run, of a number or of a chain of digits is no identifier; neither is a split run of digits."""
    assert identifier_key(identifier) not in named_by(text)


def test_candidates_keep_their_literal_and_order() -> None:
    """Each key comes with the text that gave it, as it stands there, the longer beside the shorter."""
    assert candidate_keys("REF Ｋ-0007, ok", max_words=3) == [
        ("REF", "REF"),
        ("REF-K", "REF Ｋ"),
        ("REF-K-7", "REF Ｋ-0007"),
        ("K", "Ｋ"),
        ("K-7", "Ｋ-0007"),
        ("K-0007-OK", "Ｋ-0007, ok"),
        ("7", "0007"),
        ("0007-OK", "0007, ok"),
        ("OK", "ok"),
    ]
    assert candidate_keys("案件：") == [("案件", "案件")]
    assert candidate_keys("_-。") == []


def test_zeros_split_off_the_last_group_are_read_both_ways() -> None:
    """``A-0-5`` may be A-0-5 or A-05: both keys come back, and only what is on file counts."""
    assert {"A-0-5", "A-5"} <= named_by("A-0-5")
    assert {"K-00-12", "K-12"} <= named_by("K00 12")


def test_a_closed_writing_has_a_key_of_its_own() -> None:
    """An identifier's punctuation may be left out even where its neighbouring groups are of one kind."""
    assert identifier_keys("K0001234") == ("K-1234",)
    assert identifier_keys("--") == ()
    assert identifier_keys("INV-2024-0077") == ("INV-2024-77", "INV-20240077")
    assert identifier_keys("AB-CD-0012") == ("AB-CD-12", "ABCD-12")
    assert set(identifier_keys("INV-2024-0077")) & named_by("paid inv20240077 today")
    assert not set(identifier_keys("INV-2024-0077")) & named_by("paid inv202 40077 today")


def test_a_closed_writing_loses_no_zeros_and_is_no_date() -> None:
    """What was no leading zero before must not get lost, and eight digits may be a date."""
    assert identifier_keys("K-00-12") == ("K-00-12",)
    assert identifier_keys("2025-0115") == ("2025-115",)
    assert identifier_keys("1234-5678-9012") == ("1234-5678-9012", "123456789012")


@pytest.mark.parametrize(
    ("reference", "memo", "named"),
    [
        ("1234", "", True),
        (" #1234 ", "", True),
        ("１２３４", "", True),
        ("", "1234", False),
        ("REF 1234", "", False),
        ("1234 May", "", False),
        ("", "案件1234已付", False),
        ("1234.00", "", False),
    ],
)
def test_short_digits_count_only_as_the_whole_reference(reference: str, memo: str, named: bool) -> None:
    """Fewer than five digits in a memo, or beside anything else, are an amount, a year, a house."""
    assert ("1234" in {mention.key for mention in find_identifiers(reference, memo)}) is named


def test_short_identifiers_are_not_named_by_more_zeros() -> None:
    """``00123`` in a memo is long enough to stand there, but the identifier 123 is not; 0000123 is."""
    in_memo = find_identifiers("", "paid 00123")[-1]
    assert in_memo.key == identifier_key("123")
    assert not counts("123", in_memo)
    assert counts("0000123", in_memo)
    assert counts("123", find_identifiers("00123")[0])
    assert not counts("12-34", find_identifiers("", "to A 12-34 12-34")[0])
    assert counts("A-1", find_identifiers("", "A1")[-1])
    assert not counts("123", find_identifiers("", "00123")[0])
    assert not counts("123", find_identifiers("REF 00123")[-1])


def test_digits_that_lost_their_zeros_must_still_be_long() -> None:
    """The identifier 0001234 is not named by 1234 in a memo: that is no token anybody would take for it."""
    assert find_identifiers("", "1234") == []
    assert [mention.key for mention in find_identifiers("", "01234")] == ["1234"]


def test_a_mention_says_where_it_stands() -> None:
    """Field, place, literal and whether the field says nothing else come with each key."""
    known = KnownKeys(map(identifier_key, ["K0001234", "K0001235", "12345"]))
    found = find_identifiers("Ｋ1234", "案件k 1235。", "0012345 May", known=known)
    assert [(m.key, m.found, m.where, m.whole) for m in found] == [
        ("K-1234", "Ｋ1234", "reference", True),
        ("K-1235", "k 1235", "memo", False),
        ("12345", "0012345", "text 2", False),
    ]
    assert "案件k 1235。"[found[1].start : found[1].end] == "k 1235"


def test_a_literal_is_what_stands_in_the_text() -> None:
    """Marks, invisible characters and such as widen under NFKC lead back to the text as it came."""
    memo = "㈱Ⅻ k\u200b\u0301-0\u00ad7ﬀ, K-000 7"
    known = KnownKeys(["K-7-FF", "K-7", "XII"])
    found = find_identifiers("", memo, known=known)
    assert [mention.found for mention in found] == ["Ⅻ", "K-000 7"]
    memo = "㈱Ⅻ k\u200b0\u00ad7\u200b, e\u0301-7"
    found = find_identifiers("", memo, known=KnownKeys(["K-7", "É-7"]))
    assert [mention.found for mention in found] == ["k\u200b0\u00ad7\u200b", "e\u0301-7"]
    assert all(memo[mention.start : mention.end] == mention.found for mention in found)


def test_the_literal_one_is_preferred() -> None:
    """A-1 and A1 share a key; what stands in the text tells them apart, and ``A 1`` is neither."""
    assert identifier_key("A-1") == identifier_key("A1")
    assert same_literal("A-1", "ａ－1")
    assert not same_literal("A1", "a-1")
    assert same_literal("A1", "a1")
    assert not any(same_literal(identifier, "A 1") for identifier in ("A-1", "A1"))
    assert not same_literal("A-01", "A-1")


def test_a_longer_identifier_hides_what_lies_within_it() -> None:
    """K1-2 on file is not also a naming of K1, unless a space leaves both readings."""
    known = KnownKeys(["K-1", "K-1-2"])
    assert [m.key for m in outermost(find_identifiers("", "K1-2", known=known))] == ["K-1-2"]
    assert [m.key for m in outermost(find_identifiers("", "K1 2", known=known))] == ["K-1", "K-1-2"]
    assert [m.key for m in outermost(find_identifiers("K1", "K1-2", known=known))] == ["K-1", "K-1-2"]
    assert [m.key for m in outermost(find_identifiers("", "K1-2 K1", known=known))] == ["K-1-2", "K-1"]


@given(identifiers, st.sampled_from(SURROUNDINGS), st.sampled_from(SURROUNDINGS))
def test_an_identifier_among_other_text_is_found(identifier: str, before: str, after: str) -> None:
    """Chinese, spaces and punctuation around an identifier never hide it."""
    key = identifier_key(identifier)
    text = f"{before}{identifier}{after}"
    assert (key, identifier) in candidate_keys(text)
    digits = "".join(groups_of(identifier))
    short = digits.isdigit() and len(digits) < 5
    mentions = find_identifiers("", text, known=KnownKeys([key]))
    assert (identifier in {mention.found for mention in mentions}) is not short


@given(
    identifiers,
    st.text(LETTERS + "123456789", max_size=2),
    st.text(LETTERS + "123456789", max_size=2),
    st.sampled_from(SURROUNDINGS),
)
def test_an_identifier_with_something_glued_on_is_not_found(
    identifier: str, before: str, after: str, around: str
) -> None:
    """Letters or digits on either side make another token."""
    glued = f"{before}{identifier}{after}"
    assume(before or after)
    assume(not pattern_of(identifier).search(glued))  # as A-A-A, glued to XA-A-A-A, would still be in it
    assert identifier_key(identifier) not in named_by(f"{around}{glued}{around}")


@given(identifiers, st.data())
def test_an_identifier_written_otherwise_is_found(identifier: str, data: st.DataObject) -> None:
    """Case, width, the punctuation between groups and the last group's zeros may be what they like."""
    *others, last = groups_of(identifier)
    if last.isdigit():
        last = "0" * data.draw(st.integers(0, 4)) + (last.lstrip("0") or "0")
    text = ""
    for group, following in pairwise([*others, last]):
        needed = group.isdigit() == following.isdigit()
        text += group + data.draw(st.sampled_from(SEPARATORS if needed else ("", *SEPARATORS)))
    text += last
    text = "".join(c.swapcase() if data.draw(st.booleans()) else c for c in text)
    text = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() and data.draw(st.booleans()) else c for c in text)
    assert (identifier_key(identifier), text) in candidate_keys(f"付款 {text}，谢谢")


@given(
    st.lists(st.sampled_from(["A", "B", "0", "00", "1", "12"]), min_size=1, max_size=4).map("-".join),
    st.lists(st.sampled_from(["A", "b", "0", "1", "2", " ", "#", "案"]), max_size=14).map("".join),
)
@example("A-1", "A 0 1")
@example("A-0", "A 0 00")
def test_naming_is_what_the_pattern_of_the_rule_says(identifier: str, text: str) -> None:
    """Where no number, chain or currency interferes, the keys say exactly what a pattern per identifier says."""
    assert (identifier_key(identifier) in named_by(text)) == bool(pattern_of(identifier).search(text))


@given(st.text(st.sampled_from("AK019 -.,/:¥元案Ａ０\u0301é㈱"), max_size=20), st.data())
def test_known_keys_only_filter(text: str, data: st.DataObject) -> None:
    """Looking for keys on file finds what all candidates hold of them, no more and no less."""
    everything = find_identifiers(text, text, max_words=len(text) + 1)
    keys = data.draw(st.sets(st.sampled_from([m.key for m in everything]))) if everything else set()
    assert find_identifiers(text, text, known=KnownKeys(keys)) == [m for m in everything if m.key in keys]


@given(st.text(max_size=30))
def test_any_text_is_read(text: str) -> None:
    """No text is too odd, and a text that is an identifier as a whole is named by itself."""
    assert all(mention.found for mention in find_identifiers(text, text))
    assert identifier_key(f"A {text}") in {key for key, _ in candidate_keys(f"A {text}", max_words=200)}
