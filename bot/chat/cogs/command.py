"""Declaring commands."""

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar

from discord import app_commands
from discord.ext import commands

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot
from bot.chat.rights import Right, needs

CogT = TypeVar("CogT", bound=commands.Cog)
P = ParamSpec("P")

_TAKES: Final = "takes"

Context: TypeAlias = commands.Context[CaseBot]

Takes: TypeAlias = Callable[[Answerer, str], bool]
"""Tells whether words are what a command expects after its name."""


def _nothing(_answerer: Answerer, words: str) -> bool:
    return not words


def hybrid(
    name: str, description: str, *, usage: str | None = None, takes: Takes = _nothing
) -> Callable[
    [Callable[Concatenate[CogT, Context, P], Coroutine[Any, Any, None]]], commands.HybridCommand[CogT, P, None]
]:
    """Declare a method of a cog as a command that is both typed and in the slash menu.

    Members can bring it along: installed for their account, it works in servers without the bot too.
    The same as discord.py's decorator, which mypy cannot follow up to version 2.7:
    https://github.com/Rapptz/discord.py/pull/10466

    Args:
        name: the command's name.
        description: one line that members see in the slash menu, at most 100 characters.
        usage: what is typed after the name, where that is not simply all parameters.
        takes: which words after the name make it a command where the bot is addressed without a prefix;
            with any others it is a question that happens to begin with the same word.
    """

    def declare(
        method: Callable[Concatenate[CogT, Context, P], Coroutine[Any, Any, None]],
    ) -> commands.HybridCommand[CogT, P, None]:
        app_commands.allowed_installs(guilds=True, users=True)(method)
        app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(method)
        return commands.hybrid_command(
            name=name, description=description, usage=usage, extras=needs(Right.MEMBER) | {_TAKES: takes}
        )(method)

    return declare


def takes(command: commands.Command[Any, ..., Any], answerer: Answerer, words: str) -> bool:
    """Return whether words are what a command expects after its name."""
    fits: Takes = command.extras.get(_TAKES, _nothing)
    return fits(answerer, words)
