"""How a question was decided, in words that moderators can follow, for any surface."""

from collections.abc import Iterator

from bot.matching import Decision


def explained(decision: Decision) -> Iterator[tuple[str, str]]:
    """Give the steps of a decision as (name, what came of it)."""
    why = decision.explanation
    yield "outcome", f"{decision.outcome} ({why.reason})"
    yield "read as", why.question
    yield "repaired", ", ".join(f"{r.typed} = {' '.join(r.words)}" for r in why.repairs) or "nothing"
    yield "synonyms", ", ".join(f"{word} = {meaning}" for word, meaning in why.synonyms) or "none"
    yield "matched", ", ".join(f"{word.word} {word.weight:.2f}" for word in why.matched) or "nothing"
    yield "unknown words", ", ".join(why.unknown) or "none"
    yield "nearest phrasing", why.nearest_phrasing
    yield "similarity", f"{why.similarity:.2f}"
    yield "probability", f"{why.probability:.2f}"
    yield "coverage", f"{why.coverage:.2f}"
    yield "candidates", ", ".join(f"{c.entry} {c.score:.2f}" for c in decision.candidates) or "none"
    if why.runner_up:
        yield "runner-up", f"{why.runner_up.entry} {why.runner_up.score:.2f}: {why.runner_up_lost}"
    if why.ruled_out:
        yield "ruled out", ", ".join(why.ruled_out)
    if why.thresholds:
        yield "thresholds", f"answer {why.thresholds.answer:.2f}, suggest {why.thresholds.suggest:.2f}"
