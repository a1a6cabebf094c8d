"""What has changed on purpose since November 2026. These tests tolerate what is listed here and nothing else.

List a change when you make it, and say in a docstring what people get instead.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

TIMES: Final = dt.timedelta(hours=1)
"""By how much stored times may differ from the exact ones, so that they don't lead to a member's message."""

VOTES: Final = frozenset({"their members'", "nobody's"})
"""Whom the old votes may belong to: all of them to their members, or none to anybody. They count in either case."""

SETTINGS: Final[Mapping[str, str]] = {}
"""Environment variable of November -> its replacement, which the bot must name when the old one is set."""

COMMANDS: Final[Mapping[str, str]] = {}
"""Slash command of November -> its replacement."""

TYPED: Final[Mapping[str, str]] = {}
"""Typed command of November -> its replacement."""

COMMAND_LINE: Final[Mapping[str, str]] = {}
"""``subcommand`` or ``subcommand --option`` of the November command line -> its replacement."""
