"""What the bot keeps, in plain words. The README's section says the same for whoever runs it."""

from typing import Final

from bot.views.page import Page, pages

_KEPT: Final = """\
### What I keep
- **Questions**: the words, when and in which server they were asked, and what I answered, never who asked. \
Moderators read those that I could not answer well. The words are deleted after a time that whoever runs me has set.
- **Votes** on answers, under a salted hash in place of your id. The salt is replaced after 30 days; then I \
cannot tell any more whose they were.
- **Which reply belongs to which message**, for a day, so that an edited question gets a new answer.
- **Your choice** not to have questions kept, under a salted hash in place of your id, until you take it back.

`/privacy forget-me` deletes your votes; `/privacy logging` says whether your questions may be kept."""


def privacy_page(*, here: bool, mine: bool) -> list[Page]:
    """Lay out what is kept.

    Args:
        here: whether this server lets questions be kept.
        mine: whether the member does.
    """
    if not mine:
        now = "Your questions are not kept: you have chosen so."
    elif not here:
        now = "Questions asked in this server are not kept: its moderators have chosen so."
    else:
        now = "Your questions are kept here, without who asked."
    return pages([_KEPT, now])


def forgotten(votes: int) -> str:
    """Say what was deleted."""
    if not votes:
        return "There was nothing to delete: I keep no vote that I know to be yours."
    return f"Deleted: {votes} {'vote' if votes == 1 else 'votes'}."


def logging_choice(*, keep: bool) -> str:
    """Say what a member has chosen."""
    if keep:
        return "Your questions may be kept from now on, without who asked."
    return "Your questions are not kept from now on. Nothing says which of those asked before are yours."
