"""What is left of money that came, first in, first out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger_core.accounting.open_items import Item, Movement, left_of


def moves(*rows: tuple[str, int] | tuple[str, int, tuple[int, ...]]) -> list[Movement]:
    """Movements of entries 1, 2, …: day of January, amount, what they undo."""
    return [Movement(number, f"2025-01-{day}", *more) for number, (day, *more) in enumerate(rows, 1)]


def left(*rows: tuple[str, int] | tuple[str, int, tuple[int, ...]]) -> list[tuple[int, str, int]]:
    """Entry, day and amount of what is left."""
    return [(item.entry, item.day[-2:], item.amount) for item in left_of(moves(*rows))]


def test_the_oldest_goes_first() -> None:
    """By the day that it came, not by the order of posting."""
    assert left(("10", 100), ("05", 50), ("20", -70)) == [(1, "10", 80)]
    assert left(("10", 100), ("05", 50)) == [(2, "05", 50), (1, "10", 100)]


def test_what_comes_fills_what_is_short() -> None:
    """A deficit is no item, and the cure that fills it is none either."""
    assert left(("10", 100), ("11", -130), ("11", 30)) == []
    assert left(("10", 100), ("11", -130), ("12", 50)) == [(3, "12", 20)]


def test_a_return_takes_its_own_money() -> None:
    """The receipt of the 10th came back: the older one of the 5th still waits, by its own day."""
    assert left(("05", 50), ("10", 100), ("12", -100, (2,))) == [(1, "05", 50)]


def test_a_return_of_money_that_has_gone_takes_the_oldest() -> None:
    """60 of the receipt had gone: 40 are its own, the rest is another's."""
    assert left(("05", 100), ("06", -60), ("10", 80), ("12", -100, (1,))) == [(3, "10", 20)]


def test_a_payment_undone_gives_back_by_the_old_days() -> None:
    """As if it had not been made; the rest of an account that was short meanwhile is no item."""
    assert left(("05", 50), ("10", 100), ("11", -120), ("12", 120, (3,))) == [(1, "05", 50), (2, "10", 100)]
    assert left(("05", 50), ("11", -120), ("12", 120, (2,))) == [(1, "05", 50)]
    assert left(("05", 50), ("11", -120), ("11", 70), ("12", 120, (2,))) == [(1, "05", 50), (4, "12", 70)]


def test_a_return_undone_gives_back_by_the_old_day() -> None:
    """A return that was entered by mistake and undone leaves the receipt as old as it is."""
    assert left(("05", 50), ("10", -50, (1,)), ("12", 50, (2,))) == [(1, "05", 50)]


def test_what_undoes_an_entry_of_another_account_is_as_any_movement() -> None:
    """An entry that moved nothing here cannot be undone here."""
    assert left(("05", 50), ("10", -20, (99,))) == [(1, "05", 30)]


@st.composite
def histories(draw: st.DrawFn) -> list[Movement]:
    """Money comes and goes, and any entry may be negated once, whole."""
    found: list[Movement] = []
    alive: list[int] = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        day = f"2025-01-{draw(st.integers(1, 28)):02}"
        if alive and draw(st.booleans()):
            old = alive.pop(draw(st.integers(0, len(alive) - 1)))
            found.append(Movement(number, day, -found[old - 1].amount, (old,)))
        else:
            found.append(Movement(number, day, draw(st.integers(-90, 90).filter(bool))))
        alive.append(number)
    return found


@given(histories())
def test_nothing_is_lost(history: list[Movement]) -> None:
    """What is open is the balance, or nothing where it is short; each item is of money that came, oldest first."""
    items = left_of(history)
    assert sum(item.amount for item in items) == max(0, sum(movement.amount for movement in history))
    assert items == sorted(items, key=lambda item: (item.day, item.entry))
    for item in items:
        came = history[item.entry - 1]
        assert 0 < item.amount <= came.amount
        assert item == Item(came.entry, came.day, item.amount)


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(-90, 90)), max_size=14))
def test_first_in_first_out_in_order(rows: list[tuple[int, int]]) -> None:
    """Money that comes in order of its days, never beyond the balance: the last that came is what is left."""
    history, balance = [], 0
    for number, (day, amount) in enumerate(sorted(rows), 1):
        moved = max(amount, -balance)
        balance += moved
        history.append(Movement(number, f"2025-01-{day:02}", moved))
    items = left_of(history)
    assert sum(item.amount for item in items) == balance
    wanted, want = [], balance
    for movement in reversed(history):
        part = min(max(movement.amount, 0), want)
        want -= part
        wanted += [Item(movement.entry, movement.day, part)] if part else []
    assert items == sorted(wanted, key=lambda item: (item.day, item.entry))
