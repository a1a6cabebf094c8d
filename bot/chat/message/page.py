"""Pages, the only kind of message that the bot sends: layouts of components v2.

All replies use components v2 instead of content with embeds, because:

- An embed's text is hidden if a member has turned off embeds and link previews; a text display always shows.
- A text and its buttons are one value, built in one place and in reading order.
- A screen reader reads components from first to last: question, who says so, answer, sources, controls. An embed comes
  after the content, and the order of its fields differs between clients.
- There is one limit (4,000 characters in all) instead of seven.

The drawback is that such a message can never get content or embeds later. The bot needs neither.
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
"""A control with its own row below the text: a button or a select menu."""

ENTRY_PATTERN: Final = r"(?P<entry>[a-z0-9-]{1,60})"
"""Matches an entry's id in a control's custom id."""

SMALL: Final = "-# "
"""Begins a line of small print."""


class Page(ui.LayoutView):
    """One message: sections of text with separators between them, and then a row for each control.

    It never times out. Its controls are dynamic items, which have all they need in their custom ids and so work after a
    restart. (When a view with a timeout ends, discord.py 2.7 unregisters its dynamic items for all messages, so a view
    that times out must not have any.)
    """

    def __init__(self, sections: Sequence[str], controls: Iterable[Control] = (), foot: Sequence[Control] = ()) -> None:
        """Create a page.

        Args:
            sections: texts in markdown, as on one page of :func:`bot.chat.message.limits.pack`.
            controls: at most :data:`bot.chat.message.limits.ROWS` controls.
            foot: at most five buttons that share the last row, which takes the place of three controls.
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
        """Add items inside the frame around the message; items added to the page itself are outside of it."""
        for part in parts:
            self._frame.add_item(part)

    @override
    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Set the language, and return whether the bot handles the click; every member has the right to it."""
        admitted: bool = await interaction.client.admits(interaction)
        return admitted

    @override
    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, item: ui.Item[Any], /) -> None:
        """Tell the member in one sentence that a control failed."""
        await report_failure(interaction, error, f"{type(self).__name__} {type(item).__name__}")


class Guarded(Restricted):
    """Mixin for every dynamic item, which checks its right and reports its errors as a page does.

    discord.py only logs the exception of a dynamic item, because it rebuilds the view around it as a plain one. The
    member would see "This interaction failed".
    """

    async def act(self, interaction: discord.Interaction[Any]) -> None:
        """Carry out the control's action."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Run :meth:`act` if the user has the right and the bot is not stopping or paused; discord.py calls this."""
        try:
            if await interaction.client.admits(interaction, self.needs(), always=self.always):
                await self.act(interaction)
        except Exception as error:  # noqa: BLE001 (the only handler for errors of dynamic items)
            await report_failure(interaction, error, type(self).__name__)


class GuardedButton(Guarded):
    """Mixin for dynamic items around a button, which have all their data in the custom id."""

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        """Return the button for a custom id, given its match with the template."""
        raise NotImplementedError

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that a user has clicked; discord.py calls this."""
        return cls.parse(match)


class GuardedMenu(Guarded):
    """Mixin for dynamic items around a select menu, which need no data besides the selection."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Return the item for a select menu that a user has used; discord.py calls this."""
        return cls(item)  # type: ignore[call-arg] # the constructor is the dynamic item's


def pages(sections: Iterable[str], controls: Iterable[Control] = (), foot: Sequence[Control] = ()) -> list[Page]:
    """Return the pages of a text of any length, with the controls below the last one.

    Args:
        sections: texts in markdown, in reading order; at least one.
        controls: controls in reading order. Those beyond :data:`bot.chat.message.limits.ROWS`, or beyond
            :data:`bot.chat.message.limits.LIST_ROWS` if there is a foot, are left out.
        foot: at most five buttons that share the last row.
    """
    *first, last = limits.pack(sections)
    rows = limits.LIST_ROWS if foot else limits.ROWS
    return [*map(Page, first), Page(last, list(controls)[:rows], foot)]


def merge_pages(separate: Sequence[Page]) -> list[Page]:
    """Merge consecutive pages into as few messages as possible.

    Args:
        separate: at least one page; don't use them afterwards.
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
    """Return a page with one short remark of the bot."""
    return pages([sentence])
