"""Ids of controls and commands that Discord keeps; the command line and settings that operators have written down."""

import argparse
import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Final

from bot.client import CaseBot
from bot.cogs import propose, unanswered
from bot.cogs.unanswered import AddButton, Spot, StepButton
from bot.knowledge.live import LiveKnowledge
from bot.store.unsaved import Unsaved
from bot.views import limits, panel
from bot.views.browse import TopicSelect
from bot.views.feedback import DeleteButton, SourcesButton, VoteButton
from bot.views.paginator import Place, Turn
from bot.views.panel import SetupButton
from bot.views.people import PersonSelect
from bot.views.reply import EntrySelect, NoneButton, PickButton
from discord import AppCommandType, ui
from world import ANA, BEN, MOD, QUESTION, in_child

from bot import cli
from bot.answering import Answerer
from bot.moderation.unanswered import Order

ANSWERED: Final = "a00000000001"
WAITING: Final = "a00000000009"
DISMISSED: Final = "a00000000011"
GONE: Final = "b00000000000"
"""Id of a question that isn't in the database."""

WAITED: Final = "0123456789abcdef"
"""Token of an edit that waited for a click."""

LISTS: Final = {
    "timeline": ("", "1998", "ada-voss", "1998/ada-voss"),
    "sources": ("",),
    "topics": ("",),
    "topic": ("theft",),
    "people": ("", "unknown"),
    "person": ("ada-voss", "nobody-any-more"),
    "quotes": ("", "ada-voss"),
    "check": ("",),
    "history": ("", "ladder"),
}
"""Kinds of lists, with what each can be about."""

ROOT: Final = Path(cli.__file__).parents[2]

SETTINGS: Final = {
    "TOKEN": "the-token-of-november-2026",
    "PREFIX": "?!",
    "MESSAGE_CONTENT": "true",
    "KNOWLEDGE": "repository/knowledge",
    "KNOWLEDGE_GIT": "texts.git",
    "KNOWLEDGE_GIT_TOKEN": "the-token-of-the-repository",
    "KNOWLEDGE_GIT_BRANCH": "main",
    "KNOWLEDGE_GIT_FOLDER": "texts/knowledge",
    "KNOWLEDGE_GIT_MINUTES": "15",
    "DESK_SERVERS": "1300000000000000101, 1300000000000000202",
    "MATCHER": "lexical",
    "SEMANTIC_MODEL": "models/minilm",
    "DATABASE_URL": "sqlite:///stopped/casebot.db",
    "RETENTION_DAYS": "30",
    "LOG_LEVEL": "debug",
    "LOG_FORMAT": "json",
    "HTTP_PORT": "9102",
    "HTTP_HOST": "0.0.0.0",  # noqa: S104 (opens nothing)
    "SENTRY_DSN": "https://key@sentry.example.org/1",
}
"""Every setting, with a value that isn't its default."""

Line = tuple[str, str, str]
"""Custom id; ``button``, or what somebody picks in the menu; and where the control is."""


def controls() -> Iterator[Line]:
    """Yield every persistent control in each of its forms."""
    yield from _below_answers()
    yield from _of_lists()
    yield from _of_the_panel()
    yield from _of_edits()


def _below_answers() -> Iterator[Line]:
    for entry in ("what-was-taken", "nobody-knows-any-more"):
        yield _id(PickButton(ANA, ANSWERED, entry, "")), "button", "a suggestion"
    yield _id(NoneButton(ANA, "")), "button", "below suggestions"
    for number in (1, 2):
        yield (
            f"entries:{number}",
            "entry ladder",
            "related questions below an answer, questions about a person or a topic",
        )
    yield "entries:1", "entry nobody-knows-any-more", "the same, of an entry that is gone"
    yield "topics:0", "topic theft", "the list of topics"
    yield "people:0", "person ada-voss", "the list of people"
    for helpful, asked in product((True, False), (ANSWERED, GONE)):
        yield _id(VoteButton(asked, "what-was-taken", helpful=helpful)), "button", "below an answer"
    yield _id(SourcesButton(["what-was-taken"])), "button", "below an answer"
    yield _id(SourcesButton(["what-was-taken", "who-saw-it"])), "button", "below two answers"
    yield _id(SourcesButton(["nobody-knows-any-more"])), "button", "below an answer that is gone"
    yield _id(DeleteButton(ANA, QUESTION)), "button", "below an answer"
    yield _id(DeleteButton(BEN, 1)), "button", "below an answer to somebody else"


def _of_lists() -> Iterator[Line]:
    for shelf, whats in LISTS.items():
        owner = MOD if shelf in {"check", "history"} else ANA
        for what in whats:
            yield _id(Turn("n", Place(owner, shelf, what))), "button", f"the list {shelf}"
    for verb, number in product("fpgnl", (0, 1)):
        yield _id(Turn(verb, Place(ANA, "timeline", "", number))), "button", "the list timeline, of two pages"
    yield _id(Turn("n", Place(BEN, "sources"))), "button", "somebody else's list"


def _of_the_panel() -> Iterator[Line]:
    for name in ("channels", "auto_channels", "moderator_channel"):
        yield f"setup:{name}", "channel", "the set-up panel"
    yield "setup:moderator_roles", "role", "the set-up panel"
    for language in ("own", "en", "es"):
        yield "setup:language", f"language {language}", "the set-up panel"
    for what in panel._LABELS:  # noqa: SLF001 (every one that there is)
        yield _id(SetupButton(what)), "button", "the set-up panel"


def _of_edits() -> Iterator[Line]:
    for verb in propose._LABELS:  # noqa: SLF001 (as above)
        yield _id(propose.DraftButton(verb, WAITED)), "button", "below an edit that waits"
    for number in (0, 1):
        yield f"speaker:{WAITED}:{number}", "person ada-voss", "a new entry that waits for its speaker"
    for verb, order in product(unanswered._VERBS, Order):  # noqa: SLF001 (as above)
        spot = Spot(order, 0, DISMISSED if verb == "undo" else WAITING)
        yield _id(StepButton(verb, spot)), "button", "/faq unanswered"
    yield _id(StepButton("here", Spot(Order.RECENT, 12))), "button", "/faq unanswered, of a list that is shorter by now"
    yield _id(StepButton("dismiss", Spot(Order.COUNT, 0, GONE))), "button", "/faq unanswered, dealt with by now"
    yield _id(AddButton(Spot(Order.COUNT, 0, WAITING), "what-was-taken")), "button", "/faq unanswered"
    for how in ("phrasing", "not_covered"):
        yield f"queue-to:{how}:{Spot(Order.COUNT, 0, WAITING)}", "entry ladder", "/faq unanswered"


def _id(item: ui.DynamicItem[Any]) -> str:
    return item.custom_id


def make(target: Path) -> None:
    """Write the lists of ids, commands, options and settings."""
    in_child(partial(_write, target))


def _write(target: Path) -> None:
    asyncio.run(_write_discord(target))
    lines = _command_line(cli._parser())  # noqa: SLF001 (there is no other way to it)
    (target / "command_line.json").write_text(_json(lines), "utf-8")
    shutil.copy(ROOT / ".env.example", target / "env_example.txt")
    (target / "env_full.txt").write_text(_env_full(), "utf-8")


async def _write_discord(target: Path) -> None:
    live = LiveKnowledge(ROOT / "tests" / "data" / "harbour", partial(Answerer, lexical_only=True))
    async with CaseBot(live, Unsaved(), prefix="!", message_content=True) as bot:
        await bot.load_cogs()
        slash = [_bare(command.to_dict(bot.tree)) for command in bot.tree.get_commands()]
        slash += [_bare(command.to_dict(bot.tree)) for command in bot.tree.get_commands(type=AppCommandType.message)]
        typed = {
            command.qualified_name: {"aliases": sorted(command.aliases), "signature": command.signature}
            for command in sorted(bot.walk_commands(), key=lambda command: command.qualified_name)
        }
        bot.add_dynamic_items(PickButton, NoneButton, EntrySelect, TopicSelect, PersonSelect, Turn)
        bot.add_dynamic_items(VoteButton, SourcesButton, DeleteButton)
        _check_complete(bot)
        lines = "".join("\t".join(line) + "\n" for line in controls())
    (target / "custom_ids.txt").write_text(lines, "utf-8")
    (target / "slash_commands.json").write_text(_json(slash), "utf-8")
    (target / "typed_commands.json").write_text(_json(typed), "utf-8")


def _bare(payload: Any) -> Any:  # noqa: ANN401 (JSON)
    """Drop descriptions from the payload of a command: they may change at any time."""
    if isinstance(payload, dict):
        return {key: _bare(value) for key, value in payload.items() if key != "description"}
    return [_bare(each) for each in payload] if isinstance(payload, list) else payload


def _env_full() -> str:
    """Return the example of a ``.env`` file with every value filled in."""

    def filled(found: re.Match[str]) -> str:
        return f"CASEBOT_{found['name']}={left.pop(found['name'])}"

    left = dict(SETTINGS)
    text = re.sub(r"^CASEBOT_(?P<name>\w+)=.*$", filled, (ROOT / ".env.example").read_text("utf-8"), flags=re.MULTILINE)
    if left:
        message = f"not in the example: {sorted(left)}"
        raise RuntimeError(message)
    return text


def _check_complete(bot: CaseBot) -> None:
    """Check that the list has every persistent control, and nothing that isn't one."""
    known = list(bot._connection._view_store._dynamic_items)  # noqa: SLF001 (discord.py keeps them nowhere else)
    matched = {template for template in known for line in controls() if template.fullmatch(line[0])}
    if left := [template.pattern for template in known if template not in matched]:
        message = f"no control for {left}"
        raise RuntimeError(message)
    if idle := [line[0] for line in controls() if not any(template.fullmatch(line[0]) for template in known)]:
        message = f"controls that do nothing: {idle}"
        raise RuntimeError(message)
    if long := [line[0] for line in controls() if len(line[0]) > limits.CUSTOM_ID]:
        message = f"too long for Discord: {long}"
        raise RuntimeError(message)


def _command_line(parser: argparse.ArgumentParser) -> dict[str, Any]:
    """Return the arguments of ``casebot`` and of each of its subcommands."""
    found: dict[str, Any] = {"": _arguments(parser)}
    for action in parser._actions:  # noqa: SLF001 (argparse keeps them nowhere else)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 (as above)
            found |= {name: _arguments(sub) for name, sub in action.choices.items()}
    return found


def _arguments(parser: argparse.ArgumentParser) -> list[dict[str, Any]]:
    return [
        {
            "names": action.option_strings or [action.dest],
            "takes": action.nargs if action.nargs is not None else 1,
            "choices": list(action.choices) if action.choices else None,
            "required": action.required and bool(action.option_strings),
        }
        for action in parser._actions  # noqa: SLF001 (as above)
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)  # noqa: SLF001 (as above)
    ]


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
