"""The error catalogue: each code with what it means and what to do.

``docs/errors.md`` is generated from this table, and ``tests/test_errors.py`` holds both together
with the tests that reproduce the codes.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One code: when it is given, and what the user does about it."""

    meaning: str
    remedy: str


CATALOGUE: dict[str, Entry] = {
    # Reading files
    "FILE_UNKNOWN": Entry(
        "The content of a file is none that we know.",
        "Check that it is the bank's original export; for a bank's own CSV add a [[statement_csv]] profile to agency.toml",
    ),
    "FILE_UNREADABLE": Entry(
        "A file cannot be opened or decoded.", "Check the path, its permissions and that it is UTF-8 or GB18030 text"
    ),
    "HEADER_MISSING": Entry("A required column is not in the header.", "Add the column; its order does not matter"),
    "HEADER_DUPLICATE": Entry("A column stands twice in the header.", "Keep one of them"),
    "ROW_SHAPE": Entry("A row has more or fewer cells than the header.", "Check the separators and quotes in this row"),
    "CELL_LIMIT": Entry(
        "A cell or a line is longer than the limit.", "Check for a missing quote; a cell holds 32 KB, a line 1 MB"
    ),
    "VALUE_MISSING": Entry("A required value is empty.", "Fill it in"),
    "ID_BAD": Entry(
        "An id has characters that ids cannot have, or too many.",
        "Use letters, digits, - and _ (40 at most for a case, 20 capitals for a client or bank); put odder numbers in `reference`",
    ),
    "DATE_BAD": Entry(
        "A date cannot be read, or does not exist.", "Write it as 2025-01-31, or give the bank's format in its profile"
    ),
    "AMOUNT_BAD": Entry("An amount cannot be read.", "Write it as 1234.56: no currency sign, no thousands separator"),
    "AMOUNT_DECIMALS": Entry(
        "An amount has more decimals than its currency.",
        "Round it where it was made, and give it with the currency's decimals",
    ),
    "AMOUNT_SIGN": Entry(
        "An amount is zero or negative where only a positive one has a meaning.",
        "Give the amount without sign; a correction is an event of its own",
    ),
    "AMOUNT_LIMIT": Entry(
        "An amount is beyond what the engine counts exactly.",
        "Amounts are below 10^12 minor units; split it, or check the decimal point",
    ),
    "CURRENCY_BAD": Entry(
        "A currency is unknown, or not the one of this account, client or case.",
        "Use the ISO 4217 code that the contract, the bank and the case share",
    ),
    "EVENT_UNKNOWN": Entry(
        "An event is not one that can be posted.", "See `tallystick rules` for the events and their names"
    ),
    "STATEMENT_BALANCE": Entry(
        "A statement does not add up: opening and lines do not give its closing or running balance.",
        "Fetch the file from the bank again; a line is missing, doubled or altered",
    ),
    "STATEMENT_CONTRADICTS": Entry(
        "A line contradicts one that was imported before under the same bank id.",
        "Ask the bank which is right; the line already known stays",
    ),
    "XML_BAD": Entry("An XML file is not well formed, or holds entities.", "Fetch the file from the bank again"),
    # Settings and contracts
    "SETTING_MISSING": Entry(
        "A setting that is required is not there.", "Add the key; `tallystick init` writes a commented example"
    ),
    "SETTING_BAD": Entry(
        "A setting has a value that makes no sense.", "Correct the value; the message says what it may be"
    ),
    "SETTING_UNKNOWN": Entry("A setting is not one that we know.", "Check its spelling, or remove it"),
    "TOML_BAD": Entry(
        "A settings file is not valid TOML.", "Correct the line; strings need quotes and tables need brackets"
    ),
    "OPENING_UNBALANCED": Entry(
        "The opening balances do not sum to zero in each fund.",
        "Correct [opening]; Equity:Opening takes the operating difference",
    ),
    "NOT_YET": Entry(
        "A part of the vocabulary that this release does not post.",
        "Remove it for now; docs/decisions.md lists what is posted so far",
    ),
}
