"""Names of commands as members see and type them."""

from typing import Final

from bot.i18n.catalogue import NP_, pgettext

SLASH: Final = "/"

FAQ: Final = "faq"
"""The slash command that groups the moderators' commands."""

COMMANDS: Final = frozenset({
    NP_("command", "about"),
    NP_("command", "ask"),
    NP_("command", "changes"),
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
"""The commands whose names are translated. Moderators' commands have one name in all languages, as in their guide."""

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
"""The parameters of those commands."""


def command(sign: str, *names: str) -> str:
    """Return a command as members can type it.

    Args:
        sign: what it starts with. Commands with :data:`SLASH` have translated names on Discord; commands with a prefix
            have the same name in all languages.
        names: the command's name, after those of its groups.
    """
    return sign + " ".join(pgettext("command", name) if sign == SLASH else name for name in names)
