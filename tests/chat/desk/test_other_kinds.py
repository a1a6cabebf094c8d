"""What moderators see of a FAQ that is about no case and has nobody in it."""

import shutil
from pathlib import Path

import pytest

from bot.i18n.catalogue import LANGUAGES
from bot.store.types import GuildSettings
from tests.chat.conftest import shown
from tests.chat.desk.conftest import SERVER, Bureau
from tests.chat.test_other_kinds import FOREIGN, texts
from tests.places import LANTERN
from tests.settings import save_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LANTERN, tmp_path / "knowledge"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_that_moderators_see_says_case_or_article(bureau: Bureau, language: str) -> None:
    settings = GuildSettings(language=language, moderator_roles=frozenset({bureau.role.id}))
    await save_settings(bureau.bot.store, SERVER, settings)
    for name in ("check", "stats", "history", "unanswered"):
        await bureau.slash(name)
    for entry in ("install", "phone"):
        await bureau.slash("show", entry=entry)
        for part in ("text", "details"):
            await bureau.mod.slash(bureau.channel, "faq edit", entry=entry, part=part)
    await bureau.slash("try", question="how do i install it")
    await bureau.slash("phrasing add", entry="phone", wording="tablet version")
    said = [text for each in bureau.env.http_requests for text in texts(each.json)]
    assert not [text for text in said if FOREIGN.search(text)]


async def test_nobody_is_offered_a_claim_that_nobody_could_make(bureau: Bureau) -> None:
    form = await bureau.mod.slash(bureau.channel, "faq add")
    assert form.modal
    controls = [label["component"] for label in form.modal["components"]]
    kinds = next(control["options"] for control in controls if control["custom_id"] == "kind")
    assert [kind["value"] for kind in kinds] == ["reported", "not_covered", "note"]
    hints = [label["description"] for label in form.modal["components"]]
    assert "Short statements, each followed by its passage: It runs on Linux [p2]." in hints


async def test_an_edit_that_links_elsewhere_is_refused_with_the_fix(bureau: Bureau) -> None:
    form = await bureau.mod.slash(bureau.channel, "faq edit", entry="phone", part="text")
    assert form.modal
    controls = {label["component"]["custom_id"]: label["component"] for label in form.modal["components"]}
    typed = {name: controls[name]["value"] for name in ("question", "phrasings")}
    answer = "See [the app](https://evil.example/app) [limits]."
    refused = shown(await bureau.mod.submit_modal(form, {**typed, "answer": answer, "reviewed": []}))
    assert "**Nothing was changed.**" in refused.text
    assert "delete the link, or add evil.example to" in refused.text
