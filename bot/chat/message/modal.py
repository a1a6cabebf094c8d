"""The base of every modal."""

from typing import Any

import discord
from discord import ui
from typing_extensions import override

from bot.chat.message.errors import report_failure
from bot.chat.rights import Restricted


class Modal(Restricted, ui.Modal):
    """A form, which declares its right and reports its errors as a page does: in one sentence with a reference."""

    @override
    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Return whether the user has the right. Forms are accepted even while the bot stops, so no input is lost."""
        admitted: bool = await interaction.client.admits(interaction, self.needs(), form=True)
        return admitted

    @override
    async def on_error(  # type: ignore[override] # as in discord.py's own, since a form fails as a whole
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Tell the member in one sentence that a form failed."""
        await report_failure(interaction, error, type(self).__name__)
