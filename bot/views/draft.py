"""What a moderator reads of an edit: before it is confirmed, when it is refused, and when it is done."""

import difflib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.answering import Answerer
from bot.knowledge.edit.desk import Draft
from bot.knowledge.edit.revision import Change as Revised
from bot.knowledge.edit.revision import Revision
from bot.knowledge.yaml_file import Problem
from bot.regression import Case, Change, Figures, Verdict, changes
from bot.views import limits
from bot.views.markdown import literal
from bot.views.page import SMALL, Control, Page, joined, pages
from bot.views.reply import answer_pages

ITEMS: Final = 3
"""Entries whose changed lines are shown; only an undo changes more than two."""

CHANGED: Final = 5
"""Regression questions that are named; the others are counted."""

PROBLEMS: Final = 8
"""Problems that are shown at once; who mends them sees the rest the next time."""

_QUESTION: Final = 100
"""Characters of a regression question."""

_LINE: Final = 400
"""Characters of a problem or a question in a list, whatever it quotes."""

_LEAST: Final = 300
"""Characters that the changed lines take at least, if they are as long."""

_CLASH: Final = 1_200
"""Characters of a text that somebody else has changed."""

_RESERVE: Final = 100
"""Characters for what joins the parts."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft with what it would do to the regression set."""

    draft: Draft[Answerer]
    before: Figures
    after: Figures


def trial_pages(trial: Trial, buttons: Sequence[Control]) -> list[Page]:
    """Lay out an edit that can be confirmed: what members would read, what changes, and the way to decide.

    Args:
        trial: the edit.
        buttons: what stands below.
    """
    draft = trial.draft
    entry = draft.edit.entry
    about = f"### {literal(limits.cut(str(draft.edit), _LINE))}\nNothing is changed yet. "
    seen: Sequence[Page] = ()
    if entry in draft.base.entries:
        about += "This is what members would read:"
        seen = answer_pages(draft.value.entry(entry))
    elif draft.changes[0].file.startswith("faq/"):
        about += "Members would not be shown this entry" + (": it is retired." if draft.after else " any more.")
    above = [Page([about]), *seen]
    checked = "\n".join(regression_lines(entry, trial.before, trial.after))
    # Beside what stands above if that leaves enough room, else in a message of its own.
    own = limits.MESSAGE_TEXT - len(checked) - _RESERVE
    beside = own - sum(page.content_length() for page in above)
    lines = _changes(draft.changes, beside if beside >= _LEAST else own)
    return joined([*above, Page([*lines, checked], foot=buttons)])


def _changes(found: Sequence[Revised], room: int) -> list[str]:
    """Show what changes in each item; after the first few they are counted."""
    shown = found[:ITEMS]
    lines = [changed_lines(change.before, change.after, room // len(shown)) for change in shown]
    if more := len(found) - len(shown):
        lines[-1] += f"\nand {more} more entries"
    return lines


def changed_lines(before: str | None, after: str | None, room: int) -> str:
    """Show which lines of an entry change, as a block of code; what does not fit is counted.

    Args:
        before: the entry's lines; None where it is new.
        after: its lines then; None where it goes.
        room: characters that it may take.
    """
    old, new = (textwrap.dedent(text or "").splitlines() for text in (before, after))
    # The first two lines name the files.
    compared = [line for line in [*difflib.unified_diff(old, new, n=1, lineterm="")][2:] if not line.startswith("@@")]
    plain = textwrap.dedent("\n".join(line[1:] for line in compared)).replace("```", "``\u200b`").split("\n")
    lines = [f"{line[:1]} {text}" for line, text in zip(compared, plain, strict=bool(compared))]
    shown: list[str] = []
    left = room - len("```diff\n\n```\nand 1000 more lines")
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            break
        shown.append(line)
    more = len(lines) - len(shown)
    tail = f"\nand {more} more lines" if more else ""
    return "\n".join(["```diff", *shown, "```"]) + tail


def refused_pages(what: str, problems: Sequence[Problem], buttons: Sequence[Control]) -> list[Page]:
    """Lay out why an edit is refused, with the mend of each problem.

    Args:
        what: the edit in words.
        problems: at least one.
        buttons: what stands below.
    """
    head = f"**Nothing was changed.** {literal(limits.cut(what, _LINE))} does not work yet:"
    shown = [f"- {problem_line(problem)}" for problem in problems[:PROBLEMS]]
    if more := len(problems) - len(shown):
        shown.append(f"{SMALL}and {more} more")
    return pages([head, "\n".join(shown)], foot=buttons)


def problem_line(problem: Problem) -> str:
    """Say what is wrong and how to mend it, and where, if that is in a file."""
    place = problem.place
    where = f" ({place.file}, line {place.line})" if place.file.endswith(".yaml") else ""
    return literal(limits.cut(f"{problem.what}: {problem.mend}", _LINE) + where)


def conflict_page(what: str, by: Revision | None, change: str, buttons: Sequence[Control]) -> Page:
    """Lay out that an entry was changed meanwhile.

    Args:
        what: the edit that does not fit any more, in words.
        by: the change of somebody else; None where it was made in the file itself.
        change: the lines that they have changed.
        buttons: what stands below.
    """
    who = f"{literal(by.author)} was faster: {literal(limits.cut(by.what, _LINE))}." if by else (
        "Somebody has changed the entry in its file."
    )  # fmt: skip
    head = f"**Nothing was changed.** {literal(limits.cut(what, _LINE))} was made for the text as it was before."
    return Page([f"{head} {who}", change], foot=buttons)


def clash_page(entry: str, theirs: Sequence[tuple[str, str]], buttons: Sequence[Control]) -> Page:
    """Lay out that somebody else has changed the same parts of an entry since a form was opened.

    Args:
        entry: id of the entry.
        theirs: key and present text of each.
        buttons: what stands below.
    """
    head = (
        f"**Nothing was changed.** Since you opened the form, somebody else has changed the same of `{entry}`, or "
        "what goes with it. *Change it* opens the form again with what you have typed. This is how it reads now:"
    )
    shown = [f"**{key}:** {literal(limits.cut(text, _CLASH))}" for key, text in theirs]
    return Page([head, *shown], foot=buttons)


def gone_pages(entry: str, typed: Sequence[tuple[str, str]]) -> list[Page]:
    """Lay out that an entry is not there any more, with what was typed, so that it can be copied.

    Args:
        entry: id of the entry.
        typed: key and text of each part of the form.
    """
    head = f"**Nothing was changed.** `{entry}` has been taken out of the files meanwhile. This is what you have typed:"
    return pages([head, *(f"**{key}:** {literal(text)}" for key, text in typed)])


def speaker_page(menus: Sequence[Control], buttons: Sequence[Control]) -> Page:
    """Ask who stands behind a new entry."""
    return Page(["One more thing: **who claims or says it?** Members see the name above the answer."], menus, buttons)


def done_page(revision: Revision, caveat: str | None = None) -> Page:
    """Lay out that an edit is in the files, how to take it back, and what may become of it.

    Args:
        revision: the edit.
        caveat: in a sentence or two; None where it is safe.
    """
    return Page(
        [
            (
                f"**Done, and in use: revision {revision.number}.** {revision_line(revision)}\n"
                f"{SMALL}`/faq undo {revision.number}` takes it back."
            ),
            *([caveat] if caveat else []),
        ]
    )


def gave_way_page(revision: Revision) -> Page:
    """Lay out that an edit gave way to a change in the repository that the FAQ comes from.

    Args:
        revision: what the history keeps of it.
    """
    return Page(
        [
            (
                f"**An edit has given way.** In the repository that the FAQ comes from, somebody has changed the same "
                f"entry. {revision_line(revision)}\n"
                f"{SMALL}`/faq undo {revision.number}` shows the edit again, to be made after all."
            )
        ]
    )


def revision_line(revision: Revision) -> str:
    """Say in one line what a revision has changed, and where."""
    others = len({change.file for change in revision.changes}) - 1
    beside = f" and {others} more file{'s' if others > 1 else ''}" if others else ""
    return f"{literal(limits.cut(revision.what, _LINE))}, in `{revision.file}`{beside}"


def regression_lines(entry: str, before: Figures, after: Figures) -> list[str]:
    """Say what becomes of the regression set: the shares, and the first questions that come out differently.

    Args:
        entry: id of what is edited; the questions that have to do with it come first.
        before: the set as it comes out now.
        after: as it comes out with the edit.
    """
    found = changes(before, after)
    if not found:
        return [f"**Regression questions:** all {len(after.cases)} come out as before."]
    worse = sum(change.worse for change in found)
    shares = ", ".join(
        f"{name} {old:.1f} % before, {new:.1f} % then"
        for name, old, new in (
            ("right", *(each.share(Verdict.RIGHT, answered=True) for each in (before, after))),
            ("false answers", *(each.share(Verdict.FALSE, answered=False) for each in (before, after))),
        )
    )
    head = f"**Regression questions:** {worse} of {len(after.cases)} get worse, {len(found) - worse} better: {shares}."
    near = [change for change in found if _concerns(change, entry)]
    if not near:
        head += " None has to do with this entry; what lies near the border shifts a little with every edit."
    lines = [head, *map(_change_line, [*near, *(change for change in found if change not in near)][:CHANGED])]
    if len(found) > CHANGED:
        lines.append(f"{SMALL}and {len(found) - CHANGED} more")
    return lines


def _concerns(change: Change, entry: str) -> bool:
    return entry in {change.after.expected, *change.before.got, *change.after.got}


def _change_line(change: Change) -> str:
    mark = "Worse" if change.worse else "Better"
    asked = literal(limits.cut(change.after.question, _QUESTION))
    return f"- {mark}: “{asked}” now {outcome(change.before)}, then {outcome(change.after)}"


def outcome(case: Case) -> str:
    """Say what becomes of a regression question, as in `it …`."""
    got = ", ".join(f"`{entry}`" for entry in case.got) or "nothing"
    match case.verdict:
        case Verdict.RIGHT:
            return "reaches its entry" if case.expected else "stays unanswered"
        case Verdict.SUGGESTED:
            return "only suggests its entry"
        case Verdict.MISSED:
            return f"misses its entry (suggests {got})" if case.got else "finds nothing"
        case Verdict.WRONG:
            return f"gets the answer of {got}"
        case Verdict.FALSE:
            return f"gets an answer, that of {got}"
