"""The settings of a workspace: agency.toml and clients/*.toml, read and validated together (SURFACE).

Each problem is a :class:`~ledger_core.errors.Problem` with the file and the line of the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_core.accounting.money import EXPONENTS
from ledger_core.errors import Problem, Refused
from tallystick.actions.settings_agency import AgencyReader
from tallystick.actions.settings_contracts import AgencyFacts, read_contract
from tallystick.actions.settings_file import SettingsFile
from tallystick.actions.settings_values import PARTY_ID

if TYPE_CHECKING:
    from pathlib import Path

    from importers.model import CsvProfile
    from ledger_core.accounting.agency import Agency
    from ledger_core.accounting.terms import Contract

AGENCY_FILE = "agency.toml"
CLIENTS_FOLDER = "clients"


@dataclass(frozen=True, slots=True)
class Settings:
    """The agency, its contracts by client, and how to read its banks' own files."""

    agency: Agency
    contracts: dict[str, Contract]
    profiles: tuple[CsvProfile, ...]


def load_settings(folder: Path) -> Settings:
    """All settings of the workspace; raises ``Refused`` with every problem of every file."""
    problems: list[Problem] = []
    agency_file = _open(folder / AGENCY_FILE, problems)
    reader = AgencyReader(agency_file) if agency_file else None
    facts = reader.facts() if reader else AgencyFacts(None, {}, None)
    files = [(path, _open(path, problems)) for path in contract_files(folder)]
    contracts = [read_contract(file, facts) for _path, file in files if file]
    clients = _clients([file for _path, file in files if file])
    # A client that cannot be read yet may be the one that an opening balance names.
    agency = reader.agency(None if problems else clients) if reader else None
    for file in (agency_file, *(file for _path, file in files)):
        problems += file.problems if file else ()
    if problems or agency is None or reader is None:
        raise Refused(sorted(problems, key=lambda problem: (problem.path, problem.line)))
    by_client = {contract.client: contract for contract in contracts if contract}
    return Settings(agency, by_client, reader.profiles)


def contract_files(folder: Path) -> list[Path]:
    """The contracts of a workspace, by name; files that begin with a dot are an editor's."""
    return sorted(path for path in (folder / CLIENTS_FOLDER).glob("*.toml") if not path.name.startswith("."))


def _open(path: Path, problems: list[Problem]) -> SettingsFile | None:
    try:
        return SettingsFile(path)
    except Refused as refusal:
        problems += refusal.problems
        return None


def _clients(files: list[SettingsFile]) -> dict[str, str] | None:
    """Each client and its currency, None if a file does not say them rightly; notes a client of two files."""
    owners: dict[str, SettingsFile] = {}
    clients: dict[str, str] = {}
    complete = True
    for file in files:
        client, currency = str(file.content.get("client")), str(file.content.get("currency"))
        if client in owners and "client" in file.content:
            file.bad(("client",), f"is {client}, whose contract is in {owners[client].path}")
        complete = complete and bool(PARTY_ID.fullmatch(client)) and currency in EXPONENTS
        owners.setdefault(client, file)
        clients.setdefault(client, currency)
    return clients if complete else None
