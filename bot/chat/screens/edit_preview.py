"""What a moderator sees of an edit: before it is confirmed, when it is refused, and when it is done."""

import difflib
import re
import textwrap
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from bot.answering.answerer import Answerer
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import SMALL, Control, Page, merge_pages, pages
from bot.chat.screens.reply import answer_pages
from bot.chat.screens.stop import stop_line
from bot.editing.correction import guessed
from bot.editing.desk import Caveat, Draft
from bot.editing.git.repository import REPOSITORY
from bot.editing.items import SOURCES, edited
from bot.editing.revision import Change, ChangeKind, Revision
from bot.i18n.catalogue import N_, _, ngettext
from bot.i18n.messages import part_name, translate_edit
from bot.knowledge.yaml_file import Problem
from bot.moderation.regression import RegressionCase, RegressionFigures, Verdict, VerdictChange, changes
from bot.store.types import Stop

MAX_ITEMS: Final = 3
"""The most entries to show with their changed lines; only an undo changes more than two."""

MAX_CHANGED: Final = 3
"""The most regression questions to show with an edit, all of which concern its entry; a button shows the others."""

MAX_LISTED: Final = 30
"""The most regression questions to list on request; the others are counted."""

MAX_PROBLEMS: Final = 8
"""The most problems to show; the others appear when these are fixed."""

KINDS_OF_CHANGE: Final = {
    ChangeKind.TYPO: N_("A typo"),
    ChangeKind.CLARIFICATION: N_("A clarification"),
    ChangeKind.CORRECTION: N_("A correction"),
}
"""What the kinds of changes are called."""

_QUESTION: Final = 60
"""The most characters of a regression question."""

_LINE: Final = 400
"""The most characters of a problem or an edit in a list."""

_LEAST: Final = 300
"""The fewest characters of room for the changed lines; with less, they go into a message of their own."""

_CLASH: Final = 1_200
"""The most characters of a text that somebody else has changed."""

_ID: Final = re.compile(r"`([\w.:/-]+)`")

_RESERVE: Final = 100
"""Characters to reserve for what joins the parts."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft with its effect on the regression set."""

    draft: Draft[Answerer]
    current: Answerer
    """What answers now."""

    before: RegressionFigures
    after: RegressionFigures

    @property
    def folded(self) -> bool:
        """Whether some regression questions with another verdict are only counted."""
        found = changes(self.before, self.after)
        return len(_shown(found, self.draft.edit.entry)) < len(found)


def trial_pages(trial: Trial, buttons: Sequence[Control], stopped: Stop | None = None) -> list[Page]:
    """Return the pages of an edit that can be confirmed: what members would read, what changes, and the buttons.

    An answer that stays as it is is left out, so that the buttons are in reach.

    Args:
        trial: the edit.
        buttons: the buttons below the last page.
        stopped: the stop of its entry that is in force; None for none.
    """
    draft = trial.draft
    entry = draft.edit.entry
    state = " ".join([*([stop_line(stopped)] if stopped else []), _("Nothing has been changed yet.")])
    seen: Sequence[Page] = ()
    if entry in draft.base.entries:
        then = draft.value.entry(entry)
        if entry in trial.current.base.entries and trial.current.entry(entry) == then:
            state += " " + _("Members would read the same answer as now.")
        else:
            state += " " + _("This is what members would read:")
            seen = answer_pages(then)
        if kind := guessed(draft.changes):
            told = _("For readers, it looks like {kind}; *{button}* lets you say otherwise, and why.")
            state = f"{told.format(kind=_(KINDS_OF_CHANGE[kind]).lower(), button=_('Say what it is'))} {state}"
    elif entry in draft.base.withdrawn:
        state += " " + _(
            "Its text is removed from the files, and the history no longer shows it. Readers only learn that it was "
            "withdrawn on request, and when. **This can't be undone here.** Git keeps older versions until someone "
            "purges them. Passages, people, the timeline and earlier messages may say the same: check them too."
        )
    elif draft.changes[0].file.startswith("faq/"):
        retired = _("Members wouldn't see this entry: it's retired.")
        gone = sum(change.after is None for change in draft.changes if change.file.startswith("faq/"))
        removed = ngettext(
            "Members would no longer see this entry.", "Members would no longer see these {count} entries.", gone
        )
        state += " " + (retired if draft.after else removed.format(count=gone))
    if sources := [
        literal(trial.current.base.sources[change.item].title)
        for change in draft.changes
        if change.file == SOURCES and change.after is None
    ]:
        told = ngettext(
            "The source {titles} goes too: nothing else is based on it.",
            "The sources {titles} go too: nothing else is based on them.",
            len(sources),
        )
        state += " " + told.format(titles=", ".join(sources))
    above = [Page([f"### {edit_words(str(draft.edit))}\n{state}"]), *seen]
    checked = "\n".join(regression_lines(entry, trial.before, trial.after))
    # In the same message as the pages above if there is enough room, else in a message of its own.
    own = limits.MESSAGE_TEXT - len(checked) - _RESERVE
    beside = own - sum(page.content_length() for page in above)
    shown = [change for change in draft.changes if edited(change.file)]
    lines = _changes(shown, beside if beside >= _LEAST else own)
    return merge_pages([*above, Page([*lines, checked], foot=buttons)])


def _changes(found: Sequence[Change], room: int) -> list[str]:
    """Return the changed lines of each item; beyond the first few, items are counted."""
    shown = found[:MAX_ITEMS]
    lines = [changed_lines(change.before, change.after, room // len(shown)) for change in shown]
    if more := len(found) - len(shown):
        lines[-1] += "\n" + ngettext("and {count} more entry", "and {count} more entries", more).format(count=more)
    return lines


def changed_lines(before: str | None, after: str | None, room: int) -> str:
    """Return the diff of an entry as a code block; lines that do not fit are counted.

    Args:
        before: the entry's lines before the edit; None if it is new.
        after: its lines after the edit; None if it is deleted.
        room: the most characters to return.
    """
    old, new = (textwrap.dedent(text or "").splitlines() for text in (before, after))
    # Skip the first two lines, which name the files.
    compared = [line for line in [*difflib.unified_diff(old, new, n=1, lineterm="")][2:] if not line.startswith("@@")]
    plain = textwrap.dedent("\n".join(line[1:] for line in compared)).replace("```", "``\u200b`").split("\n")
    lines = [f"{line[:1]} {text}" for line, text in zip(compared, plain, strict=bool(compared))]
    shown: list[str] = []
    left = room - len("```diff\n\n```\n") - len(_more_lines(1_000))
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            break
        shown.append(line)
    more = len(lines) - len(shown)
    return "\n".join(["```diff", *shown, "```", *([_more_lines(more)] if more else [])])


def _more_lines(count: int) -> str:
    return ngettext("and {count} more line", "and {count} more lines", count).format(count=count)


def refused_pages(
    what: str, problems: Sequence[Problem], known: Container[Problem], buttons: Sequence[Control]
) -> list[Page]:
    """Return the pages that say why an edit is refused, and how to fix each problem.

    Problems of the edit name no line: it would be one of the draft, which is in no file.

    Args:
        what: the edit in words.
        problems: the problems, at least one.
        known: those that the files have without the edit.
        buttons: the buttons below.
    """
    head = _("**Nothing was changed.** {edit}: this doesn't work yet.").format(edit=edit_words(what))
    shown = [f"- {problem_line(each) if each in known else _said(each)}" for each in problems[:MAX_PROBLEMS]]
    if more := len(problems) - len(shown):
        shown.append(SMALL + _("and {count} more").format(count=more))
    return pages([head, "\n".join(shown)], foot=buttons)


def problem_line(problem: Problem) -> str:
    """Return what is wrong, how to fix it and, if it is in a file, where."""
    place = problem.place
    if not place.file.endswith(".yaml"):
        return _said(problem)
    return _("{problem} ({file}, line {line})").format(
        problem=_said(problem), file=literal(place.file), line=place.line
    )


def _said(problem: Problem) -> str:
    """Return what is wrong and how to fix it in markdown: ids as code, and no places as compilers print them."""
    parts = _ID.split(limits.cut(f"{problem.unplaced}: {problem.fix}", _LINE))
    return "".join(f"`{part}`" if number % 2 else literal(part) for number, part in enumerate(parts))


def conflict_page(what: str, by: Revision | None, change: str, buttons: Sequence[Control]) -> Page:
    """Return the page that says that an entry has changed since its edit was drafted.

    Args:
        what: the outdated edit in words.
        by: the other change; None if it was made in the file itself.
        change: the lines that it changed.
        buttons: the buttons below.
    """
    head = _("**Nothing was changed.** {edit}: the text has changed since you started.").format(edit=edit_words(what))
    who = (
        _("{author} got there first: {edit}.").format(author=author_words(by), edit=edit_words(by.what))
        if by
        else _("Someone changed the entry in its file.")
    )
    return Page([f"{head} {who}", change], foot=buttons)


def clash_page(entry: str, theirs: Sequence[tuple[str, str]], buttons: Sequence[Control]) -> Page:
    """Return the page that says that somebody else has changed the same parts of an entry since a form was opened.

    Args:
        entry: id of the entry.
        theirs: key and current text of each part.
        buttons: the buttons below.
    """
    head = _(
        "**Nothing was changed.** While you had the form open, someone else changed the same part of `{entry}`, or "
        "something that depends on it. *{button}* opens the form again with what you typed. It now reads:"
    ).format(entry=entry, button=_("Change it"))
    shown = [f"**{part_name(key)}:** {literal(limits.cut(text, _CLASH))}" for key, text in theirs]
    return Page([head, *shown], foot=buttons)


def gone_pages(entry: str, typed: Sequence[tuple[str, str]]) -> list[Page]:
    """Return the pages that say that an entry is gone, with the moderator's input, so that they can copy it.

    Args:
        entry: id of the entry.
        typed: key and text of each part of the form.
    """
    head = _(
        "**Nothing was changed.** `{entry}` was removed from the files in the meantime. This is what you typed:"
    ).format(entry=entry)
    return pages([head, *(f"**{part_name(key)}:** {literal(text)}" for key, text in typed)])


def speaker_page(menus: Sequence[Control], buttons: Sequence[Control]) -> Page:
    """Return the page that asks who claims or says a new entry's answer."""
    ask = _("One more thing: **who claims or says it?** Members see the name above the answer.")
    return Page([ask], menus, buttons)


def done_page(
    revision: Revision, caveat: Caveat | None = None, commit: str | None = None, *, final: bool = False
) -> Page:
    """Return the page that says that an edit is in the files, how to undo it, and whether it might be lost.

    Args:
        revision: the edit.
        caveat: why it might be lost; None if it is safe.
        commit: the abbreviated id of its commit; None if there is none.
        final: whether it cannot be undone.
    """
    done = (
        _("**Done. Revision {number} is live.** {edit}")
        if final
        else _("**Done. Revision {number} is live.** {edit}\n-# `/faq undo {number}` undoes it.")
    ).format(number=revision.number, edit=revision_line(revision))
    if commit:
        done += " " + _("In git it is `{commit}`.").format(commit=commit)
    return Page([done, *([_caveat_text(caveat)] if caveat else [])])


def _caveat_text(caveat: Caveat) -> str:
    if caveat.uncommitted:
        return _(
            "It isn't committed to git yet: {reason}. I'll commit it as soon as I can. My log says how to fix this."
        ).format(reason=literal(translate_edit(caveat.uncommitted)))
    if caveat.unsent is None:
        return _(
            "But this host loses its files every time I restart, and this edit with them. My operator can keep edits "
            "in a git repository: `CASEBOT_KNOWLEDGE_GIT`."
        )
    kept = _("It isn't in the FAQ's repository yet: {reason}. I'll send it as soon as I can.").format(
        reason=literal(caveat.unsent)
    )
    if caveat.ephemeral_disk:
        kept += " " + _("If I restart before then, it's lost, because this host doesn't keep its files.")
    return kept


def superseded_page(revision: Revision) -> Page:
    """Return the page that says that a change in the FAQ's repository has superseded an edit.

    Args:
        revision: the edit in the history.
    """
    superseded = _(
        "**An edit was overridden.** Someone changed the same entry in the FAQ's repository. {edit}\n"
        "-# `/faq undo {number}` lets you make the edit again."
    )
    return Page([superseded.format(number=revision.number, edit=revision_line(revision))])


def edit_words(what: str) -> str:
    """Return what an edit changes, in the current language and in markdown, for its sentence in the history."""
    return literal(limits.cut(translate_edit(what), _LINE))


def author_words(revision: Revision) -> str:
    """Return the name of a revision's author in markdown."""
    return literal(_("the repository") if revision.author == REPOSITORY else revision.author)


def revision_line(revision: Revision) -> str:
    """Return one line that says what a revision has changed, and where."""
    others = len({change.file for change in revision.changes}) - 1
    line = (
        ngettext("{edit}, in `{file}` and {count} more file", "{edit}, in `{file}` and {count} more files", others)
        if others
        else _("{edit}, in `{file}`")
    )
    return line.format(edit=edit_words(revision.what), file=revision.file, count=others)


def regression_lines(entry: str, before: RegressionFigures, after: RegressionFigures) -> list[str]:
    """Return an edit's effect on the regression set: the shares, and the questions of the entry that change verdict.

    Args:
        entry: id of the edited entry.
        before: the results now.
        after: the results with the edit.
    """
    found = changes(before, after)
    if not found:
        return [_("**Regression questions:** no result changes ({count} asked).").format(count=len(after.cases))]
    worse = sum(change.worse for change in found)
    right, false = (
        [f"{figures.share(verdict, answered=answered):.1f}" for figures in (before, after)]
        for verdict, answered in ((Verdict.RIGHT, True), (Verdict.FALSE, False))
    )
    head = _(
        "**Regression questions:** {worse} of {count} would come out worse and {better} better: {right}% right before, "
        "{right_then}% after; false answers {false}% before, {false_then}% after."
    ).format(
        worse=worse,
        count=len(after.cases),
        better=len(found) - worse,
        right=right[0],
        right_then=right[1],
        false=false[0],
        false_then=false[1],
    )
    if not any(_concerns(change, entry) for change in found):
        head += " " + _("None of these involve this entry; borderline cases shift a little with every edit.")
    shown = _shown(found, entry)
    lines = [head, *map(_change_line, shown)]
    if shown and len(shown) < len(found):
        lines.append(SMALL + _("and {count} more").format(count=len(found) - len(shown)))
    return lines


def changes_pages(before: RegressionFigures, after: RegressionFigures) -> list[Page]:
    """Return the pages of all regression questions whose verdict changes, what gets worse first.

    Args:
        before: the results now.
        after: the results with an edit.
    """
    found = sorted(changes(before, after), key=lambda change: not change.worse)
    lines = [f"### {_('Regression questions')}", *map(_change_line, found[:MAX_LISTED])]
    if (more := len(found) - MAX_LISTED) > 0:
        lines.append(SMALL + _("and {count} more").format(count=more))
    return pages(["\n".join(lines)])


def _shown(found: Sequence[VerdictChange], entry: str) -> list[VerdictChange]:
    """Return the changes to show with an edit: the first that concern its entry, what gets worse first."""
    near = [change for change in found if _concerns(change, entry)]
    return sorted(near, key=lambda change: not change.worse)[:MAX_CHANGED]


def _concerns(change: VerdictChange, entry: str) -> bool:
    return entry in {change.after.expected, *change.before.got, *change.after.got}


def _change_line(change: VerdictChange) -> str:
    line = (
        _("- Worse: “{question}” {before} now; with this edit, it {after}")
        if change.worse
        else _("- Better: “{question}” {before} now; with this edit, it {after}")
    )
    asked = literal(limits.cut(change.after.question, _QUESTION))
    return line.format(question=asked, before=outcome(change.before), after=outcome(change.after))


def outcome(case: RegressionCase) -> str:
    """Return the result of a regression question as a predicate, to follow "it"."""
    got = ", ".join(f"`{entry}`" for entry in case.got)
    match case.verdict:
        case Verdict.RIGHT:
            return _("reaches its entry") if case.expected else _("stays unanswered")
        case Verdict.SUGGESTED:
            return _("only suggests its entry")
        case Verdict.MISSED:
            return _("misses its entry (suggests {entries})").format(entries=got) if got else _("finds nothing")
        case Verdict.WRONG:
            return _("gets the answer of {entries}").format(entries=got)
        case Verdict.FALSE:
            return _("wrongly gets the answer of {entries}").format(entries=got)
