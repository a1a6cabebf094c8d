"""Translation of the sentences in histories and commits.

All servers share histories and commits, so they are written in English. When one is shown, it is recognized by its
pattern and translated here. Other sentences, such as people's own commit messages, stay as they are.
"""

import re
from typing import Final

from bot.i18n.catalogue import N_, _

EDITS: Final = (
    N_("Add entry {entry}"),
    N_("Edit {keys} of {entry}"),
    N_('Add phrasing "{phrasing}" to {entry}'),
    N_('Remove phrasing "{phrasing}" from {entry}'),
    N_("Retire {entry}"),
    N_("Restore {entry}"),
    N_("Withdraw {entry}"),
    N_("Edit {entry}, withdrawn since"),
    N_('Add "{question}" to what must not be answered'),
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
    N_("somebody else has committed at the same moment"),
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
            parts = {
                name: translate_edit(part) if name in _SENTENCES else part for name, part in found.groupdict().items()
            }
            return _(form).format(**parts)
    return sentence


def _pattern(form: str) -> re.Pattern[str]:
    fixed = re.split(r"{(\w+)}", form)
    parts = [f"(?P<{part}>{_FIELDS.get(part, '.+')})" if at % 2 else re.escape(part) for at, part in enumerate(fixed)]
    return re.compile("".join(parts), re.DOTALL)


_PATTERNS: Final = tuple((form, _pattern(form)) for form in (*EDITS, *OBSTACLES))
