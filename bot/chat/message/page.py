"""The one kind of message that the bot sends: a layout of components v2.

Why components v2 and not content with embeds, for all replies:

- The text of an embed is gone where a member has turned off embeds and link previews; a text display always shows.
- Text and the buttons that belong to it are one value, built in one place, in the order in which they are read.
- A screen reader reads the components from first to last: question, who says so, answer, sources, controls.
  An embed comes after the content, and its fields in an order that differs between clients.
- One limit (4,000 characters in all) instead of seven.

What it costs: a message sent this way can never carry content or embeds later. We need neither.
See https://discord.com/developers/docs/components/overview
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Self, TypeAlias

import discord
from discord import ui
from typing_extensions import override

from bot.chat.message import limits
from bot.chat.message.errors import report_failure
from bot.chat.rights import Restricted

Control: TypeAlias = ui.Item[Any]
"""What stands in a row of its own below the text: a button or a select menu."""

ENTRY_PATTERN: Final = r"(?P<entry>[a-z0-9-]{1,60})"
"""How an entry stands in a control's id."""

SMALL: Final = "-# "
"""Begins a line of small print."""


class Page(ui.LayoutView):
    """One message: sections of text with a line between them, then a row for each control.

    It never times out: its controls are dynamic items, which carry what they need in their ids and
    so outlive a restart. (When a view with a timeout ends, discord.py 2.7 forgets the dynamic items
    that stood in it beside other controls, for all messages: a view that times out has none.)
    """

    def __init__(self, sections: Sequence[str], controls: Iterable[Control] = (), foot: Sequence[Control] = ()) -> None:
        """Build a message.

        Args:
            sections: texts in markdown, as one of :func:`bot.chat.message.limits.pack`'s pages.
            controls: at most :data:`bot.chat.message.limits.ROWS`.
            foot: buttons that share the last row, at most five; takes the place of three controls.
        """
        super().__init__(timeout=None)
        self._frame: ui.Container[Page] = ui.Container()
        self.add_item(self._frame)
        for number, section in enumerate(sections):
            self.put(*([ui.Separator()] if number else []), ui.TextDisplay(section))
        self.put(*(ui.ActionRow(control) for control in controls))
        if foot:
            self.put(ui.ActionRow(*foot))

    def put(self, *parts: ui.Item[Any]) -> None:
        """Add items within the frame around the message; items added to the page itself stand outside of it."""
        for part in parts:
            self._frame.add_item(part)

    @override
    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let everybody use the controls, unless the bot is stopping, and speak the user's language."""
        admitted: bool = await interaction.client.admits(interaction)
        return admitted

    @override
    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, item: ui.Item[Any], /) -> None:
        """Tell the member in one sentence that a control failed."""
        await report_failure(interaction, error, f"{type(self).__name__} {type(item).__name__}")


class Guarded(Restricted):
    """Mixed into every dynamic item: checks its right, and gives its errors the same end as those of a page.

    discord.py logs and drops the exception of a dynamic item, since it rebuilds the view around it
    as a plain one; the member would see "This interaction failed".
    """

    async def act(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the control is for."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Run :meth:`act` for users who have the right, unless the bot is stopping or paused; discord.py calls this."""
        try:
            if await interaction.client.admits(interaction, self.needs(), always=self.always):
                await self.act(interaction)
        except Exception as error:  # noqa: BLE001 - the one place where errors of dynamic items end
            await report_failure(interaction, error, type(self).__name__)


class GuardedMenu(Guarded):
    """Mixed into dynamic items around a select menu: all they need to know is what was picked."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Wrap the menu that came with a pick; discord.py calls this."""
        return cls(item)  # type: ignore[call-arg] # the constructor is the dynamic item's


def pages(sections: Iterable[str], controls: Iterable[Control] = (), foot: Sequence[Control] = ()) -> list[Page]:
    """Return the pages of a text of any length, with the controls below the last one.

    Args:
        sections: texts in markdown, in reading order; at least one.
        controls: in reading order; what is beyond :data:`bot.chat.message.limits.ROWS` is left out,
            or beyond :data:`bot.chat.message.limits.LIST_ROWS` where there is a foot.
        foot: buttons that share the last row, at most five.
    """
    *first, last = limits.pack(sections)
    rows = limits.LIST_ROWS if foot else limits.ROWS
    return [*map(Page, first), Page(last, list(controls)[:rows], foot)]


def joined(separate: Sequence[Page]) -> list[Page]:
    """Merge consecutive pages into as few messages as take them.

    Args:
        separate: at least one; they are used up.
    """
    messages = [separate[0]]
    for page in separate[1:]:
        room = limits.MESSAGE_TEXT - messages[-1].content_length() - page.content_length()
        if room >= 0 and messages[-1].total_children_count + page.total_children_count <= limits.MESSAGE_COMPONENTS:
            parts = page.children
            page.clear_items()
            for part in parts:
                messages[-1].add_item(part)
        else:
            messages.append(page)
    return messages


def notice(sentence: str) -> list[Page]:
    """Return a short remark of the bot about itself as a page."""
    return pages([sentence])
