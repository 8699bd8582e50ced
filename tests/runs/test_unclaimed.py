"""Money that nobody claims, and what becomes of it (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.desk import Desk


def test_a_clients_money(desk: Desk) -> None:
    """A client that cannot be paid: its money is unclaimed under its own name, and leaves as such."""
    desk.place("K-1", "NET", "1000.00")
    desk.post("receipt", "2025-01-10", case="K-1", amount="100.00")
    desk.post("unclaimed", "2025-01-20", client="NET", from_="ClientPayable", amount="30.00")
    desk.post("escheat", "2025-01-21", client="NET", amount="20.00")
    assert desk.payable("NET") == "48.80"
    assert desk.balance("Liabilities:Trust:UnclaimedProperty") == "-10.00"
    assert "BEYOND_AVAILABLE" in desk.post("escheat", "2025-01-22", client="NET", amount="20.00", status=1)
