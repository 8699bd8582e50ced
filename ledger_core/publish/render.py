"""Journal rows as Beancount text: the same rows give the same bytes, always.

Every leg is written with all its decimals and none is left to be inferred (DESIGN, traps).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import digest
from ledger_core.accounting.chart import MEMO_SUFFIX
from ledger_core.accounting.money import format_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ledger_core.accounting.posting import Account, EntryRow, Header

PLUGINS = (
    "plugins.fund_balance",
    "plugins.trust_cover",
    "plugins.day_end",
    "plugins.fee_bridge",
    "plugins.case_buckets",
    "plugins.case_totals",
    "plugins.gross_credit",
    "plugins.fees",
    "plugins.reversals",
    "plugins.direct",
)
"""One an invariant, in the order of DOMAIN §6."""

_NOTICE = ";; Published by tallystick from its journal.  Correct by a new entry there, never here.\n"


class BankDay(NamedTuple):
    """A bank's balance at the end of a day, minor units."""

    account: str
    currency: str
    balance: int


class StatementDay(NamedTuple):
    """A bank statement's closing balance, and the items between it and the book (book + Σ = statement)."""

    date: str
    account: str
    currency: str
    closing: int
    items: tuple[tuple[str, int], ...]


def entry(row: EntryRow) -> str:
    """One entry as a transaction."""
    header = row.header
    title = f"{header.event} {header.case}".rstrip()
    links = f" ^case-{header.case}" if header.case else ""
    lines = [f'{header.date} * "{header.client}" "{title}"{links}', f'  entry: "{row.id}"', f'  batch: "{row.batch}"']
    lines += [f"  {name}: {_quoted(value)}" for name, value in _metadata(row) if value]
    lines += [f'  public: "{row.public.hex()}"', f'  digest: "{row.digest.hex()}"']
    if header.effective:
        lines.append(f"  effective: {header.effective}")
    for account, currency, amount, bank, item in row.legs:
        lines.append(f"  {account}  {format_minor(amount, currency)} {currency}")
        if item or (bank and bank != header.bank):
            notes = digest.leg_notes(header, account, bank, item)
            lines += [f'    {name}: "{value}"' for name, value in sorted(notes.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text as Beancount reads it."""
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _metadata(row: EntryRow) -> Iterator[tuple[str, str]]:
    """Names and texts; an empty one is not printed."""
    header: Header = row.header
    yield "event", header.event
    yield "client", header.client
    yield "case", header.case
    yield "line", str(header.line or "")
    yield "bank", header.bank
    yield "terms", header.terms
    yield "rule", str(header.rule) if header.rule >= 0 else ""
    yield "base", digest.base_text(header, row.legs[0].currency) if header.base else ""
    yield "reverses", " ".join(map(str, header.reverses))
    yield from sorted(header.meta.items())


def day_file(day: str, entries: Iterable[EntryRow], banks: Sequence[BankDay]) -> str:
    """One day: its entries in posting order, then what each bank that moved holds at its end."""
    morrow = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    parts = [_NOTICE, *(entry(row) for row in entries)]
    asserted = [
        f"{morrow} balance {bank.account}  {format_minor(bank.balance, bank.currency)} {bank.currency}\n"
        for bank in banks
    ]
    return "\n".join([*parts, "".join(asserted)]) if asserted else "\n".join(parts)


def chart_file(first_day: str, accounts: Iterable[Account]) -> str:
    """The commodities, and every account that was ever posted to, or at which something lies."""
    known: dict[str, set[str]] = {}
    for account in accounts:
        known.setdefault(account.name, set()).add(account.currency)
    commodities = sorted(set().union(*known.values())) if known else []
    lines = [_NOTICE]
    for name in commodities:
        lines.append(f"{first_day} commodity {name}")
        if name.endswith(MEMO_SUFFIX):
            lines.append('  name: "placed debt, off the balance sheet: never cash"')
    lines += ["", *(f"{first_day} open {name} {','.join(sorted(known[name]))}" for name in sorted(known))]
    return "\n".join(lines) + "\n"


def statements_file(statements: Iterable[StatementDay]) -> str:
    """What the banks said, and what lies between that and the book."""
    lines = [_NOTICE]
    for day in statements:
        closing = format_minor(day.closing, day.currency)
        lines.append(f'{day.date} custom "bank-statement" {day.account} {closing} {day.currency}')
        for title, amount in day.items:
            text = format_minor(amount, day.currency)
            lines.append(f'{day.date} custom "reconciling-item" {day.account} {text} {day.currency} "{title}"')
    return "\n".join(lines) + "\n"


def terms_file(document: str) -> str:
    """A contract version, as it is hashed."""
    return document + "\n"


def main_file(
    title: str, currency: str, includes: Sequence[str], terms: Mapping[str, tuple[str, str]], seal: tuple[str, int, str]
) -> str:
    """The file to open: options, plugins, contract versions (digest → client, day), seal and includes.

    ``seal`` is the latest day of acting, batch and head.
    """
    lines = [
        _NOTICE,
        f'option "title" {_quoted(title)}',
        f'option "operating_currency" "{currency}"',
        'option "tolerance_multiplier" "0"',
        "",
        *(f'plugin "{name}"' for name in PLUGINS),
        "",
        *(f'{day} custom "tallystick-terms" "{client}" "{key}"' for key, (client, day) in terms.items()),
    ]
    if seal[1]:
        lines.append(f'{seal[0]} custom "tallystick-seal" "{seal[1]}" "{seal[2]}"')
    lines += ["", *(f'include "{path}"' for path in includes)]
    return "\n".join(lines) + "\n"
