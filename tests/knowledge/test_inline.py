"""Code and links within a line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.inline import Code, Link, Words, find_spans, host, odd_targets, spans, without_addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("run `pip install x`.", Code("pip install x")),
        ("run ``a`b``.", Code("a`b")),
        ("see [the docs](https://docs.example.org/a_(b)).", Link("the docs", "https://docs.example.org/a_(b)")),
        ("see [docs] (https://x.org)", Link("", "https://x.org")),
        ("see <https://x.org/a>.", Link("", "https://x.org/a")),
        ("(see https://x.org/a_(b)).", Link("", "https://x.org/a_(b)")),
        ("see https://x.org/a?b=c#d, or not", Link("", "https://x.org/a?b=c#d")),
        ("see https://x.org/a[p1].", Link("", "https://x.org/a")),
        ("see [https://x.org](https://x.org)", Link("", "https://x.org")),
        ("see [https://good.org](https://evil.org/)", Link("https://good.org", "https://evil.org/")),
    ],
)
def test_code_and_links_are_found(text: str, found: Code | Link) -> None:
    assert [span for span in spans(text) if not isinstance(span, Words)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "a ` b", "``", "` `", "```x```", "http://x.org", "javascript:alert(1)", "https://",
        "https:///x", "xhttps://y.org", "[a](javascript:alert(1))", "[a](http://x.org)", "[a](//x.org)",
        "[a](https://good.org@evil.org)", "[a](https://good.org\\@evil.org)", "[a](https://u:p@evil.org)",
        "[a](https://x.org:99999)", "[a](https://[x)", "[a](data:text/html,x)", "[sic](so)",
    ],
)  # fmt: skip
def test_everything_else_is_text(text: str) -> None:
    assert spans(text) == [Words(text)]


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "http://x.org", "//x.org", "page.html", "https://good.org@evil.org", "data:x,y"]
)
def test_what_is_written_as_a_link_and_leads_nowhere_is_noticed(target: str) -> None:
    assert list(odd_targets(f"see [a]({target})")) == [target]


def test_a_remark_in_brackets_is_no_link() -> None:
    assert list(odd_targets("she [sic](so) ran")) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Docs.Example.org/a", "docs.example.org"),
        ("https://x.org:8443/", "x.org"),
        ("https://x.org./", "x.org"),
        ("HTTPS://x.org", "x.org"),
        ("https://xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("https://x.org@y.org", None),
        ("ftp://x.org", None),
        ("x.org", None),
    ],
)
def test_the_host_is_the_one_that_a_browser_goes_to(url: str, expected: str | None) -> None:
    assert host(url) == expected


def test_read_aloud_a_link_is_its_words() -> None:
    line = "See [the docs](https://x.org/y), `a b` or https://x.org."
    assert without_addresses(line) == "See the docs, a b or ."


@given(
    st.lists(st.sampled_from(["https://", "x.org", "\u200b", "\u202e", "\n"]) | st.text("`[]()<>:/.@\\ ab")).map(
        "".join
    )
)
def test_any_text_is_split_in_order_and_links_only_to_whole_addresses(text: str) -> None:
    at = 0
    for found in find_spans(text):
        assert at <= found.start < found.end <= len(text)
        at = found.end
        if isinstance(found.span, Link):
            assert found.span.url in text
            assert re.fullmatch(r"https://[^\s<>\\@`]+.*", found.span.url)
            assert host(found.span.url)
        else:
            assert "```" not in text[found.start : found.end]
    words = [span.text for span in spans(text) if isinstance(span, Words)]
    assert all(each in text for each in words)
