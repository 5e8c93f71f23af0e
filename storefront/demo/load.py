"""Writes the fictional business in portions by COPY: constant memory, whatever the number of policies.

Per policy: quotes, an application (and some that led nowhere or wait), about three attempts to pay, the
contract; for three in ten a claim with documents, deadlines, decision and payout. A customer has one to
six policies, and some write to us.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg

from storefront import clock
from storefront.catalog.bundle import ProductBundle
from storefront.demo import correspondence, people, sales, texts
from storefront.demo.claims import Claims
from storefront.demo.people import Somebody
from storefront.demo.samples import Person, Sample, person, sample
from storefront.demo.writing import Writer, first_ids, set_sequences

PORTION = 5_000
MOST_TEMPLATES = 600  # ages and sexes, each with one contract of each product
# How often each product is sold; one without a figure counts as one.
WEIGHTS = {
    "travel-accident": 30, "motor-compulsory": 25, "accident-year": 14, "medical-year": 12,
    "term-life": 9, "critical-illness": 5, "employers-liability": 3,
}  # fmt: skip
POLICIES_EACH, HOW_OFTEN = (1, 2, 3, 4, 6), (45, 30, 13, 8, 4)
VISITS_PER_QUOTE = 6
# Each quote was looked at before, and some who looked never asked for one.
VISITS = """
insert into visit_count (day, product, channel, hits)
select (created_at at time zone 'Asia/Shanghai')::date, product_code, channel, count(*) * %(each)s
from quote where id >= %(first)s group by 1, 2, 3
on conflict (day, product, channel) do update set hits = visit_count.hits + excluded.hits
"""


@dataclass(frozen=True)
class Order:
    """How much is wanted; `member_id` is the member of staff who approved and decided all of it."""

    policies: int
    claims: int
    member_id: int
    now: datetime


@dataclass(frozen=True)
class Template:
    """An age and a sex with the contracts that can be had."""

    somebody: Somebody
    contracts: Sequence[Sample]
    weights: Sequence[int]


def load(
    connection: psycopg.Connection[Any],
    bundles: Sequence[ProductBundle],
    order: Order,
    tell: Callable[[int], None],
) -> None:
    """Adds so many policies with everything around them; `tell` is told how many are there.

    The connection commits by itself. Raises psycopg.Error; the portions before stay.
    """
    texts.encrypted.cache_clear()  # the keys may be others than the last time
    rng = random.Random(order.policies)  # noqa: S311 - fictional data, the same for the same number
    ids = first_ids(connection)
    first_quote = ids["quote"]
    writer = Writer(connection, rng, order.now, order.member_id, ids)
    _sell(writer, _templates(rng, bundles, order), order, tell)
    set_sequences(connection, writer.next_id)
    connection.execute(VISITS, {"each": VISITS_PER_QUOTE, "first": first_quote})
    connection.execute("analyze")


def _sell(
    writer: Writer, templates: Sequence[Template], order: Order, tell: Callable[[int], None]
) -> None:
    claims = Claims(writer, texts.put_picture())
    first = writer.rng.randrange(1_000_000)
    made, sold, number = 0, 0, 0
    last: sales.Sold | None = None
    while sold < order.policies:
        template = templates[number % len(templates)]
        buyer = _buyer(writer, template, first + number)
        number += 1
        (wanted,) = writer.rng.choices(POLICIES_EACH, HOW_OFTEN)
        for _each in range(min(wanted, order.policies - sold)):
            (drawn,) = writer.rng.choices(template.contracts, template.weights)
            policy = sales.sale(writer, drawn, buyer)
            sold += 1
            last = policy if drawn.start_at < order.now else last
            due = order.claims * sold / order.policies - made
            for _claim in range(int(due + writer.rng.random())):
                made += claims.add(policy)
            if sold % PORTION == 0:
                claims.close_files()
                writer.flush()
                tell(sold)
    if last is not None:  # somebody whose cover has begun makes up what is missing
        for _missing in range(order.claims - made):
            claims.add(last)
    claims.close_files()
    writer.finish()


def _buyer(writer: Writer, template: Template, number: int) -> sales.Buyer:
    who: Person = person(people.named(writer.rng, template.somebody, number))
    buyer = sales.customer(writer, who)
    if number % 12 == 0:
        correspondence.ticket(writer, buyer)
    return buyer


def _templates(
    rng: random.Random, bundles: Sequence[ProductBundle], order: Order
) -> list[Template]:
    wanted = min(max(order.policies // 20, 20), MOST_TEMPLATES)
    today = clock.local_date(order.now)
    return [_template(rng, bundles, today) for _ in range(wanted)]


def _template(rng: random.Random, bundles: Sequence[ProductBundle], today: date) -> Template:
    one = people.blank(rng)
    drawn = [sample(bundle, one, rng, today) for bundle in bundles]
    possible = [item for item in drawn if item is not None]
    return Template(one, possible, [WEIGHTS.get(item.product, 1) for item in possible])
