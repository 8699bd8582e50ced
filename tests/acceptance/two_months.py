"""The worked two months as files of a workspace: an agency, two clients, six cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def january(workspace: Workspace) -> None:
    """January from its files to the remittance run."""
    workspace.write("inbox/placements.csv", PLACEMENTS)
    workspace.write("inbox/events.csv", JANUARY_EVENTS)
    workspace.write("inbox/trust.csv", JANUARY_TRUST)
    workspace.write("inbox/ops.csv", JANUARY_OPS)
    workspace.run("daily", "--date", "2025-01-31")
    (unknown,) = [line for line in workspace.json("worklist")["lines"] if line["amount"] == "500.00"]
    workspace.run("resolve", str(unknown["line"]), "--case", "B-1", "--date", "2025-01-20")
    workspace.run("refund", "B-2", "--date", "2025-01-25")
    workspace.run("remit", "--through", "2025-01-31")
    workspace.run("daily", "--date", "2025-01-31")


def february(workspace: Workspace) -> None:
    """February, with the payment that came back and its cure."""
    workspace.write("inbox/events-2.csv", FEBRUARY_EVENTS)
    workspace.write("inbox/trust-2.csv", FEBRUARY_TRUST)
    workspace.write("inbox/ops-2.csv", FEBRUARY_OPS)
    workspace.run("daily", "--date", "2025-02-28")
    workspace.run("remit", "--through", "2025-02-28")
    workspace.run("daily", "--date", "2025-02-28")
