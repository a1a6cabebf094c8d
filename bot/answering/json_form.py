"""A reply as JSON, for programs."""

from collections.abc import Sequence
from typing import Any

from bot.answering.reply import Answer, Reply


def as_json(reply: Reply) -> dict[str, Any]:
    """Return a reply as the JSON object of ``casebot ask --json`` and ``--batch``, and of ``casebot serve``.

    ``entry``, ``question`` and ``answer`` are None unless there is an answer. If there are several answers, ``entry``
    and ``question`` are those of the first, and ``answer`` joins their texts. ``suggestions`` are what the member may
    have meant: beside an answer instead of it, beside several as well.
    """
    first = reply.answers[0] if reply.answers else None
    return {
        "outcome": str(reply.outcome),
        "entry": first.entry if first else None,
        "question": first.question if first else None,
        "answer": _joined(reply.answers) if first else None,
        "citations": [
            {"n": citation.number, "source": citation.source.id, "passage": citation.passage.id}
            for citation in reply.citations
        ],
        "score": round(reply.score, 4),
        "suggestions": [
            {
                "entry": suggestion.entry,
                "question": suggestion.question,
                "answer": suggestion.answer,
                "score": round(suggestion.score, 4),
            }
            for suggestion in reply.suggestions
        ],
    }


def _joined(answers: Sequence[Answer]) -> str:
    """Return the texts of answers: as one line if all of them are, else as blocks with a blank line between them."""
    plain = [answer.plain for answer in answers]
    return ("\n\n" if any("\n" in each for each in plain) else " ").join(plain)
