"""The slash commands in the languages of Discord's clients, told to Discord when the commands are published."""

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
    """Looks everything up in the catalogue of the bot's own words."""

    @override
    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return a name or a description in a client's language; None if it is the one in the code."""
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
    """Return whether a name is that of a moderators' command, or of a part of one: these have one name everywhere."""
    of = named.command if isinstance(named, app_commands.Parameter) else named
    return isinstance(of, app_commands.Command | app_commands.Group) and (of.root_parent or of).name == FAQ
