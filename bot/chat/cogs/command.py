"""The decorator for members' commands."""

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from discord import app_commands
from discord.ext import commands

from bot.chat.client import CaseBot
from bot.chat.rights import Right, needs
from bot.chat.typed_commands import Takes, declared, nothing

CogT = TypeVar("CogT", bound=commands.Cog)
P = ParamSpec("P")

Context: TypeAlias = commands.Context[CaseBot]


def hybrid(
    name: str, description: str, *, usage: str | None = None, takes: Takes = nothing
) -> Callable[
    [Callable[Concatenate[CogT, Context, P], Coroutine[Any, Any, None]]], commands.HybridCommand[CogT, P, None]
]:
    """Return a decorator that makes a cog's method a hybrid command, which can be typed or used as a slash command.

    Members can also install it for their account; then it works in servers without the bot. It wraps discord.py's
    decorator, which mypy cannot type-check up to version 2.7: https://github.com/Rapptz/discord.py/pull/10466

    Args:
        name: the command's name.
        description: one line that members see in the slash menu, at most 100 characters.
        usage: what to type after the name; None for all parameters.
        takes: returns whether the words after the name belong to the command. It is used unless the message begins
            with exactly the prefix and the name; other words mean that it only happens to begin with the same word.
    """

    def declare(
        method: Callable[Concatenate[CogT, Context, P], Coroutine[Any, Any, None]],
    ) -> commands.HybridCommand[CogT, P, None]:
        app_commands.allowed_installs(guilds=True, users=True)(method)
        app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(method)
        return commands.hybrid_command(
            name=name, description=description, usage=usage, extras=needs(Right.MEMBER) | declared(takes)
        )(method)

    return declare
