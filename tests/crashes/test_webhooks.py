"""Stripe's events three times each, in any order, for several purchases at once."""

from concurrent.futures import ThreadPoolExecutor

from tests.crashes.site import Site, eventually


def test_each_webhook_three_times_shuffled_leaves_one_of_everything(site: Site) -> None:
    purchases = site.apply(
        "shuffled@example.com", "motor-compulsory", "travel-accident", "motor-compulsory"
    )
    pages = [purchase.press_pay().headers["location"] for purchase in purchases]
    before = site.control()["counts"]
    booked = site.on_the_books()

    site.tell("stripe", mode="shuffle-webhooks", copies=3)
    with ThreadPoolExecutor(len(pages)) as pool:
        list(pool.map(site.pay, pages))
    eventually(lambda: not site.control()["counts"].get("webhooks pending"), "all deliveries")
    eventually(lambda: all(site.finished(purchase) for purchase in purchases), "all policies")

    counts = site.control()["counts"]
    happened = counts["event"] - before.get("event", 0)
    assert happened >= 3 * len(purchases)
    delivered = counts["webhooks delivered"] - before.get("webhooks delivered", 0)
    assert delivered == 3 * happened
    site.assert_exactly_one(*purchases)
    assert site.on_the_books() == booked + len(purchases)
