"""Whether this process lives (`/healthz`) and whether it can serve customers (`/readyz`)."""

from datetime import timedelta

from flask import Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storefront import jobs
from storefront.access import public
from storefront.cli import alembic
from storefront.db import db
from storefront.site import views

blueprint = views.blueprint

WORKER_SILENCE = timedelta(minutes=1)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Database, migrations and worker, each by itself; 503 unless all are well."""
    parts = {"database": False, "migrations": False, "worker": False}
    try:
        db.session.execute(text("select 1"))
        parts["database"] = True
        parts["migrations"] = _migrated()
        parts["worker"] = parts["migrations"] and jobs.worker_heard_from(WORKER_SILENCE)
    except SQLAlchemyError:
        db.session.rollback()
    ready = all(parts.values())
    body = {"status": "ready" if ready else "not ready", **parts}
    return jsonify(body), 200 if ready else 503


def _migrated() -> bool:
    wanted = {revision.revision for revision in alembic.heads()}
    found = set(db.session.scalars(text("select version_num from alembic_version")))
    return wanted == found
