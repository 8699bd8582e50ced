"""The waterfall: which buckets a sum takes (DOMAIN §4, 冲抵顺序).

Arrays are int64 minor units; a bucket matrix has one row a case and the columns of ``BUCKETS``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ledger_core.accounting.terms import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.money import Ints


def allocate(outstanding: Ints, amount: Ints, order: Sequence[str]) -> tuple[Ints, Ints]:
    """Give each amount to the buckets in order, each up to what it has outstanding.

    ``outstanding`` is n × 4, ``amount`` n.  Returns what each bucket takes (n × 4) and what is left
    over (n).
    """
    assert outstanding.dtype == amount.dtype == np.int64
    taken = np.zeros_like(outstanding)
    left = amount.copy()
    for bucket in order:
        column = BUCKETS.index(bucket)
        part = np.minimum(np.maximum(outstanding[:, column], 0), left)
        taken[:, column] = part
        left -= part
    return taken, left


def allocate_reverse(outstanding: Ints, advance: Ints, amount: Ints, order: Sequence[str]) -> tuple[Ints, Ints]:
    """Take a partial settlement, write-off or recall from the buckets, last of the waterfall first.

    Court costs that the agency advanced (``advance``, n) are taken after everything else.  Returns
    as :func:`allocate`.
    """
    court = BUCKETS.index("court_costs")
    own = np.minimum(advance, outstanding[:, court])
    others = outstanding.copy()
    others[:, court] -= own
    taken, left = allocate(others, amount, tuple(reversed(order)))
    from_own = np.minimum(own, left)
    taken[:, court] += from_own
    return taken, left - from_own
