"""One installation for all tests that break it, with short waits for outside systems."""

import shutil
from collections.abc import Iterator

import pytest

from storefront.launch import postgres
from tests.crashes.site import Site
from tests.launch.installation import Installation


@pytest.fixture(scope="package")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything that `make run` starts, on ports of its own."""
    folder = tmp_path_factory.mktemp("crashes") / "instance"
    installation = Installation(folder)
    installation.environ |= {"STRIPE_TIMEOUT_SECONDS": "3", "INSURER_TIMEOUT_SECONDS": "3"}
    running = installation.start()
    yield Site(installation, running)
    running.stop()
    data = postgres.data_folder(folder)
    shutil.rmtree(data.parent if data.parent != folder else data, ignore_errors=True)


@pytest.fixture
def site(running_site: Site) -> Iterator[Site]:
    """The site, with well-behaved stand-ins; nothing it printed may be a traceback of a request."""
    for room in ("stripe", "insurer"):
        running_site.tell(room, mode="normal")
    printed = len(running_site.running.output)
    yield running_site
    assert "request.fault" not in running_site.running.output[printed:]
