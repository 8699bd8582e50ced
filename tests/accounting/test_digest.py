"""What is hashed of a leg: as the books print it, with what its account and its entry do not say (docs/format.md)."""

from __future__ import annotations

from ledger_core.accounting.digest import base_text, canonical, leg_notes, leg_text, legs_text, netstring
from ledger_core.accounting.posting import Header, LegRow

ENTRY = Header("trust_transfer", "2025-01-10", client="ALFA", case="K-1", line=7, bank="TRUST")


def test_a_netstring_counts_bytes() -> None:
    """Three bytes a Chinese character."""
    assert netstring("hello") == "5:hello,"
    assert netstring("") == "0:,"
    assert netstring("催收") == "6:催收,"


def test_small_mappings_as_text() -> None:
    """Sorted, without spaces, letters as they are; nothing for nothing."""
    assert canonical({"b": "催", "a": [1, 2]}) == '{"a":[1,2],"b":"催"}'
    assert canonical({}) == ""


def test_the_base_as_printed() -> None:
    """With the decimals of the currency."""
    assert base_text(Header("receipt", "2025-01-10", base=12345), "KWD") == "12.345"


def test_notes_say_what_the_entry_does_not() -> None:
    """Another bank than the entry's, but on the bank's own account; whose money it is, where that is another's."""
    payable, bank = "Liabilities:Trust:ClientPayable:ALFA", "Assets:Trust:Bank:TWO"
    assert leg_notes(ENTRY, payable, "TWO", "") == {"bank": "TWO"}
    assert leg_notes(ENTRY, payable, "TRUST", "") == leg_notes(ENTRY, bank, "TWO", "") == {}
    assert leg_notes(ENTRY, payable, "", "") == {}
    for own, other, kind in (("case:K-1", "K-2", "case"), ("line:7", "8", "line"), ("client:ALFA", "BETA", "client")):
        assert leg_notes(ENTRY, payable, "TRUST", own) == {}
        assert leg_notes(ENTRY, payable, "TRUST", f"{kind}:{other}") == {kind: other}
    assert leg_notes(ENTRY, payable, "TWO", "case:K-2") == {"bank": "TWO", "case": "K-2"}


def test_a_leg_as_text() -> None:
    """Account, amount, commodity and notes by name, single spaces between."""
    assert leg_text("Equity:Opening", "-5.00", "CNY", {"line": "3", "bank": "TWO"}) == (
        "Equity:Opening -5.00 CNY bank:TWO line:3"
    )


def test_the_fields_of_legs() -> None:
    """Each leg's netstring in order: plain ones, negative ones, those of no decimals, those with notes."""
    legs = [
        LegRow("Assets:Trust:Bank:TWO", "CNY", 5, "TWO"),
        LegRow("Liabilities:Trust:ClientPayable:ALFA", "CNY", -123_456, "TWO"),
        LegRow("Liabilities:Trust:DebtorRefund", "CNY", -100, "TRUST", "case:K-1"),
        LegRow("Liabilities:Trust:Unidentified", "CNY", 100, "TRUST", "line:9"),
        LegRow("Equity:Memo:Placed:ALFA", "JPY.D", -70),
    ]
    assert legs_text(ENTRY, legs) == (
        "30:Assets:Trust:Bank:TWO 0.05 CNY,"
        "58:Liabilities:Trust:ClientPayable:ALFA -1234.56 CNY bank:TWO,"
        "40:Liabilities:Trust:DebtorRefund -1.00 CNY,"
        "46:Liabilities:Trust:Unidentified 1.00 CNY line:9,"
        "33:Equity:Memo:Placed:ALFA -70 JPY.D,"
    )
