"""A storefront of the bench's own: database, catalogue, settings and the processes that serve it."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
from flask import Flask
from sqlalchemy import make_url

import config
from storefront import clock, create_app
from storefront.catalog import service as catalog
from storefront.catalog.bundle import ProductBundle
from storefront.db import db, transaction
from storefront.launch import installation, postgres, serving
from tests.bench import servers
from tests.launch.installation import free_port


@dataclass
class Site:
    """What is measured. `processes` are those that run now, by name."""

    folder: Path
    settings: config.Settings
    environ: dict[str, str]
    app: Flask
    crowded_url: str
    ports: dict[str, int]
    processes: dict[str, psutil.Process] = field(default_factory=dict)

    def url(self, name: str = "web") -> str:
        """Address of one of the servers."""
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def database_process(self) -> psutil.Process:
        """The main process of the embedded PostgreSQL."""
        file = postgres.data_folder(self.settings.instance) / "postmaster.pid"
        return psutil.Process(int(file.read_text().split()[0]))


@contextmanager
def prepared(folder: Path, products: int, many_products: int) -> Iterator[Site]:
    """A fresh installation with two databases, the second one with many products."""
    ports = {name: free_port() for name in ("web", "bare", "crowded", "sandbox", "smtp")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    for item in config.SETTINGS:
        os.environ.pop(item.name, None)
    os.environ |= {
        "PATH": path,
        "STOREFRONT_INSTANCE": str(folder),
        "PORT": str(ports["web"]),
        "SANDBOX_PORT": str(ports["sandbox"]),
        "SANDBOX_SMTP_PORT": str(ports["smtp"]),
        "LOG_FORMAT": "json",  # as in production
    }
    settings = installation.open_settings()
    try:
        with installation.database(settings) as database:
            environ = serving.environment(settings, database.url)
            installation.complete(settings, environ)
            crowded_url = copy_database(database.url, "crowded")
            app = _stocked(crowded_url, many_products)
            with app.app_context():
                db.engine.dispose()
            app = _stocked(database.url, products)
            yield Site(folder, settings, environ, app, crowded_url, ports)
            with app.app_context():
                db.engine.dispose()
    finally:
        data = postgres.data_folder(settings.instance)
        shutil.rmtree(data.parent if data.parent != folder else data, ignore_errors=True)


@contextmanager
def serving_pages(site: Site) -> Iterator[None]:
    """The web server, a bare one and one with many products, each with one process."""
    database = site.environ["DATABASE_URL"]
    applications = {
        "web": ("wsgi:app", database, "/healthz"),
        "bare": ("tests.bench.bare:app", database, "/page/2000"),
        "crowded": ("wsgi:app", site.crowded_url, "/healthz"),
    }
    with ExitStack() as stack:
        for name, (application, url, ready) in applications.items():
            environ = {**site.environ, "PORT": str(site.ports[name]), "DATABASE_URL": url}
            site.processes[name] = stack.enter_context(
                servers.running(
                    servers.web_command(application),
                    environ,
                    site.folder / f"{name}.log",
                    f"{site.url(name)}{ready}",
                )
            )
        yield


@contextmanager
def serving_purchases(site: Site) -> Iterator[None]:
    """One web, one worker and one sandbox process."""
    commands = {
        "sandbox": (servers.command_of("sandbox"), f"{site.url('sandbox')}/control/ready"),
        "web": (servers.web_command(), f"{site.url()}/healthz"),
        "worker": (servers.command_of("worker"), f"{site.url()}/readyz"),
    }
    with ExitStack() as stack:
        for name, (command, ready) in commands.items():
            log = site.folder / f"{name}.log"
            site.processes[name] = stack.enter_context(
                servers.running(command, site.environ, log, ready)
            )
        yield


def copy_database(url: str, name: str) -> str:
    """A copy of a database that nobody is connected to, under another name; gives its URL."""
    source = make_url(url)
    plain = source.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"create database {name} template {source.database}".encode())
    return source.set(database=name).render_as_string(hide_password=False)


def _stocked(url: str, products: int) -> Flask:
    """An application on a database whose catalogue is filled up with copies of its products."""
    app = create_app(settings_for(url))
    with app.app_context(), transaction() as session:
        now = clock.now()
        originals = catalog.sellable(session, now)
        for number in range(products - len(originals)):
            catalog.publish(session, _copy(originals[number % len(originals)], number), now)
    return app


def settings_for(url: str) -> config.Settings:
    """The settings of the bench for one of its databases."""
    return config.load({**os.environ, **_secrets(), "DATABASE_URL": url})


def _copy(bundle: ProductBundle, number: int) -> ProductBundle:
    definition = bundle.definition
    changes = {
        "code": f"{definition.code}-{number:04d}",
        "filing_number": f"{definition.filing_number}-{number:04d}",
    }
    return ProductBundle(definition.model_copy(update=changes), bundle.clauses, bundle.tables)


def _secrets() -> dict[str, str]:
    return config.stored_settings("secrets.env")
