"""Turning the pages of a list as a member does."""

import simcord

from tests.chat.conftest import Seen, Town, shown


async def turn(town: Town, page: Seen, label: str, who: simcord.MemberActor | None = None) -> Seen:
    """Click a button below a list; give what its message shows then, or the private remark."""
    return shown(await (who or town.ana).click(page.message, label=label))


async def leaf_through(town: Town, first: Seen, who: simcord.MemberActor | None = None) -> list[Seen]:
    """Click "Next page" until it is disabled; give every page."""
    pages = [first]
    while "Next page" in pages[-1].buttons and "Next page" not in pages[-1].disabled:
        assert len(pages[-1].text) <= 4_000
        pages.append(await turn(town, pages[-1], "Next page", who))
    return pages
