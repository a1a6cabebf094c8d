"""What a knowledge base has to show besides its answers."""

from bot.knowledge.model import KnowledgeBase


def without_content(base: KnowledgeBase) -> frozenset[str]:
    """Return the names of the commands that a knowledge base has nothing for, which are hidden."""
    shown = {
        "who": bool(base.people),
        "timeline": bool(base.events),
        "quotes": any(entry.attributed_to for entry in base.entries.values()),
    }
    return frozenset(name for name, filled in shown.items() if not filled)
