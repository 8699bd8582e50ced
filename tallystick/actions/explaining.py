"""``client quote`` and ``explain``: what a receipt would cost, and why a posted fee is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger_core.accounting import explain as reasons
from ledger_core.accounting.explain import Sample
from ledger_core.accounting.money import format_exact, format_minor, format_rate, parse_minor
from ledger_core.accounting.terms import BUCKETS
from ledger_core.errors import Usage, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ledger_core.accounting.explain import Condition, FeeReason, PaymentReason
    from ledger_core.accounting.terms import Terms
    from tallystick.actions.session import Session

Json = dict[str, Any]

SAMPLE_UNITS = 1_000
"""A sample receipt of ``client check`` is of so many whole units of the contract's currency."""


def quote(
    session: Session,
    client: str,
    amount: str,
    *,
    case: str = "",
    source: str = "paa",
    method: str = "",
    sample: Sample | None = None,
) -> Json:
    """What a receipt of the client's would cost on the day of acting: on a case as it is, else on a sample.

    Raises ``CLIENT_UNKNOWN``, ``TERMS_MISSING``, ``AMOUNT_BAD``, ``AMOUNT_SIGN``, ``Usage``, and what posting it
    would refuse.
    """
    contract = session.settings.contracts.get(client)
    if contract is None:
        raise refuse("CLIENT_UNKNOWN", f"client {client!r} has no contract")
    minor = parse_minor(amount, contract.currency)
    if minor <= 0:
        raise refuse("AMOUNT_SIGN", f"{amount} is no amount of a receipt")
    sample = sample or Sample()
    if case and sample != Sample():
        raise Usage("a case has its own age and classification; leave out --case, or these")
    if case:
        from ledger_core.runs import explained

        with session.reading() as book:
            reason = explained.of_payment(book, client, case, source, minor, session.acted_on, method)
    else:
        terms = contract.at(session.acted_on)
        if terms is None:
            raise refuse("TERMS_MISSING", f"client {client} has no terms effective on {session.acted_on}")
        state = sample.state(minor, session.acted_on)
        reason = reasons.payment(terms, source, state, minor, session.acted_on, method)
    return {"client": client, "case": case or None, "method": method} | document(reason)


def samples(session: Session) -> list[Json]:
    """A sample receipt of every client, by client, with ``notes`` on what a contract says and hardly means.

    A client whose terms have not begun on the day of acting has the first day in ``begins``.
    """
    found = []
    for client, contract in sorted(session.settings.contracts.items()):
        if contract.at(session.acted_on):
            amount = format_minor(parse_minor(str(SAMPLE_UNITS), contract.currency), contract.currency)
            told = quote(session, client, amount)
        else:
            told = {"client": client, "begins": contract.terms[0].effective.isoformat()}
        found.append(told | {"notes": [note for terms in contract.terms for note in _notes(terms)]})
    return found


def _notes(terms: Terms) -> Iterator[str]:
    """What is allowed and probably not meant."""
    since = f"terms since {terms.effective}"
    for idle, by in reasons.idle_rules(terms):
        yield f"{since}: rule {idle} never holds; rule {by} takes all of its receipts"
    if not terms.commission_on:
        yield f"{since}: commission_on names no bucket, so that no receipt ever earns a commission"


def explain(session: Session, entry: int) -> Json:
    """Why the fee on the receipt of an entry is what it is; raises ``ENTRY_UNKNOWN``."""
    from ledger_core.runs import explained

    with session.reading() as book:
        receipt, reason = explained.of_entry(book, entry)
    return {"entry": receipt.id, "client": receipt.header.client, "case": receipt.header.case} | document(reason)


def document(reason: PaymentReason) -> Json:
    """A payment and its fee as JSON: money as text, the buckets in the order of the waterfall."""
    terms = reason.fee.terms

    def money(amount: int) -> str:
        return format_minor(amount, terms.currency)

    columns = {bucket: BUCKETS.index(bucket) for bucket in terms.waterfall}
    withheld = reason.earned if reason.taken_by == "withheld" else 0
    return {
        "currency": terms.currency,
        "date": reason.effective.isoformat(),
        "event": reason.event,
        "source": reason.fee.measures.source,
        "terms": {"effective": terms.effective.isoformat(), "digest": terms.digest, "remittance": terms.remittance},
        "amount": money(reason.amount),
        "waterfall": [
            {"bucket": bucket, "outstanding": money(reason.outstanding[at]), "taken": money(reason.taken[at])}
            for bucket, at in columns.items()
        ],
        "overpaid": money(reason.overpaid),
        "commission_on": list(terms.commission_on),
        "base": money(reason.fee.measures.base),
        "fee": _fee(reason.fee),
        "commission": money(reason.fee.commission),
        "vat": money(reason.fee.vat),
        "costs_recovered": money(reason.recovered + reason.recovered_loss),
        "earned": money(reason.earned),
        "taken_by": reason.taken_by,
        "to_client": money(0 if reason.event == "direct_payment" else sum(reason.taken) - withheld),
        "release": reason.release.isoformat() if reason.release else None,
    }


def _fee(fee: FeeReason) -> Json:
    """The rule and how it made its figure; a measure in days is a number, one in money a text."""
    rule, terms, currency = fee.chosen, fee.terms, fee.terms.currency

    def measured(value: int | None) -> int | str | None:
        return value if value is None or rule.by == "age_days" else format_minor(value, currency)

    return {
        "rule": fee.rule,
        "conditions": _conditions(fee.conditions),
        "passed": [{"rule": number, "because": _conditions(each)} for number, each in enumerate(fee.passed)],
        "by": rule.by,
        "mode": rule.mode,
        "measure": measured(fee.measure) if rule.by else None,
        "slices": [
            {
                "tier": part.tier,
                "up_to": measured(part.up_to),
                "rate": format_rate(part.rate),
                "amount": format_minor(part.amount, currency),
                "figure": format_exact(part.amount * part.rate, currency),
            }
            for part in fee.slices
        ],
        "exact": format_exact(fee.exact, currency),
        "bounds": [
            {
                "name": bound.name,
                "limit": format_minor(bound.limit, currency),
                "before": format_exact(bound.before, currency),
            }
            for bound in fee.bounds
        ],
        "figure": format_exact(fee.figure, currency),
        "vat": terms.vat,
        "vat_rate": format_rate(terms.vat_rate),
    }


def _conditions(conditions: Iterable[Condition]) -> list[Mapping[str, Any]]:
    return [{"name": c.name, "wanted": list(c.wanted), "actual": c.actual} for c in conditions]
