"""The error catalogue: each code with what it means and what to do.

``docs/errors.md`` is generated from it, and ``tests/test_errors.py`` holds both together with the
reproducer of each code.  A meaning ends with its full stop; a remedy gets one where it is printed.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One code: when it is given, and what the user does about it."""

    meaning: str
    remedy: str


SECTIONS: dict[str, dict[str, Entry]] = {
    "Reading and writing files": {
        "FILE_UNKNOWN": Entry(
            "The content of a file is none that we know.",
            "Check that it is the bank's original export, or has the columns of placements or events; for a bank's own CSV add a [[statement_csv]] profile to agency.toml",
        ),
        "FILE_UNREADABLE": Entry(
            "A file cannot be opened or decoded.",
            "Check its path and permissions; text is UTF-8 or GB18030, a workbook has no password; else fetch or save it again",
        ),
        "FILE_UNWRITABLE": Entry(
            "A file or folder of the workspace cannot be written.",
            "Check its permissions, the space on the disk, and that no file stands where a folder must be; nothing of this step was kept",
        ),
        "OUTPUT_UNWRITABLE": Entry(
            "What a command prints cannot be written where it was sent.",
            "Check the space and the permissions there; what the command did stands, so look before you post the same by hand again",
        ),
        "HEADER_MISSING": Entry("A required column is not in the header.", "Add the column; its order does not matter"),
        "HEADER_DUPLICATE": Entry("A column stands twice in the header.", "Keep one of them"),
        "ROW_SHAPE": Entry(
            "A row has more or fewer cells than the header.", "Check the separators and quotes in this row"
        ),
        "CELL_LIMIT": Entry(
            "A cell or a line is longer than the limit.", "Check for a missing quote; a cell holds 32 KB, a line 1 MB"
        ),
        "VALUE_MISSING": Entry("A required value is empty.", "Fill it in"),
        "VALUE_BAD": Entry(
            "A value is none of those that the format allows.",
            "Use one that the message names, or ask who made the file",
        ),
        "ID_BAD": Entry(
            "An id has characters that ids cannot have, or too many.",
            "Use letters, digits, - and _ (40 at most for a case, 20 capitals for a client or bank); put odder numbers in `reference`",
        ),
        "DATE_BAD": Entry(
            "A date cannot be read, or does not exist.",
            "Write it as 2025-01-31, or give the bank's format in its profile",
        ),
        "AMOUNT_BAD": Entry(
            "An amount cannot be read.", "Write it as 1234.56: no currency sign, no thousands separator"
        ),
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
            "Amounts stay below 10^12 of the smallest unit, 10 billion where that is a cent; split it, or check the decimal point",
        ),
        "CURRENCY_BAD": Entry(
            "A currency is unknown, or not the one of this account, client or case.",
            "Use the ISO 4217 code that the contract, the bank and the case share; an account has that of its [[bank]] in agency.toml",
        ),
        "EVENT_UNKNOWN": Entry(
            "An event is not one that can be posted.", "See `tallystick rules` for the events and their names"
        ),
        "STATEMENT_BALANCE": Entry(
            "A statement does not add up: its opening balance and its lines do not give its closing or running balance.",
            "Fetch the file from the bank again; a line is missing, doubled or altered",
        ),
        "STATEMENT_CONTRADICTS": Entry(
            "A line contradicts one that was imported before under the same bank id.",
            "Ask the bank which is right; the line already known stays",
        ),
        "ACCOUNT_UNKNOWN": Entry(
            "A statement is of an account that is none of the agency's.",
            "Check that the file is yours; add the account to its [[bank]] in agency.toml",
        ),
        "XML_BAD": Entry("An XML file is not well formed, or holds entities.", "Fetch the file from the bank again"),
    },
    "Posting": {
        "CASE_FINISHED": Entry(
            "Money for a case that was recalled or written off is never posted by itself.",
            "Let a person decide: `tallystick resolve` gives it to another case or refunds it; a new placement opens the debt again",
        ),
        "CASE_UNKNOWN": Entry("A case is not in the register.", "Check the id; a case comes with its placement"),
        "CASE_KNOWN": Entry(
            "A case was placed before, and ids are unique in the agency.",
            "Give the new debt another id; the client's own number belongs in `reference`",
        ),
        "CLIENT_UNKNOWN": Entry("A client has no contract.", "Check the id, or add clients/CLIENT.toml"),
        "CLIENT_MISMATCH": Entry("A case belongs to another client.", "Correct the client or the case"),
        "TERMS_MISSING": Entry(
            "No contract version is in force on the day.", "Add [[terms]] effective on or before that day"
        ),
        "KEPT_BEYOND": Entry(
            "A forwarder kept more than it collected.",
            "Give the gross amount in `amount` and what the forwarder kept in `kept`",
        ),
        "NOTHING_OUTSTANDING": Entry(
            "The case or bucket has nothing outstanding.", "Check the case; `tallystick case` shows its balance"
        ),
        "BEYOND_OUTSTANDING": Entry(
            "The amount is more than what is outstanding.",
            "Check the amount; `tallystick case` shows what is outstanding. Leave it empty to take all",
        ),
        "BANK_MISSING": Entry(
            "It is not clear which bank an event means.",
            "Name in `bank` the id of a [[bank]] of agency.toml that has this fund and currency",
        ),
        "DATE_EARLY": Entry(
            "A date lies before the agency's first day.",
            "Correct the date; what happened before first_day belongs in [opening] or in the placement",
        ),
        "DATE_FUTURE": Entry(
            "An event is dated after the day of acting.", "Correct the date, or act with a later --date"
        ),
        "RECEIPT_UNKNOWN": Entry(
            "No receipt fits what came back.", "Check case, amount and `of`; `tallystick case` lists the receipts"
        ),
        "AMBIGUOUS": Entry("More than one receipt fits.", "Name one in `of`, by its reference or entry id"),
        "REFUND_BEYOND": Entry(
            "There is not as much to refund.",
            "`tallystick case` shows what a case has overpaid, `tallystick matches` what became of a line",
        ),
        "ADVANCE_BEYOND": Entry(
            "The case has not as much of the agency's own advance that is open; what payments on hold will repay is not.",
            "Check the amount; leave it empty to take all that is open",
        ),
        "BEYOND_AVAILABLE": Entry(
            "There is not as much money there, on that day or now.",
            "Check amount, bank and day; `tallystick balances` shows what was there. Leave the amount empty to take all",
        ),
        "ACCOUNT_BAD": Entry(
            "An entry within operating names an account that is not of it, or that other events keep.",
            "Name whole accounts of the operating fund, as Expenses:Rent; `tallystick rules` shows the event for the others",
        ),
        "DOCUMENT_UNKNOWN": Entry(
            "There is no document of this number.", "`tallystick invoice list` shows the numbers"
        ),
        "DOCUMENT_PAID": Entry(
            "An invoice is paid already.",
            "`tallystick invoice list` shows what is open; other money of the client is `tallystick post client_payment`",
        ),
        "LINE_UNKNOWN": Entry(
            "There is no statement line of this number, or it is not one to resolve.",
            "`tallystick worklist` shows the lines that wait for a person",
        ),
        "SPLIT_BEYOND": Entry(
            "The parts of a split are more than the money of the line.",
            "Give amounts that add up to at most the line; what no case gets stays in Unidentified",
        ),
        "ENTRY_UNKNOWN": Entry(
            "There is no such entry, or it does not fit the line.",
            "`tallystick matches` and `tallystick case` show entry ids",
        ),
        "DRAFT_UNKNOWN": Entry("There is no draft of this number.", "`tallystick review list` shows those that wait"),
        "DRAFT_DECIDED": Entry(
            "A draft was approved or rejected before, and is decided once.",
            "`tallystick review list --all` tells what became of it; enter the event again if it is needed",
        ),
        "SAME_PERSON": Entry(
            "A draft is approved by a person other than the one who entered it.",
            "Let somebody else look at it and approve it; who entered it can only withdraw it with `tallystick review reject`",
        ),
        "STALE": Entry(
            "A draft would not post any more what it said when it was entered.",
            "Look at what changed since; reject the draft and enter it again",
        ),
        "NOT_PUBLISHED": Entry("The books are not there yet.", "Run `tallystick publish`"),
        "PORT_TAKEN": Entry("The port is in use, or may not be opened.", "Choose another with --port"),
        "BOOKS_UNSOUND": Entry(
            "Beancount or one of the plugins refuses the published books.",
            "Run `tallystick verify`: it tells whether the books or the journal were altered",
        ),
        "CURE_DUE": Entry(
            "A client, a debtor or the fees are short in trust at the end of a day.",
            "Run `tallystick daily` or `tallystick reconcile`: it cures from operating",
        ),
        "CLOSE_ORDER": Entry(
            "Months close in order, each once.", "Close the month before first; a closed one needs nothing more"
        ),
        "LINE_OPEN": Entry(
            "A bank line of the month is not reconciled, so the month cannot be closed.",
            "`tallystick resolve` says what the line is, or `tallystick exclude` sets it aside with a reason",
        ),
        "DRAFT_OPEN": Entry(
            "A draft of the month waits for a second person, so the month cannot be closed.",
            "`tallystick review approve` or `tallystick review reject` decides it",
        ),
        "STATEMENT_APART": Entry(
            "A bank's book and the listed reconciling items do not make the balance of its statement.",
            "`tallystick three-way` lists the items; import what is missing, or resolve the lines",
        ),
        "STATEMENT_GAP": Entry(
            "A statement does not begin where the one before ended.", "Import the statement that is missing"
        ),
        "SHORTFALL": Entry(
            "Bank, book and what is owed do not agree. `check` gives it, and `verify` where nothing else is wrong.",
            "Look at `tallystick three-way` and `tallystick verify` before any money leaves trust",
        ),
    },
    "The journal": {
        "BUSY": Entry(
            "Another command holds the journal.",
            "Wait for it to end and run the command again; --wait SECONDS waits longer",
        ),
        "CONTENDED": Entry(
            "The database took back what the command did, for another one changed the same rows; three tries were of no use.",
            "Run the command again; nothing of this step was posted",
        ),
        "BATCH_OPEN": Entry(
            "Something else than a command of ours has left a batch open in the journal; of what it holds nothing is sealed.",
            "`tallystick verify` names what is in the batch; find out who opened the database, and restore the last backup",
        ),
        "BATCH_UNKNOWN": Entry("There is no batch of that number.", "`tallystick head` names the last one"),
        "JOURNAL_AWAY": Entry(
            "The database server of the journal does not answer.",
            "Check the address and the server, then run the command again. Files, bank lines and references that came before are recognised; after a `tallystick post` without a reference look at the case first",
        ),
        "NOT_ALLOWED": Entry(
            "The database does not let this user do it, by the roles that the owner of the journal made.",
            "Do it as a user whose role may: the application's for what is posted and for private texts, the owner for a new journal and for `tallystick migrate`. Nothing was changed",
        ),
        "JOURNAL_OLDER": Entry(
            "The journal has the tables of an earlier release.",
            "Make a backup with `tallystick backup FILE`, then run `tallystick migrate`; the entries stay as they are",
        ),
        "JOURNAL_NEWER": Entry(
            "The journal has the tables of a later release.",
            "Install that release or a later one; this one changes nothing",
        ),
        "JOURNAL_THERE": Entry(
            "There is a journal where one is to be made.",
            "Name another place, or move the one that is there away; nothing was changed",
        ),
        "COPY_UNEQUAL": Entry(
            "A copied journal is not what it was copied from.",
            "No copy was kept. `tallystick verify` with $TALLYSTICK_JOURNAL set to the original (sqlite:///FILE for a backup) names all that is altered in it; copy a sound one",
        ),
        "DRIVER_MISSING": Entry(
            "The journal is in PostgreSQL, and the package for that is not installed.",
            "Install it beside Tallystick: pip install 'psycopg[binary]'",
        ),
        "JOURNAL_MISSING": Entry("There is no journal yet.", "Run `tallystick import` or `tallystick daily` first"),
        "JOURNAL_UNUSABLE": Entry(
            "The journal's database cannot be read or written.",
            "SQLite needs a folder that is writable and space on the disk, PostgreSQL a database and a user who may use it; if the file is damaged restore the last backup. Nothing of this step was posted",
        ),
        "JOURNAL_REFUSED": Entry(
            "The journal's own guards refused a change.",
            "Nothing was changed; correct by a new entry, never by an edit",
        ),
        "BOOKS_FOREIGN": Entry(
            "The published books are of another journal, or of a later state of this one.",
            "Restore the journal that they belong to; if this one is right, move ledger/ elsewhere and publish again",
        ),
        "KEY_CONFLICT": Entry(
            "The same idempotency key came with other content, or [opening] was changed after it was posted.",
            "What came first stays; give a new fact its own reference, and correct what is posted by an entry",
        ),
        "PERIOD_CLOSED": Entry(
            "An entry would fall into a closed month.",
            "Act with a --date in the first open month; `effective` keeps the true day",
        ),
    },
    "Settings and contracts": {
        "SETTING_MISSING": Entry(
            "A setting that is required is not there.", "Add the key; `tallystick init` writes a commented example"
        ),
        "SETTING_BAD": Entry(
            "A setting has a value that makes no sense.", "Correct the value; the message says what it may be"
        ),
        "SETTING_UNKNOWN": Entry(
            "A setting is not one that we know.", "Check its spelling and its table, or remove it"
        ),
        "TOML_BAD": Entry(
            "A settings file is not valid TOML.", "Correct the line; strings need quotes and tables need brackets"
        ),
        "OPENING_UNBALANCED": Entry(
            "The opening balances do not sum to zero in each fund.",
            "Correct [opening]; Equity:Opening takes the operating difference",
        ),
        "WORKSPACE_EXISTS": Entry(
            "The folder is a workspace already, or holds a file that would be overwritten.",
            "Name another folder; nothing there was changed",
        ),
        "WORKSPACE_MISSING": Entry(
            "There is no agency.toml in the folder.",
            "Go to the workspace, name it with --workspace or $TALLYSTICK_WORKSPACE, or make one with `tallystick init DIR`",
        ),
    },
    "Findings of verify": {
        "ENTRY_ALTERED": Entry(
            "An entry, one of its legs or its public text is not what was sealed.",
            "Compare it with the published books and the last backup, and find out who opened the database",
        ),
        "ENTRY_MISSING": Entry(
            "An entry is gone, or has legs but no head.",
            "Restore the last backup whose head a day sheet shows, and find out who opened the database",
        ),
        "ENTRY_UNBALANCED": Entry(
            "An entry does not sum to zero in a fund and currency, or a leg is of another fund than its account.",
            "Compare it with the published books and the last backup; the journal itself never takes such an entry",
        ),
        "REVERSAL_UNEQUAL": Entry(
            "A reversal is not the exact negation of what it reverses.",
            "Compare both entries with the published books and the last backup",
        ),
        "CLAIM_UNEQUAL": Entry(
            "The entries that claim a bank line do not add up to it.",
            "Compare the line with the bank's file in archive/, and the entries with the published books",
        ),
        "CLAIM_TWICE": Entry(
            "One movement of an entry is claimed by more than one bank line.",
            "Find the claim that does not belong to the line with `tallystick matches`, and restore the last backup without it",
        ),
        "ROW_ALTERED": Entry(
            "A case, contract, file, statement, line, claim or document is not what was sealed.",
            "Compare it with the file in archive/ and the last backup, and find out who opened the database",
        ),
        "TEXT_ALTERED": Entry(
            "A private text is not what was sealed. One that was erased by name and date is no finding.",
            "Take the text from the file in archive/ or the last backup",
        ),
        "BATCH_ALTERED": Entry(
            "A row was added to a sealed batch, or deleted from it, or the batch itself was altered.",
            "Restore the last backup whose head a day sheet shows, and find out who opened the database",
        ),
        "BATCH_MISSING": Entry(
            "A batch is gone from the chain.",
            "Restore the last backup whose head a day sheet shows, and find out who opened the database",
        ),
        "HEAD_ALTERED": Entry(
            "The head of the chain is not that of the last batch.",
            "Restore the last backup whose head a day sheet shows, and find out who opened the database",
        ),
        "HEAD_UNKNOWN": Entry(
            "The head that was given was never one of this chain.",
            "Check it against the day sheet; if it is right, this is another journal or one made anew: restore the backup",
        ),
        "DERIVED_UNEQUAL": Entry(
            "A running balance is not what the entries come to.",
            "The entries stand and the balance was altered from outside: restore the last backup",
        ),
        "SELF_APPROVED": Entry(
            "A draft was approved by the person who had entered it. No command does that.",
            "Find out who opened the database, and let a second person judge what was posted",
        ),
        "UNREVIEWED": Entry(
            "An entry says that it comes from a draft, and that draft was not approved by who posted it.",
            "Find out who opened the database, and let a second person judge what was posted",
        ),
        "GUARD_ALTERED": Entry(
            "A table or guard of the journal's database is not as it was made.",
            "Find out who opened the database; what the other findings name was altered, and the rest was not",
        ),
        "JOURNAL_DAMAGED": Entry(
            "The journal cannot be opened, or is so damaged that it cannot be read through.",
            "Check that its folder can be written, for SQLite needs that even to read, or that PostgreSQL lets this user in; if so, restore the last backup, and hold its head against a day sheet",
        ),
        "ARCHIVE_ALTERED": Entry(
            "A file in archive/ is not the one that was imported.", "Put the original back, from the bank or a backup"
        ),
        "ARCHIVE_MISSING": Entry(
            "A file that was imported is not in archive/.", "Put the original back, from the bank or a backup"
        ),
        "ARCHIVE_FOREIGN": Entry(
            "A file in archive/ is of no import that the journal has, while the journal has lost one.",
            "It may be the file that is gone from the journal: compare it with the last backup",
        ),
        "BOOK_ALTERED": Entry(
            "A file in ledger/ is not what the journal says.",
            "Keep a copy if you must find out who altered it; `tallystick publish` writes the books again from the journal",
        ),
        "BOOK_MISSING": Entry(
            "A file of the published books is gone.",
            "Run `tallystick publish`: it writes the books again from the journal",
        ),
        "BOOK_FOREIGN": Entry(
            "A file in ledger/ was never published.", "Move it elsewhere; the next `tallystick publish` leaves it out"
        ),
    },
}
"""The codes as docs/errors.md groups them."""

CATALOGUE: dict[str, Entry] = {code: entry for codes in SECTIONS.values() for code, entry in codes.items()}
