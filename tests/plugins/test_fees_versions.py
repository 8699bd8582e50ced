"""Contract versions in the books, and books that invariant 8 cannot be judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from beancount import loader

from tests.plugins.conftest import CHART, EXACT, check_alone, compared
from tests.plugins.model_terms import MORE_CHART, VERSIONS, digest_of, document, rule

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.conftest import Checked

PLUGIN = "fees"
PLACED = """\
2025-01-01 * "placement"
  entry: "1"
  case: "A-1"
  Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
  Equity:Memo:Placed:ALFA  -100.00 CNY.D
"""


def paid(number: int, day: str, terms: str, figures: tuple[str, ...] = ("2.65", "2.50", "0.15"), rule_: int = 1) -> str:
    """A receipt of 10.00 on A-1 under a version: the whole fee, its commission and its VAT."""
    fee, commission, vat = figures
    return f"""\
{day} * "receipt {number}"
  entry: "{number}"
  event: "receipt"
  case: "A-1"
  terms: "{terms}"
  rule: "{rule_}"
  base: "10.00"
  Assets:Trust:Bank:TRUST  10.00 CNY
  Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
  Liabilities:Trust:ClientPayable:ALFA  {fee} CNY
  Liabilities:Trust:UndrawnFees  -{fee} CNY
  Assets:Operating:DueFromTrust  {fee} CNY
  Income:Commission:ALFA:PAA  -{commission} CNY
  Liabilities:Operating:OutputVAT  -{vat} CNY
  Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
  Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
"""


THIRTY = ("3.18", "3.00", "0.18")


def told(text: str, folder: Path) -> list[str]:
    """What plugins.fees says of some entries after the placement."""
    return check_alone(PLACED + text, "fees", folder, VERSIONS, MORE_CHART).messages


def test_version_in_force(tmp_path: Path) -> None:
    """The newest effective on the day rules: by the effective date, on which a late row still has the old one."""
    text = (
        paid(2, "2025-01-31", "NET")
        + paid(3, "2025-02-01", "NET-FEBRUARY", THIRTY, 0)
        + paid(4, "2025-02-03", "NET").replace('terms: "NET"', 'terms: "NET"\n  effective: 2025-01-30')
    )
    assert told(text, tmp_path) == []


def test_version_not_yet_in_force(tmp_path: Path) -> None:
    """A payment does not earn by a version of later days."""
    (message,) = told(paid(2, "2025-01-31", "NET-FEBRUARY", THIRTY, 0), tmp_path)
    assert message.endswith("is in force from 2025-02-01, after the payment's 2025-01-31")


def test_version_superseded(tmp_path: Path) -> None:
    """Once an entry was posted under the newer version, a later one of its days cannot be under the old one."""
    text = (
        paid(2, "2025-02-01", "NET") + paid(3, "2025-02-01", "NET-FEBRUARY", THIRTY, 0) + paid(4, "2025-02-02", "NET")
    )
    (message,) = told(text, tmp_path)
    assert message.startswith("entry 4 of 2025-02-02, case A-1: contract version ")
    assert message.endswith(f"was superseded by {digest_of(VERSIONS['NET-FEBRUARY'])[:12]} on 2025-02-02")


@pytest.mark.parametrize(
    ("known", "wrong"),
    [
        ('after: "0"', [2, 4]),
        ('after: "2"', [4]),
        ('after: "4"', []),
        ('after: "0"\n  until: "3"', [2]),
        ('until: "3"', []),
    ],
)
def test_since_when_a_version_is_known(known: str, wrong: list[int], tmp_path: Path) -> None:
    """A version rules the entries posted after it was taken in and until it was withdrawn, whatever its day."""
    newer = VERSIONS["NET-FEBRUARY"]
    versions = {**VERSIONS, "NET-FEBRUARY?": newer}
    del versions["NET-FEBRUARY"]
    text = PLACED + paid(2, "2025-02-01", "NET") + paid(4, "2025-02-02", "NET")
    text += f'2025-02-01 custom "tallystick-terms" "ALFA" "{digest_of(newer)}"\n  {known}\n'
    checked = check_alone(text, "fees", tmp_path, versions, MORE_CHART)
    assert [int(number) for _, _, number in checked.found] == wrong


def test_versions_of_one_day(tmp_path: Path) -> None:
    """Where a version was corrected without a later day, either may be named: the books do not say which was first."""
    text = paid(2, "2025-01-10", "NET") + paid(3, "2025-01-11", "AGE", ("1.50", "1.42", "0.08"), 0)
    assert told(text + paid(4, "2025-01-12", "NET"), tmp_path) == []


def test_version_of_another_client(tmp_path: Path) -> None:
    """A fee by another client's contract is found though its figures would fit."""
    (message, figures) = told(paid(2, "2025-01-10", "GROSS", ("2.12", "2.00", "0.12"), 0), tmp_path)
    assert message.endswith("is of BETA in CNY")
    assert "Assets:Operating:Receivable:Client:ALFA must be 2.12 CNY" in figures


def test_version_that_is_not_registered(tmp_path: Path) -> None:
    """A version beside the books that they do not list is told, and the fee still judged by it."""
    (message,) = told(paid(2, "2025-01-10", "NOWHERE?", ("2.54", "2.40", "0.14"), 0), tmp_path)
    assert message.endswith("is not registered in the books")


def test_missing_version_is_told_once(tmp_path: Path) -> None:
    """No fee under a version that is not there can be judged: told with the first, not with each."""
    text = paid(2, "2025-01-10", "0" * 64) + paid(3, "2025-01-11", "0" * 64) + paid(4, "2025-01-12", "../../x")
    messages = told(text, tmp_path)
    assert [message.partition("case A-1: ")[2] for message in messages] == [
        "contract version 000000000000 is not in terms/ beside the main file; no fee under it can be judged",
        "contract version '../../x' is no SHA-256; no fee under it can be judged",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (VERSIONS["NET"].replace("0.25", "0.26"), "was altered: its SHA-256 is not its name"),
        ("", "was altered"),
        (None, "is not in terms/"),
    ],
)
def test_altered_version(content: str | None, fault: str, tmp_path: Path) -> None:
    """A contract that was altered after the fact is found where it is registered, once."""
    check_alone("", "fees", tmp_path, VERSIONS)
    file = tmp_path / "terms" / f"{digest_of(VERSIONS['NET'])}.json"
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    text = PLACED + paid(2, "2025-01-10", "NET")
    registered = f'2025-01-01 custom "tallystick-terms" "ALFA" "{digest_of(VERSIONS["NET"])}"\n'
    main = tmp_path / "main.beancount"
    chart = CHART + MORE_CHART + EXACT
    text = text.replace('"NET"', f'"{digest_of(VERSIONS["NET"])}"')
    main.write_text(f'{text}\n{chart}{registered}plugin "plugins.fees"\n')
    _, errors, _ = loader.load_file(str(main))
    (message,) = compared("", errors).messages
    assert message.startswith("2025-01-01: contract version ")
    assert fault in message


def test_version_that_breaks_the_rules(tmp_path: Path) -> None:
    """A version under its right name that no contract can be is told with what is wrong with it."""
    versions = {"BAD": document(rule("0.2", stage=["legal"])), "LIST": "[]"}
    (tmp_path / "terms").mkdir()
    text = ""
    for body in versions.values():
        (tmp_path / "terms" / f"{digest_of(body)}.json").write_text(body)
        text += f'2025-01-01 custom "tallystick-terms" "ALFA" "{digest_of(body)}"\n'
    messages = check_alone(text, "fees", tmp_path).messages
    assert messages[0].endswith("cannot be used: the last commission rule must have no condition")
    assert messages[1].endswith("cannot be used: the document is no table")


def test_registration_that_is_none(alone: Checked) -> None:
    """A directive of another shape, or of another client or day than its document, is an error.

    2025-01-01 custom "tallystick-terms" "ALFA" "NET" "more"  ; ! fees -
    2025-01-01 custom "tallystick-terms" "ALFA"  ; ! fees -
    2025-01-01 custom "tallystick-terms" "ALFA" 7  ; ! fees -
    2025-01-01 custom "tallystick-terms" "ALFA" "net"  ; ! fees -
    2025-01-01 custom "tallystick-terms" "BETA" "AGE"  ; ! fees -
    2025-01-02 custom "tallystick-terms" "ALFA" "SLICES"  ; ! fees -
    2025-01-01 custom "tallystick-seal" "another's custom is no business of ours"
    """
    assert alone.found == alone.marked
    assert alone.messages[0].endswith("must have a client and a digest of 64 hexadecimal digits")
    assert alone.messages[5].endswith("is of ALFA from 2025-01-01, but registered of ALFA from 2025-01-02")


def test_waiver_by_the_version_of_its_day(tmp_path: Path) -> None:
    """What is given up names no version: the newest of its day rules, or the newest then known."""
    turned = document(effective="2025-02-01", waterfall=["principal", "fees", "interest", "court_costs"])
    versions = {"OLD": document(), "NEW": turned}
    placed = PLACED.replace(
        "  Equity:Memo:Placed:ALFA  -100.00", "  Equity:Memo:Outstanding:ALFA:Interest  20.00 CNY.D\n"
        "  Equity:Memo:Placed:ALFA  -120.00",
    )  # fmt: skip
    text = placed + "".join(
        f"""\
2025-02-01 * "waiver"
  entry: "{number}"
  effective: {day}
  case: "A-1"
  Equity:Memo:SettlementWaived:ALFA  1.00 CNY.D
  Equity:Memo:Outstanding:ALFA:{bucket}  -1.00 CNY.D
"""
        for number, day, bucket in [
            (2, "2025-01-31", "Principal"),
            (3, "2025-01-31", "Interest"),
            (4, "2025-02-01", "Interest"),
            (5, "2024-12-31", "Principal"),
        ]
    )
    checked = check_alone(text, "fees", tmp_path, versions, MORE_CHART)
    assert [number for _, _, number in checked.found] == ["3", "5"]
    assert checked.messages[1].endswith("no contract version of its client is in force; it cannot be judged")


def test_cases_that_cannot_be_judged(alone: Checked) -> None:
    """What hinders is told once, and the case left out from there on; others are judged as ever.

    2025-01-01 * "several"
      entry: "1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
        case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
        case: "A-2"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
        case: "A-3"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
        case: "A-4"
      Equity:Memo:Placed:ALFA  -400.00 CNY.D
    2025-01-10 * "of two cases"  ; ! fees 2
      entry: "2"
      event: "receipt"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Equity:Memo:Outstanding:ALFA:Principal  -5.00 CNY.D
        case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  -5.00 CNY.D
        case: "A-2"
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
    2025-01-11 * "one of them again"
      entry: "3"
      event: "receipt"
      case: "A-1"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    2025-01-11 * "no whole cents"  ; ! fees 4
      entry: "4"
      event: "receipt"
      case: "A-3"
      Assets:Trust:Bank:TRUST  10.001 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.001 CNY
    2025-01-11 * "another currency"  ; ! fees 5
      entry: "5"
      event: "receipt"
      case: "A-4"
      Assets:Trust:InTransit:WALLET  10.00 USD
      Liabilities:Trust:ClientPayable:ALFA  -10.00 USD
    2025-01-11 * "never placed"  ; ! fees 6
      entry: "6"
      event: "receipt"
      case: "A-5"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    2025-01-12 * "no number"  ; ! fees -
      case: "A-6"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-12 * "no number, and no case: case_buckets tells it"
      Expenses:Rent  1.00 CNY
      Assets:Operating:Bank:MAIN  -1.00 CNY
    2025-01-13 * "nor was this one, then"
      entry: "7"
      event: "receipt"
      case: "A-6"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    2025-01-14 * "both ways at once"  ; ! fees 8 ! fees 8
      entry: "8"
      event: "direct_payment"
      case: "A-7"
      Equity:Memo:CollectedPAA:ALFA  1.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -1.00 CNY.D
    2025-01-14 * "of no case"  ; ! fees 9
      entry: "9"
      event: "receipt"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    """
    assert alone.found == alone.marked
    assert [message.partition(": ")[2].removesuffix("; it cannot be judged") for message in alone.messages[1:6]] == [
        "moves 2 cases where it must be one",
        "Assets:Trust:Bank:TRUST 10.001 CNY is not in whole minor units",
        "is in USD, but its case in CNY",
        "its case was not placed in these books",
        "is both a payment to the agency and one direct to the client",
    ]


def test_placement_that_cannot_be_read(alone: Checked) -> None:
    """Metadata of a placement that is no amount or no date is told, and the case left out.

    2025-01-01 * "placement"  ; ! fees 1 ! fees 1 ! fees 1
      entry: "1"
      case: "A-1"
      age-from: "last spring"
      placed-amount: 100.00
      costs-advanced: "1.005"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-11 * "receipt"
      entry: "3"
      event: "receipt"
      case: "A-1"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    """
    assert alone.found == alone.marked
    assert [message.rpartition("A-1: ")[2] for message in alone.messages] == [
        "placed-amount: Decimal('100.00') is no amount",
        "costs-advanced: '1.005' has more than 2 decimals",
        "age-from: 'last spring' is no date",
    ]


def test_placement_undone_and_made_again(alone: Checked) -> None:
    """What an undone placement brought along goes with it.

    2025-01-01 * "placement"
      entry: "1"
      case: "A-1"
      collected-to-date: "500.00"
      costs-advanced: "20.00"
      stage: "legal"
      Equity:Memo:Outstanding:ALFA:CourtCosts  20.00 CNY.D
      Equity:Memo:Placed:ALFA  -20.00 CNY.D
    2025-01-02 * "undone"
      entry: "2"
      case: "A-1"
      reverses: "1"
      Equity:Memo:Outstanding:ALFA:CourtCosts  -20.00 CNY.D
      Equity:Memo:Placed:ALFA  20.00 CNY.D
    2025-01-03 * "placed anew"
      entry: "3"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:CourtCosts  20.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -120.00 CNY.D
    2025-01-10 * "30 % of 10.00, and no advance to repay"
      entry: "4"
      event: "direct_payment"
      case: "A-1"
      terms: "SLICES"
      rule: "1"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  3.00 CNY
      Income:Commission:ALFA:PDC  -3.00 CNY
      Equity:Memo:CollectedPDC:ALFA  30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -20.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    """
    assert alone.found == alone.marked == []
