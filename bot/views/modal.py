"""The base of every modal."""

from typing import Any

import discord
from discord import ui
from typing_extensions import override

from bot.views.trouble import apologise


class Modal(ui.Modal):
    """A form. Its errors end as those of a page do: one plain sentence with a reference."""

    @override
    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let everybody send the form, and speak the language of whoever is answered.

        Also while the bot is stopping: what was typed would be lost.
        """
        interaction.client.speak_to(interaction)
        return True

    @override
    async def on_error(  # type: ignore[override] # so does discord.py's own: a form fails as a whole
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Tell the member in one sentence that a form failed."""
        await apologise(interaction, error, type(self).__name__)
