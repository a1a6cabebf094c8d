"""What the bot sends to Discord, as lines of text: one for each line that is read, and one for each control."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Payload = Mapping[str, Any]

EPHEMERAL: Final = 1 << 6
_COMPONENTS_V2: Final = 1 << 15

_BUTTONS: Final = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
_SELECTS: Final = {3: "menu", 5: "menu of users", 6: "menu of roles", 7: "menu of mentionables", 8: "menu of channels"}

_QUIET: Final[Mapping[str, Any]] = {
    "content": None,
    "tts": False,
    "spoiler": False,
    "accent_color": None,
    "label": None,
    "placeholder": None,
    "disabled": False,
    "required": True,
    "default": False,
    "divider": True,
    "spacing": 1,
    "min_values": 1,
    "max_values": 1,
    "emoji": None,
    "attachments": [],
    "allowed_mentions": {"parse": []},
}
"""What is not worth a word, because it is always so."""

_UNSEEN: Final = frozenset({"type", "id", "nonce", "enforce_nonce"})
"""What nobody sees; nonces are drawn at random."""


def message(payload: Payload) -> Iterator[str]:
    """Write a message, or what an edit changes of one."""
    flags = int(payload.get("flags") or 0)
    if flags & EPHEMERAL:
        yield "private"
    if other := flags & ~EPHEMERAL & ~_COMPONENTS_V2:
        yield f"flags {other}"
    if "allowed_mentions" not in payload:
        yield "allowed_mentions: as Discord likes"
    if payload.get("content") is not None:
        yield from _text(payload["content"])
    for embed in payload.get("embeds") or ():
        yield f"embed {_plain(embed)}"
    for component in payload.get("components") or ():
        yield from _component(component)
    for file in payload.get("attachments") or ():
        yield f"file {file['filename']}: {file.get('description')}"
    shown = {"flags", "content", "embeds", "components", "attachments", "message_reference"}
    yield from _rest(payload, shown)


def form(payload: Payload) -> Iterator[str]:
    """Write a form as it opens."""
    yield f"form {payload['title']!r} {payload['custom_id']}"
    for component in payload["components"]:
        yield from _component(component)
    yield from _rest(payload, {"title", "custom_id", "components"})


def choices(payload: Payload) -> Iterator[str]:
    """Write what is offered while somebody types."""
    for choice in payload["choices"]:
        yield f"- {choice['name']} = {choice['value']}"
        yield from _rest(choice, {"name", "value"})


def command(payload: Payload, depth: int = 0) -> Iterator[str]:
    """Write a command as Discord is told about it."""
    indent = "  " * depth
    yield f"{indent}{payload['name']}: {payload.get('description') or ''}".rstrip()
    for key in sorted(payload.keys() - {"name", "description", "options", "choices", "id"}):
        if payload[key] not in (None, {}, [], False):
            yield f"{indent}  ({key}: {_plain(payload[key])})"
    for choice in payload.get("choices") or ():
        yield f"{indent}  = {_plain(choice)}"
    for option in payload.get("options") or ():
        yield from command(option, depth + 1)


def _component(part: Payload) -> Iterator[str]:
    kind = part["type"]
    if kind == 2:
        yield f"[{_BUTTONS[part['style']]}] {part['label']} {part.get('custom_id')}{_more(part, {'style', 'label'})}"
    elif kind in _SELECTS:
        placeholder = f" {part['placeholder']}" if part.get("placeholder") else ""
        yield f"[{_SELECTS[kind]}]{placeholder} {part['custom_id']}{_more(part, {'placeholder'})}"
        for option in part.get("options") or ():
            mark = "*" if option.get("default") else "-"
            described = f" ({option['description']})" if option.get("description") else ""
            yield f"  {mark} {option['label']} = {option['value']}{described}"
    elif kind in _DRAWN:
        yield from _DRAWN[kind](part)
    else:
        yield f"component {_plain(part)}"


def _container(part: Payload) -> Iterator[str]:
    yield f"container{_more(part, set())}"
    for each in part["components"]:
        yield from _component(each)


def _row(part: Payload) -> Iterator[str]:
    yield "row"
    for each in part["components"]:
        yield from (f"  {line}" for line in _component(each))


def _separator(part: Payload) -> Iterator[str]:
    yield f"----{_more(part, set())}"


def _text_display(part: Payload) -> Iterator[str]:
    yield from _text(part["content"])


def _gallery(part: Payload) -> Iterator[str]:
    for item in part["items"]:
        yield f"picture {item['media']['url']}: {item.get('description')}"


def _label(part: Payload) -> Iterator[str]:
    yield f"{part['label']}" + (f" ({part['description']})" if part.get("description") else "")
    yield from (f"  {line}" for line in _component(part["component"]))


def _input(part: Payload) -> Iterator[str]:
    yield f"[text] {part['custom_id']}{_more(part, {'value', 'style'})}{' long' if part['style'] == 2 else ''}"
    yield from (f"  {line}" for line in _text(part.get("value") or ""))


_DRAWN: Final[Mapping[int, Callable[[Payload], Iterator[str]]]] = {
    1: _row,
    4: _input,
    10: _text_display,
    12: _gallery,
    14: _separator,
    17: _container,
    18: _label,
}


def _text(text: str) -> Iterator[str]:
    """Write a text; a blank at an end of a line or a sign that nobody sees must not get lost."""
    for line in text.split("\n"):
        shown = "".join(each if each.isprintable() else f"\\u{{{ord(each):x}}}" for each in line)
        yield f"| {shown}".rstrip() if shown == shown.rstrip() else f"| {shown}\\"


def _more(part: Payload, shown: set[str]) -> str:
    return "".join(f", {line}" for line in _rest(part, {"custom_id", "options", "components", "component", *shown}))


def _rest(part: Payload, shown: set[str]) -> Iterator[str]:
    for key in sorted(part.keys() - shown - _UNSEEN):
        if key not in _QUIET or part[key] != _QUIET[key]:
            yield f"{key}: {_plain(part[key])}"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
