"""A reply as JSON, for programs."""

from typing import Any

from bot.answering.reply import Reply


def as_json(reply: Reply) -> dict[str, Any]:
    """Return a reply as the JSON object of ``casebot ask --json`` and ``--batch``, and of ``casebot serve``.

    ``entry``, ``question`` and ``answer`` are None unless there is an answer. If there are two answers, ``entry`` and
    ``question`` are those of the first, and ``answer`` joins both texts.
    """
    first = reply.answers[0] if reply.answers else None
    return {
        "outcome": str(reply.outcome),
        "entry": first.entry if first else None,
        "question": first.question if first else None,
        "answer": " ".join(answer.plain for answer in reply.answers) if first else None,
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
