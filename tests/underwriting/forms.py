"""Filled-in forms of any product: what is typed into quote, questionnaire and declaration, read as the shop does.

A form begins as the product's example with every question answered harmlessly, and is changed from there;
a change that the quote would refuse is left out, so that what comes to underwriting is always possible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from storefront import clock
from storefront.applications import controls, declaration
from storefront.applications.draft import Draft
from storefront.applications.models import Application
from storefront.applications.risk import facts_of
from storefront.catalog import answers
from storefront.catalog.bundle import ProductBundle
from storefront.catalog.definition import (
    AnswerField,
    Condition,
    FollowUp,
    ProductDefinition,
    Question,
    UnderwritingRule,
)
from storefront.catalog.facts import ACCUMULATED, ACCUMULATED_HERE
from storefront.catalog.faults import AnswersInvalid
from storefront.clock import add_years

NOW = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
TODAY = clock.local_date(NOW)
START = TODAY + timedelta(days=10)
HEIGHT = 170
GROWN_UP = "1990-06-15"
MOST_INSURED = Decimal(20_000_000)
BODY_MASS = (15, 20, 31, 33, 34, 38)
Raw = dict[str, str]


@dataclass
class Form:
    """What is typed: the quote's answers, the company's questionnaire, the declaration of each person.

    `sums` is what everybody is insured for already, which nobody types.
    """

    quote: Raw
    company: Raw = field(default_factory=dict)
    people: list[Raw] = field(default_factory=list)
    sums: Raw = field(default_factory=dict)


def harmless(bundle: ProductBundle, people: int = 1) -> Form:
    """The example, with every question answered as somebody without any risk would."""
    definition = bundle.definition
    quote = answers.flatten(answers.dump(answers.example(definition)))
    quote |= dict.fromkeys((item.key for item in definition.answers if item.lookup), "")
    if definition.start.key:
        quote[definition.start.key] = START.isoformat()
    company = dict(_harmless(definition.application.questionnaire))
    asked = dict(_harmless(definition.questions))
    return Form(quote, company, [dict(asked) for _ in range(people if asked else 1)])


def read(bundle: ProductBundle, form: Form) -> list[dict[str, object]]:
    """The facts for underwriting, by the way that an application goes. Raises AnswersInvalid."""
    definition = bundle.definition
    typed = answers.parse(definition, form.quote, TODAY)
    given, faults = declaration.read_answers(definition.application.questionnaire, form.company)
    declared = []
    for number, person in enumerate(form.people):
        raw = {declaration.field_name(number, code): text for code, text in person.items()}
        own, wrong = declaration.read(definition, raw, number)
        declared.append({"id_number": str(number), "answers": own})
        faults += wrong
    assert not faults
    born = form.quote.get("birth_date", GROWN_UP)
    insured = [{"birth_date": born}] * len(form.people) if definition.insured.age_max else []
    parties = {"insured": insured, controls.KEY: controls.stored(given, NOW)}
    application = Application(
        start_date=START,
        answers=answers.dump(typed),
        parties=parties,
        declaration=declared if definition.questions else [],
    )
    sums = {key: Decimal(amount) for key, amount in form.sums.items()}
    return [facts | sums for facts in facts_of(Draft(application, bundle, NOW))]


def aimed_at(bundle: ProductBundle, rule: UnderwritingRule) -> Form | None:
    """A form for which a rule applies; None where no form can be found."""
    ways = [list(_ways(bundle.definition, condition, rule)) for condition in rule.when]
    for number in range(max(map(len, ways))):
        form = harmless(bundle)
        for way in ways:
            for part, changes in zip(
                (form.quote, form.company, form.people[0], form.sums),
                way[number % len(way)],
                strict=True,
            ):
                part.update(changes)
        if possible(bundle, form):
            return form
    return None


def possible(bundle: ProductBundle, form: Form) -> bool:
    """Whether the quote takes these answers."""
    try:
        answers.parse(bundle.definition, form.quote, TODAY)
    except AnswersInvalid:
        return False
    return True


@st.composite
def filled_in(draw: st.DrawFn, bundle: ProductBundle) -> Form:
    """Any form that can be sent: aimed at some rule or at none, then changed here and there."""
    definition = bundle.definition
    people = draw(st.integers(1, 3 if definition.questions else 1))
    form = harmless(bundle, people)
    for rule in draw(st.lists(st.sampled_from(definition.underwriting.rules), max_size=3)):
        aimed = aimed_at(bundle, rule) or form
        declared = [aimed.people[0], *form.people[1:]]
        form = Form(aimed.quote, form.company | aimed.company, declared, form.sums | aimed.sums)
    changed = draw(st.lists(st.sampled_from(definition.answers), max_size=4))
    for item in changed:
        for name, values in _values(item).items():
            quote = {**form.quote, name: draw(st.sampled_from(values))}
            if possible(bundle, Form(quote)):
                form.quote = quote
    form.company |= draw(_some_answers(definition.application.questionnaire))
    for person in form.people:
        person.update(draw(_some_answers(definition.questions)))
    return form


def _harmless(questions: Sequence[Question]) -> Iterator[tuple[str, str]]:
    """A no to everything; a rule may ask for a yes, for example to backups, where a form is aimed at it."""
    for asked in declaration.all_asked(questions):
        yield asked.code, _plain(asked)


def _plain(asked: Question | FollowUp) -> str:
    if asked.code == "height-cm":
        return str(HEIGHT)
    if asked.code == "weight-kg":
        return str(_weight(22))
    if asked.type == "number":
        return str(asked.min or 0)
    return {"yes-no": "no", "text": "nothing", "date": TODAY.isoformat()}[asked.type]


def _weight(body_mass: int) -> Decimal:
    return Decimal(body_mass) * HEIGHT * HEIGHT / 10_000


def _ways(
    definition: ProductDefinition, condition: Condition, rule: UnderwritingRule
) -> Iterator[tuple[Raw, Raw, Raw, Raw]]:
    """Changes to quote, questionnaire, declaration and sums, each of which makes a condition hold."""
    together = [item for item in rule.when if item.key == condition.key]

    def holds(value: object) -> bool:
        return all(item.holds({condition.key: value}) for item in together)

    if condition.key == "age":
        for age in range(definition.insured.age_min or 0, (definition.insured.age_max or 70) + 1):
            if holds(age):
                yield {"birth_date": add_years(START, -age).isoformat()}, {}, {}, {}
    elif condition.key.startswith((ACCUMULATED, ACCUMULATED_HERE)):
        amounts = _steps(Decimal(0), MOST_INSURED, Decimal(10_000))
        yield from (({}, {}, {}, {condition.key: f"{sum_:f}"}) for sum_ in filter(holds, amounts))
    elif condition.key == "bmi":
        masses = filter(holds, BODY_MASS)
        yield from (({}, {}, {"weight-kg": str(_weight(mass))}, {}) for mass in masses)
    elif definition.asks(condition.key.partition(".")[0]):
        item = definition.field(condition.key.partition(".")[0])
        for text in _values(item)[condition.key]:
            if holds(answers.convert(item, text)):
                yield {condition.key: text}, {}, {}, {}
    else:
        for text, value in _answers_to(definition, condition.key):
            if holds(value):
                changes = {**dict(_parents(definition, condition.key)), condition.key: text}
                asked = declaration.all_asked(definition.questions)
                personal = condition.key in {item.code for item in asked}
                yield {}, {} if personal else changes, changes if personal else {}, {}


def _values(item: AnswerField) -> dict[str, list[str]]:
    """Texts worth trying, by the names under which a field is typed."""
    names = [f"{item.key}.{entry.key}" for entry in item.entries] or [item.key]
    if item.choices:
        values = [choice.value for choice in item.choices]
    elif item.type == "bool":
        values = ["true", "false"]
    elif item.type == "date":
        values = [add_years(START, -age).isoformat() for age in range(18, 66, 5)]
    elif item.lookup:
        values = ["", str(item.example)]
    else:
        least, most = item.min or Decimal(0), item.max or Decimal(10_000_000_000)
        values = [f"{number:f}" for number in _steps(least, most, item.step or Decimal(1))]
    return dict.fromkeys(names, values)


def _steps(least: Decimal, most: Decimal, step: Decimal) -> list[Decimal]:
    """The ends of a range and some numbers between them, all of them on a step."""
    count = int((most - least) / step)
    return [least + step * (count * part // 10) for part in range(11)]


def _answers_to(definition: ProductDefinition, key: str) -> Iterator[tuple[str, object]]:
    asked = next(item for item in _everything(definition) if item.code == key)
    if asked.type == "yes-no":
        yield from (("yes", True), ("no", False))
    else:
        least, most = asked.min or Decimal(0), asked.max or Decimal(10_000_000)
        yield from ((f"{number:f}", number) for number in _steps(least, most, Decimal(1)))


def _everything(definition: ProductDefinition) -> Iterator[Question | FollowUp]:
    yield from declaration.all_asked(definition.questions)
    yield from declaration.all_asked(definition.application.questionnaire)


def _parents(definition: ProductDefinition, key: str) -> Iterator[tuple[str, str]]:
    for question in (*definition.questions, *definition.application.questionnaire):
        if any(follow_up.code == key for follow_up in question.follow_ups):
            yield question.code, "yes"


def _some_answers(questions: Sequence[Question]) -> st.SearchStrategy[Raw]:
    """Other answers to some of the questions, follow-ups included."""
    asked = list(declaration.all_asked(questions))
    possible_answers = {item.code: _texts_for(item) for item in asked}
    return st.fixed_dictionaries({}, optional=possible_answers)


def _texts_for(asked: Question | FollowUp) -> st.SearchStrategy[str]:
    if asked.type == "number":
        return st.decimals(asked.min or 0, asked.max or 10_000, places=1).map(str)
    return {
        "yes-no": st.sampled_from(["yes", "no"]),
        "text": st.text("abc äß。", min_size=1, max_size=40).map(lambda text: f"x{text}x"),
        "date": st.dates().map(lambda day: day.isoformat()),
    }[asked.type]
