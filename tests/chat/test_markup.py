"""What members see of lists, code and links in answers, through the real discord.py."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.chat.message import limits
from bot.chat.message.citations import answer_text
from bot.chat.message.markdown import line, literal
from bot.knowledge.blocks import joined, split_blocks
from bot.knowledge.model import Person
from tests.chat.conftest import Town
from tests.chat.test_pings import NOBODY, written
from tests.chat.worlds import entry, world
from tests.knowledge.test_blocks import hostile

ANSWER = """\
To install the gadget [p1]:

1. Get it:
   ```sh
   pip install gadget_tool  # *not* gadget
     --user @everyone <@1>
   ```
2. Read [the docs](https://docs.example.org/start_here) and run `gadget --help @here`.
   - Or ask.

It runs *everywhere* [p1]."""

SHOWN = """\
To install the gadget [1]:
1. Get it:
```sh
pip install gadget_tool  # *not* gadget
  --user @everyone <@1>
```
2. Read the docs (<https://docs.example.org/start_here>) and run `gadget --help @here`.
  - Or ask.

It runs \\*everywhere\\* [1]."""

LONG_CODE = "Do so [p1]:\n```python\n" + "\n".join(f"call({n})  # _{n}_ *{n}*" for n in range(60)) + "\n```"


@pytest.fixture
def handbook() -> Answerer:
    return world([entry(answer=ANSWER), entry(2, answer=LONG_CODE)])


@pytest.mark.parametrize("asked", ["!ask entry-1", "{me} entry-1"])
async def test_lists_code_and_links_are_shown_as_such(town: Town, handbook: Answerer, asked: str) -> None:
    town.live.current = handbook
    seen = await town.say(asked.format(me=town.me))
    assert f"\n{SHOWN}\n" in seen.text
    assert [body["allowed_mentions"] for body in written(town, "POST")] == [NOBODY]


async def test_a_slash_command_shows_the_same(town: Town, handbook: Answerer) -> None:
    town.live.current = handbook
    assert f"\n{SHOWN}\n" in (await town.slash("ask", question="entry-1")).text


async def test_a_claim_in_a_list_of_quotes_keeps_its_code(town: Town) -> None:
    ada = Person(id="ada", name="Ada", role="R [p1].", passages=("p1",))
    said = entry(answer="- Ada says: run `x` [p1].\n- Ada says so [p1].", kind="claim", attributed_to=("ada",))
    town.live.current = world([said], people=[ada])
    assert "**\n- Ada says: run `x` [1].\n- Ada says so [1].\n" in (await town.say("!quotes")).text


async def test_long_code_stays_code_on_every_page(town: Town) -> None:
    people = [Person(id="ada", name="Ada", role="R [p1].", passages=("p1",))]
    town.live.current = world(
        [entry(n, answer=LONG_CODE, kind="claim", attributed_to=("ada",)) for n in range(1, 4)], people=people
    )
    await town.ana.send(town.channel, "!ask entry-1")
    await town.ana.send(town.channel, "!quotes")
    for seen in town.answers():
        assert len(seen.text) <= limits.MESSAGE_TEXT
        assert seen.text.count("```") % 2 == 0
        assert "call(59)  # _59_ *59*\n```" in seen.text


@pytest.mark.parametrize("lines", [10, 30, 44])
async def test_escaped_prose_and_code_together_pass_the_limit_and_lose_nothing(town: Town, lines: int) -> None:
    stars = "*" * 900
    rows = "\n".join(f"{n:02} {'#' * 18}" for n in range(lines))
    answer = f"{stars} [p1].\n\nRun [p1]:\n```\n{rows}\n```\n\n{stars[:60]} [p1]."
    town.live.current = world([entry(answer=answer, question="?" + "*" * 290), entry(2, answer=answer)])
    await town.ana.send(town.channel, "!ask entry-1")
    texts = [seen.text for seen in town.answers()]
    assert all(len(text) <= limits.MESSAGE_TEXT and text.count("```") % 2 == 0 for text in texts)
    together = "\n".join(texts)
    assert all(f"{n:02} {'#' * 18}" in together for n in range(lines))
    assert together.count("\\*") == 900 + 60 + 290


ANY = world([entry()])


def rendered(answer: str) -> str:
    """An answer as Discord gets it, even one that the check of the files would refuse."""
    (blocks,), _citations = ANY.cite_entries([entry().model_copy(update={"answer": answer})])
    return answer_text(blocks)


def outside_of_code(text: str) -> str:
    """What Discord reads as markdown: without code blocks, code within lines, whole addresses and escapes."""
    without = re.sub(r"^```[^`\n]*\n(?s:.*?)\n?```$", "", text, flags=re.MULTILINE)
    return re.sub(r"\\[^\w\s]|``[^\n]+?``(?!`)|`[^`\n]+`|<https://[^\s<>]+>", "", without)


@given(hostile | hostile.map(lambda text: f"x\n{text}"))
def test_any_answer_is_shown_without_markup_of_its_own(answer: str) -> None:
    shown = rendered(answer)
    read = outside_of_code(shown)
    assert not re.search(r"[`*~|]|<[@#:/\w]|://|@everyone|@here", re.sub(r"^ *[-*] ", "", read, flags=re.MULTILINE))
    fences = re.findall(r"^```[^`\n]*$", shown, re.MULTILINE)
    assert len(fences) % 2 == 0
    assert set(re.findall("[a-z]{3,}", joined(split_blocks(answer)))) <= set(re.findall("[a-z]{3,}", shown))


@given(hostile, st.integers(100, 300))
def test_any_answer_is_cut_into_pieces_with_whole_code_blocks(answer: str, limit: int) -> None:
    for piece in limits.split(rendered(answer * 4), limit):
        assert len(piece) <= limit
        assert len(re.findall(r"^```[^`\n]*$", piece, re.MULTILINE)) % 2 == 0


@pytest.mark.parametrize("place", ["`{}`", "```\n{}\n```", "- [{}](https://x.org)", "1. https://x.org/{}"])
async def test_a_mention_anywhere_in_an_answer_pings_nobody(town: Town, place: str) -> None:
    mentions = ["@everyone", "@here", "<@1>", "<@&1>", "<#1>", "</ask:1>"]
    town.live.current = world([entry(answer="\n".join(["See [p1]:", *map(place.format, mentions)]))])
    await town.say("!ask entry-1")
    assert [body["allowed_mentions"] for body in written(town, "POST")] == [NOBODY]


@pytest.mark.parametrize(
    ("written_as", "shown"),
    [
        ("[a_b](https://x.org/c_d)", "a\\_b (<https://x.org/c_d>)"),
        ("[https://good.org](https://evil.org)", "https\\://good.org (<https://evil.org>)"),
        ("[x](javascript:alert(1))", literal("[x](javascript:alert(1))")),
        ("[x](https://good.org@evil.org)", literal("[x](https://good.org@evil.org)")),
        ("http://x.org", "http\\://x.org"),
        ("``a`b``", "`` a`b ``"),
        ("`a`b`", "`a`b\\`"),
    ],
)
def test_a_link_shows_where_it_leads(written_as: str, shown: str) -> None:
    assert line(written_as) == shown
    assert rendered(f"See {written_as} there") == f"See {shown} there"
