"""The base of every modal."""

from typing import Any

import discord
from discord import ui
from typing_extensions import override

from bot.chat.message.errors import report_failure
from bot.chat.rights import Restricted


class Modal(Restricted, ui.Modal):
    """A form, which declares its right. Its errors end as those of a page do: one plain sentence with a reference."""

    @override
    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let users with the right send the form, also while the bot is stopping: what they typed would be lost."""
        admitted: bool = await interaction.client.admits(interaction, self.needs(), form=True)
        return admitted

    @override
    async def on_error(  # type: ignore[override] # so does discord.py's own: a form fails as a whole
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Tell the member in one sentence that a form failed."""
        await report_failure(interaction, error, type(self).__name__)
