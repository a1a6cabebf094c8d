"""Whatever the bot and its command offer is in a recording; what is new is missed here until a scenario uses it."""

import re
from pathlib import Path
from typing import Final

import discord
import pytest
from discord import app_commands

from tests.recordings import golden, sentences
from tests.recordings.clock import Clock
from tests.recordings.names import untidied
from tests.recordings.scenario import SMALL
from tests.recordings.scenarios import PLAYED, TYPED
from tests.recordings.shell import Shell
from tests.recordings.stage import opened
from tests.recordings.world import OUTCOMES, Answerer, CaseBot, controls


@pytest.fixture(scope="module")
def recorded() -> str:
    """All recordings."""
    return "\n".join(golden.recorded().values())


@pytest.fixture
async def bot(answerer: Answerer, tmp_path: Path, clock: Clock) -> CaseBot:
    """A bot as it has been running."""
    async with opened(SMALL, answerer, tmp_path, clock) as stage:
        return stage.house.bot


def test_every_file_is_of_a_scenario_and_every_scenario_has_one(*, writing: bool) -> None:
    names = {*PLAYED, *TYPED}
    if writing:
        golden.keep_only(names)
    assert golden.recorded().keys() == names


def test_every_slash_command_is_used_with_each_of_its_options(bot: CaseBot, recorded: str) -> None:
    steps = re.findall(r"^> .*?: /(.*)$", recorded, re.MULTILINE)
    missed = [
        f"/{command.qualified_name} {option}".rstrip()
        for command in bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
        for option in ("", *(f"{each.name}=" for each in command.parameters))
        if not any(re.match(rf"{command.qualified_name}( .*\b{option}| |$)", step) for step in steps)
    ]
    assert not missed


def test_every_option_that_is_completed_is_typed_into(bot: CaseBot, recorded: str) -> None:
    missed = [
        f"/{command.qualified_name} {option.name}"
        for command in bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
        for option in command.parameters
        if option.autocomplete and f" types: /{command.qualified_name} {option.name}=" not in recorded
    ]
    assert not missed


def test_every_menu_of_a_message_is_used(bot: CaseBot, recorded: str) -> None:
    menus = [menu.name for kind in discord.AppCommandType for menu in bot.tree.get_commands(type=kind)]
    slash = [command.name for command in bot.tree.get_commands(type=discord.AppCommandType.chat_input)]
    assert set(menus) - set(slash)
    assert not [menu for menu in set(menus) - set(slash) if f": Apps, {menu}\n" not in recorded]


def test_every_typed_command_is_used(bot: CaseBot, recorded: str) -> None:
    names = [command.qualified_name for command in bot.walk_commands()]
    assert names
    assert not [name for name in names if not re.search(rf"^> .*: !{name}( |$)", recorded, re.MULTILINE)]


OF_OTHER_MESSAGES: Final = frozenset({"f", "l", "effect"})
"""To the first and the last page: buttons that messages had until November 2026, and that still work there. And what an
edit does to many regression questions, of which the recorded FAQ has two: tests/chat/desk/test_edit_confirm.py."""


def test_every_control_is_used_in_every_way(bot: CaseBot, recorded: str) -> None:
    used = [
        untidied(id_)
        for id_ in re.findall(r"^> \S+ clicks \[.*?\] (\S+)$", recorded, re.MULTILINE)
        + re.findall(r"^> \S+ picks \[.*?\] (\S+):(?: .*)?$", recorded, re.MULTILINE)
    ]
    missed = []
    for pattern, words in controls(bot).items():
        fitting = [id_ for id_ in used if re.fullmatch(pattern, id_)]
        missed += [pattern] if not fitting else []
        missed += [word for word in words if not any(re.search(rf"\b{word}\b", id_) for id_ in fitting)]
    assert not [word for word in missed if word not in OF_OTHER_MESSAGES]


def test_every_outcome_of_a_question_is_met(recorded: str) -> None:
    assert not [outcome for outcome in OUTCOMES if f'"outcome": "{outcome}"' not in recorded]


def test_every_command_of_the_terminal_is_run_with_each_of_its_options(recorded: str, shell: Shell) -> None:
    run = re.findall(r"^\$ casebot (.*)$", recorded, re.MULTILINE)
    shell.casebot("--help")
    assert shell.commands()
    missed = []
    for name in shell.commands():
        asked = len(shell.lines)
        shell.casebot(name, "--help")
        options = re.findall(r"^\| {3}(?:-\w, )?(--[a-z-]+)", "\n".join(shell.lines[asked:]), re.MULTILINE)
        lines = [line for line in run if re.search(rf"(^| ){name}( |$)", line)]
        missed += [f"{name} {option}" for option in options if not any(option in line.split() for line in lines)]
        missed += [name] if not [line for line in lines if "--help" not in line] else []
    assert not missed


def test_every_sentence_of_the_catalogue_is_shown(recorded: str) -> None:
    unseen = sentences.unseen(recorded)
    missed = [sentence for sentence in unseen if not sentence.startswith(tuple(sentences.ELSEWHERE))]
    assert not missed, "let a scenario show them, or say in sentences.ELSEWHERE why none can"
    assert not [each for each in sentences.ELSEWHERE if not any(sentence.startswith(each) for sentence in unseen)]
