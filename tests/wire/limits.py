"""What Discord refuses in a message, whoever sends it.

https://discord.com/developers/docs/resources/message#create-message
https://discord.com/developers/docs/components/reference
"""

from collections.abc import Iterator
from typing import Final

from tests.wire.payloads import Json

CONTENT: Final = 2_000
COMPONENTS: Final = 40
TEXT: Final = 4_000
"""Characters of all text displays of a message together."""

_V2: Final = 1 << 15
_LIMITS: Final = {"custom_id": 100, "placeholder": 150, "url": 512}
_ROW, _BUTTON, _TEXT_DISPLAY = 1, 2, 10


def broken(body: Json) -> list[str]:
    """List what is wrong with a message that is to be sent or put in the place of another.

    Args:
        body: as it is sent, parsed.
    """
    return list(_broken(body))


def _broken(body: Json) -> Iterator[str]:
    parts = list(walk(body.get("components") or ()))
    content = body.get("content") or ""
    if len(content) > CONTENT:
        yield f"content has {len(content)} characters"
    if len(parts) > COMPONENTS:
        yield f"{len(parts)} components"
    if body.get("flags", 0) & _V2:
        if content or body.get("embeds"):
            yield "content or embeds beside components v2"
        if not parts:
            yield "no components"
    if (characters := sum(len(part["content"]) for part in parts if part["type"] == _TEXT_DISPLAY)) > TEXT:
        yield f"text displays have {characters} characters"
    for part in parts:
        yield from _broken_part(part)
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    if len(ids) != len(set(ids)):
        yield "a custom_id occurs twice"


def _broken_part(part: Json) -> Iterator[str]:
    for name, most in _LIMITS.items():
        if name in part and part[name] is not None and not 1 <= len(part[name]) <= most:
            yield f"{name} has {len(part[name])} characters"
    if part["type"] == _TEXT_DISPLAY and not part["content"].strip():
        yield "an empty text display"
    if part["type"] == _BUTTON and len(part.get("label") or "") > 80:
        yield f"a label has {len(part['label'])} characters"
    if part["type"] == _ROW and not 1 <= len(part["components"]) <= 5:
        yield f"a row of {len(part['components'])}"
    if "options" in part:
        options = part["options"]
        if not 1 <= len(options) <= 25:
            yield f"a menu of {len(options)} options"
        if len({option["value"] for option in options}) != len(options):
            yield "a value occurs twice in a menu"
        texts = [option[name] for option in options for name in ("label", "value")]
        texts += [option["description"] for option in options if option.get("description")]
        if not all(1 <= len(text) <= 100 for text in texts):
            yield "a text of an option is not of 1 to 100 characters"


def walk(components: object) -> Iterator[Json]:
    """Yield components with all that is in them, from top to bottom."""
    assert isinstance(components, list | tuple)
    for part in components:
        yield part
        yield from walk(part.get("components") or ())
        if accessory := part.get("accessory"):
            yield from walk([accessory])


def pings(body: Json) -> bool:
    """Return whether a message could notify somebody: `allowed_mentions` must allow nothing and nobody."""
    allowed = body.get("allowed_mentions")
    return allowed is None or bool(
        allowed.get("parse") or allowed.get("users") or allowed.get("roles") or allowed.get("replied_user")
    )
