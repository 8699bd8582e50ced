"""The worked two months as files of a workspace: an agency, two clients, six cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conftest import Workspace

AGENCY = """
[agency]
name = "Two Months"
currency = "CNY"
first_day = 2025-01-01
journal = "sqlite:///journal.db"

[opening]
"Assets:Operating:Bank:OPS" = "50000.00"
"Equity:Opening" = "-50000.00"

[[bank]]
id = "TRUST"
fund = "trust"
currency = "CNY"
account = "6222000011112222"

[[bank]]
id = "OPS"
fund = "operating"
currency = "CNY"
account = "6222000033334444"
"""

ALFA = """
client = "ALFA"
name = "Alfa Bank"
currency = "CNY"

[[terms]]
effective = 2025-01-01
remittance = "net"
minimum_remittance = "0.00"
waterfall = ["court_costs", "interest", "fees", "principal"]
commission_on = ["principal", "interest", "fees"]
vat = "exclusive"
vat_rate = "0.06"
hold_days = { check = 5 }

[[terms.commission]]
source = "forwarded"
rate = "0.35"

[[terms.commission]]
rate = "0.25"
"""

BETA = """
client = "BETA"
name = "Beta Loans"
currency = "CNY"

[[terms]]
effective = 2025-01-01
remittance = "gross"
minimum_remittance = "0.00"
waterfall = ["court_costs", "interest", "fees", "principal"]
commission_on = ["principal", "interest", "fees"]
vat = "exclusive"
vat_rate = "0.06"

[[terms.commission]]
rate = "0.20"
"""

PLACEMENTS = """client,case,placed_on,principal,interest
ALFA,A-1,2025-01-02,10000.00,1000.00
ALFA,A-2,2025-01-02,5000.00,
ALFA,A-3,2025-01-02,8000.00,
ALFA,A-4,2025-01-02,2000.00,
BETA,B-1,2025-01-02,4000.00,
BETA,B-2,2025-01-02,6000.00,
"""

JANUARY_EVENTS = """event,date,client,case,amount,forwarder,kept
cost_advanced,2025-01-05,ALFA,A-1,300.00,,
direct_payment,2025-01-12,ALFA,A-2,1000.00,,
forwarder_receipt,2025-01-18,ALFA,A-3,2000.00,LAW1,400.00
"""

JANUARY_TRUST = """account,date,amount,reference,payer,memo
6222000011112222,2025-01-10,3300.00,A-1,Payer One,
6222000011112222,2025-01-15,500.00,,Payer Two,thank you
6222000011112222,2025-01-18,1600.00,,LAW1,remitted net
6222000011112222,2025-01-22,6100.00,b2,Payer Three,
6222000011112222,2025-01-25,-100.00,,Payer Three,back
6222000011112222,2025-01-31,-3198.00,,Alfa Bank,
6222000011112222,2025-01-31,-6500.00,,Beta Loans,
6222000011112222,2025-01-31,-1702.00,,own account,
"""

JANUARY_OPS = """account,date,amount,reference,payer,memo
6222000033334444,2025-01-05,-300.00,,Court,filing
6222000033334444,2025-01-31,1702.00,,own account,
"""

FEBRUARY_EVENTS = """event,date,client,case,amount,bank
bank_charge,2025-02-03,,,30.00,OPS
settlement,2025-02-10,ALFA,A-2,800.00,
recall,2025-02-12,ALFA,A-4,,
write_off,2025-02-15,ALFA,A-3,,
"""

FEBRUARY_TRUST = """account,date,amount,reference,payer,memo
6222000011112222,2025-02-03,-3300.00,A-1,,returned
6222000011112222,2025-02-03,3300.00,,own account,
6222000011112222,2025-02-10,3200.00,A-2,Payer Four,
6222000011112222,2025-02-28,-147.00,,Alfa Bank,
6222000011112222,2025-02-28,-3053.00,,own account,
"""

FEBRUARY_OPS = """account,date,amount,reference,payer,memo
6222000033334444,2025-02-03,-3300.00,,own account,
6222000033334444,2025-02-03,-30.00,,charge,
6222000033334444,2025-02-20,1378.00,INV-2025-0001,Beta Loans,
6222000033334444,2025-02-28,3053.00,,own account,
"""


def settings(workspace: Workspace) -> None:
    """The agency and its two contracts."""
    workspace.write("agency.toml", AGENCY)
    workspace.write("clients/ALFA.toml", ALFA)
    workspace.write("clients/BETA.toml", BETA)


def january(workspace: Workspace) -> Any:  # noqa: ANN401 - a JSON document
    """January from its files to the remittance run; returns what the run said."""
    workspace.write("inbox/placements.csv", PLACEMENTS)
    workspace.write("inbox/events.csv", JANUARY_EVENTS)
    workspace.write("inbox/trust.csv", JANUARY_TRUST)
    workspace.write("inbox/ops.csv", JANUARY_OPS)
    workspace.run("daily", "--date", "2025-01-31")
    decide(workspace)
    run = workspace.json("remit", "--through", "2025-01-31")
    workspace.run("daily", "--date", "2025-01-31")
    return run


def decide(workspace: Workspace) -> None:
    """What a person decides in January: whose the unidentified money is, and a refund."""
    (unknown,) = [line for line in workspace.json("worklist")["lines"] if line["amount"] == "500.00"]
    workspace.run("resolve", str(unknown["line"]), "--case", "B-1", "--date", "2025-01-20")
    workspace.run("refund", "B-2", "--date", "2025-01-25")


def february(workspace: Workspace) -> Any:  # noqa: ANN401 - a JSON document
    """February, with the payment that came back and its cure; returns what the run said."""
    workspace.write("inbox/events-2.csv", FEBRUARY_EVENTS)
    workspace.write("inbox/trust-2.csv", FEBRUARY_TRUST)
    workspace.write("inbox/ops-2.csv", FEBRUARY_OPS)
    workspace.run("daily", "--date", "2025-02-28")
    run = workspace.json("remit", "--through", "2025-02-28")
    workspace.run("daily", "--date", "2025-02-28")
    return run


JANUARY = {
    "Assets:Trust:Bank:TRUST": "0.00",
    "Liabilities:Trust:ClientPayable:ALFA": "0.00",
    "Liabilities:Trust:ClientPayable:BETA": "0.00",
    "Liabilities:Trust:Unidentified": "0.00",
    "Liabilities:Trust:DebtorRefund": "0.00",
    "Liabilities:Trust:UndrawnFees": "0.00",
    "Assets:Operating:Bank:OPS": "51402.00",
    "Assets:Operating:DueFromTrust": "0.00",
    "Assets:Operating:Receivable:Client:ALFA": "0.00",
    "Assets:Operating:Receivable:Client:BETA": "1378.00",
    "Assets:Operating:CostsAdvanced:ALFA": "0.00",
    "Liabilities:Operating:OutputVAT": "-180.00",
    "Liabilities:Operating:Suspense": "0.00",
    "Income:Commission:ALFA:PAA": "-750.00",
    "Income:Commission:ALFA:PDC": "-250.00",
    "Income:Commission:ALFA:Forwarded": "-700.00",
    "Income:Commission:BETA:PAA": "-1300.00",
    "Expenses:ForwarderFees": "400.00",
    "Equity:Opening": "-50000.00",
    "Equity:Memo:Outstanding:ALFA:Principal": "20000.00",
    "Equity:Memo:Outstanding:ALFA:Interest": "0.00",
    "Equity:Memo:Outstanding:ALFA:CourtCosts": "0.00",
    "Equity:Memo:Outstanding:BETA:Principal": "3500.00",
    "Equity:Memo:Placed:ALFA": "-26000.00",
    "Equity:Memo:Placed:BETA": "-10000.00",
    "Equity:Memo:CostsAdded:ALFA": "-300.00",
    "Equity:Memo:CollectedPAA:ALFA": "5300.00",
    "Equity:Memo:CollectedPAA:BETA": "6500.00",
    "Equity:Memo:CollectedPDC:ALFA": "1000.00",
}
"""Every account at 2025-01-31, by hand."""

FEBRUARY = JANUARY | {
    "Assets:Operating:Bank:OPS": "52503.00",
    "Assets:Operating:Receivable:Client:BETA": "0.00",
    "Assets:Operating:CostsAdvanced:ALFA": "300.00",
    "Liabilities:Operating:OutputVAT": "-183.00",
    "Income:Commission:ALFA:PAA": "-800.00",
    "Expenses:BankCharges": "30.00",
    "Equity:Memo:Outstanding:ALFA:Principal": "10000.00",
    "Equity:Memo:Outstanding:ALFA:Interest": "1000.00",
    "Equity:Memo:Outstanding:ALFA:CourtCosts": "300.00",
    "Equity:Memo:CollectedPAA:ALFA": "5200.00",
    "Equity:Memo:SettlementWaived:ALFA": "800.00",
    "Equity:Memo:Recalled:ALFA": "2000.00",
    "Equity:Memo:WrittenOff:ALFA": "6000.00",
}
"""Every account at 2025-02-28, by hand."""


def balances(workspace: Workspace, at: str) -> dict[str, str]:
    """All balances at the end of a day; each account has the one commodity of its fund."""
    found = {}
    for name, amounts in workspace.json("balances", "--at", at)["balances"].items():
        ((commodity, amount),) = amounts.items()
        assert commodity == ("CNY.D" if name.startswith("Equity:Memo:") else "CNY")
        found[name] = amount
    return found


def not_zero(amounts: dict[str, str]) -> dict[str, str]:
    """The accounts that have a balance."""
    return {name: amount for name, amount in amounts.items() if amount.strip("-0.")}
