"""Code and links within a line of an answer.

Code stands between backticks. A link is ``[words](https://...)`` or an address by itself; only whole https addresses
without a user name are links, and everything else is text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

_SPAN: Final = re.compile(
    r"(?<!`)(?:`(?P<code>[^`\n]+)`|``(?P<ticked>(?:[^`\n]|(?<!`)`(?!`))+)``)(?!`)"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<target>[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)?)\)"
    r"|<(?P<enclosed>https://[^\s<>]+)>"
    r"|(?<!\w)(?P<bare>https://[^\s<>`\[\]]+)",
    re.IGNORECASE,
)
_AFTER_ADDRESS: Final = ".,;:!?\"'\u2019\u201d\u2026*_~|"
_ADDRESS: Final = re.compile(r"https://[^\s<>\\`|\"]+", re.IGNORECASE)
_MEANT_AS_ADDRESS: Final = re.compile(r"[:/.]")


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an https address."""

    label: str
    """The words of the link; empty for an address by itself."""

    url: str


Span: TypeAlias = Words | Code | Link


@dataclass(frozen=True, slots=True)
class Found:
    """A span of code or a link, and its position in the text."""

    start: int
    end: int
    span: Code | Link


def spans(text: str) -> list[Span]:
    """Split a line into words, code and links."""
    parts: list[Span] = []
    at = 0
    for found in find_spans(text):
        if found.start > at:
            parts.append(Words(text[at : found.start]))
        parts.append(found.span)
        at = found.end
    if at < len(text):
        parts.append(Words(text[at:]))
    return parts


def find_spans(text: str) -> Iterator[Found]:
    """Yield code and links in the order of the text."""
    for found in _SPAN.finditer(text):
        code = (found["code"] or found["ticked"] or "").strip()
        url = found["target"] or found["enclosed"] or _trimmed(found["bare"] or "")
        end = found.start("bare") + len(url) if found["bare"] else found.end()
        if code:
            yield Found(found.start(), end, Code(code))
        elif url and host(url):
            label = " ".join((found["label"] or "").split())
            yield Found(found.start(), end, Link("" if label == url else label, url))


def host(url: str) -> str | None:
    """Return the host of a whole https address in lower case; None for anything else.

    An address with a user name or password is refused, since it can pretend to lead to another host.
    """
    if not _ADDRESS.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return None
    return None if "@" in parts.netloc else (parts.hostname or "").rstrip(".") or None


def allowed_hosts(listed: Iterable[str], addresses: Iterable[str | None]) -> frozenset[str]:
    """Return the hosts that answers may link to.

    Args:
        listed: the hosts that moderators allow.
        addresses: addresses of the sources, whose hosts are allowed, too; None for no address.
    """
    return frozenset([*listed, *filter(None, (host(address) for address in addresses if address))])


def odd_targets(text: str) -> Iterator[str]:
    """Yield what stands as the address of a link and is none: ``javascript:...``, ``http://...``, ``page.html``."""
    for found in _SPAN.finditer(text):
        target = found["target"]
        if target and host(target) is None and _MEANT_AS_ADDRESS.search(target):
            yield target


def without_addresses(text: str) -> str:
    """Return a line as it would be read aloud: links as their words, code without its backticks."""
    return "".join(span.text if not isinstance(span, Link) else span.label for span in spans(text))


def _trimmed(url: str) -> str:
    """Return an address within prose without the punctuation after it."""
    while url and (url[-1] in _AFTER_ADDRESS or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url
