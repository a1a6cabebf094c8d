"""Translation of the sentences in histories and commits.

All servers share histories and commits, so they are written in English. When one is shown, it is recognized by its
pattern and translated here. Other sentences, such as people's own commit messages, stay as they are.
"""

import re
from typing import Final

from bot.i18n.catalogue import N_, NP_, _, pgettext
from bot.i18n.lists import enumerate_names

EDITS: Final = (
    N_("Add entry {entry}"),
    N_("Edit {keys} of {entry}"),
    N_('Add phrasing "{phrasing}" to {entry}'),
    N_('Remove phrasing "{phrasing}" from {entry}'),
    N_("Retire {entry}"),
    N_("Restore {entry}"),
    N_("Withdraw {entry}"),
    N_("Edit {entry}, since withdrawn"),
    N_('Add "{question}" to what must not be answered'),
    N_("Undo a change of the regression questions"),
    N_("Undo a change of {entries}"),
    N_("Import {files}: {new} new, {changed} changed"),
    N_("{kept} (kept instead of {author}'s edit: {edit})"),
    N_("Another change"),
    N_("The history was rewritten"),
    N_("A commit without a message"),
)
"""The sentences that :mod:`bot.editing` writes about edits."""

OBSTACLES: Final = (
    N_("another program is at work in the repository"),
    N_("someone else has committed at the same moment"),
    N_("the bot's own copy of the repository is damaged"),
    N_("the bot's own copy of the repository is gone"),
    N_("the repository can't be read or written"),
    N_("the repository is in the {format} format, which I can't write"),
    N_("the repository keeps its branches as a reftable, which I can't write"),
    N_("the repository uses the extension {name}, which I don't know"),
    N_("the repository's index has the format {version}, which I can't write"),
    N_("the repository's index is damaged"),
    N_("the repository's index is split, which I can't write"),
    N_("the repository's index is sparse, which I can't write"),
    N_("the repository's index is of an unknown kind, which I can't write"),
    N_("{name} is a link in the repository, not a file"),
)
"""Why :mod:`bot.editing` cannot commit to a git repository."""

_PARTS: Final = {
    "question": NP_("part of an entry", "question"),
    "phrasings": NP_("part of an entry", "phrasings"),
    "answer": NP_("part of an entry", "answer"),
    "kind": NP_("part of an entry", "kind"),
    "attributed_to": NP_("part of an entry", "speaker"),
    "topics": NP_("part of an entry", "topics"),
    "related": NP_("part of an entry", "related entries"),
    "unless": NP_("part of an entry", "skip words"),
    "reviewed": NP_("part of an entry", "date of review"),
}
"""What the keys of an entry are called where moderators read of them."""

_FIELDS: Final = {"entry": "[a-z0-9-]+", "entries": "[^()]+", "keys": "[a-z_]+(?:, [a-z_]+)*"}
"""Patterns for the fields that don't match just any text, so that sentences of people are not recognized by chance."""

LONGEST: Final = 1_000
"""Characters of the longest sentence to translate: an edit that mentions two others, with their phrasings."""

_SENTENCES: Final = frozenset({"kept", "edit"})
"""The fields that contain such a sentence themselves."""


def translate_edit(sentence: str) -> str:
    """Return a sentence of a history in the current language.

    Args:
        sentence: the sentence in English.
    """
    for form, pattern in _PATTERNS if len(sentence) <= LONGEST else ():
        if found := pattern.fullmatch(sentence):
            return _(form).format(**{name: _said(name, part) for name, part in found.groupdict().items()})
    return sentence


def part_name(key: str) -> str:
    """Return what a part of an entry is called in the current language, by its key in the file."""
    return pgettext("part of an entry", _PARTS[key]) if key in _PARTS else key


def _said(field: str, text: str) -> str:
    if field in _SENTENCES:
        return translate_edit(text)
    if field == "keys":
        return enumerate_names(map(part_name, text.split(", ")))
    return text


def _pattern(form: str) -> re.Pattern[str]:
    fixed = re.split(r"{(\w+)}", form)
    parts = [f"(?P<{part}>{_FIELDS.get(part, '.+')})" if at % 2 else re.escape(part) for at, part in enumerate(fixed)]
    return re.compile("".join(parts), re.DOTALL)


_PATTERNS: Final = tuple((form, _pattern(form)) for form in (*EDITS, *OBSTACLES))
