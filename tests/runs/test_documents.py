"""Fee documents, invoices, credit notes, and what settles them (DOMAIN §4, "Remittance run")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk import figures

if TYPE_CHECKING:
    from tests.desk import Desk


# --- invoices and what pays them -----------------------------------------------------------------


def test_an_invoice_bills_only_what_none_bills_yet(desk: Desk) -> None:
    """After a partial payment the next invoice has the new fees alone."""
    desk.place("K-1", "GROSS", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-31")
    desk.run("invoice", "pay", "INV-2025-0001", "--amount", "100.00", "--date", "2025-02-01")
    assert desk.invoices() == {"INV-2025-0001": ("212.00", "112.00")}
    desk.bank(("2025-02-10", "500.00", "K-1"))
    assert figures(desk.remit("2025-02-28")["GROSS"]) == ("500.00", "0.00", "500.00", "0.00", "106.00")
    assert desk.invoices() == {"INV-2025-0001": ("212.00", "112.00"), "INV-2025-0002": ("106.00", "106.00")}
    assert desk.receivable("GROSS") == "218.00"


def test_payments_settle_the_oldest_invoice_first(desk: Desk) -> None:
    """A client's payment goes to its invoices by age, whatever it was meant for."""
    desk.place("K-1", "GROSS", "9000.00")
    for month, last in (("01", "31"), ("02", "28")):
        desk.bank((f"2025-{month}-10", "1000.00", "K-1"))
        desk.remit(f"2025-{month}-{last}")
    desk.post("client_payment", "2025-03-01", client="GROSS", amount="300.00")
    assert desk.invoices() == {"INV-2025-0001": ("212.00", "0.00"), "INV-2025-0002": ("212.00", "124.00")}
    assert "DOCUMENT_PAID" in desk.run("invoice", "pay", "INV-2025-0001", "--date", "2025-03-02", status=1)
    desk.run("invoice", "pay", "INV-2025-0002", "--date", "2025-03-02")
    assert desk.receivable("GROSS") == "0.00"
    assert desk.documents("GROSS", "2025-02")[-1][-1] is True


def test_a_payment_beyond_the_invoices_lowers_the_cured_part(desk: Desk) -> None:
    """What goes beyond the open invoices pays back what was cured."""
    desk.cured_client("COMBI")
    desk.post("client_payment", "2025-02-20", client="COMBI", amount="288.00")
    desk.place("C-2", "COMBI", "5000.00")
    desk.bank(("2025-02-21", "1000.00", "C-2"))
    assert figures(desk.remit("2025-02-28")["COMBI"]) == ("788.00", "500.00", "288.00", "0.00", "0.00")


def test_a_payment_that_was_undone_settles_nothing(desk: Desk) -> None:
    """When a client's payment is reversed, the invoice that it settled is open again."""
    desk.place("K-1", "GROSS", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-31")
    entry = desk.post("client_payment", "2025-02-01", client="GROSS", amount="212.00")
    assert desk.invoices() == {"INV-2025-0001": ("212.00", "0.00")}
    desk.run("undo", str(entry), "--date", "2025-02-02")
    assert desk.invoices() == {"INV-2025-0001": ("212.00", "212.00")}
    assert desk.remit("2025-02-28")["GROSS"]["invoiced"] == "0.00"


def test_an_offset_settles_open_invoices(desk: Desk) -> None:
    """net: an invoice of an earlier run is paid by the client's own later money."""
    desk.place("K-1", "NET", "9000.00")
    desk.post("direct_payment", "2025-01-12", case="K-1", amount="1000.00")
    assert desk.remit("2025-01-31")["NET"]["invoiced"] == "212.00"
    desk.bank(("2025-02-10", "1000.00", "K-1"))
    assert figures(desk.remit("2025-02-28")["NET"]) == ("788.00", "212.00", "576.00", "0.00", "0.00")
    assert desk.invoices() == {"INV-2025-0001": ("212.00", "0.00")}
    assert desk.documents("NET", "2025-01") == [("fee", "200.00", "12.00", True), ("invoice", "200.00", "12.00", True)]


def test_a_client_in_credit_has_its_next_invoice_lowered(desk: Desk) -> None:
    """A fee given back after it was paid leaves the receivable in credit: no offset, no invoice, a smaller next one."""
    desk.place("K-1", "COMBI", "9000.00")
    desk.post("direct_payment", "2025-01-12", case="K-1", amount="1000.00")
    desk.remit("2025-01-31")
    desk.run("invoice", "pay", "INV-2025-0001", "--date", "2025-02-01")
    desk.post("returned_payment", "2025-02-03", case="K-1", amount="1000.00")
    assert desk.receivable("COMBI") == "-212.00"
    assert figures(desk.remit("2025-02-28")["COMBI"]) == ("0.00", "0.00", "0.00", "0.00", "0.00")
    desk.post("direct_payment", "2025-03-10", case="K-1", amount="1500.00")
    assert desk.remit("2025-03-31")["COMBI"]["invoiced"] == "106.00"


# --- credit notes --------------------------------------------------------------------------------


def credit_notes(desk: Desk, client: str, period: str) -> list[tuple[str, str, str]]:
    """The client's credit notes of a month: commission, VAT, what they name."""
    found = desk.workspace.json("statement", client, "--period", period)["documents"]
    return [(d["commission"], d["vat"], d["names"]) for d in found if d["kind"] == "credit_note"]


def test_a_credit_note_settles_its_unpaid_invoice(desk: Desk) -> None:
    """gross: the fee of a payment that came back is taken off the invoice that billed it, if that is unpaid."""
    desk.client("SLOW", "gross", minimum="9000.00")
    for case in ("K-1", "K-2"):
        desk.place(case, "SLOW", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), ("2025-01-11", "500.00", "K-2"))
    desk.remit("2025-01-31")
    assert desk.invoices() == {"INV-2025-0001": ("318.00", "318.00")}
    desk.bank(("2025-02-05", "-1000.00", "K-1"))
    assert desk.remit("2025-02-28")["SLOW"]["invoiced"] == "0.00"
    assert credit_notes(desk, "SLOW", "2025-02") == [("200.00", "12.00", "FEE-2025-0001")]
    assert desk.invoices() == {"INV-2025-0001": ("318.00", "106.00")}
    assert desk.receivable("SLOW") == "106.00"


def test_a_credit_note_comes_before_the_offset(desk: Desk) -> None:
    """The note settles its part of the invoice; the offset then the rest of it, and after it the cured part."""
    for case in ("K-1", "K-2"):
        desk.place(case, "GROSS", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), ("2025-01-11", "500.00", "K-2"))
    desk.remit("2025-01-31")
    desk.bank(("2025-02-05", "-1000.00", "K-1"), ("2025-02-10", "2000.00", "K-2"))
    assert figures(desk.remit("2025-02-28")["GROSS"]) == ("2000.00", "1000.00", "1000.00", "0.00", "424.00")
    assert desk.invoices() == {"INV-2025-0001": ("318.00", "0.00"), "INV-2025-0002": ("424.00", "424.00")}


def test_a_credit_note_takes_recovered_costs_off_too(desk: Desk) -> None:
    """The invoice billed fee and recovered cost; when the payment comes back neither is owed."""
    desk.place("K-1", "GROSS", "9000.00")
    desk.post("cost_advanced", "2025-01-05", case="K-1", amount="100.00")
    desk.bank(("2025-01-10", "600.00", "K-1"))
    desk.remit("2025-01-31")
    assert desk.invoices() == {"INV-2025-0001": ("206.00", "206.00")}
    desk.bank(("2025-02-05", "-600.00", "K-1"))
    desk.remit("2025-02-28")
    assert desk.invoices() == {"INV-2025-0001": ("206.00", "0.00")}
    assert credit_notes(desk, "GROSS", "2025-02") == [("100.00", "6.00", "FEE-2025-0001")]
    desk.bank(("2025-03-10", "600.00", "K-1"))
    assert desk.remit("2025-03-31")["GROSS"]["invoiced"] == "206.00"


def test_a_credit_note_on_a_part_paid_invoice(desk: Desk) -> None:
    """What is still open of the invoice is settled; the rest stands to the client's credit."""
    desk.place("K-1", "GROSS", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-31")
    desk.run("invoice", "pay", "INV-2025-0001", "--amount", "100.00", "--date", "2025-02-01")
    desk.bank(("2025-02-05", "-1000.00", "K-1"))
    desk.remit("2025-02-28")
    assert desk.invoices() == {"INV-2025-0001": ("212.00", "0.00")}
    assert desk.receivable("GROSS") == "900.00"  # 1000.00 cured, 100.00 paid for nothing


def test_a_credit_note_of_a_withheld_fee_settles_no_invoice(desk: Desk) -> None:
    """combined: the fee of a payment to the agency was withheld, so its return leaves the other's invoice open."""
    desk.place("K-1", "COMBI", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.post("direct_payment", "2025-01-12", case="K-1", amount="500.00")
    desk.remit("2025-01-31")
    desk.bank(("2025-02-05", "-1000.00", "K-1"))
    desk.remit("2025-02-28")
    assert credit_notes(desk, "COMBI", "2025-02") == [("200.00", "12.00", "FEE-2025-0001")]
    assert desk.invoices() == {"INV-2025-0001": ("106.00", "106.00")}


def test_a_fee_undone_before_its_document_makes_no_note(desk: Desk) -> None:
    """Fee and return in one period are nothing in its fee document, and a later note does not name it for them."""
    desk.place("K-1", "GROSS", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), ("2025-01-20", "-1000.00", "K-1"), ("2025-01-25", "300.00", "K-1"))
    desk.remit("2025-01-31")
    assert desk.documents("GROSS", "2025-01") == [("fee", "60.00", "3.60", False), ("invoice", "60.00", "3.60", False)]
    desk.bank(("2025-02-10", "700.00", "K-1"))
    desk.remit("2025-02-28")
    desk.bank(("2025-03-03", "-700.00", "K-1"))
    desk.remit("2025-03-31")
    assert credit_notes(desk, "GROSS", "2025-03") == [("140.00", "8.40", "FEE-2025-0002")]


def test_a_return_after_the_period_is_named_by_the_next_note(desk: Desk) -> None:
    """A run acting late documents the returns of its period alone; what came back since is named the next time."""
    desk.place("K-1", "GROSS", "9000.00")
    desk.place("K-2", "GROSS", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), ("2025-01-11", "500.00", "K-2"))
    desk.remit("2025-01-31")
    desk.bank(("2025-02-05", "-1000.00", "K-1"), ("2025-03-03", "-500.00", "K-2"))
    desk.remit("2025-02-28", "--date", "2025-03-05")
    assert credit_notes(desk, "GROSS", "2025-03") == [("200.00", "12.00", "FEE-2025-0001")]
    desk.remit("2025-03-31", "--date", "2025-04-01")
    assert credit_notes(desk, "GROSS", "2025-04") == [("100.00", "6.00", "FEE-2025-0001")]
