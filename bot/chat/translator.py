"""Translation of the slash commands into the languages of Discord's clients, when the commands are published."""

from typing import Final, final

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location
from typing_extensions import override

from bot.i18n.catalogue import SOURCE, _, known, pgettext, speaking
from bot.i18n.commands import FAQ

_NAMES: Final = {
    Location.command_name: "command",
    Location.group_name: "command",
    Location.parameter_name: "parameter",
}


@final
class Translator(app_commands.Translator):
    """Translates names and descriptions from the catalogue."""

    @override
    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return a name or a description in a client's language; None if it is the same as in the code."""
        language = known(str(locale))
        if language in {None, SOURCE}:
            return None
        with speaking(str(language)):
            place = _NAMES.get(context.location)
            if place and _moderators(context.data):
                return None
            said = pgettext(place, string.message) if place else _(string.message)
        return said if said != string.message else None


def _moderators(named: object) -> bool:
    """Return whether a name belongs to a moderators' command, whose names are not translated."""
    of = named.command if isinstance(named, app_commands.Parameter) else named
    return isinstance(of, app_commands.Command | app_commands.Group) and (of.root_parent or of).name == FAQ
