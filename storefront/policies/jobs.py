"""Background tasks: ask the insurer, then make the document. Killed and repeated, each ends the same."""

from flask import current_app

from storefront import clock, files, jobs
from storefront.applications.employees import service as employees
from storefront.catalog import service as catalog
from storefront.db import transaction
from storefront.policies import archive, contract, issuing, printing, rules, service
from storefront.policies.insurer_client import Issued, Processing, Refused, ask_to_issue
from storefront.policies.models import Policy


@jobs.job("policies.issue")
def issue(policy_id: int, asked: int = 0) -> None:
    """Asks the insurer for the policy and takes over its answer; asks again later if it is at work.

    Raises InsurerFault where the insurer does not answer properly, so that the queue repeats the job.
    """
    with transaction() as session:
        policy = session.get_one(Policy, policy_id)
        if policy.state != "issuing":
            return
        insurer = policy.insurer_code
        content = service.first_transaction(session, policy).content
        listed = content["parties"].get("employees")
        everybody = employees.employees_of(session, listed["list_id"]) if listed else []
        request = contract.insurer_request(content, everybody)
    answer = ask_to_issue(current_app.extensions["settings"], insurer, request, clock.now())
    with transaction() as session:
        now = clock.now()
        policy = service.lock(session, policy_id)
        match answer:
            case Issued():
                issuing.take_issued(session, policy, answer, now)
            case Refused():
                issuing.take_refusal(session, policy, answer, now)
            case Processing():
                later = now + rules.question_wait(asked)
                jobs.defer(session, issue, at=later, policy_id=policy_id, asked=asked + 1)


@jobs.job("policies.render")
def render(policy_id: int) -> None:
    """Makes, signs, keeps and sends the document of an issued policy, if it does not exist yet."""
    from storefront.policies.document.issue import issue_document  # takes a second to load

    settings = current_app.extensions["settings"]
    with transaction() as session:
        policy = session.get_one(Policy, policy_id)
        if service.document_of(session, policy) is not None:
            return
        bundle = catalog.get(session, policy.product_code, policy.product_version)
        insurer = archive.insurer_profile(session, policy.insurer_code)
        content = service.first_transaction(session, policy).content
        schedule = printing.schedule(
            policy, content, bundle, insurer, settings, language=policy.language
        )
    clauses = archive.clauses(bundle, insurer, schedule.language).data
    signer = archive.signer(settings, insurer.code)
    data = issue_document(schedule, clauses, signer, clock.now())
    digest = files.store().put(data)
    with transaction() as session:
        policy = service.lock(session, policy_id)
        issuing.keep_document(session, policy, digest, len(data), clock.now())
