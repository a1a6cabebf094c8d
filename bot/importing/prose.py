"""The text of answers: from cells and HTML into blocks, and from blocks into Markdown with citation marks."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from bot.importing.faq import Block, Form
from bot.knowledge import citations
from bot.knowledge.blocks import unquoted_lists
from bot.knowledge.sentences import sentences

_ITEM: Final = re.compile(r"(?P<indent>\s*)(?:[-*+•‣◦]|(?P<number>[0-9]{1,3})[.)])\s+(?P<text>\S.*)")
_CHECK_BOX: Final = re.compile(r"\[[ xX]\](?:\s+|$)")
_FENCE: Final = re.compile(r"\s{0,20}(?P<fence>`{3,20})\s{0,20}(?P<language>[^\s`]{0,40})\s{0,20}")
_INDENT: Final = 2
"""Blanks that an item is indented by in its list."""

_STOPS: Final = re.compile(r"[.!?:\u2026\u3002\uff01\uff1f\uff1a]{1,10}$")
_ABBREVIATED: Final = re.compile(
    r"(?:\b[^\W\d_]\.){2,5}$|\b(?:etc|Inc|Ltd|Corp|Jr|Sr|Rd|Ave|Blvd)\.$|(?<!\S):[\w+-]{2,32}:$"
)
"""Matches an abbreviation, or the name of an emoji, at the end of a sentence, whose stop must stay with it."""

_SPAN: Final = re.compile(
    r"`[^`]{1,500}`(?!`)|``(?:[^`]|`(?!`)){1,500}``|\[[^\[\]]{1,300}\]\([^\s()]{1,500}\)"
    r"|https?://[^\s<>]{0,500}[^\s<>.,;:!?)\]\"']"
)
"""Matches code and links within a line."""

_STAND_IN: Final = 0xE000
"""The first of the characters without a meaning that stand for code and links while sentences are looked for."""

_HTML: Final = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|script|small|span|strong|style|sub|sup"
    r"|table|tbody|td|th|tr|u|ul)\b[^<>]*>|&(?:[a-z]{2,8}|#[0-9]{2,6}|#x[0-9a-f]{2,6});",
    re.IGNORECASE,
)
_UNREAD: Final = ("script", "style", "template", "noscript", "iframe", "button", "svg")
_OWN_LINE: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "p", "section"),
        *("summary", "table", "tr"),
    }
)
"""Elements of HTML that stand on lines of their own."""

_WEB: Final = re.compile(r"https?://[^\s()<>]+")


def holds_html(text: str) -> bool:
    """Return whether a text has tags or entities of HTML."""
    return _HTML.search(_SPAN.sub(" ", text)) is not None


def squeezed(text: str) -> str:
    """Return a text on one line, with single blanks."""
    return " ".join(text.split())


def unchecked(item: str) -> str:
    """Return the text of an item without the check box before it."""
    box = _CHECK_BOX.match(item)
    return item[box.end() :] if box else item


def titled(name: str) -> str:
    """Return the name of a file or folder as a title: ``voice-chat`` -> ``Voice chat``."""
    words = squeezed(re.sub(r"[-_.]+", " ", name))
    return words[:1].upper() + words[1:]


def from_cell(text: str) -> tuple[Block, ...]:
    """Return the blocks of a plain text, where each line is a paragraph, an item of a list, or in a fence, code."""
    blocks: list[Block] = []
    lines = unquoted_lists(text.splitlines())
    for line in lines:
        if opening := _FENCE.fullmatch(line):
            code = list(_until(lines, opening["fence"]))
            blocks.append(Block(Form.CODE, "\n".join(code), language=opening["language"]))
        elif item := _ITEM.fullmatch(line):
            number = int(item["number"]) if item["number"] else None
            level = len(item["indent"].expandtabs(4)) // _INDENT
            blocks.append(Block(Form.ITEM, unchecked(squeezed(item["text"])), level, number))
        elif line.strip():
            blocks.append(Block(Form.PARAGRAPH, squeezed(line)))
    if len(blocks) == 1 and blocks[0].form is Form.ITEM:  # one item is no list: "- Yes." or "5. Juli"
        return (Block(Form.PARAGRAPH, squeezed(text)),)
    return tuple(block for block in blocks if block.text.strip())


def _until(lines: Iterator[str], fence: str) -> Iterator[str]:
    for line in lines:
        if line.strip().startswith(fence):
            return
        yield line


def from_html(html: str | Tag) -> tuple[Block, ...]:
    """Return the blocks of a piece of HTML; scripts and pictures without words go."""
    # JSON can hold halves of characters, which no file can.
    whole = html.encode("utf-8", "replace").decode() if isinstance(html, str) else html
    root = BeautifulSoup(whole, "html.parser") if isinstance(whole, str) else whole
    for unread in root.find_all(_UNREAD):
        unread.decompose()
    return tuple(block for block in _flow(root, 0) if block.text.strip())


def _flow(tag: Tag, level: int) -> Iterator[Block]:
    """Yield the blocks in an element of HTML, in which text may also stand outside of paragraphs."""
    words = ""
    for child in tag.children:
        name = child.name if isinstance(child, Tag) else ""
        if not isinstance(child, Tag) or not (
            name in _OWN_LINE or name in {"ul", "ol", "pre", "br"} or child.find([*_OWN_LINE, "ul", "ol", "pre"])
        ):
            words += _inline(child)
            continue
        yield Block(Form.PARAGRAPH, squeezed(words))
        words = ""
        if name in {"ul", "ol"}:
            yield from _listed(child, level)
        elif name == "pre":
            yield Block(Form.CODE, child.get_text().strip("\n"))
        elif name == "tr":
            cells = (squeezed("".join(map(_inline, cell.children))) for cell in child.find_all(["td", "th"]))
            yield Block(Form.PARAGRAPH, " | ".join(filter(None, cells)))
        else:
            yield from _flow(child, level)
    yield Block(Form.PARAGRAPH, squeezed(words))


def _listed(tag: Tag, level: int) -> Iterator[Block]:
    for number, item in enumerate(tag.find_all("li", recursive=False), 1):
        first, *others = [block for block in _flow(item, level + 1) if block.text.strip()] or [Block(Form.ITEM, "")]
        if first.form is Form.PARAGRAPH:
            yield Block(Form.ITEM, first.text, level, number if tag.name == "ol" else None)
        else:
            others = [first, *others]
        yield from others


def _inline(node: object) -> str:
    """Return the words of a part of a line, with code and links in Markdown."""
    if isinstance(node, Tag):
        words = "".join(map(_inline, node.children))
        match node.name:
            case "img":
                return str(node.get("alt") or "")
            case "code":
                return code(node.get_text())
            case "a":
                return link(words, str(node.get("href") or ""))
            case _:
                return words
    # Comments and the like are no words.
    return str(node) if isinstance(node, NavigableString) and not isinstance(node, PreformattedString) else ""


def code(text: str) -> str:
    """Return a text as code within a line."""
    plain = squeezed(text)
    ticks = "``" if "`" in plain else "`"
    return f"{ticks}{plain}{ticks}" if plain and "``" not in plain else plain


def link(words: str, address: str) -> str:
    """Return a link in Markdown; only its words if its address leads nowhere from outside of its page."""
    said = squeezed(words)
    if address.startswith("mailto:"):
        mailbox = address.removeprefix("mailto:").partition("?")[0]
        return words if not mailbox or mailbox in said else f"{said} ({mailbox})"
    plain = said == address
    # Round brackets would end the address where an answer is shown.
    address = address.replace("(", "%28").replace(")", "%29")
    if not _WEB.fullmatch(address):
        return words
    if not said or plain:
        return address
    if not address.startswith("https://") or set(said) & set("[]`"):
        return f"{said} ({address})"
    return f"[{said}]({address})"


def hosts(text: str) -> Iterator[str]:
    """Yield the hosts of the https addresses in a text, in lower case."""
    for found in re.finditer(r"https://([^\s/:@?#\[\]()<>\"']+\.[a-z]{2,})", text, re.IGNORECASE):
        yield found[1].casefold()


def written(blocks: Sequence[Block], cited: Callable[[str], str] | None = None, after_code: str = "") -> str:
    """Return blocks as Markdown.

    Args:
        blocks: the blocks.
        cited: makes of a line the one that stands in the text; None for the line itself.
        after_code: the line that follows code; empty for none.
    """
    text, before = "", None
    for block in blocks:
        tight = block.form is not Form.PARAGRAPH and before is not Form.PARAGRAPH
        if before:
            text += "\n" if tight else "\n\n"
        text += _as_markdown(block, cited(block.text) if cited and block.form is not Form.CODE else block.text)
        if block.form is Form.CODE and after_code:
            text += f"\n{after_code}"
        before = block.form
    return text


def _as_markdown(block: Block, line: str) -> str:
    match block.form:
        case Form.ITEM:
            marker = "-" if block.number is None else f"{block.number}."
            return f"{' ' * _INDENT * block.level}{marker} {line}"
        case Form.CODE:
            return f"```{block.language}\n{block.text}\n```"
        case Form.PARAGRAPH:
            return line


def cite(line: str, mark: str) -> str:
    """Return a line with a mark in each of its statements, before the stop that ends it.

    The stop of an abbreviation ends none.

    Args:
        line: prose without marks; code and links in it are not split.
        mark: the mark, such as ``[p2]``.
    """

    def marked(sentence: str) -> str:
        stop = None if _ABBREVIATED.search(sentence) else _STOPS.search(sentence)
        end = stop.start() if stop else len(sentence)
        return f"{sentence[:end].rstrip()} {mark}{sentence[end:]}"

    return _around_spans(line, lambda text: " ".join(map(marked, sentences(text))))


def disarmed(block: Block) -> str:
    """Return the text of a block in which, outside of code and links, nothing looks like a citation mark."""
    return block.text if block.form is Form.CODE else _around_spans(block.text, citations.disarmed)


def _around_spans(line: str, change: Callable[[str], str]) -> str:
    """Change a line, in which single characters stand for code and links."""
    spans: list[str] = []

    def hide(found: re.Match[str]) -> str:
        spans.append(found[0])
        return chr(_STAND_IN + len(spans) - 1)

    text = change(_SPAN.sub(hide, line))
    for number, span in enumerate(spans):
        text = text.replace(chr(_STAND_IN + number), span, 1)
    return text
