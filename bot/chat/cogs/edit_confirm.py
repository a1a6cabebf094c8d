"""Edits in chat: each is tried, shown to its moderator, and made when they confirm it.

Every step checks the right again, so a moderator who loses it between two clicks can do nothing more.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot, Interaction
from bot.chat.drafts import Form, OnConfirmed, Pending
from bot.chat.message.markdown import literal
from bot.chat.message.page import Control, GuardedButton, Page, notice
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right, admit, desk_of, server_of
from bot.chat.screens.edit_preview import (
    KINDS_OF_CHANGE,
    Trial,
    author_words,
    changed_lines,
    changes_pages,
    conflict_page,
    done_page,
    edit_words,
    refused_pages,
    revision_line,
    trial_pages,
)
from bot.chat.screens.entry_form import EntryForm, Field
from bot.chat.screens.stop import stop_line, switch, withdrawn_line
from bot.editing.apply import ConflictError
from bot.editing.correction import changed_answer, guessed
from bot.editing.desk import Desk, Draft, stored
from bot.editing.edits import Edit, Withdraw
from bot.editing.journal import RecordedError
from bot.editing.merge import Values
from bot.editing.revision import MAX_REASON, ChangeKind, Revision
from bot.i18n.catalogue import N_, _
from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import WithdrawnEntry

DRAFT_GONE: Final = N_(
    "I no longer have this edit: you've started a newer one, it timed out, or I was restarted. Nothing was changed. "
    "Please make it again."
)
MADE_ALREADY: Final = N_("You've already confirmed this edit: it's revision {number}.")
BEING_MADE: Final = N_("You've already confirmed this edit. Once it's made, you'll find it in `/faq history`.")
DISCARDED: Final = N_("Discarded. Nothing was changed.")

_CONFLICT_ROOM: Final = 1_500
"""The most characters to show of somebody else's change."""

_log = logging.getLogger(__name__)


async def propose(
    interaction: Interaction, edit: Edit, *, form: Form | None = None, on_confirmed: OnConfirmed | None = None
) -> None:
    """Try an edit and show its moderator privately what it would change, with buttons to decide.

    Problems of the edit are shown with their fixes, and the form can be opened again with the input. A user without the
    right to edit is told so.

    Args:
        interaction: a command, a click or a form; not answered yet, or deferred with a new private message.
        edit: the edit.
        form: creates the form that the edit comes from, with the input; None if there was none.
        on_confirmed: called with the interaction and the revision after the edit is in the files.
    """
    if not await admit(interaction, Right.EDITOR):
        return
    desk = desk_of(interaction)
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)
    pending = Pending(interaction.user.id, edit, discord.utils.utcnow(), form=form, on_confirmed=on_confirmed)
    with interaction.client.drafts.reachable(pending):
        await show_privately(interaction, await _tried(interaction, desk, pending))


async def _tried(interaction: Interaction, desk: Desk[Answerer], pending: Pending) -> list[Page]:
    """Try an edit, keep it for the next click, and return the pages of the result."""
    bot = interaction.client
    try:
        trial = await asyncio.to_thread(_try, bot, desk, pending.edit)
    except KnowledgeError as error:
        return _refused_pages(bot, pending, error)
    except OSError as error:
        return [_not_written(bot, pending, error)]
    stopped = bot.store.stops(interaction.guild_id).get(pending.edit.entry)
    return trial_pages(trial, _buttons(bot, replace(pending, draft=trial.draft), folded=trial.folded), stopped)


def _try(bot: CaseBot, desk: Desk[Answerer], edit: Edit) -> Trial:
    """Return an edit's draft with its regression results, which takes seconds."""
    draft, current = desk.draft(edit, bot.live), bot.live.current
    return Trial(draft, current, bot.check_cache.figures(current), bot.check_cache.figures(draft.value))


def _not_written(bot: CaseBot, pending: Pending, error: OSError) -> Page:
    _log.warning("An edit could not be written: %s", error)
    what = _(
        "**Nothing was changed.** I can't save the files right now ({reason}). My log has the details for my operator."
    )
    reason = literal(error.strerror or _("unknown reason"))
    return Page([what.format(reason=reason)], foot=_buttons(bot, pending))


def _recorded(draft: Draft[Answerer], error: OSError) -> Page:
    _log.warning("An edit is recorded but could not be written yet: %s", error)
    what = _(
        "**Recorded, but not live yet.** {edit}: I can't save the files right now ({reason}). I'll make the edit as "
        "soon as I can; you don't need to do anything. You'll then find it in `/faq history`."
    )
    reason = literal(error.strerror or _("unknown reason"))
    return Page([what.format(edit=edit_words(str(draft.edit)), reason=reason)])


def wait_for_click(bot: CaseBot, pending: Pending, *, folded: bool = False) -> tuple[str, Sequence[Control]]:
    """Keep an edit for the next click.

    Args:
        bot: the bot.
        pending: the edit.
        folded: whether a button shows the regression questions that are only counted.

    Returns:
        The edit's token, and the buttons with it.
    """
    confirm = "withdraw" if isinstance(pending.edit, Withdraw) else "confirm"
    verbs = [confirm] if pending.draft else ["retry"] if pending.form is None else []
    verbs += ["explain"] if pending.draft and changed_answer(pending.draft.changes) else []
    verbs += ["change"] if pending.form else []
    token = bot.drafts.keep(pending)
    return token, [DraftButton(verb, token) for verb in (*verbs, "discard", *(["effect"] if folded else []))]


def _buttons(bot: CaseBot, pending: Pending, *, folded: bool = False) -> Sequence[Control]:
    return wait_for_click(bot, pending, folded=folded)[1]


async def _show_effect(interaction: Interaction, draft: Draft[Answerer]) -> None:
    """Show privately which regression questions change their verdict."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    bot = interaction.client
    before, after = [await asyncio.to_thread(bot.check_cache.figures, each) for each in (bot.live.current, draft.value)]
    await show_privately(interaction, changes_pages(before, after))


async def _confirm(interaction: Interaction, token: str, kind: ChangeKind | None = None, reason: str = "") -> None:
    """Write an edit to the files, or show the conflict or problem that has come up since it was tried.

    Args:
        interaction: a click or a form of an editor, not answered yet.
        token: the edit's token.
        kind: what it is for readers; None for what it looks like.
        reason: why, for readers.
    """
    bot, desk = interaction.client, desk_of(interaction)
    # Before the edit is taken: if Discord doesn't accept the response, the next click finds it.
    await interaction.response.defer()
    pending = bot.drafts.take(token, interaction.user.id)
    if pending is None or pending.draft is None:
        await _show_gone(interaction, token)
        return
    draft = pending.draft
    try:
        now = discord.utils.utcnow()
        name = interaction.user.display_name
        told = kind or guessed(draft.changes)
        revision = await asyncio.to_thread(desk.confirm, draft, bot.live, name, now, told, reason)
    except RecordedError as error:
        await show_instead(interaction, [_recorded(draft, error)])
    except (KnowledgeError, OSError) as error:
        bot.drafts.not_made(token)
        with bot.drafts.reachable(pending, token):
            await show_instead(interaction, await _refused(bot, desk, pending, error))
    else:
        bot.drafts.made(token, revision.number)
        # The edit is made, whether or not Discord accepts the message that says so.
        async with contextlib.AsyncExitStack() as last:
            if pending.on_confirmed:
                last.push_async_callback(pending.on_confirmed, interaction, revision)
            last.push_async_callback(_tell_moderators, interaction, revision)
            last.push_async_callback(bot.tell_of_edit)
            await show_instead(interaction, [await _made_page(interaction, draft.edit, revision)])


async def _refused(bot: CaseBot, desk: Desk[Answerer], pending: Pending, error: KnowledgeError | OSError) -> list[Page]:
    """Keep an edit that could not be made for the next click, and return the pages that say why."""
    undecided = replace(pending, draft=None)
    if isinstance(error, ConflictError):
        before = pending.draft.before if pending.draft else None
        newest, change, there = await asyncio.to_thread(_changed_since, bot, desk, pending, before)
        buttons = _buttons(bot, replace(undecided, rebase=True)) if there or pending.form else ()
        return [conflict_page(str(pending.edit), newest, change, buttons)]
    if isinstance(error, KnowledgeError):
        return _refused_pages(bot, undecided, error)
    return [_not_written(bot, pending, error)]


def _refused_pages(bot: CaseBot, pending: Pending, error: KnowledgeError) -> list[Page]:
    """Keep a refused edit for the next click if that can help, and return the pages that say why it was refused."""
    buttons = _buttons(bot, pending) if pending.form or _may_pass_later(bot, error) else ()
    return refused_pages(str(pending.edit), error.problems, bot.live.problems, buttons)


def _may_pass_later(bot: CaseBot, error: KnowledgeError) -> bool:
    """Return whether an edit may pass as it is once someone has changed the files, and not only in other words."""
    in_files = any(problem.place.file.endswith(".yaml") for problem in error.problems)
    return in_files or isinstance(error, ConflictError) or bool(bot.live.problems)


async def _made_page(interaction: Interaction, edit: Edit, revision: Revision) -> Page:
    """Return the page that says that an edit is made, with buttons unless it can't be undone."""
    bot, final = interaction.client, isinstance(edit, Withdraw)
    page = await asyncio.to_thread(_done, desk_of(interaction), revision, final=final)
    if not final:
        foot: list[Control] = [UndoButton(revision.number)]
        if stopped := bot.store.stops(interaction.guild_id).get(edit.entry):
            page.put(ui.TextDisplay(stop_line(stopped)))
            foot += switch(bot, stopped.entry, server_of(interaction))
        page.put(ui.ActionRow(*foot))
    return page


async def _show_gone(interaction: Interaction, token: str) -> None:
    """Say what has become of an edit that no longer waits for its moderator's decision."""
    number = interaction.client.drafts.revision_of(token)
    if number:
        made = Page([_(MADE_ALREADY).format(number=number)], foot=[UndoButton(number)])
        await show_instead(interaction, [made])
    else:
        await show_instead(interaction, notice(_(DRAFT_GONE) if number is None else _(BEING_MADE)))


def _done(desk: Desk[Answerer], revision: Revision, *, final: bool) -> Page:
    """Return the page that says that an edit is made, which needs to read git."""
    return done_page(revision, desk.caveat(), desk.commit_of(revision), final=final)


def _changed_since(
    bot: CaseBot, desk: Desk[Answerer], pending: Pending, before: str | None
) -> tuple[Revision | None, str, bool]:
    """Return what has happened to an entry since its edit was drafted.

    Returns:
        The revision that changed it, None if it was no edit; the diff; and whether it can still be edited.
    """
    entry = pending.edit.entry
    now = stored(bot.live.folder, entry)
    withdrawn = {entry} if now and "withdrawn" in now.fields else set()
    newest = next((found for found in desk.history(entry, withdrawn) if found.when >= pending.since), None)
    if withdrawn:
        return newest, "", False
    text = now.text if now else None
    if newest and text not in {change.after for change in newest.changes if change.item == entry}:
        # Its moderator isn't to blame for what was changed in the file after it.
        newest = None
    return newest, changed_lines(before, text, _CONFLICT_ROOM), now is not None


async def _tell_moderators(interaction: Interaction, revision: Revision) -> None:
    """Post a line about an edit in the server's moderator channel."""
    line = _("{author}: {edit} (revision {number})").format(
        author=author_words(revision), edit=revision_line(revision), number=revision.number
    )
    await interaction.client.tell_moderators(interaction.guild_id, line)


def _reason_form(token: str, kind: ChangeKind | None) -> EntryForm:
    """Return the form that asks what a change of an answer is for readers, and confirms it."""
    kinds = Field(
        "kind",
        N_("What it is"),
        N_("Readers are told about clarifications and corrections"),
        1,
        choices=[(_(name), kind.value) for kind, name in KINDS_OF_CHANGE.items()],
    )
    reason = Field("reason", N_("Why"), N_("For readers; may be left out"), MAX_REASON, tall=False, required=False)
    values = {"kind": kind or ""}
    return EntryForm(f"explain:{token}", _("Confirm"), [kinds, reason], values, partial(_explained, token))


async def _explained(token: str, interaction: Interaction, typed: Values) -> None:
    """Confirm an edit with what its moderator says of it."""
    await _confirm(interaction, token, ChangeKind(str(typed["kind"])), str(typed["reason"]))


_STYLES: Final = {"confirm": discord.ButtonStyle.success, "withdraw": discord.ButtonStyle.danger}
_LABELS: Final = {
    "confirm": N_("Confirm"),
    "withdraw": N_("Withdraw for good"),
    "explain": N_("Say what it is"),
    "change": N_("Change it"),
    "retry": N_("Try again"),
    "discard": N_("Discard"),
    "effect": N_("All that changes"),
}


@final
class DraftButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"draft:(?P<verb>{'|'.join(_LABELS)}):(?P<token>[0-9a-f]{{16}})",
    right=Right.EDITOR,
):
    """A button that decides on an edit."""

    def __init__(self, verb: str, token: str) -> None:
        self._verb = verb
        self._token = token
        style = _STYLES.get(verb, discord.ButtonStyle.secondary)
        super().__init__(ui.Button(label=_(_LABELS[verb]), style=style, custom_id=f"draft:{verb}:{token}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["verb"], match["token"])

    @override
    async def act(self, interaction: Interaction) -> None:
        drafts, desk = interaction.client.drafts, desk_of(interaction)
        pending = drafts.find(self._token, interaction.user.id)
        if pending is None:
            await _show_gone(interaction, self._token)
        elif self._verb == "discard":
            drafts.drop(self._token)
            await show_instead(interaction, notice(_(DISCARDED)))
        elif self._verb == "change" and (gone := _withdrawn(interaction, pending.edit)):
            # The form would show its text again.
            drafts.drop(self._token)
            await show_instead(interaction, notice(withdrawn_line(gone)))
        elif self._verb == "change" and (form := pending.filled_form()):
            await form.open(interaction)
        elif self._verb == "explain" and pending.draft:
            await _reason_form(self._token, guessed(pending.draft.changes)).open(interaction)
        elif self._verb == "effect" and pending.draft:
            await _show_effect(interaction, pending.draft)
        elif self._verb == "retry" or pending.draft is None:
            await interaction.response.defer()
            with drafts.reachable(pending):
                pages = await _tried(interaction, desk, replace(pending, since=discord.utils.utcnow()))
                await show_instead(interaction, pages)
        else:
            await _confirm(interaction, self._token)


def _withdrawn(interaction: Interaction, edit: Edit) -> WithdrawnEntry | None:
    """Return what is left of an edit's entry if it was withdrawn in the meantime; None if it wasn't."""
    return interaction.client.live.current.base.withdrawn.get(edit.entry)


async def undo_revision(interaction: Interaction, number: int) -> None:
    """Propose to undo a revision.

    Args:
        interaction: a command or a click of an editor, not answered yet.
        number: the revision's number in the history.
    """
    try:
        edit = await asyncio.to_thread(desk_of(interaction).undo, number)
    except KeyError:
        missing = _("There's no revision {number}. `/faq history` lists them.").format(number=number)
        await show_privately(interaction, notice(missing))
    except ValueError:
        beginning = _("Revision {number} changed no entries, so there's nothing to undo here.").format(number=number)
        await show_privately(interaction, notice(beginning))
    else:
        await propose(interaction, edit)


@final
class UndoButton(
    GuardedButton, ui.DynamicItem[ui.Button[Any]], template=r"undo:(?P<number>\d{1,9})", right=Right.EDITOR
):
    """Proposes to undo an edit that was just made."""

    def __init__(self, number: int) -> None:
        self._number = number
        super().__init__(ui.Button(label=_("Undo this edit"), custom_id=f"undo:{number}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    @override
    async def act(self, interaction: Interaction) -> None:
        await undo_revision(interaction, self._number)
