"""Names of commands, as members see and type them."""

from typing import Final

from bot.i18n.catalogue import NP_, pgettext

SLASH: Final = "/"

FAQ: Final = "faq"
"""The slash command below which the moderators' commands stand."""

COMMANDS: Final = frozenset({
    NP_("command", "about"),
    NP_("command", "ask"),
    NP_("command", "forget-me"),
    NP_("command", "help"),
    NP_("command", "logging"),
    NP_("command", "privacy"),
    NP_("command", "quotes"),
    NP_("command", "setup"),
    NP_("command", "show"),
    NP_("command", "sources"),
    NP_("command", "timeline"),
    NP_("command", "topics"),
    NP_("command", "who"),
    NP_("command", "Find an answer"),
    NP_("command", "Stop this answer"),
})  # fmt: skip
"""Those that have other names in other languages. The moderators' have one everywhere, as in their guide."""

PARAMETERS: Final = frozenset({
    NP_("parameter", "name"),
    NP_("parameter", "person"),
    NP_("parameter", "picture"),
    NP_("parameter", "private"),
    NP_("parameter", "question"),
    NP_("parameter", "questions"),
    NP_("parameter", "speaker"),
    NP_("parameter", "year"),
})  # fmt: skip
"""What those commands take."""


def command(sign: str, *names: str) -> str:
    """Write a command as it works where it is shown.

    Args:
        sign: what it starts with: :data:`SLASH`, whose commands Discord shows in the member's language, or a
            prefix, whose commands have one name everywhere.
        names: its name, after that of the group that it is in.
    """
    return sign + " ".join(pgettext("command", name) if sign == SLASH else name for name in names)
