"""What the bot keeps, in plain words. docs/operations.md says the same to operators."""

from bot.chat.message.page import Page, pages
from bot.i18n.catalogue import _, ngettext
from bot.i18n.commands import SLASH, command


def _kept() -> str:
    kinds = [
        _(
            "**Questions**: the words, when and in which server they were asked, and what I answered, never who asked. "
            "Moderators read those that I could not answer well. The words are deleted after a time that whoever runs "
            "me has set; the rest, which is only counted, at most half a year later."
        ),
        _(
            "**Votes** on answers, under a salted hash in place of your id, for as long as the question. The salt is "
            "replaced after 30 days; then I cannot tell any more whose they were."
        ),
        _("**Which reply belongs to which message**, for a day, so that an edited question gets a new answer."),
        _(
            "**Your choice** not to have questions kept, under a salted hash in place of your id, until you take it "
            "back."
        ),
    ]
    choices = _("`{forget}` deletes your votes; `{logging}` says whether your questions may be kept.").format(
        forget=command(SLASH, "privacy", "forget-me"), logging=command(SLASH, "privacy", "logging")
    )
    return "\n".join([f"### {_('What I keep')}", *(f"- {kind}" for kind in kinds), "", choices])


def privacy_page(*, here: bool, mine: bool) -> list[Page]:
    """Return the pages that say what is kept.

    Args:
        here: whether this server lets questions be kept.
        mine: whether the member does.
    """
    if not mine:
        now = _("Your questions are not kept: you have chosen so.")
    elif not here:
        now = _("Questions asked in this server are not kept: its moderators have chosen so.")
    else:
        now = _("Your questions are kept here, without who asked.")
    return pages([_kept(), now])


def forgotten(votes: int) -> str:
    """Return the sentence that says what was deleted."""
    if not votes:
        return _("There was nothing to delete: I keep no vote that I know to be yours.")
    return ngettext("Deleted: {count} vote.", "Deleted: {count} votes.", votes).format(count=votes)


def logging_choice(*, keep: bool) -> str:
    """Return the sentence that confirms a member's choice."""
    if keep:
        return _("Your questions may be kept from now on, without who asked.")
    return _("Your questions are not kept from now on. Nothing says which of those asked before are yours.")
