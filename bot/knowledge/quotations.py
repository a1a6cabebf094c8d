"""Quotations of a text, and who says each of them as far as the text itself says so by name.

A pronoun names nobody, and neither does "officials": such a quotation is left without a speaker rather than given to a
guess. A speaker may be an organization.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

QUOTED: Final = re.compile(r"[\"“„«](?P<words>[^\"“”„«»]+)(?:[\"”“»]|$)")
"""Words in quotation marks; the last may not be closed, where a speech goes on in the next paragraph."""

_SAYS: Final = (
    "said|says|told|tells|wrote|writes|added|adds|argued|argues|claimed|claims|explained|explains|stated|states|insisted"
    "|insists|recalled|recalls|warned|warns|asked|asks|replied|replies|noted|notes|announced|announces|called|calls"
    "|confirmed|confirms|acknowledged|conceded|admitted|tweeted|tweets|posted|posts|responded|responds|described|describes"
    "|commented|complained|complains|concluded|promised|promises|testified|maintained|maintains|put it"
    "|dijo|dice|afirmó|afirma|explicó|explica|declaró|declara|escribió|escribe|añadió|añade|señaló|señala|aseguró|asegura"
    "|sagte|sagt|erklärte|erklärt|schrieb|schreibt|betonte|betont|meinte|meint"
)
_WORD: Final = r"(?<![\w’'&-])(?:(?:Mr|Mrs|Ms|Dr|Prof|Rev|Sra?|[A-ZÀ-ÖØ-Þ])\. |[A-ZÀ-ÖØ-Þ][\w’'&-]*+ ?)"
"""A word of a name. None begins within another: words in capitals could be split in too many ways to try."""
_SMALL_WORDS: Final = (
    "of", "for", "the", "and", "de", "del", "der", "den", "di", "da", "la", "van", "von", "zu", "y", "&"
)  # fmt: skip
_SMALL: Final = rf"(?:{'|'.join(_SMALL_WORDS)})"
_NAME: Final = rf"(?:{_WORD})(?:(?:{_SMALL} ){{0,2}}(?:{_WORD}))*(?<! )"
_CALLED: Final = rf"(?:[Tt]he\s+)?(?:{_NAME})|[Tt]he(?:\s+[a-zà-öø-þ]+){{1,2}}?"
"""A name, or what may be short for one: the council."""
_ASIDE: Final = r"(?:,\s[^;.!?\"“”„«»]{1,120}?,)?,?"
_FOR: Final = (
    r"(?:(?:an?|the|its|one)\s+)?(?:\w+\s+){0,2}(?:spokes(?:man|woman|person)|statement|letter|post|report)"
    r"\s+(?:for|of|from|by)\s+(?:the\s+)?"
)
_DOES_AND: Final = r"(?:(?:\s+[a-zà-öø-þ’'-]+){1,8}?\s+and)?"
"""What else somebody does in the same sentence: "supports the idea and says"."""
_ADVERB: Final = r"(?:(?:also|later|then|\w+ly|has|had|have|once)\s+){0,2}"
_BY_ROLE: Final = (
    rf"\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir)\s[^,;.!?\"“”„«»]{{1,80}},\s(?P<role>{_NAME}),\s+{_ADVERB}(?:{_SAYS})\b"
)
"""Somebody's role before the name: "a spokeswoman for the board, Karin Ek, said"."""

_AFTER: Final = re.compile(
    rf",?\s*(?:{_BY_ROLE}|(?:{_SAYS})\s+(?:{_FOR})?(?P<one>{_CALLED})"
    rf"|(?:{_FOR})?(?P<two>{_CALLED}){_ASIDE}\s+{_ADVERB}(?:{_SAYS})\b"
    rf"|(?:according to|so|según)\s+(?:{_FOR})?(?P<three>{_CALLED}))"
)
_BEFORE: Final = re.compile(
    rf"(?:{_BY_ROLE}(?:(?!\b(?:{_SAYS})\b)[^.!?\"“”„«»]){{0,90}}"
    rf"|(?:{_FOR})?(?P<one>{_CALLED}){_ASIDE}{_DOES_AND}\s+{_ADVERB}(?:{_SAYS})\b"
    rf"(?:(?!\b(?:{_SAYS})\b)[^.!?\"“”„«»]){{0,90}}"
    rf"|(?:[Aa]ccording to|[Ss]egún|[Ll]aut)\s+(?:{_FOR})?(?P<two>{_CALLED})[^.!?\"“”„«»]{{0,60}})$"
)
_SAYS_AGAIN: Final = re.compile(rf"\b(?:{_SAYS})\b")
_ANDS: Final = frozenset(("", "and", "or", "y", "o", "und", "oder"))
_NEAR: Final = 400
"""Characters before and after a quotation in which its speaker is looked for."""
_FULL_STOP: Final = re.compile(r"[.!?…][\"”»)]?\s+(?=[A-ZÀ-ÖØ-Þ\"“„«])")
_TITLE: Final = re.compile(
    r"(?:(?:[Tt]he|Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Mayor|Councillor|Councilor|Judge|Justice"
    r"|Detective|Sergeant|Inspector|Chief|President|Captain|Senator|Governor|Minister|Sheriff|Officer|Rev|Reverend"
    r"|Father|Sister|Pastor|Herr|Frau|Señor|Señora|Don|Doña|Neighbour|Neighbor|Director|Chairman|Chairwoman|Chair)\.?\s+)+"
)
_NOBODY: Final = frozenset((
    "He", "She", "They", "It", "We", "You", "I", "Who", "This", "That", "Officials", "Police", "Residents",
    "Neighbours", "Neighbors", "Critics", "Supporters", "Others", "Some",
    "Many", "Both", "One", "Nobody", "Everyone", "Witnesses",
    "Experts",
    "Yesterday", "Today", "Later", "Then", "But", "And", "So", "Yet", "In", "On", "At", "As", "When", "While",
    "If", "Er", "Sie", "Es", "Wir", "Ich", "Man", "Él", "Ella", "Ellos", "Ellas", "Yo", "Nosotros",
))  # fmt: skip
"""Words that name nobody, with the capital that a sentence begins with."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks."""

    words: str
    speaker: str | None
    """The name as the text has it in full, without a title; None where it is not said, or not by a name."""


class Speakers:
    """The names by which a text, read in order, calls those who speak in it."""

    def __init__(self, known: Iterable[Sequence[str]] = ()) -> None:
        """Start with the people of a knowledge base.

        Args:
            known: all names of each, of which the first is the one to give.
        """
        self._names: dict[str, str] = {}
        self._heard: set[str] = set()
        for names in known:
            self._heard.add(names[0])
            for name in names:
                self._names[self._bare(name).casefold()] = names[0]

    def meet(self, text: str) -> None:
        """Remember the names of two words and more that a text holds, so that a surname alone is understood after."""
        for run in _capitalised(text):
            name = self._bare(run)
            if len(name.split()) > 1 and not self._full(name):
                lower = name.casefold()
                known = (full for each, full in self._names.items() if " " in each and lower.endswith(f" {each}"))
                self._names[lower] = next(known, name)

    def named(self, name: str) -> str | None:
        """Return the full name that is meant; None for a word that names nobody for sure."""
        bare = self._bare(name)
        full = self._full(bare)
        if not bare[:1].isupper():
            # "The council" may be the one that spoke before; "the bridge" is no speaker for being called Mill Bridge.
            return full if full in self._heard else None
        full = full or (bare if " " in bare else None)
        if full:
            self._heard.add(full)
        return full

    def _full(self, name: str) -> str | None:
        """Return the one known name that this one is, or ends."""
        if exact := self._names.get(name.casefold()):
            return exact
        part = name.casefold()
        for near in (
            {full for known, full in self._names.items() if known.endswith(f" {part}")},
            {full for known, full in self._names.items() if known.startswith(f"{part} ")},
        ):
            if part and near:
                return near.pop() if len(near) == 1 else None
        return None

    @staticmethod
    def _bare(name: str) -> str:
        title = _TITLE.match(f"{name} ")
        words = (
            (name[title.end() :] if title else name).strip().removesuffix("'s").removesuffix("’s").rstrip("'’").split()
        )
        while words and words[0] in _NOBODY:
            del words[0]
        return " ".join(words)


def _capitalised(text: str) -> Iterator[str]:
    """Yield the runs of words that begin with a capital, with small words such as "of" between them."""
    run: list[str] = []
    small: list[str] = []
    for word in text.split():
        bare = word.rstrip(".,;:!?)")
        if bare[:1].isupper():
            run += [*small, bare]
            small = []
        elif run and len(small) < 2 and word in _SMALL_WORDS:  # noqa: PLR2004 (of the)
            small.append(word)
            continue
        if run and (not bare[:1].isupper() or (bare != word and len(bare) > 1 and not _TITLE.match(f"{bare} "))):
            yield " ".join(run)
            run, small = [], []
    if run:
        yield " ".join(run)


def quotations(text: str, speakers: Speakers) -> Iterator[Quotation]:
    """Yield the quotations of a passage, in order.

    A quotation whose speaker is not said beside it has that of the one before it where nothing but an "and" parts them,
    or nothing but who said that one: ``"It is safe," said Ann Lee, the engineer. "We tested it."``

    Args:
        text: the passage, with single blanks between its words.
        speakers: what is known of names; those of this passage are added.
    """
    speakers.meet(QUOTED.sub(" . ", text))
    before, last_end = None, 0
    for found in QUOTED.finditer(text):
        between = text[last_end : found.start()]
        speaker = _speaker(text, found, last_end, speakers)
        if speaker is None and _goes_on(between):
            speaker = before
        if re.search(r"\w", found["words"]):
            yield Quotation(" ".join(found["words"].split()), speaker)
        before, last_end = speaker, found.end()


def _goes_on(between: str) -> bool:
    """Return whether a quotation goes on after what parts it from the one before."""
    if between.strip(" ,;") in _ANDS:
        return True
    said = _AFTER.match(between[:_NEAR])
    ended = between.rstrip()[-1:] in {".", ",", ":"}
    return bool(said) and ended and len(_SAYS_AGAIN.findall(between)) <= 1 and not _FULL_STOP.search(between)


def _speaker(text: str, found: re.Match[str], start: int, speakers: Speakers) -> str | None:
    """Return who says a quotation, by the words after it and those before it in its sentence."""
    # After a full stop, the next person named begins a new sentence.
    ended = found["words"].rstrip().endswith(".")
    after = None if ended else _AFTER.match(text, found.end(), found.end() + _NEAR)
    if after:
        name = next(filter(None, after.groups()))
        return speakers.named(name)
    sentence = text[start : found.start()]
    ends = [end.end() for end in _FULL_STOP.finditer(sentence + text[found.start()])]
    before = _BEFORE.search(sentence[ends[-1] if ends else 0 :][-_NEAR:])
    return speakers.named(next(filter(None, before.groups()))) if before else None
