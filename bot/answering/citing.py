"""Texts with citation marks as numbered statements, with the citations that the numbers stand for."""

from collections.abc import Mapping

from bot.answering.reply import Answer, AnswerBlock, Citation, CitedStatement, Correction, Link
from bot.knowledge.addresses import passage_path, public_address
from bot.knowledge.citations import Ref, Statement
from bot.knowledge.model import Entry, KnowledgeBase


class Numbering:
    """Numbers passages in the order of first use."""

    def __init__(self, base: KnowledgeBase, corrections: Mapping[str, tuple[Correction, ...]] = {}) -> None:
        """Start at 1.

        Args:
            base: the knowledge base that the texts come from.
            corrections: the corrections of answers by entry id, latest first.
        """
        self._base = base
        self._corrections = corrections
        self._numbers: dict[Ref, int] = {}

    def answer(self, entry: Entry) -> Answer:
        """Return an entry's answer, with its marks numbered."""
        return Answer(
            entry=entry.id,
            question=entry.question,
            kind=entry.kind,
            blocks=self.blocks(entry),
            attributed_to=tuple(self._base.people[person].name for person in entry.attributed_to),
            related=tuple(Link(related, self._base.entries[related].question) for related in entry.related),
            reviewed=entry.review_day,
            subject=self._base.case.kind,
            corrections=self._corrections.get(entry.id, ()),
        )

    def blocks(self, entry: Entry) -> tuple[AnswerBlock, ...]:
        """Return the blocks of an entry's answer, with its marks numbered."""
        return tuple(
            AnswerBlock(block.layout, tuple(map(self._number, block.statements))) for block in self._base.blocks(entry)
        )

    def statements(self, text: str) -> list[CitedStatement]:
        """Return the statements of a text, with its marks numbered."""
        return [self._number(statement) for statement in self._base.cited(text)]

    def citations(self) -> tuple[Citation, ...]:
        """Return the citations so far."""
        return tuple(citation(self._base, ref, number) for ref, number in self._numbers.items())

    def _number(self, statement: Statement) -> CitedStatement:
        numbers = [self._numbers.setdefault(ref, len(self._numbers) + 1) for ref in statement.refs]
        return CitedStatement(statement.text, statement.closing, tuple(sorted(numbers)))


def cite(base: KnowledgeBase, *texts: str) -> tuple[list[list[CitedStatement]], tuple[Citation, ...]]:
    """Number the marks of several texts (roles, events, ...) in one sequence.

    Returns:
        The statements of each text, and the citations they share.
    """
    numbering = Numbering(base)
    cited = [numbering.statements(text) for text in texts]
    return cited, numbering.citations()


def citation(base: KnowledgeBase, ref: Ref, number: int) -> Citation:
    """Return the citation that a reference stands for, with its number in the reply."""
    passage = base.passages[ref]
    speaker = base.people[passage.speaker].name if passage.speaker else None
    heard = dict.fromkeys(base.people[part.speaker].name for part in passage.voices if part.speaker)
    link = public_address(base, passage_path(ref.source, passage))
    return Citation(
        number=number,
        source=base.sources[ref.source],
        passage=passage,
        speaker=speaker,
        partly=() if speaker else tuple(heard),
        superseded_by=base.successor(ref.source),
        link=link,
    )
