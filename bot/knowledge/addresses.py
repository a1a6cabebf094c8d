"""Where things stand on the public page. These paths never change: others link to them."""

from bot.knowledge.model import KnowledgeBase, Part, Passage


def entry_path(entry: str) -> str:
    """Return the path of an entry's page, by the entry's id; the paths of pages are relative to the page's address."""
    return f"entries/{entry}.html"


def topic_path(topic: str) -> str:
    """Return the path of a topic's page, by the topic's id."""
    return f"topics/{topic}.html"


def person_path(person: str) -> str:
    """Return the path of a person's page, by the person's id."""
    return f"people/{person}.html"


def source_path(source: str) -> str:
    """Return the path of a source's page, by the source's id."""
    return f"sources/{source}.html"


def passage_path(source: str, part: Part) -> str:
    """Return the path of a passage's page; a part of a passage has an anchor there.

    Args:
        source: the source's id.
        part: a passage or a part of one.
    """
    # A part is named after its passage: p3a.
    page = part.id if isinstance(part, Passage) else part.id[:-1]
    anchor = "" if isinstance(part, Passage) else f"#part-{part.id}"
    return f"sources/{source}/{page}.html{anchor}"


def public_address(base: KnowledgeBase, path: str) -> str | None:
    """Return the full address of a page; None if the knowledge base names no public page.

    Args:
        base: the knowledge base.
        path: a path of this module, or nothing for the first page.
    """
    address = base.case.site.address
    return None if address is None else f"{address.rstrip('/')}/{path}"
