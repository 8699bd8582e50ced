"""agency.toml → :class:`~ledger_core.accounting.agency.Agency` and profiles of bank files, each problem at its line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from importers.events import EVENT_NAMES
from importers.model import CsvProfile
from ledger_core.accounting.agency import MATCH, REMITTANCE, Agency, Bank, Place, plain_account
from ledger_core.accounting.money import EXPONENTS
from ledger_core.errors import Problem
from tallystick.actions.settings_contracts import AgencyFacts, read_hold_days
from tallystick.actions.settings_opening import OpeningFacts, read_opening
from tallystick.actions.settings_schema import (
    AgencyFile,
    AgencyTable,
    BankTable,
    PlaceTable,
    StatementCsvTable,
    TrustTable,
)
from tallystick.actions.settings_values import Wrong, amount, journal_address, near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallystick.actions.settings_file import SettingsFile
    from tallystick.actions.toml_lines import Keys

JOURNAL_VARIABLE = "TALLYSTICK_JOURNAL"

REVIEWABLE = (*sorted(EVENT_NAMES), MATCH, REMITTANCE)
"""What a second person may be asked for: events, decisions on bank lines, remittance runs."""


class AgencyReader:
    """agency.toml in two steps: what contracts are judged by, then what needs the contracts."""

    def __init__(self, file: SettingsFile) -> None:
        self._file = file
        raw = file.content
        file.read(AgencyFile, raw, ())
        table = raw.get("agency")
        self._agency = file.read(AgencyTable, table, ("agency",)) if "agency" in raw else None
        named = str(table.get("currency")) if isinstance(table, dict) else ""
        self._currency = named if named in EXPONENTS else ""
        self._banks = self._read_banks()
        self._hold_days = read_hold_days(file, raw.get("hold_days", {}), ("hold_days",))
        self._trust = file.read(TrustTable, raw.get("trust", {}), ("trust",))
        self._places = self._read_places()
        self._review = self._read_review()
        self._journal = self._read_journal()
        self.profiles = self._read_profiles()

    def facts(self) -> AgencyFacts:
        """What a contract is judged against."""
        places = None if self._places is None else frozenset(place.place for place in self._places)
        return AgencyFacts(self._banks, self._hold_days, places)

    def agency(self, clients: Mapping[str, str] | None) -> Agency | None:
        """The whole, or None; ``clients`` has the currency of each contract, None if one is unreadable."""
        facts = OpeningFacts(self._currency, self._banks, clients)
        opening = read_opening(self._file, self._file.content.get("opening", {}), facts)
        if self._file.problems or self._agency is None or self._trust is None:
            return None
        return Agency(
            name=self._agency.name,
            currency=self._agency.currency,
            first_day=self._agency.first_day,
            journal=self._journal,
            opening=opening,
            banks=self._banks or (),
            hold_days=tuple(sorted(self._hold_days.items())),
            trust_interest=self._trust.interest,
            places=self._places or (),
            review=self._review,
        )

    def _read_banks(self) -> tuple[Bank, ...] | None:
        """The banks; None if any of them is wrong."""
        file, before = self._file, len(self._file.problems)
        banks: list[Bank] = []
        for keys, raw in file.tables(file.content.get("bank", []), ("bank",)):
            table = file.read(BankTable, raw, keys)
            if table is None:
                continue
            bank = Bank(table.id, table.fund, table.currency, table.account, table.kind)
            self._check_bank(keys, bank, banks)
            banks.append(bank)
        return tuple(banks) if len(file.problems) == before else None

    def _check_bank(self, keys: Keys, bank: Bank, others: list[Bank]) -> None:
        if any(bank.id == other.id for other in others):
            self._file.bad((*keys, "id"), f"is {bank.id}, as in another [[bank]]")
        for other in others:
            if (plain_account(bank.account), bank.currency) == (plain_account(other.account), other.currency):
                words = f"is that of bank {other.id} in {bank.currency} too; a statement could mean either"
                self._file.bad((*keys, "account"), words)
        if bank.kind == "processor" and bank.fund != "trust":
            self._file.bad((*keys, "kind"), "is processor; money in transit is other people's, so its fund is trust")

    def _read_places(self) -> tuple[Place, ...] | None:
        """The rules of places; None if any of them is wrong."""
        file, before = self._file, len(self._file.problems)
        places: list[Place] = []
        for keys, raw in file.tables(file.content.get("place", []), ("place",)):
            table = file.read(PlaceTable, raw, keys, self._currency)
            if table is None:
                continue
            if any((table.place, table.effective) == (other.place, other.effective) for other in places):
                file.bad((*keys, "effective"), f"is {table.effective}, as in another [[place]] of {table.place}")
            for key, other in (
                ("remit_after_month_end_days", "remit_within_days"),
                ("deposit_banking_days", "deposit_days"),
            ):
                if getattr(table, key) is not None and getattr(table, other) is not None:
                    file.bad((*keys, key), f"stands beside {other}; a place counts in the one way or the other")
            places.append(Place(**table.model_dump()))
        return tuple(places) if len(file.problems) == before else None

    def _read_review(self) -> tuple[tuple[str, int], ...]:
        file = self._file
        limits: dict[str, int] = {}
        for event, value in file.entries(file.content.get("review", {}), ("review",)):
            keys = ("review", event)
            if event not in REVIEWABLE:
                file.fault("SETTING_UNKNOWN", keys, f"is nothing that can be reviewed{near(event, REVIEWABLE)}")
                continue
            limits[event] = file.value(keys, amount, value, self._currency) or 0
        return tuple(sorted(limits.items()))

    def _read_journal(self) -> str:
        """The address of the journal, that of the environment before that of the file."""
        given = os.environ.get(JOURNAL_VARIABLE, "")
        if not given:
            return self._agency.journal if self._agency else ""
        place = f"${JOURNAL_VARIABLE}"
        try:
            journal_address(given)
        except Wrong as refusal:
            self._file.problems.append(Problem("SETTING_BAD", f"the journal {refusal}", place))
        return given

    def _read_profiles(self) -> tuple[CsvProfile, ...]:
        file = self._file
        profiles: list[CsvProfile] = []
        for keys, raw in file.tables(file.content.get("statement_csv", []), ("statement_csv",)):
            table = file.read(StatementCsvTable, raw, keys)
            if table is None:
                continue
            if any(table.name == other.name for other in profiles):
                file.bad((*keys, "name"), f'is "{table.name}", as in another [[statement_csv]]')
            if table.amount and (table.credit or table.debit):
                file.bad((*keys, "amount"), "stands beside credit and debit; name the one or the two")
            elif not (table.amount or (table.credit and table.debit)):
                words = "is missing; name one column with a sign, or both credit and debit"
                file.fault("SETTING_MISSING", (*keys, "amount"), words)
            profiles.append(self._profile(keys, table))
        return tuple(profiles)

    def _profile(self, keys: Keys, table: StatementCsvTable) -> CsvProfile:
        bank = None
        if table.bank is not None and self._banks is not None:
            bank = next((bank for bank in self._banks if bank.id == table.bank), None)
            if bank is None:
                self._file.bad((*keys, "bank"), f'is "{table.bank}", which no [[bank]] has as its id')
        if table.thousands and table.thousands == table.decimal:
            self._file.bad((*keys, "thousands"), "is the same mark as decimal")
        fields = table.model_dump(exclude={"date", "bank", "thousands"})
        return CsvProfile(
            **fields,
            bank=table.bank or "",
            date_column=table.date.column,
            date_format=table.date.format,
            thousands=True if table.thousands is None else table.thousands,
            account=bank.account if bank else "",
            currency=bank.currency if bank else "",
        )
