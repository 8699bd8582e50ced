"""A room with one file in it: what is written there is read as the importers read any file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importers.identify import read_file
from importers.model import CsvProfile
from ledger_core.errors import Refused

if TYPE_CHECKING:
    from importers.model import Imported, Statement, StatementLine

FILES = Path(__file__).parent / "files"

BIG_BANK = CsvProfile(
    name="big",
    bank="TRUST",
    encoding="gb2312",
    header_contains=("交易日期", "贷方发生额"),
    date_column="交易日期",
    date_format="%Y%m%d",
    credit="贷方发生额",
    debit="借方发生额",
    payer="对方户名",
    payer_account="对方账号",
    memo=("摘要", "附言"),
    id="流水号",
    balance="余额",
    account="6222000011112222",
    currency="CNY",
)
EURO_BANK = CsvProfile(
    name="euro",
    bank="EURO",
    encoding="cp1252",
    header_contains=("Buchungstag", "Betrag"),
    date_column="Buchungstag",
    date_format="%d.%m.%Y",
    amount="Betrag",
    payer="Auftraggeber",
    payer_account="IBAN",
    memo=("Verwendungszweck",),
    decimal=",",
    account="DE00123400000001",
    currency="EUR",
)


def currency_of(account: str, hint: str) -> str | None:
    """Our banks: one in CNY by its number, one in EUR by its IBAN."""
    number = "".join(filter(str.isalnum, account))
    return hint or {"6222000011112222": "CNY", "DE00123400000001": "EUR"}.get(number)


class Room:
    """Reads what is put into it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "given"
        self.profiles = [BIG_BANK, EURO_BANK]

    def sample(self, name: str) -> bytes:
        """The bytes of a sample file."""
        return (FILES / name).read_bytes()

    def read(self, content: str | bytes) -> Imported:
        """Read a file of this content; its name says nothing."""
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(self.path, profiles=self.profiles, currency_of=currency_of, shown="inbox/given")

    def faults(self, content: str | bytes) -> list[tuple[int, str]]:
        """Line and code of each problem of a file that is read all the same."""
        problems = self.read(content).problems
        assert all(problem.path == "inbox/given" for problem in problems)
        return [(problem.line, problem.code) for problem in problems]

    def refusal(self, content: str | bytes) -> list[tuple[int, str]]:
        """Line and code of each problem of a file that is refused as a whole."""
        with pytest.raises(Refused) as refused:
            self.read(content)
        assert all(problem.path == "inbox/given" for problem in refused.value.problems)
        return [(problem.line, problem.code) for problem in refused.value.problems]

    def rows(self, content: str | bytes) -> tuple[Any, ...]:
        """The rows of a file without problems."""
        imported = self.read(content)
        assert imported.problems == ()
        return imported.rows

    def statement(self, content: str | bytes) -> Statement:
        """The only statement of a file without problems."""
        (statement,) = self.rows(content)
        return statement

    def lines(self, content: str | bytes) -> tuple[StatementLine, ...]:
        """The lines of the only statement of a file without problems."""
        return self.statement(content).lines


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """An empty room."""
    return Room(tmp_path)
