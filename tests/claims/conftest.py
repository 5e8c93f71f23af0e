"""What the tests of claims share: the application with its stand-ins, as the tests of policies have it."""

from tests.accounts.conftest import fresh_limits  # noqa: F401 - a fixture
from tests.policies.conftest import (  # noqa: F401 - fixtures
    office,
    sandbox,
    shared_sandbox,
    signing_folder,
)
