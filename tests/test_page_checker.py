"""The page checker finds what it is there to find."""

import pytest

from tests.pages import check_page

GOOD = (
    '<!doctype html><html lang="zh-CN"><head><title>T</title></head><body><h1>T</h1>'
    '<form method="post" action="/x"><input type="hidden" name="csrf_token" value="c">'
    '<label for="a">A</label><input id="a" name="a"></form></body></html>'
)


def test_a_good_page_passes() -> None:
    check_page(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("<title>T", "<title>", "no title"),
        ("zh-CN", "en", "html lang"),
        ("<h1>T</h1>", "", "0 h1"),
        ("<h1>T</h1>", "<h1>T</h1><h1>U</h1>", "2 h1"),
        ("<h1>", '<h1 id="a">', "more than once"),
        ('for="a"', 'for="b"', "has no label"),
        ('name="a"', 'name="a" aria-describedby="gone"', "missing id 'gone'"),
        ('action="/x"', "", "without action"),
        ('method="post"', "", "without method"),
        ("csrf_token", "other", "without csrf_token"),
        ("<h1>T</h1>", '<h1 style="color: red">T</h1>', "inline style"),
        ("<h1>T</h1>", '<h1 onclick="x()">T</h1>', "inline onclick"),
        ("</head>", "<script>x()</script></head>", "content of its own"),
        ("</form>", "</form></div>", "closes nothing"),
        ("<h1>T</h1>", "<h1>Disclosure</h1>", "left in English"),
        ("<h1>T</h1>", '<h1>T</h1><img alt="Help" src="/x">', "left in English"),
    ],
)
def test_a_fault_is_named(old: str, new: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_page(GOOD.replace(old, new, 1))


def test_english_may_stand_on_an_english_page_and_where_a_language_is_marked() -> None:
    check_page(GOOD.replace("zh-CN", "en").replace("<h1>T", "<h1>Disclosure"), "en")
    check_page(GOOD.replace("<h1>T", '<h1 lang="en">Disclosure'))


def test_a_fragment_needs_no_title_but_is_checked_otherwise() -> None:
    check_page("<p>T</p>")
    with pytest.raises(AssertionError, match="has no label"):
        check_page('<input name="a">')
