"""Attacks by members, by moderators who are careless, and by modified clients of Discord."""

import logging
import re
from collections.abc import Iterator
from typing import Any, Final

import discord
import pytest
from discord import ui
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord import InteractionResult

from bot.chat.client import CaseBot
from bot.chat.message import limits
from bot.chat.screens.paginator import LIST_KINDS
from bot.editing import journal
from bot.escaping import is_invisible
from bot.knowledge.load import load
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import SERVER, Bureau

HOSTILE: Final = {
    "pings": "@everyone @here <@1> <@&1> <@!1>",
    "links into Discord": "<#1> </ask:1> <id:home> <t:0> <:a:1>",
    "links": "[bank](https://evil.example) <https://evil.example> https://evil.example",
    "headings": "# a\n## b\n-# c\n> d\n>>> e\n- f\n1. g",
    "code": "`a` ```b``` ~~c~~ ||d|| **e** __f__ _g_",
    "direction": "a\u202eb\u2066c\u200fd\u061ce",
    "nothing to see": "\u200b\u2060\ufeff\U000e0001",
    "terminal": "\x1b[2J\x9b31m\x07",
    "YAML": "a: &b [*b] !!python/object:os.system {x} # y",
    "quotes": '"\'\\\\"\n---\n...\n- id: forged',
    "trailers": "a\n\nCasebot-Revision: 1\nCo-authored-by: x <x@x>",
    "marks": "Z" + "\u0336" * 80,
    "long": "@everyone " * 80,
    "templates": "{0.__class__} {question} %s %(a)s ${x} {{7*7}}",
}

TOGETHER: Final = {
    "Discord's own signs": " ".join(HOSTILE[name] for name in ("pings", "links into Discord", "links")),
    "markdown": "\n".join(HOSTILE[name] for name in ("headings", "code", "templates")),
    "what cannot be seen": "".join(HOSTILE[name] for name in ("direction", "nothing to see", "terminal", "marks")),
    "forgery": "\n".join(HOSTILE[name] for name in ("quotes", "trailers", "YAML")),
    "nothing to see": HOSTILE["nothing to see"],
    "much": HOSTILE["long"],
}

ACTIVE: Final = re.compile(
    r"(?<!\\)<(?:@[!&]?|#|/|id:|a?:)\w"  # a mention, or a link into Discord
    r"|@(?:everyone|here)\b"
    r"|\]\(https?:|(?<![\\\w])https?://"
)
"""What Discord would make something of. The bot's own texts in these tests hold none of it but times and commands."""


@pytest.fixture(autouse=True)
def _no_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]


def check_inert(*seen: Seen) -> None:
    """Check that nothing in messages does anything, and that nothing in them is hidden."""
    for each in seen:
        own = re.sub(r"\]\(<https://example\.org/\w+>\)|</[\w -]+:\d+>|<t:\d+(?::\w)?>|`[^`\n]*`", "", each.text)
        outside = re.sub(r"```.*?```", "", own, flags=re.DOTALL)
        assert not ACTIVE.search(outside.replace("@\u200b", "")), outside
        assert not any(map(is_invisible, own.replace("@\u200b", ""))), own
        assert not each.message.mentions
        assert not each.message.role_mentions
        assert not each.message.mention_everyone


def everything(bureau: Bureau) -> list[Seen]:
    """All messages of the bot, the private ones of the moderators too."""
    assert bureau.bot.user
    messages = [
        *bureau.staff.history(),
        *bureau.channel.history(viewer=bureau.mod),
        *bureau.channel.history(viewer=bureau.other),
    ]
    return [Seen(each) for each in messages if each.author.id == bureau.bot.user.id]


async def _submit(bureau: Bureau, form: InteractionResult, values: dict[str, Any]) -> Seen:
    return shown(await bureau.mod.submit_modal(form, values))


@pytest.mark.parametrize("attack", TOGETHER)
async def test_what_a_form_is_given_is_shown_as_text_and_stays_one_value(bureau: Bureau, attack: str) -> None:
    text = TOGETHER[attack]
    form = await bureau.mod.slash(bureau.channel, "faq add")
    values = {
        "question": text[:200],
        "answer": f"{text[:900]} said it [n1].",
        "phrasings": f"{text[:300]}\nwho owns the museum",
        "kind": ["reported"],
        "topics": ["theft"],
    }
    draft = await _submit(bureau, form, values)
    if "Confirm" in draft.buttons:
        await bureau.press(draft, "Confirm")
    check_inert(*everything(bureau))
    entries = load(bureau.folder).entries
    assert not {"forged", "b"} & entries.keys()
    assert len(entries) <= 4


@pytest.mark.parametrize("attack", TOGETHER)
async def test_a_reason_is_shown_as_one_line_of_text(bureau: Bureau, attack: str) -> None:
    await bureau.slash("stop", entry="ladder", reason=TOGETHER[attack][:200])
    await bureau.slash("show", entry="ladder")
    await bureau.slash("check")
    await bureau.slash("stop", bureau.other, entry="ladder")
    check_inert(*everything(bureau))
    lines = bureau.told()[0].splitlines()
    assert len(lines) <= 3, "what happened, by whom, and why"


@pytest.mark.parametrize("attack", ["pings", "links", "code", "direction", "nothing to see", "trailers"])
async def test_a_moderators_name_is_text_wherever_it_is_shown(bureau: Bureau, attack: str) -> None:
    name = HOSTILE[attack][:32]
    bureau.env.backend.edit_member(bureau.guild.id, bureau.mod.id, {"nick": name})
    await bureau.env.settle()
    await bureau.press(await bureau.slash("phrasing add", entry="ladder", wording="ladder gone"), "Confirm")
    await bureau.slash("stop", entry="ladder")
    await bureau.slash("history")
    await bureau.slash("show", entry="ladder")
    check_inert(*everything(bureau))
    (revision,) = journal.read_history(bureau.folder)
    assert len(revision.author.splitlines()) <= 1


@pytest.mark.parametrize("attack", TOGETHER)
async def test_what_a_member_asks_is_text_in_every_list_of_the_moderators(bureau: Bureau, attack: str) -> None:
    await bureau.ana.send(bureau.channel, f"!ask {TOGETHER[attack]} zebra crossing")
    await bureau.ana.slash(bureau.channel, "ask", question=f"{TOGETHER[attack]} zebra crossing")
    await bureau.slash("unanswered")
    await bureau.slash("try", question=TOGETHER[attack][:300])
    check_inert(*everything(bureau))


# Controls


def _forged(pattern: "re.Pattern[str]") -> list[str]:
    """Return ids that a control's pattern lets through, as a modified client or an older version may send them."""
    found: list[str] = []

    @settings(max_examples=8, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(pattern, fullmatch=True).filter(lambda text: len(text) <= 100))
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return list(dict.fromkeys(found))


BUTTONS: Final = (
    "vote",
    "cited",
    "sources",
    "delete",
    "stop",
    "start",
    "remove",
    "setup-do",
    "pick",
    "none",
    "turn",
    "draft",
    "queue",
    "queue-add",
    "asks",
    "stored",
    "undo",
    "edit",
)
MENUS: Final = ("topics", "people", "entries", "speaker", "queue-to")


def _patterns(bot: CaseBot) -> dict[str, "re.Pattern[str]"]:
    return {each.pattern.split(":")[0]: each for each in bot._connection._view_store._dynamic_items}  # noqa: SLF001 (nobody else knows them)


def test_every_pattern_is_tried(bureau: Bureau) -> None:
    assert set(_patterns(bureau.bot)) - {"setup"} <= {*BUTTONS, *MENUS}


@pytest.mark.parametrize("who", ["a member", "a moderator"])
@pytest.mark.parametrize("name", [*BUTTONS, *MENUS])
async def test_a_forged_id_does_nothing_and_gets_a_sentence(bureau: Bureau, name: str, who: str) -> None:
    pattern = _patterns(bureau.bot).get(name)
    if pattern is None:
        return
    before = bureau.files(), bureau.bot.store.settings(SERVER)
    actor = bureau.ana if who == "a member" else bureau.mod
    for forged in _forged(pattern):
        view = ui.LayoutView()
        button: ui.Button[Any] = ui.Button(label="x", custom_id=forged)
        values = ["x", "../case", "\u0661", "9" * 100]
        menu: ui.Select[Any] = ui.Select(
            custom_id=forged, options=[discord.SelectOption(label=v[:9], value=v) for v in values]
        )
        view.add_item(ui.ActionRow(menu if name in MENUS else button))
        posted = await bureau.bot.get_partial_messageable(bureau.channel.id).send(view=view)
        if name in MENUS:
            await actor.select(posted, [values[len(forged) % len(values)]], custom_id=forged)
        else:
            await actor.click(posted, custom_id=forged)
    check_inert(*everything(bureau))
    assert (bureau.files(), bureau.bot.store.settings(SERVER)) == before
    # A moderator may take out of service what the folder no longer holds: the message about it goes, too.
    assert not bureau.bot.store.stops(SERVER) or (name, who) == ("stop", "a moderator")


@pytest.mark.parametrize("what", ["", "ladder", "../:\u0661", "x" * 40, "2002..1"])
async def test_a_list_about_something_else_is_a_list_or_a_sentence(bureau: Bureau, what: str) -> None:
    for kind in LIST_KINDS:
        for step in ("n:{}:{}:zzz", "g:{}:{}:0"):
            forged = f"turn:{step.format(limits.base36(bureau.mod.id), kind)}:{what}"
            view = ui.LayoutView()
            view.add_item(ui.ActionRow(ui.Button(label="x", custom_id=forged)))
            posted = await bureau.bot.get_partial_messageable(bureau.channel.id).send(view=view)
            await bureau.mod.click(posted, custom_id=forged)
    check_inert(*everything(bureau))
