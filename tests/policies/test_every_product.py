"""The document of every product of the catalogue, with the premium of its worked example."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from storefront import files
from tests.catalog.test_pricing import EXAMPLES
from tests.policies.support import Office

TEN_DAYS_BEFORE_THE_EXAMPLES = datetime(2026, 11, 21, 2, tzinfo=UTC)
PEOPLE = {"travel-accident": 2}  # the travel policy of these tests insures two


@pytest.mark.parametrize(("code", "changes", "premium"), EXAMPLES)
def test_every_worked_example_in_its_document(
    office: Office, code: str, changes: dict[str, str], premium: str
) -> None:
    policy = office.issue(code, now=TEN_DAYS_BEFORE_THE_EXAMPLES, changes=changes)
    pdf = PdfReader(io.BytesIO(files.store().get(policy.documents[0].sha256)))
    text = "".join("".join(page.extract_text() for page in pdf.pages).split())
    assert f"{float(premium) * PEOPLE.get(code, 1):,.2f}" in text
    assert ("Illustrativerates" in text) is (code == "medical-year")
