"""The languages of members, as they meet them."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import discord

from bot.knowledge.model import Person
from bot.store.types import GuildSettings
from tests.chat.conftest import Town, shown
from tests.chat.worlds import entry, world
from tests.settings import save_settings


async def test_a_question_in_another_language_gets_one_polite_line(town: Town) -> None:
    english = "I only understand questions in English. Please ask me again in English."
    assert (await town.say(f"{town.me} wie alt war das opfer eigentlich?")).text == english


async def test_and_the_same_in_that_language_where_the_bot_speaks_it(town: Town) -> None:
    answer = await town.say(f"{town.me} ¿quién mató al chico de dieciséis años?")
    assert answer.text.splitlines() == [
        "I only understand questions in English. Please ask me again in English.",
        "Solo entiendo preguntas en inglés. Pregúntame otra vez en inglés, por favor.",
    ]


async def test_a_server_chooses_its_language(town: Town) -> None:
    role = town.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))
    chief = town.guild.add_member(town.env.create_user("chief"), roles=[role])
    panel = shown(await chief.slash(town.channel, "setup"))
    assert "**My language:** English (same as the server; answers stay in the FAQ's language)" in panel.text
    panel = shown(await chief.select(panel.message, ["es"], custom_id="setup:language"))
    assert "**Mi idioma:** español" in panel.text
    assert "Página 1 de " in (await town.slash("timeline")).text
    panel = shown(await chief.select(panel.message, ["own"], custom_id="setup:language"))
    assert "**My language:** English (same as the server; answers stay in the FAQ's language)" in panel.text
    assert "Page 1 of " in (await town.slash("timeline")).text


def named(payload: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All commands, groups and parameters that Discord was told about, each with its siblings' names."""
    for each in payload:
        yield each
        yield from named(each.get("options", []))


async def test_commands_have_spanish_names_that_discord_takes(town: Town) -> None:
    (sent,) = [each.json for each in town.env.http_requests if each.method == "PUT" and each.path.endswith("/commands")]
    assert isinstance(sent, list)
    by_name = {command["name"]: command for command in sent}
    assert by_name["ask"]["name_localizations"] == {"es-ES": "preguntar", "es-419": "preguntar"}
    assert by_name["ask"]["description_localizations"]["es-ES"] == "Haz una pregunta"
    assert by_name["Find an answer"]["name_localizations"]["es-ES"] == "Buscar una respuesta"
    for each in named(sent):
        for name in (each.get("name_localizations") or {}).values():
            # https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming
            assert each.get("type") == 3 or re.fullmatch(r"[-_'\w]{1,32}", name), name
            assert each.get("type") == 3 or name == name.lower()
        for text in (each.get("description_localizations") or {}).values():
            assert 1 <= len(text) <= 100, text
    for siblings in (sent, *(each["options"] for each in named(sent) if each.get("options"))):
        spanish = [(each.get("name_localizations") or {}).get("es-ES", each["name"]) for each in siblings]
        assert len(set(spanish)) == len(spanish)


async def test_the_members_commands_and_what_they_take_all_have_spanish_names(town: Town) -> None:
    (sent,) = [each.json for each in town.env.http_requests if each.method == "PUT" and each.path.endswith("/commands")]
    assert isinstance(sent, list)
    without = [
        each["name"] for each in named(c for c in sent if c["name"] != "faq") if not each.get("name_localizations")
    ]
    assert not without
    (logging,) = [each for each in named(sent) if each["name"] == "logging"]
    assert [choice["name"] for choice in logging["options"][0]["choices"]] == ["yes", "no"]
    assert logging["options"][0]["choices"][0]["name_localizations"]["es-ES"] == "sí"


async def test_the_moderators_commands_keep_their_names_and_are_described_in_spanish(town: Town) -> None:
    (sent,) = [each.json for each in town.env.http_requests if each.method == "PUT" and each.path.endswith("/commands")]
    assert isinstance(sent, list)
    (faq,) = [each for each in named(sent) if each["name"] == "faq"]
    for each in named([faq]):
        assert not each.get("name_localizations"), each["name"]
        assert each["description_localizations"]["es-ES"] != each["description"], each["name"]
        for choice in each.get("choices", []):
            assert 1 <= len(choice["name_localizations"]["es-ES"]) <= 100, choice["name"]


async def test_help_in_a_spanish_server(town: Town) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(language="es"))
    typed, slash = await town.say("!help"), await town.slash("help")
    assert "`!topics`: todas las preguntas por tema" in typed.text
    assert "`/privacidad`: qué guardo" in typed.text
    assert typed.text == slash.text, "typed commands have one name everywhere"


async def test_an_answer_in_a_spanish_server(town: Town) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(language="es"))
    answer = await town.say("!ask how did the jury vote")
    assert "**Afirmación de Kim Kardashian West y Monica Denise**" in answer.text
    assert "\n-# **Fuente:** " in answer.text
    assert ", pasajes [1] p" in answer.text
    assert "Última revisión: " in answer.text
    assert answer.buttons == ["Útil", "No es útil", "Fuentes", "Borrar"]


async def test_a_spanish_answer_of_several_people_ends_its_list_as_spanish_does(town: Town) -> None:
    await save_settings(town.store, town.guild.id, GuildSettings(language="es"))
    people = [Person(id=name.lower(), name=name, role="R [p1].", passages=("p1",)) for name in ("Ana", "Irene")]
    town.live.current = world([entry(kind="claim", attributed_to=("ana", "irene"))], people=people)
    assert "**Afirmación de Ana e Irene**" in (await town.say("!ask gadget 1")).text
