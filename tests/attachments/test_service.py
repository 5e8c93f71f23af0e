"""Files from the first piece to the last day: taken in, resumed, accepted or refused, removed, retained."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from storefront import files
from storefront.attachments import service, storage
from storefront.attachments.values import FileRefused, Limits, Offer, Owner, WrongOffset
from storefront.crypto import is_reference, new_reference, sha256
from storefront.db import transaction
from storefront.errors import NotFound
from tests.attachments import samples
from tests.attachments.conftest import (
    ARRIVED,
    LIMITS,
    NOTE,
    NOW,
    SKETCH,
    append,
    names_in_store,
    offer,
    reread,
    send,
)

Work = Callable[[], None]


def test_a_picture_in_pieces_becomes_one_file(session: Session, work: Work) -> None:
    data = samples.noisy(600, 400)
    ref = send(SKETCH, data, pieces=5)
    assert reread(session, ref).state == "checking"

    work()

    kept = reread(session, ref)
    assert is_reference(ref, "D")
    assert (kept.state, kept.media_type, kept.sha256) == ("ready", "image/jpeg", sha256(data))
    assert (kept.width, kept.height, kept.parts) == (600, 400, [])
    assert names_in_store(kept) == {"picture", "preview"}


def test_the_original_is_kept_as_it_came_where_the_owner_says_so(
    session: Session, work: Work
) -> None:
    data = samples.photo()
    ref = send(NOTE, data)

    work()

    kept = reread(session, ref)
    assert storage.read(kept.stored["original"]) == data
    assert sha256(storage.read(kept.stored["original"])) == kept.sha256
    assert samples.MAKER.encode() not in storage.read(kept.stored["picture"])
    assert [ref] == ARRIVED


def test_a_pdf_is_always_kept_as_it_came(session: Session, work: Work) -> None:
    data = samples.pdf(3)
    ref = send(SKETCH, data, "contract.pdf")

    work()

    kept = reread(session, ref)
    assert (kept.pages, kept.media_type) == (3, "application/pdf")
    assert storage.read(kept.stored["original"]) == data


def test_names_in_the_store_cannot_be_guessed(session: Session, work: Work) -> None:
    refs = [send(SKETCH, samples.photo()), send(SKETCH, samples.photo())]
    work()

    folders = {reread(session, ref).folder for ref in refs}

    assert len(folders) == 2
    assert all(len(Path(folder).name) >= 32 for folder in folders)
    assert not any(ref in folder for ref in refs for folder in folders)


def test_the_name_of_a_file_is_stored_encrypted(session: Session) -> None:
    ref = send(SKETCH, samples.photo(), "passport of somebody.jpg")

    raw = session.connection().exec_driver_sql("select file_name from attachment").scalar_one()

    assert "somebody" not in raw
    assert reread(session, ref).file_name == "passport of somebody.jpg"


@pytest.mark.parametrize("wrong", [0, 99, 101, 10_000])
def test_a_piece_that_does_not_follow_is_told_where_to_go_on(session: Session, wrong: int) -> None:
    data = samples.photo()
    with transaction():
        ref = service.begin(session, SKETCH, offer(data), LIMITS, NOW).ref
    append(ref, 0, data[:100])

    with pytest.raises(WrongOffset) as told:
        append(ref, wrong, data[100:200])

    assert told.value.offset == 100
    assert reread(session, ref).received == 100


def test_more_than_was_announced_is_not_taken(session: Session) -> None:
    data = samples.photo()
    with transaction():
        ref = service.begin(session, SKETCH, offer(data), LIMITS, NOW).ref

    with pytest.raises(WrongOffset):
        append(ref, 0, data + b"x")


def test_the_same_file_chosen_again_goes_on(session: Session) -> None:
    data = samples.photo()
    with transaction():
        first = service.begin(session, SKETCH, offer(data, mark="m"), LIMITS, NOW).ref
    append(first, 0, data[:500])

    with transaction():
        again = service.begin(session, SKETCH, offer(data, mark="m"), LIMITS, NOW)
        assert (again.ref, again.received) == (first, 500)
        other = service.begin(session, SKETCH, offer(data, mark="other"), LIMITS, NOW).ref
        somebody = offer(data, by="customer:2", mark="m")
        foreign = service.begin(session, SKETCH, somebody, LIMITS, NOW).ref
    assert len({first, other, foreign}) == 3


def test_a_beginning_that_is_none_of_ours_ends_the_upload(session: Session, work: Work) -> None:
    data = b"MZ" + bytes(5000)
    with transaction():
        ref = service.begin(session, SKETCH, offer(data), LIMITS, NOW).ref

    append(ref, 0, data[:1000])

    row = reread(session, ref)
    assert (row.state, row.fault) == ("refused", "disguised")
    work()
    assert names_in_store(row) == set()


def test_of_a_refused_file_only_the_reason_stays(session: Session, work: Work) -> None:
    ref = send(NOTE, samples.pdf(change=samples.with_script), "form.pdf")

    work()

    row = reread(session, ref)
    assert (row.state, row.fault, row.stored) == ("refused", "pdf-active", {})
    assert names_in_store(row) == set()
    assert ARRIVED == []


@pytest.mark.parametrize(
    ("size", "slug"), [(0, "empty"), (-5, "empty"), (20 * 1024**2 + 1, "too-large")]
)
def test_sizes_are_judged_before_anything_is_sent(session: Session, size: int, slug: str) -> None:
    with pytest.raises(FileRefused) as refused:
        service.begin(session, SKETCH, Offer("identity", "a.jpg", size, "x"), LIMITS, NOW)

    assert refused.value.slug == slug


def test_refused_and_removed_files_do_not_count(session: Session, work: Work) -> None:
    refs = [send(SKETCH, samples.photo()) for _ in range(3)]
    with pytest.raises(FileRefused) as full:
        send(SKETCH, samples.photo())
    assert full.value.slug == "too-many"

    with transaction():
        service.remove(session, service.get(session, refs[0]), NOW)
    refused = send(SKETCH, b"MZ" + bytes(100))
    work()

    assert reread(session, refused).state == "refused"
    send(SKETCH, samples.photo())


def test_odd_purposes_are_unknown(session: Session) -> None:
    with pytest.raises(NotFound):
        service.begin(session, SKETCH, Offer("../x", "a.jpg", 5, "x"), LIMITS, NOW)


def test_what_is_removed_is_erased(session: Session, work: Work) -> None:
    ref = send(NOTE, samples.photo())
    work()

    with transaction():
        service.remove(session, service.get(session, ref), NOW)
    work()

    row = reread(session, ref)
    assert row.removed_at == NOW
    assert names_in_store(row) == set()
    assert service.of(session, *_of(NOTE)) == []
    with pytest.raises(NotFound):
        service.get(session, ref)


def test_a_file_removed_while_it_waits_leaves_nothing(session: Session, work: Work) -> None:
    ref = send(NOTE, samples.photo())
    with transaction():
        service.remove(session, service.get(session, ref), NOW)

    work()

    assert names_in_store(reread(session, ref)) == set()
    assert ARRIVED == []


def test_the_same_content_is_found_wherever_it_is(session: Session, work: Work) -> None:
    data = samples.photo()
    refs = [send(NOTE, data), send(SKETCH, data, "other name.jpg")]
    send(NOTE, samples.photo(64, 64))
    removed = send(NOTE, data)
    work()
    with transaction():
        service.remove(session, service.get(session, removed), NOW)

    assert [row.ref for row in service.same_file(session, sha256(data))] == refs


@pytest.mark.rule("E-03")
def test_retained_files_outlive_their_first_day(session: Session, work: Work) -> None:
    kept, short = send(NOTE, samples.photo()), send(SKETCH, samples.photo())
    work()
    with transaction():
        service.retain(session, *_of(NOTE), date(2040, 1, 1))
        service.retain(session, *_of(NOTE), date(2035, 1, 1))

    with transaction():
        service.forget_due(session, NOW, date(2031, 3, 1))
    assert reread(session, short).removed_at is None
    with transaction():
        assert service.forget_due(session, NOW, date(2031, 3, 2)) == 1
    work()

    assert reread(session, kept).retain_until == date(2040, 1, 1)
    assert names_in_store(reread(session, kept)) == {"original", "picture", "preview"}
    assert names_in_store(reread(session, short)) == set()


def test_unfinished_and_refused_files_are_forgotten_after_two_days(
    session: Session, work: Work
) -> None:
    data = samples.photo()
    with transaction():
        half = service.begin(session, SKETCH, offer(data), LIMITS, NOW).ref
    append(half, 0, data[:500])
    refused, ready = send(SKETCH, b"MZ" + bytes(9)), send(SKETCH, data)
    work()

    with transaction():
        assert service.forget_due(session, NOW + timedelta(hours=47), NOW.date()) == 0
        assert service.forget_due(session, NOW + timedelta(hours=48), NOW.date()) == 2
    work()

    assert reread(session, half).removed_at and reread(session, refused).removed_at
    assert names_in_store(reread(session, half)) == set()
    assert reread(session, ready).removed_at is None


def test_checking_twice_ends_the_same(session: Session, work: Work) -> None:
    from storefront.attachments import jobs as tasks

    ref = send(NOTE, samples.photo())
    tasks.check(ref=ref)
    before = reread(session, ref).stored

    tasks.check(ref=ref)
    work()

    assert reread(session, ref).stored == before
    assert [ref] == ARRIVED


def begin_at_once(app: Flask, monkey: pytest.MonkeyPatch | None = None) -> int:
    """Ten uploads begun at the same moment where three are allowed; gives how many were."""
    if monkey is not None:  # the control: without the lock
        monkey.setattr(service, "_lock_owner", lambda session, owner: None)
    owner, gate = Owner("sketch", new_reference("S")), threading.Barrier(10)
    limits = Limits(100, 3, LIMITS.retain_until)
    begun = []

    def one() -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction() as session:
                    offered = Offer("identity", "a.jpg", 50, "x")
                    begun.append(service.begin(session, owner, offered, limits, NOW).ref)
            except FileRefused:
                pass

    threads = [threading.Thread(target=one) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(begun)


def test_the_limit_holds_for_uploads_begun_at_once(app: Flask) -> None:
    assert begin_at_once(app) == 3


def test_without_the_lock_the_limit_would_not_hold(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any(begin_at_once(app, monkeypatch) > 3 for _ in range(20))


def test_the_store_lists_and_erases_only_what_it_is_told(app: Flask) -> None:
    with app.app_context():
        store = files.store()
        for name in ("attachments/a/1", "attachments/a/2", "attachments/ab/1"):
            store.put_named(name, b"x")

        assert sorted(store.names_in("attachments/a")) == ["attachments/a/1", "attachments/a/2"]
        store.erase_named(["attachments/a/1", "attachments/a/none"])

        assert store.names_in("attachments/a") == ["attachments/a/2"]
        assert store.get_named("attachments/ab/1") == b"x"


def _of(owner: Owner) -> tuple[str, str]:
    return owner.kind, owner.ref
