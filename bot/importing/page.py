"""FAQs on web pages: schema.org's FAQPage, as JSON-LD or as microdata (https://schema.org/FAQPage)."""

import contextlib
import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.element import Tag

from bot.importing import prose
from bot.importing.faq import LINK, PICTURE, TABLE, Block, Faq, Finding, Row

_QUESTION: Final = "Question"
_OF_ANYTHING: Final = frozenset({"faq", "faqs", "frequently asked questions", "häufige fragen", "preguntas frecuentes"})
"""Headings that don't say what their questions are about."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DEEPEST: Final = 20
"""Levels of nested JSON to look into."""

_ESCAPED_TAG: Final = re.compile(r"&lt;/?(?:a|b|br|div|em|i|li|ol|p|span|strong|ul)\b", re.IGNORECASE)

_LEADS_ON: Final = re.compile(r"[a-z][a-z0-9+.-]{0,20}:|#|$", re.IGNORECASE)
"""Matches an address that is whole, leads to a place in the page itself, or is none."""

_TRAILING_COMMA: Final = re.compile(r",(?=\s*[}\]])")


def read(text: str, file: str) -> Faq:
    """Read a page with a FAQ that is marked up for search engines.

    Args:
        text: the HTML.
        file: its name.
    """
    soup = BeautifulSoup(text, "html.parser")
    findings: list[Finding] = []
    answers = _Answers(_url(soup), findings)
    rows = list(_from_json(soup, file, answers))
    way = "JSON-LD"
    if not rows:
        rows, way = list(_from_microdata(soup, file, answers)), "microdata"
    if not rows:
        rows, way = list(_from_details(soup, file, answers)), "<details>, as the page marks up no FAQPage"
    return Faq(
        file=file,
        title=_title(soup),
        rows=tuple(rows),
        findings=tuple(findings),
        guesses=(f"HTML; questions are in {way}" if rows else "HTML without a FAQPage of schema.org",),
        intro=_meta(soup, "description", "og:description"),
        language=str(soup.html.get("lang") or "") if soup.html else "",
        date=_date(soup),
        url=_url(soup),
        publisher=_meta(soup, "og:site_name", "author"),
    )


@dataclass(frozen=True, slots=True)
class _Answers:
    """Reads the answers of a page."""

    url: str
    """Its address, from which its links lead on; empty if it does not say it."""

    findings: list[Finding]

    def blocks(self, html: str | Tag, where: str) -> tuple[Block, ...]:
        """Return an answer as blocks, and note what cannot be shown as it is."""
        # JSON can hold halves of characters, which no file can.
        text = html.encode("utf-8", "replace").decode() if isinstance(html, str) else html
        whole = BeautifulSoup(text, "html.parser") if isinstance(text, str) else text
        lost: dict[str, None] = {}
        for link in whole.find_all("a", href=True):
            address = str(link["href"]).strip()
            if _LEADS_ON.match(address):
                continue
            if self.url:
                with contextlib.suppress(ValueError):  # it is no address at all
                    link["href"] = urljoin(self.url, address)
            else:
                lost[address] = None
        if lost:
            self.findings.append(Finding(where, f"{LINK[0]}: {', '.join(lost)}", LINK[1]))
        noted = (("img", PICTURE), ("table", TABLE))
        self.findings.extend(Finding(where, *said) for name, said in noted if whole.find(name))
        return prose.from_html(whole)


def _title(soup: BeautifulSoup) -> str:
    heading = soup.find("h1")
    found = prose.squeezed(heading.get_text(" ")) if isinstance(heading, Tag) else ""
    others = _meta(soup, "og:title"), prose.squeezed(soup.title.get_text()) if soup.title else ""
    said = [each for each in (found, *others) if each]
    return next((each for each in said if each.casefold() not in _OF_ANYTHING), said[0] if said else "")


def _meta(soup: BeautifulSoup, *names: str) -> str:
    for name in names:
        for key in ("name", "property"):
            found = soup.find("meta", attrs={key: name})
            if isinstance(found, Tag) and found.get("content"):
                return prose.squeezed(str(found["content"]))
    return ""


def _url(soup: BeautifulSoup) -> str:
    canonical = soup.find("link", rel="canonical")
    found = str(canonical.get("href") or "") if isinstance(canonical, Tag) else _meta(soup, "og:url")
    return found if found.startswith("https://") else ""


def _date(soup: BeautifulSoup) -> dt.date | None:
    """Return the day on which the page says that it was last changed, or else published."""
    said = [
        str(item.get(key)) for key in ("dateModified", "datePublished") for item in _items(soup, []) if item.get(key)
    ]
    said += [_meta(soup, "article:modified_time", "article:published_time", "date")]
    for each in said:
        if found := _DAY.match(each):
            try:
                return dt.date.fromisoformat(found[0])
            except ValueError:
                continue
    return None


def _items(soup: BeautifulSoup, damaged: list[Tag]) -> Iterator[dict[str, Any]]:
    """Yield all objects of the page's JSON-LD, and add the scripts that are not JSON to a list."""
    for script in soup.find_all("script", type=re.compile(r"^application/ld\+json", re.IGNORECASE)):
        content = script.get_text().strip().removeprefix("<!--").removesuffix("-->")
        try:
            data = json.loads(content, strict=False)
        except (ValueError, RecursionError):
            try:
                data = json.loads(_TRAILING_COMMA.sub("", content), strict=False)
            except (ValueError, RecursionError):
                damaged.append(script)
                continue
        yield from _objects(data, 0)


def _objects(data: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        yield data
    for child in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _objects(child, depth + 1)


def _is_a(item: dict[str, Any], kind: str) -> bool:
    said = item.get("@type")
    return any(str(each).rpartition("/")[2] == kind for each in (said if isinstance(said, list) else [said]))


def _from_json(soup: BeautifulSoup, file: str, answers: _Answers) -> Iterator[Row]:
    damaged: list[Tag] = []
    for number, item in enumerate((item for item in _items(soup, damaged) if _is_a(item, _QUESTION)), 1):
        where = f"{file}: question {number}"
        answer = item.get("acceptedAnswer") or item.get("suggestedAnswer")
        answer = answer[0] if isinstance(answer, list) and answer else answer
        text = answer.get("text", "") if isinstance(answer, dict) else answer
        name = item.get("name") or item.get("text") or ""
        yield Row(
            where=where,
            answer_where=f"{where}, acceptedAnswer",
            question=" ".join(block.text for block in prose.from_html(str(name))),
            answer=answers.blocks(_lines(text), f"{where}, acceptedAnswer") if isinstance(text, str) else (),
        )
    for script in damaged:
        what = "the JSON-LD in this script can't be read"
        answers.findings.append(
            Finding(f"{file}:{script.sourceline or 1}:1", what, "check it with a validator of JSON", left_out=True)
        )


def _lines(text: str) -> str:
    """Return a text in which line feeds count, unless tags part it already, which some pages escape twice."""
    if _ESCAPED_TAG.search(text):
        text = html.unescape(text)
    return text if prose.holds_html(text) else text.replace("\n", "<br>")


def _from_microdata(soup: BeautifulSoup, file: str, answers: _Answers) -> Iterator[Row]:
    for tag in soup.find_all(itemtype=re.compile(r"schema\.org/Question\b")):
        name = tag.find(itemprop="name")
        answer = tag.find(itemprop=re.compile("^(accepted|suggested)Answer$"))
        body = (answer.find(itemprop="text") or answer) if isinstance(answer, Tag) else None
        where = _place(file, tag)
        below = _place(file, body) if isinstance(body, Tag) else where
        blocks = answers.blocks(body, below) if isinstance(body, Tag) else ()
        yield Row(where=where, answer_where=below, question=_words(name), answer=blocks)


def _place(file: str, tag: Tag) -> str:
    return f"{file}:{tag.sourceline or 1}:{(tag.sourcepos or 0) + 1}"


def _words(tag: object) -> str:
    if not isinstance(tag, Tag):
        return ""
    return prose.squeezed(str(tag.get("content") or tag.get_text(" ")))


def _from_details(soup: BeautifulSoup, file: str, answers: _Answers) -> Iterator[Row]:
    for tag in soup.find_all("details"):
        summary = tag.find("summary")
        if isinstance(summary, Tag):
            question = prose.squeezed(summary.extract().get_text(" "))
            where = _place(file, tag)
            yield Row(where, where, question, answers.blocks(tag, where))
