"""Clauses: sections by anchor and HTML that carries nothing but text."""

from storefront.catalog import clauses, rules
from storefront.catalog.bundle import ProductBundle

MARKDOWN = """# Title

## First {#liability}
One <script>alert(1)</script> [link](javascript:alert(1))

### Detail
Two

## Second {#exclusions}
Three
"""


def test_a_section_ends_where_the_next_of_its_level_begins() -> None:
    section = clauses.section(MARKDOWN, "liability")
    assert section.title == "First"
    assert "Two" in section.markdown
    assert "Three" not in section.markdown


def test_html_has_anchors_and_nothing_active() -> None:
    html = clauses.to_html(MARKDOWN)
    assert '<h2 id="exclusions">Second</h2>' in html
    assert "<script>" not in html
    assert 'href="javascript' not in html


def test_both_languages_have_the_same_articles(term_life: ProductBundle) -> None:
    found = [list(clauses.sections(term_life.clauses_in(lang))) for lang in ("zh", "en")]
    assert found[0] == found[1] == list(rules.SECTIONS)
