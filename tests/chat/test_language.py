"""The languages of members, as they meet them."""

import discord

from tests.chat.conftest import Town, shown


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
    assert "**Language of my own words:** English (default)" in panel.text
    panel = shown(await chief.select(panel.message, ["es"], custom_id="setup:language"))
    assert "**Idioma de mis propios textos:** español" in panel.text
    assert "Página 1 de " in (await town.slash("timeline")).text
    panel = shown(await chief.select(panel.message, ["own"], custom_id="setup:language"))
    assert "**Language of my own words:** English (default)" in panel.text
    assert "Page 1 of " in (await town.slash("timeline")).text
