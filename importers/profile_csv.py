"""A bank's own table, read by a profile of agency.toml: preamble, header, lines, totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers.figures import Figures, bare
from importers.model import Statement
from importers.profile_rows import Rows
from importers.running import run
from importers.tables import Table, names_of
from ledger_core.accounting.money import EXPONENTS, format_minor
from ledger_core.errors import Problem, Refused, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importers.model import CsvProfile
    from importers.profile_rows import Total
    from importers.running import Run
    from importers.source import Findings, Settings
    from importers.tables import Sheet

KIND: Final = "statement"
_SINGLE = ("date_column", "credit", "debit", "amount", "payer", "payer_account", "id", "reference", "balance", "method")


def find(sheet: Sheet, profile: CsvProfile) -> Table | None:
    """The table whose header row holds all texts of ``header_contains``, below any preamble."""
    wanted = [bare(text).casefold() for text in profile.header_contains]
    for line, cells in sheet.head() if wanted else ():
        names = names_of(map(bare, cells))
        if all(any(text in name for name in names) for text in wanted):
            return Table(sheet, line, names)
    return None


def shown_columns(profile: CsvProfile, table: Table) -> int:
    """How many of the columns that a profile names are in the header."""
    named = {name for names in _roles(profile).values() for name in names}
    return sum(bare(name).casefold() in table.names for name in named)


def choose(found: Sequence[tuple[CsvProfile, Table]], shown: str) -> tuple[CsvProfile, Table]:
    """The profile that fits best: by the texts of its header, then by the account number above the header.

    Raises ``FILE_UNKNOWN`` where several fit equally.
    """
    most = max(len(profile.header_contains) for profile, _ in found)
    best = [(profile, table) for profile, table in found if len(profile.header_contains) == most]
    if len(best) > 1:
        named = [(profile, table) for profile, table in best if _names_account(table, profile.account)]
        best = named or best
    if len(best) > 1:
        names = ", ".join(sorted({profile.name for profile, _ in best}))
        raise refuse("FILE_UNKNOWN", f"the file fits more than once (profiles {names}): name its bank", shown)
    return best[0]


def _names_account(table: Table, account: str) -> bool:
    number = "".join(filter(str.isalnum, account)).upper()
    above = [cells for line, cells in table.sheet.head() if line < table.header_line]
    texts = ("".join(filter(str.isalnum, cell)).upper() for cells in above for cell in cells)
    return bool(number) and any(number in text for text in texts)


def read(profile: CsvProfile, table: Table, settings: Settings, findings: Findings) -> tuple[Statement, ...]:
    """The statement of the profile's bank; none where its balances or totals do not run.

    Raises ``HEADER_MISSING``, ``HEADER_DUPLICATE``, ``SETTING_MISSING`` and ``CURRENCY_BAD``.
    """
    if not profile.bank:
        raise refuse("SETTING_MISSING", f"profile {profile.name!r} names no `bank`", findings.path)
    currency = profile.currency or settings.currency_of(profile.account or profile.bank, "") or ""
    if currency not in EXPONENTS:
        message = f"the currency of bank {profile.bank!r} of profile {profile.name!r} is not known"
        raise refuse("CURRENCY_BAD", message, findings.path)
    columns = _columns(profile, table, findings.path)
    figures = Figures(profile, currency, typed=table.sheet.format in {"xlsx", "xls"})
    rows = Rows(profile, columns, figures, findings)
    rows.read(table)
    done = _run(rows, findings)
    _check(rows, done, currency, findings)
    days = [entry.date for entry in rows.entries if entry is not None]
    if not days or any(problem.code == "STATEMENT_BALANCE" for problem in findings.problems):
        return ()
    statement = Statement(
        account=profile.account,
        currency=currency,
        number="",
        date_from=min(days),
        date_to=max(days),
        opening=done.opening,
        closing=done.closing,
        lines=done.lines,
        line=table.header_line,
        bank=profile.bank,
    )
    return (statement,)


def _columns(profile: CsvProfile, table: Table, shown: str) -> dict[str, tuple[int, ...]]:
    """The indices of the columns of each role; all that the profile names must be there, once."""
    if not (profile.amount or profile.credit or profile.debit):
        message = f"profile {profile.name!r} names no column `amount`, `credit` or `debit`"
        raise refuse("SETTING_MISSING", message, shown)
    roles = _roles(profile)
    problems = []
    for name in dict.fromkeys(name for names in roles.values() for name in names):
        times = table.names.count(bare(name).casefold())
        if times != 1:
            code, what = ("HEADER_DUPLICATE", "twice or more") if times else ("HEADER_MISSING", "not")
            message = f"the column `{name}` of profile {profile.name!r} is {what} in the header"
            problems.append(Problem(code, message, shown, table.header_line))
    if problems:
        raise Refused(problems)
    return {role: tuple(table.names.index(bare(name).casefold()) for name in names) for role, names in roles.items()}


def _roles(profile: CsvProfile) -> dict[str, tuple[str, ...]]:
    """The column names of each role."""
    single = {role: getattr(profile, role) for role in _SINGLE}
    return {role: (name,) if name else () for role, name in single.items()} | {"memo": profile.memo}


def _run(rows: Rows, findings: Findings) -> Run:
    """Check the balances; they also tell what a minus in the debit column means.

    Some banks print each debit with a minus, others only what takes a debit back.  Where the balances run
    under neither or both readings nobody can tell, and the rows are refused.
    """
    plain = run(rows.entries)
    if not rows.restated:
        return plain
    restated = run([rows.restated.get(at, entry) for at, entry in enumerate(rows.entries)])
    if bool(plain.breaks) != bool(restated.breaks):
        return restated if plain.breaks else plain
    for at, entry in rows.restated.items():
        findings.add(entry.line, "AMOUNT_SIGN", "a debit with a minus has two meanings, and no balance tells which")
        rows.entries[at] = None
    return run(rows.entries)


def _check(rows: Rows, done: Run, currency: str, findings: Findings) -> None:
    for broken in done.breaks:
        expected, found = (format_minor(value, currency) for value in broken[1:])
        findings.add(broken.line, "STATEMENT_BALANCE", f"the balance is {found}, the lines before it give {expected}")
    if None not in rows.entries:
        for total in rows.totals:
            _check_total(total, currency, findings)


def _check_total(total: Total, currency: str, findings: Findings) -> None:
    if total.figure not in total.fitting:
        expected, found = format_minor(total.fitting[0], currency), format_minor(total.figure, currency)
        findings.add(total.line, "STATEMENT_BALANCE", f"the total is {found}, the rows above give {expected}")
