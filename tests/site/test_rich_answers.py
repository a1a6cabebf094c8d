"""Answers with lists, code and links, as the public page shows them."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.answering.reply import AnswerBlock, CitedStatement
from bot.knowledge.addresses import entry_path
from bot.knowledge.blocks import split_blocks
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from bot.site.outline import ItemList, Node, outline
from bot.site.pages import CLAIMS, Page
from bot.site.render import Options, Renderer
from tests.places import LANTERN
from tests.site import samples
from tests.site.html import ids, parse, text

COMMANDS: Final = "pip install lantern-backup\nlantern --version"


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load(LANTERN)


def with_answer(base: KnowledgeBase, answer: str, **fields: object) -> KnowledgeBase:
    """The same base, with an entry that answers otherwise."""
    first = next(iter(base.entries.values()))
    entry = type(first).model_validate(first.model_dump() | {"answer": answer, **fields})
    return dataclasses.replace(base, entries={**base.entries, entry.id: entry})


def answer_of(page: bytes) -> Element:
    (found,) = [each for each in parse(page).iter("div") if each.get("class") == "answer"]
    return found


def shown(base: KnowledgeBase, entry: str = "install") -> Element:
    return answer_of(Renderer(base).files()[entry_path(entry)])


def marks(element: Element) -> list[str]:
    return [text(each) for each in element.iter("button") if each.get("class") == "mark"]


def test_steps_are_a_numbered_list_with_their_code_inside(base: KnowledgeBase) -> None:
    answer = shown(base)
    assert [child.tag for child in answer] == ["p", "ol", "p"]
    first, second = answer[1]
    (code,) = first.iter("pre")
    assert "".join(code.itertext()) == COMMANDS, "to be copied as it is"
    assert code.get("tabindex") == "0", "the keyboard can scroll it"
    assert code.get("aria-label") == "Code"
    assert marks(first) == ["1"]
    assert [text(each) for each in second.iter("code")] == ["lantern init"]
    (link,) = second.iter("a")
    assert text(link) == link.get("href") == "https://lantern.example.org/manual#init", "shown whole"
    assert text(second) == "Run lantern init once; see the manual (https://lantern.example.org/manual#init)2."


def test_a_list_in_a_list_is_inside_its_item(base: KnowledgeBase) -> None:
    answer = shown(base, "left-out")
    (outer,) = answer.findall("ul")
    assert [text(item) for item in outer.findall("li")] == [
        "files above 4 GB",
        "what .lanternignore lists, such as caches sockets",
    ]
    (inner,) = outer.findall("li/ul")
    assert [text(item) for item in inner] == ["caches", "sockets"]


def test_each_statement_has_its_anchor_in_the_order_of_the_answer(base: KnowledgeBase) -> None:
    for entry in base.entries.values():
        answer = shown(base, entry.id)
        statements = [statement for block in base.blocks(entry) for statement in block.statements]
        assert ids(answer) == [f"s_{number}" for number in range(1, len(statements) + 1)]


def test_a_list_goes_on_counting_where_it_begins(base: KnowledgeBase) -> None:
    answer = shown(with_answer(base, "Then [install]:\n\n4. four\n5. five\n- six"))
    assert [(each.tag, each.get("start")) for each in answer] == [("p", None), ("ol", "4"), ("ul", None)]


def test_search_engines_and_previews_read_it_without_markup(base: KnowledgeBase) -> None:
    page = parse(Renderer(base).files()[entry_path("install")])
    (data,) = [each for each in page.iter("script") if each.get("type") == "application/ld+json"]
    said = json.loads(data.text or "")["mainEntity"][0]["acceptedAnswer"]["text"]
    assert "2. Run lantern init once; see the manual (https://lantern.example.org/manual#init)." in said
    assert "`lantern init`" not in said
    (description,) = [each.get("content", "") for each in page.iter("meta") if each.get("name") == "description"]
    assert description.startswith("You need Python 3.11 or newer. Then: 1. Get it:")


def test_the_lists_of_claims_show_it_too(base: KnowledgeBase) -> None:
    small = samples.harbour()
    speaker = next(iter(small.people))
    claim = {"kind": "claim", "attributed_to": [speaker], "topics": ["theft"], "related": ()}
    entry = next(iter(with_answer(base, "Do [n1]:\n- `x`\n- y", **claim).entries.values()))
    page = parse(Renderer(dataclasses.replace(small, entries={**small.entries, entry.id: entry})).files()[CLAIMS])
    assert [text(each) for each in page.iter("code")] == ["x"]
    assert len(ids(page)) == len(set(ids(page)))


def test_an_answer_to_a_question_shows_it_too(base: KnowledgeBase) -> None:
    reply = Answerer(base, lexical_only=True).answer("How do I install Lantern?")
    renderer = Renderer(base, Options(asking=True))
    page = renderer.page(Page("ask.html", "ask.html", "Your question", content={"question": "x", "reply": reply}))
    answer = answer_of(page)
    assert [child.tag for child in answer] == ["p", "ol", "p"]
    assert ids(answer)[0] == "install_1"


@pytest.mark.parametrize(
    "payload", ["</code></pre><script>alert(1)</script>", "<!--", "&lt;b&gt; &amp;", "{{ 7 * 7 }}", "]]>", "<pre>"]
)
def test_code_and_links_are_shown_as_they_were_written(base: KnowledgeBase, payload: str) -> None:
    address = f"https://x.example/{''.join(payload.split())}"
    answer = shown(
        with_answer(base, f"See `{payload}` [install]:\n\n```\n{payload}\n\n  {payload}\n```\n[{payload}]({address})")
    )
    assert "".join(next(answer.iter("pre")).itertext()) == f"{payload}\n\n  {payload}"
    assert "".join(next(answer.iter("code")).itertext()) == payload
    assert not list(answer.iter("script"))
    assert all(link.get("href", "").startswith("https://") for link in answer.iter("a"))


def test_an_address_that_runs_a_program_is_no_link(base: KnowledgeBase) -> None:
    answer = shown(with_answer(base, "See [this](javascript:alert(1)) and http://x.example [install]."))
    assert not list(answer.iter("a"))
    assert "[this](javascript:alert(1)) and http://x.example" in text(answer)


def test_an_answer_that_nobody_has_reviewed_says_so(base: KnowledgeBase) -> None:
    page = Renderer(with_answer(base, "Yes [install].", reviewed="never")).files()[entry_path("install")]
    assert "Not reviewed by a moderator yet" in text(parse(page))


def flat(nodes: Sequence[Node]) -> list[tuple[AnswerBlock, int]]:
    """All blocks in the order in which a page shows them, with the numbers of their first statements."""
    found = []
    for node in nodes:
        if isinstance(node, ItemList):
            for item in node.items:
                found += [(item.head.block, item.head.first), *flat(item.below)]
        else:
            found.append((node.block, node.first))
    return found


LINES: Final = st.sampled_from(
    ["- a", "  - b", "    - c", "        - d", "1. x", "  2. y", "prose", "", "```", "   ```sh", "7. z"]
)


@given(st.lists(LINES, max_size=14))
def test_nothing_is_lost_moved_or_numbered_twice_however_an_answer_is_laid_out(lines: list[str]) -> None:
    blocks = [
        AnswerBlock(block.layout, (CitedStatement(block.text, "", ()),) * 2) for block in split_blocks("\n".join(lines))
    ]
    assert flat(outline(blocks)) == [(block, 1 + 2 * at) for at, block in enumerate(blocks)]
