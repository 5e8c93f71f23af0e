"""Reasons that bar or question payment, over the whole claim. Those of single heads are beside it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from storefront.catalog.definition import Text
from storefront.catalog.definition.claims import Exclusion
from storefront.claims.rules import head_findings
from storefront.claims.rules.facts import Case, Incident
from storefront.claims.rules.outcome import Effect, Finding, Head, Return
from storefront.claims.rules.terms import Agreed
from storefront.claims.rules.wording import finding, give_back
from storefront.clock import add_years, local_date

UNCLEAR = (None, "other")
"""Causes that say too little where an illness is not covered."""
OVER = ("cancelled", "surrendered", "lapsed", "expired", "terminated")
"""States in which a contract covers nothing."""


def of(agreed: Agreed) -> list[Finding]:
    """Every finding, those of the whole claim first."""
    found = [
        *_versions(agreed),
        *_term(agreed),
        *_exclusions(agreed),
        *_suicide(agreed),
        *_misstatement(agreed),
        *_controls(agreed),
        *_times(agreed),
        *_fault(agreed),
    ]
    return [*found, *head_findings.of(agreed)]


def of_nothing(agreed: Agreed, heads: tuple[Head, ...], barred: frozenset[str]) -> list[Finding]:
    """Why a head that nothing bars comes to nothing: a limit used up, a deductible, others paid."""
    found = []
    for loss, head in zip(agreed.case.losses, heads, strict=True):
        if head.payable or head.code in barred or not head.eligible:
            continue
        if head.limit_left == 0:
            said = finding("limit-used-up", "note", _limit_clause(agreed, head))
        elif head.eligible <= head.paid_elsewhere:
            said = finding("paid-elsewhere", "note", agreed.clause(loss, "elsewhere"))
        elif head.deductible:
            said = finding("within-deductible", "note", agreed.clause(loss, "deductible"))
        else:
            continue
        found.append(said.model_copy(update={"heads": (head.code,)}))
    return found


def _limit_clause(agreed: Agreed, head: Head) -> str:
    limits = agreed.rules.limits if agreed.rules else ()
    return next((limit.clause for limit in limits if limit.code == head.limit_code), "")


def barred(case: Case, found: list[Finding]) -> frozenset[str]:
    """The heads that pay nothing."""
    bars = [item for item in found if item.effect == "bar"]
    if any(not item.heads for item in bars):
        return frozenset(loss.code for loss in case.losses)
    return frozenset(code for item in bars for code in item.heads)


def returns(agreed: Agreed, found: list[Finding]) -> tuple[Return, ...]:
    """What goes back to the policyholder where a finding bars payment and the clauses say so."""
    contract = agreed.case.contract
    amounts = {"premiums": contract.premiums_paid, "cash-value": contract.cash_value}
    given: dict[str, Return] = {}
    for item in found:
        code = _returned_for(agreed, item) if item.effect == "bar" else None
        if code is not None:
            given[code] = give_back(code, amounts[code], item.clause)
    return tuple(given.values())


def ends_contract(agreed: Agreed, heads: tuple[Head, ...], found: list[Finding]) -> bool:
    """Whether the policy is at its end: by its benefit, a limit used up, or a bar that ends it."""
    by_benefit = any(
        head.payable and getattr(agreed.terms(loss), "ends_contract", False)
        for head, loss in zip(heads, agreed.case.losses, strict=True)
    )
    ending = (
        {limit.code for limit in agreed.rules.limits if limit.ends_contract} if agreed.rules else {}
    )
    used_up = any(
        head.limit_code in ending and head.payable and head.payable == head.limit_left
        for head in heads
    )
    paid = any(head.payable for head in heads)
    rescinded = any(item.code == "misstatement" for item in found)
    barred_for_good = not paid and (rescinded or bool(returns(agreed, found)))
    return by_benefit or used_up or barred_for_good


def _returned_for(agreed: Agreed, item: Finding) -> Literal["premiums", "cash-value"] | None:
    rules = agreed.rules
    if rules is None:
        return None
    for exclusion in rules.exclusions:
        if exclusion.code == item.code:
            return exclusion.returns
    if item.code == "waiting-period" and rules.waiting:
        return "premiums" if rules.waiting.pays == "premiums" else None
    if item.code == "suicide" and rules.suicide:
        return rules.suicide.returns
    misstated = agreed.case.incident.misstatement
    if item.code == "misstatement" and misstated and not misstated.intent:
        return "premiums"
    return None


def _versions(agreed: Agreed) -> Iterator[Finding]:
    if agreed.rules is None:
        yield finding("by-hand", "question")
    if agreed.case.contract.changed_since:
        yield finding("changed-since", "question")


def _term(agreed: Agreed) -> Iterator[Finding]:
    """C-08: whether the contract was in force at the incident."""
    case, clause = agreed.case, agreed.clause(None, "term")
    start, end = case.contract.start_at, case.contract.end_at
    days = {"start": local_date(start), "end": local_date(end - timedelta(seconds=1))}
    if case.incident.at < start:
        yield finding("before-term", "bar", clause, **days)
    elif case.incident.at >= end:
        yield from _after_term(agreed, clause, days)
    if case.contract.state in OVER:
        matter = agreed.clause(None, case.contract.state) or clause
        yield finding("not-in-force", "bar", matter)


def _after_term(agreed: Agreed, clause: str, days: dict[str, date]) -> Iterator[Finding]:
    hours = agreed.rules.extension_hours if agreed.rules else 0
    within = agreed.case.incident.at < agreed.covered_until
    delayed = agreed.case.incident.return_delayed
    if not within or delayed is False:
        yield finding("after-term", "bar", clause, **days)
    else:
        effect: Effect = "note" if delayed else "question"
        yield finding("extended", effect, agreed.clause(None, "extension"), hours=hours)


def _exclusions(agreed: Agreed) -> Iterator[Finding]:
    rules, case = agreed.rules, agreed.case
    for exclusion in rules.exclusions if rules else ():
        heads = tuple(
            loss.code
            for loss in case.losses
            if not exclusion.covers or loss.cover in exclusion.covers
        )
        found = _excluded(exclusion, case.incident) if heads else None
        if found is not None:
            yield found.model_copy(update={"heads": heads if exclusion.covers else ()})
    for position in case.incident.special_terms:
        term = case.contract.content["special_terms"][position]
        yield finding("special-term", "bar", term=Text(zh=term["zh"], en=term["en"]))


def _excluded(exclusion: Exclusion, incident: Incident) -> Finding | None:
    """An exclusion that was found to apply, that the cause brings with it, or that it may bring."""
    caused = exclusion.cause is not None and incident.cause == exclusion.cause
    if exclusion.code in incident.exclusions or (caused and exclusion.cause_effect == "bar"):
        return Finding(
            code=exclusion.code,
            effect="bar" if exclusion.effect == "bar" else "note",
            message=exclusion.text,
            clause=exclusion.clause,
        )
    if exclusion.cause and (caused or incident.cause in UNCLEAR):
        return finding("cause-in-question", "question", exclusion.clause, reason=exclusion.text)
    return None


def _suicide(agreed: Agreed) -> Iterator[Finding]:
    """C-06: within the years after start or reinstatement, but for a person without capacity."""
    incident, rules = agreed.case.incident, agreed.rules
    if incident.cause != "suicide" or rules is None or rules.suicide is None:
        return
    contract, clause = agreed.case.contract, rules.suicide.clause
    since = local_date(max(contract.begun_at, contract.reinstated_at or contract.begun_at))
    years = rules.suicide.years
    if years and agreed.incident_day() >= add_years(since, years):
        return
    if incident.capacity is False:
        yield finding("suicide-without-capacity", "note", clause)
        return
    yield (
        finding("suicide", "bar", clause, years=years)
        if years
        else finding("suicide-ever", "bar", clause)
    )
    if incident.capacity is None:
        yield finding("capacity-unknown", "question", clause)


def _misstatement(agreed: Agreed) -> Iterator[Finding]:
    """V-08: a wrong answer counts for 30 days from knowledge, and at most two years from the start."""
    misstated, rules = agreed.case.incident.misstatement, agreed.rules
    if misstated is None or rules is None:
        return
    contest = rules.contest
    if contest is None:
        yield finding("no-rescission", "note", agreed.clause(None, "disclosure"))
        return
    begun = local_date(agreed.case.contract.begun_at)
    late = agreed.case.incident.assessed_on > misstated.known_on + timedelta(days=contest.days)
    old = bool(contest.years) and misstated.known_on >= add_years(begun, contest.years or 0)
    if not misstated.decisive:
        yield finding("misstatement-harmless", "note", contest.clause)
    elif late or old:
        yield finding("contest-expired", "note", contest.clause, days=contest.days)
    elif misstated.intent or misstated.causal:
        yield finding("misstatement", "bar", contest.clause)
        yield finding("rescission", "question", contest.clause, days=contest.days)
    else:
        yield finding("misstatement-not-causal", "question", contest.clause)


def _controls(agreed: Agreed) -> Iterator[Finding]:
    """Measures that were promised and not in place, and answers of the questionnaire found untrue."""
    found = agreed.case.incident.controls
    for control in agreed.rules.controls if agreed.rules else ():
        if found.get(control.code) is False:
            yield finding("control-missing", "question", control.clause, control=control.text)
    clause = agreed.clause(None, "disclosure")
    for code, asked in agreed.stated.items():
        if code in found and isinstance(asked["answer"], bool) and asked["answer"] != found[code]:
            text = Text.model_validate(asked["text"])
            yield finding("stated-otherwise", "question", clause, asked=text)


def _times(agreed: Agreed) -> Iterator[Finding]:
    """C-05: limitation is warned of, never more; a late report is for a person to look at."""
    incident, rules = agreed.case.incident, agreed.rules
    if rules is None:
        return
    until = add_years(local_date(incident.known_at), rules.limitation_years)
    if local_date(incident.reported_at) > until:  # as `claims.notices` says it to the reporter
        clause = agreed.clause(None, "limitation")
        yield finding("limitation", "warning", clause, years=rules.limitation_years)
    hours = rules.report_within_hours
    if hours and incident.reported_at > incident.known_at + timedelta(hours=hours):
        yield finding("late-report", "question", agreed.clause(None, "late-report"), hours=hours)


def _fault(agreed: Agreed) -> Iterator[Finding]:
    rules = agreed.rules
    if rules and rules.needs_fault and agreed.case.incident.at_fault is None:
        yield finding("fault-unknown", "question", agreed.clause(None, "fault"))
