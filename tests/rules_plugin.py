"""`pytest --rules` lists the rules of docs/rules.md that no test proves, and runs nothing.

In every run, a test that cites a rule which does not exist is refused.
"""

import re
from pathlib import Path

import pytest

RULES = Path(__file__).parents[1] / "docs" / "rules.md"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option."""
    parser.addoption("--rules", action="store_true", help="list the rules that no test proves")


def known_rules() -> dict[str, str]:
    """Meaning of every rule by its id."""
    rows = re.findall(r"^\| ([A-Z]-\d\d) \| (.+?) \|", RULES.read_text(), re.MULTILINE)
    return dict(rows)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Compares what the tests cite with what exists."""
    known = known_rules()
    cited = {str(mark.args[0]) for item in items for mark in item.iter_markers("rule")}
    unknown = sorted(cited - known.keys())
    if unknown:
        raise pytest.UsageError(f"tests cite rules that do not exist: {', '.join(unknown)}")
    if not config.getoption("rules"):
        return
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    for rule, meaning in known.items():
        if rule not in cited and reporter is not None:
            reporter.write_line(f"{rule} {meaning}")
    items.clear()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A listing is no failed run."""
    if (
        session.config.getoption("rules")
        and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
    ):
        session.exitstatus = pytest.ExitCode.OK
