"""Commands of November 2026 still work: Discord offers the old slash commands until the new ones are published."""

import asyncio
from typing import Any, Final

import pytest

from tests.upgrade import entry_points, intended_changes, november

SUBCOMMANDS: Final = (1, 2)
"""Types of options that are subcommands:
https://discord.com/developers/docs/interactions/application-commands#application-command-object"""

Payload = dict[str, Any]


def leaves(commands: list[Payload], above: str = "") -> dict[str, Payload]:
    """Return commands by full name, with subcommands in place of their groups."""
    found: dict[str, Payload] = {}
    for command in commands:
        name = f"{above}{command['name']}"
        below = [each for each in command.get("options", ()) if each["type"] in SUBCOMMANDS]
        found |= leaves(below, f"{name} ") if below else {name: command}
    return found


SLASH: Final = leaves(november.read("slash_commands.json"))
TYPED: Final[dict[str, Any]] = november.read("typed_commands.json")


@pytest.fixture(scope="module")
def today() -> entry_points.Commands:
    """Today's commands."""
    return asyncio.run(entry_points.commands())


@pytest.mark.parametrize("name", SLASH)
def test_a_slash_command_is_still_understood(today: entry_points.Commands, name: str) -> None:
    then = SLASH[name]
    command = leaves(today.slash)[intended_changes.COMMANDS.get(name, name)]
    for key in ("type", "contexts", "integration_types", "default_member_permissions", "nsfw"):
        assert command.get(key) == then.get(key), key
    options = {option["name"]: option for option in command.get("options", ())}
    for option in then.get("options", ()):
        now = options.pop(option["name"])
        assert now["type"] == option["type"]
        assert not now["required"] or option["required"]
        if "choices" in now:
            assert {each["value"] for each in option["choices"]} <= {each["value"] for each in now["choices"]}
        assert now.get("min_value", 0) <= option.get("min_value", 0)
    new_and_required = [name for name, option in options.items() if option["required"]]
    assert not new_and_required, "the old slash command doesn't send them"


@pytest.mark.parametrize("name", TYPED)
def test_a_typed_command_is_still_understood(today: entry_points.Commands, name: str) -> None:
    assert {intended_changes.TYPED.get(each, each) for each in (name, *TYPED[name]["aliases"])} <= today.typed
