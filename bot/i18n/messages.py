"""The sentences of histories and commits, in the language that is spoken.

All servers share histories and commits, so the words of edits are kept there in English. A surface that shows one
translates it here, by the form that it has. Sentences of any other form, such as what people write about their own
commits, stay as they are.
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
    N_('Add "{question}" to what must not be answered'),
    N_("Undo a change of {entries}"),
    N_("{kept} (kept instead of {author}'s edit: {edit})"),
    N_("Another change"),
    N_("The history was rewritten"),
    N_("A commit without a message"),
)
"""What :mod:`bot.editing` says of edits."""

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
"""What :mod:`bot.editing` says of a git repository in which it cannot commit."""

_FIELDS: Final = {"entry": "[a-z0-9-]+", "entries": "[^()]+", "keys": "[a-z_]+(?:, [a-z_]+)*"}
"""What stands for a name, where that is not simply any text; nothing that people write is of such a form by chance."""

LONGEST: Final = 1_000
"""Characters of the longest sentence that is looked at: an edit that names two others, with their phrasings."""

_SENTENCES: Final = frozenset({"kept", "edit"})
"""The names for which a sentence of this kind stands."""


def say_edit(sentence: str) -> str:
    """Return a sentence of a history in the language that is spoken now.

    Args:
        sentence: in English.
    """
    for form, pattern in _PATTERNS if len(sentence) <= LONGEST else ():
        if found := pattern.fullmatch(sentence):
            parts = {name: say_edit(part) if name in _SENTENCES else part for name, part in found.groupdict().items()}
            return _(form).format(**parts)
    return sentence


def _pattern(form: str) -> re.Pattern[str]:
    fixed = re.split(r"{(\w+)}", form)
    parts = [f"(?P<{part}>{_FIELDS.get(part, '.+')})" if at % 2 else re.escape(part) for at, part in enumerate(fixed)]
    return re.compile("".join(parts), re.DOTALL)


_PATTERNS: Final = tuple((form, _pattern(form)) for form in (*EDITS, *OBSTACLES))
