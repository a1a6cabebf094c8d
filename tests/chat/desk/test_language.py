"""The desk in a server that speaks Spanish: whatever its moderators are shown, the bot's own words are not English."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from simcord import InteractionResult

from bot.matching.types import Outcome
from bot.store.types import Asked, GuildSettings, Surface
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import SERVER, Bureau
from tests.settings import save_settings

_SHOWN = ("content", "label", "placeholder", "description", "title", "text")
"""Keys of what Discord is sent under which people read something."""

_ENTRY = {
    "question": "Who owns the museum?",
    "phrasings": "museum owner",
    "answer": "The town does [n1].",
    "topics": ["theft"],
}

_TYPED = (
    "what is it worth",
    "whats it worth",
    "the ladder now",
    "who took the painting",
    "what was taken from the museum",
    "asked in chat",
)
"""Questions and wordings; unanswered ones are kept as asked in chat."""

_ENGLISH = re.compile(
    # Problems, which `casebot check` says in the same words.
    r"is not one of its phrasings: copy it|: keep one of the two$|: add the passage it's based on|\.yaml:\d+:\d+: "
)
"""What is English everywhere."""


def _texts(payload: object) -> Iterator[str]:
    """Every line that people read of something sent to Discord."""
    if isinstance(payload, dict):
        for key, value in payload.items():
            if isinstance(value, str) and key in _SHOWN:
                yield from value.splitlines()
            else:
                yield from _texts(value)
    elif isinstance(payload, list):
        for each in payload:
            yield from _texts(each)


async def _press(bureau: Bureau, seen: Seen, name: str) -> InteractionResult:
    """Press the button whose id begins with a name, whatever is written on it."""
    parts: list[Any] = [part.to_dict() for part in seen.message.components]
    for part in parts:
        parts.extend(part.get("components", ()))  # the list grows while it is gone through
    (found,) = [part["custom_id"] for part in parts if part.get("custom_id", "").startswith(name)]
    return await bureau.mod.click(seen.message, custom_id=found)


async def _tour(bureau: Bureau, language: str) -> set[str]:
    """Use every feature of the desk, and return every line that is shown."""
    mod, before = bureau.mod, len(bureau.env.http_requests)
    settings = GuildSettings(
        moderator_roles=frozenset({bureau.role.id}), moderator_channel=bureau.staff.id, language=language
    )
    await save_settings(bureau.bot.store, SERVER, settings)
    now = dt.datetime.now(dt.UTC)
    for text, outcome in zip(_TYPED, (Outcome.NONE, Outcome.NONE, Outcome.ANSWER), strict=False):
        bureau.bot.store.record(Asked(text, outcome, "ladder", 0.1, Surface.SLASH, SERVER, now), 1)

    # What is looked at.
    for entry in ("ladder", "moon"):
        await bureau.slash("show", entry=entry)
    for question in ("what did the thieves steal", "stolen painting", "how do i bake bread"):
        await bureau.slash("try", question=question)
        await bureau.slash("try", question=question, details=True)
    for name in ("check", "history", "stats", "reload"):
        await bureau.slash(name)
    await bureau.slash("stats", period=7)

    # Edits: made, taken back, refused, discarded.
    draft = await bureau.slash("phrasing add", entry="ladder", wording="the ladder now")
    await _press(bureau, draft, "draft:confirm")
    await bureau.slash("history", entry="ladder")
    assert bureau.bot.desk
    draft = await bureau.slash("undo", number=bureau.bot.desk.history(None)[0].number)
    await _press(bureau, draft, "draft:confirm")
    await bureau.slash("undo", number=9_999)
    await bureau.slash("phrasing add", entry="ladder", wording="what was taken from the museum")
    older = await bureau.slash("phrasing add", entry="ladder", wording="who took the painting")
    await bureau.slash("phrasing remove", entry="ladder", wording="no such wording")
    draft = await bureau.slash("retire", entry="ladder")
    await _press(bureau, draft, "draft:discard")
    await _press(bureau, older, "draft:confirm")

    # Forms.
    await mod.slash(bureau.channel, "faq edit", entry="ladder")
    form = await mod.slash(bureau.channel, "faq edit", entry="ladder", part="details")
    await mod.submit_modal(form, {"kind": ["reported"], "topics": ["theft"]})
    form = await mod.slash(bureau.channel, "faq add")
    await mod.submit_modal(form, {**_ENTRY, "kind": ["claim"]})
    form = await mod.slash(bureau.channel, "faq add")
    refused = shown(await mod.submit_modal(form, {**_ENTRY, "kind": ["reported"]}))
    await _press(bureau, refused, "draft:change")

    # Unanswered questions.
    page = await bureau.slash("unanswered", order="recent")
    for step in ("uncovered", "silence", "here", "entry", "dismiss", "undo"):
        result = await _press(bureau, page, f"queue:{step}:")
        # A form opens beside the list, and so does the draft of an edit.
        page = page if step in {"entry", "silence"} else shown(result)

    # Problems of the files, told in the moderator channel too.
    path = bureau.folder / "faq/theft.yaml"
    whole = path.read_text("utf-8")
    path.write_text("entries: [", "utf-8")
    reports: Any = bureau.bot.get_cog("Reports")
    for text in ("entries: [", whole):
        path.write_text(text, "utf-8")
        await bureau.slash("reload")
        await bureau.slash("check")
        await reports.look()
    await reports.send_digests(now)
    sent = bureau.env.http_requests[before:]
    return {line for request in sent for line in _texts(request.json)}


def _words(text: str) -> str:
    """Return the words of a text in markdown or YAML, without marks of passages and the like."""
    return " ".join(re.findall(r"[^\W\d_]{2,}", re.sub(r"\[\w+\]", "", text.lower())))


async def test_what_a_spanish_desk_shows_is_not_english(bureau: Bureau) -> None:
    """What reads the same in both languages stands in the files, was typed, or is English everywhere."""
    content = _words(
        " ".join([*(data.decode() for data in bureau.files().values()), *map(str, _ENTRY.values()), *_TYPED])
    )
    same = await _tour(bureau, "en") & await _tour(bureau, "es")
    own = [line for line in same if not _ENGLISH.search(line) and _words(re.sub(r"\w+: ", "", line)) not in content]
    assert not [line for line in own if " " in _words(line)]
