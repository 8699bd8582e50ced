"""CAMT.053 (ISO 20022 bank-to-customer statement), versions 001.02 to 001.13, by local names.

Read as a stream: entities, DTDs and the network are off, and each entry is freed once it is read.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from importers.camt_entry import Entry, flat, one, read_details, read_entry
from importers.camt_statement import finish
from importers.model import Imported
from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.camt_entry import Details
    from importers.model import Statement
    from importers.source import Findings, Settings, Source
