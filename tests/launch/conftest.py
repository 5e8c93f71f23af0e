"""An installation shared by the tests of a module, removed after them."""

import shutil
from collections.abc import Iterator

import pytest

from storefront.launch import postgres
from tests.launch.installation import Installation


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An empty folder and three free ports."""
    folder = tmp_path_factory.mktemp("installation") / "instance"
    yield Installation(folder)
    data = postgres.data_folder(folder)
    shutil.rmtree(data.parent if data.parent != folder else data, ignore_errors=True)
