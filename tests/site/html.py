"""Pages as a browser reads them."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote, urldefrag
from xml.etree.ElementTree import Element

import html5lib

_EMBEDS: Final = {"src", "srcset", "data", "poster", "background", "action", "formaction", "ping", "manifest"}


def parse(page: bytes) -> Element:
    """Parse a page.

    Raises:
        html5lib.html5parser.ParseError: it is not valid.
    """
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(page, transport_encoding="utf-8")
    return root


def text(element: Element) -> str:
    """All text of an element."""
    return " ".join("".join(element.itertext()).split())


def main(page: bytes) -> str:
    """What the middle of a page says."""
    found = parse(page).find(".//main")
    assert found is not None
    return text(found)


def links(root: Element) -> Iterator[str]:
    """Yield where a page leads to, and what it loads."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in {"href", *_EMBEDS}:
                yield value


def loaded(root: Element) -> Iterator[str]:
    """Yield what a browser loads with a page, or sends something to."""
    for element in root.iter():
        yield from (value for name, value in element.attrib.items() if name in _EMBEDS)
        if element.tag == "link" and element.get("rel") != "canonical":
            yield element.attrib["href"]


def ids(root: Element) -> list[str]:
    """All ids of a page."""
    return [element.attrib["id"] for element in root.iter() if "id" in element.attrib]


def nowhere(path: str, root: Element, files: Mapping[str, bytes], anchors: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield the relative links of a page that lead to no file, or to no place in it."""
    for link in links(root):
        target, anchor = urldefrag(link)
        if "://" in link:
            continue
        to = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(target))) if target else path
        if to not in files or (anchor and anchor not in anchors[to]):
            yield link
