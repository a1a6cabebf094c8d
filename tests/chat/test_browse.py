import re

import pytest

from bot.answering.answerer import Answerer
from bot.answering.people import entries_about
from bot.knowledge.model import Kind, Person, Topic
from tests.chat.conftest import Town, check_choices, shown
from tests.chat.leafing import leaf_through
from tests.chat.worlds import entry, world


@pytest.mark.parametrize("surface", ["typed", "slash"])
@pytest.mark.parametrize("name", ["Corey Miller", "c-murder", "@CMURDER", "cmuder", "corey miler", "corey-miller"])
async def test_who(town: Town, surface: str, name: str) -> None:
    answer = await town.say(f"!who {name}") if surface == "typed" else await town.slash("who", name=name)
    assert answer.text.startswith("### Corey Miller\n")
    assert "C-Murder" in answer.text
    assert "@cmurder" in answer.text
    assert "New Orleans rapper" in answer.text
    assert "passages [1] p1" in answer.text.partition("**Source:**")[2]


def _garden() -> Answerer:
    """A base with three people, a question about one of them, and a claim of another."""
    names = ("Dilip Rao", "Marta Rao", "Tomasz Lewandowski")
    people = [Person(id=name.split()[0].lower(), name=name, role="Gardens here [p1].") for name in names]
    keeper = entry(
        1, question="Who is Tomasz Lewandowski?", phrasings=("key keeper",), answer="He keeps the keys [p1]."
    )
    claim = entry(2, kind=Kind.CLAIM, answer="Dilip Rao says that nobody loses a plot [p1].", attributed_to=("dilip",))
    return world([keeper, claim], people=people)


@pytest.mark.parametrize("asked", ["!who dilip", "{me} who is Dilip Rao?", "!quotes dilip"])
async def test_a_person_is_found_by_a_first_name_and_by_a_question(town: Town, asked: str) -> None:
    town.live.current = _garden()
    said = (await town.say(asked.format(me=town.me))).text
    assert said.startswith(("### Dilip Rao\n", "### What Dilip Rao says\n"))


async def test_a_part_of_two_names_finds_neither(town: Town) -> None:
    town.live.current = _garden()
    assert (await town.say("!who rao")).text.startswith("### Who's who")


async def test_an_answer_on_a_person_comes_before_the_profile(town: Town) -> None:
    town.live.current = _garden()
    answer = await town.say(f"{town.me} who is Tomasz Lewandowski?")
    assert answer.text.startswith("### Who is Tomasz Lewandowski?")


async def test_who_shows_what_is_unclear(town: Town) -> None:
    answer = await town.say("!who steven thomas")
    assert "**Notes**" in answer.text
    assert "does not say which is right" in answer.text


@pytest.mark.parametrize("name", ["nobody", "xx", "@everyone", "?"])
async def test_an_unknown_name_gets_the_list_of_people(town: Town, name: str) -> None:
    answer = await town.say(f"!who {name}")
    assert "I don't know anyone by that name." in answer.text
    for person in town.live.current.base.people.values():
        assert person.name in answer.text
    assert name not in answer.text.replace("nobody", "", 1) or name in ("nobody", "?")
    assert set(answer.options) == {person.name for person in town.live.current.base.people.values()}


async def test_a_question_that_begins_with_who_is_answered(town: Town) -> None:
    assert (await town.say("!who was killed?")).text.startswith("### Who was killed?\n")


async def test_names_are_suggested(town: Town) -> None:
    people = [person.name for person in town.live.current.base.people.values()]
    listed = check_choices(await town.ana.autocomplete(town.channel, "who", "name", ""))
    assert [choice["name"] for choice in listed] == people
    (choice,) = check_choices(await town.ana.autocomplete(town.channel, "who", "name", "kkw"))
    assert choice["name"] == "Kim Kardashian West"
    assert (await town.slash("who", name=choice["value"])).text.startswith("### Kim Kardashian West\n")
    assert await town.ana.autocomplete(town.channel, "who", "name", "zzzzzz") == []


def test_every_name_of_a_person_finds_one(answerer: Answerer) -> None:
    for person in answerer.base.people.values():
        for name in (person.id, person.name, *person.aliases, *person.handles):
            found = answerer.names.find(name.upper())
            assert found
            assert name in (found.id, found.name, *found.aliases, *found.handles)
            assert found in answerer.names.complete(name)


def test_a_typo_that_fits_two_people_finds_neither(answerer: Answerer) -> None:
    twins = [
        answerer.base.people["lala"].model_copy(
            update={"id": f"mari{last}", "name": f"Mari{last}", "aliases": (), "handles": ()}
        )
        for last in "ae"
    ]
    twins_only = world([entry()], people=twins)
    assert twins_only.names.find("mario") is None
    assert twins_only.names.find("maria") is twins_only.base.people["maria"]


def test_whose_name_begins_with_what_is_typed_comes_first(answerer: Answerer) -> None:
    people = [
        answerer.base.people["lala"].model_copy(update={"id": name.lower(), "name": name, "aliases": (), "handles": ()})
        for name in ("Joanna", "Hanna", "Anna")
    ]
    found = world([entry()], people=people).names.complete("ann")
    assert [person.name for person in found] == ["Anna", "Joanna", "Hanna"]


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_topics_lead_to_questions_and_these_to_answers(town: Town, surface: str) -> None:
    base = town.live.current.base
    topics = await town.say("!topics") if surface == "typed" else await town.slash("topics")
    for topic in base.case.topics:
        assert f"\n**{topic.title}**\n" in topics.text
    assert topics.gaps == len(base.case.topics)
    assert not [each.id for each in base.entries.values() if topics.text.count(each.question) > 1]
    assert list(topics.options) == [topic.title for topic in base.case.topics]
    for topic in base.case.topics:
        opened = shown(await town.ben.select(topics.message, [topic.id]))
        assert opened.private
        asked = [each for each in base.entries.values() if topic.id in each.topics]
        listed = {value for page in await leaf_through(town, opened, town.ben) for value in page.options.values()}
        assert listed == {each.id for each in asked}
        opened = shown(await town.ben.select(topics.message, [topic.id]))
        answer = shown(await town.ben.select(opened.message, [next(iter(opened.options.values()))]))
        assert answer.private
        assert answer.text.startswith("### ")


async def test_what_is_answered_comes_before_what_is_not(town: Town) -> None:
    base = town.live.current.base
    topics = await town.say("!topics")
    opened = shown(await town.ana.select(topics.message, ["trial"]))
    listed = [value for page in await leaf_through(town, opened) for value in page.options.values()]
    covered = [base.entries[value].kind is not Kind.NOT_COVERED for value in listed]
    assert covered == sorted(covered, reverse=True)


async def test_a_topic_that_is_gone_says_so(town: Town) -> None:
    topics = await town.say("!topics")
    town.live.current = world([entry()])
    assert "nothing here anymore" in shown(await town.ana.select(topics.message, ["trial"])).text


async def test_topics_and_questions_of_any_number_are_reached(town: Town) -> None:
    topics = [Topic(id=f"topic-{n}", title=f"Topic {n}") for n in range(130)]
    entries = [entry(n, question=f"{n} is {'very ' * 50}what?", topics=("topic-129",)) for n in range(130)]
    entries += [entry(1000 + n, topics=(topic.id,)) for n, topic in enumerate(topics)]
    town.live.current = world(entries, topics=topics)
    shown_topics = await leaf_through(town, await town.say("!topics"))
    assert [value for page in shown_topics for value in page.options.values()] == [topic.id for topic in topics]
    opened = shown(await town.ana.select(shown_topics[-1].message, ["topic-129"]))
    pages = await leaf_through(town, opened)
    assert len(pages) > 10
    assert {value for page in pages for value in page.options.values()} == {each.id for each in entries[:130]} | {
        "entry-1129"
    }


async def test_the_menus_of_lists_outlive_a_restart(town: Town) -> None:
    topics, people = await town.say("!topics"), await town.say("!who")
    await town.restart()
    for seen in (topics, people):
        label, value = next(iter(seen.options.items()))
        opened = shown(await town.ben.select(seen.message, [value]))
        assert opened.private
        assert opened.text.startswith(f"### {label}")


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_sources(town: Town, surface: str) -> None:
    first = await town.say("!sources") if surface == "typed" else await town.slash("sources")
    text = "\n".join(page.text for page in await leaf_through(town, first))
    for source in town.live.current.base.sources.values():
        assert source.title in text
        assert "17 August 2020" in text
        for part in (part for passage in source.passages for part in passage.voices):
            assert f"**{part.id}** {part.gist}" in text.replace("\\", "")
    assert "(quoting Kim Kardashian West, Twitter)" in text
    assert "(quoting Monica Denise, Instagram)" in text


@pytest.mark.parametrize(("kind", "shown"), [("FAQ", "FAQ"), ("letter to the editor", "Letter to the editor")])
async def test_the_kind_of_a_source_keeps_its_capitals(town: Town, kind: str, shown: str) -> None:
    town.live.current = world([entry()], sources=[{"kind": kind}])
    assert f"-# {shown}\n" in (await town.say("!sources")).text


async def test_each_source_has_a_page(town: Town) -> None:
    town.live.current = world([entry()], sources=({}, {"id": "second", "title": "Another"}))
    first, second = await leaf_through(town, await town.say("!sources"))
    assert "An article" in first.text
    assert "Another" in second.text
    assert "An article" not in second.text


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_help_names_every_command(town: Town, surface: str) -> None:
    answer = await town.say("!help") if surface == "typed" else await town.slash("help")
    for command in town.bot.commands:
        assert f"`!{command.name}`" in answer.text
    assert "reply to one of my messages" in answer.text
    assert "direct message" in answer.text
    assert town.live.current.base.case.disclaimer in answer.text


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_timeline(town: Town, surface: str) -> None:
    first = await town.say("!timeline") if surface == "typed" else await town.slash("timeline")
    pages = await leaf_through(town, first)
    text = "\n".join(page.text for page in pages)
    base = town.live.current.base
    dates = [text.index(f"**{event.date}**") for event in base.events]
    assert dates == sorted(dates)
    for event in base.events:
        assert not event.inferred or f"Date inferred: {event.inferred}" in text
    assert "**2009** (only the year is given)\n" in text
    assert "Claimed by Kim Kardashian West" in text
    for page in pages:
        assert "[1]" in page.text
        assert "**Source:**" in page.text


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_who_without_a_name_lists_people_who_open(town: Town, surface: str) -> None:
    people = await (town.say("!who") if surface == "typed" else town.slash("who"))
    assert people.text.startswith("### Who's who\nPick a name")
    for person in town.live.current.base.people.values():
        profile = shown(await town.ben.select(people.message, [people.options[person.name]]))
        assert profile.private
        assert profile.text.startswith(f"### {person.name}\n")


async def test_many_people_are_leafed_through(town: Town) -> None:
    model = next(iter(town.live.current.base.people.values()))
    people = [model.model_copy(update={"id": f"p{n}", "name": f"Person {n}"}) for n in range(40)]
    town.live.current = world([entry()], people=people)
    pages = await leaf_through(town, await town.say("!who"))
    assert len(pages) == 4
    assert [name for page in pages for name in page.options] == [person.name for person in people]


async def test_a_profile_leads_to_what_is_said_of_and_by_the_person(town: Town) -> None:
    base = town.live.current.base
    profile = await town.say("!who monica denise")
    (button,) = profile.buttons
    pages = await leaf_through(town, shown(await town.ana.click(profile.message, label=button)))
    offered = {value for page in pages for value in page.options.values()}
    assert set(profile.options.values()) < offered
    by = {each.id for each in base.entries.values() if "monica-denise" in each.attributed_to}
    assert by <= offered
    for value in offered - by:
        assert "Monica" in base.entries[value].question + base.entries[value].answer
    answer = shown(await town.ben.select(profile.message, [next(iter(profile.options.values()))]))
    assert answer.private
    assert answer.text.startswith("### ")


async def test_a_profile_is_one_page_and_a_button_lists_all_questions(town: Town) -> None:
    base = town.live.current.base
    profile = await town.say("!who kim")
    assert "Page 1 of" not in profile.text
    (button,) = profile.buttons
    listed = shown(await town.ben.click(profile.message, label=button))
    assert listed.private
    pages = await leaf_through(town, listed, town.ben)
    about = {each.id for each in entries_about(base, base.people["kim-kardashian-west"])}
    assert button == f"All {len(about)} questions about this person"
    assert {value for page in pages for value in page.options.values()} == about
    await town.restart()
    assert shown(await town.ana.click(profile.message, label=button)).text == listed.text


async def test_a_person_who_is_gone(town: Town) -> None:
    people = await town.say("!who")
    town.live.current = world([entry()])
    assert "nothing here anymore" in shown(await town.ana.select(people.message, ["corey-miller"])).text


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_quotes_of_a_speaker(town: Town, surface: str) -> None:
    base = town.live.current.base
    name = "Kim Kardashian West"
    first = await (town.say(f"!quotes {name}") if surface == "typed" else town.slash("quotes", speaker=name))
    text = "\n".join(page.text for page in await leaf_through(town, first))
    said = [each for each in base.entries.values() if "kim-kardashian-west" in each.attributed_to]
    quoted = [each for each in said if each.kind in (Kind.CLAIM, Kind.QUOTE)]
    assert quoted
    for each in base.entries.values():
        assert (f"**{each.question}**" in text) is (each in quoted)
    assert "**Source:**" in text


async def test_quotes_name_each_speaker_but_not_twice(town: Town) -> None:
    base = town.live.current.base
    text = "\n".join(page.text for page in await leaf_through(town, await town.say("!quotes")))
    for each in (found for found in base.entries.values() if found.kind in {Kind.CLAIM, Kind.QUOTE}):
        (answer,) = town.live.current.entry(each.id).answers
        said = text.partition(f"**{each.question}**\n")[2].partition("\n**")[0].partition("\n-#")[0]
        for name in answer.attributed_to:
            person = next(person for person in base.people.values() if person.name == name)
            assert any(known in said for known in (name, *person.aliases)), each.id
        introduced = said.startswith(("Claimed by", "In the words of"))
        assert not (introduced and all(name in answer.plain for name in answer.attributed_to)), each.id


async def test_quotes_of_all(town: Town) -> None:
    text = "\n".join(page.text for page in await leaf_through(town, await town.say("!quotes")))
    for each in town.live.current.base.entries.values():
        assert (f"**{each.question}**" in text) is (each.kind in (Kind.CLAIM, Kind.QUOTE))


async def test_no_quotes_of_somebody(town: Town) -> None:
    assert "no quotes from that person" in (await town.say("!quotes steven thomas")).text


@pytest.mark.parametrize("name", ["nobody", "from nobody", "the trial"])
async def test_quotes_of_an_unknown_name_say_that_it_is_unknown(town: Town, name: str) -> None:
    expected = "I don't know anyone by that name. `!who` lists everyone I know about."
    assert (await town.say(f"!quotes {name}")).text == expected


@pytest.mark.parametrize("name", ["from kim", "by Kïm", "of Kim Kardashian West", "what did kim say"])
async def test_quotes_understand_a_name_among_other_words(town: Town, name: str) -> None:
    assert (await town.say(f"!quotes {name}")).text.startswith("### What Kim Kardashian West says")


@pytest.mark.parametrize("name", ["Kïm", "kím kardashian", "the great kim"])
async def test_who_understands_a_name_with_accents_or_among_other_words(town: Town, name: str) -> None:
    assert (await town.say(f"!who {name}")).text.startswith("### Kim Kardashian West")


async def test_speakers_are_suggested(town: Town) -> None:
    listed = check_choices(await town.ana.autocomplete(town.channel, "quotes", "speaker", ""))
    named = {person for each in town.live.current.base.entries.values() for person in each.attributed_to}
    assert {choice["value"] for choice in listed} == named


@pytest.mark.parametrize("surface", ["typed", "slash"])
async def test_about(town: Town, surface: str) -> None:
    answer = await (town.say("!about") if surface == "typed" else town.slash("about"))
    base = town.live.current.base
    assert f"{len(base.entries)} questions with answers, all based on one news article dated 17 August" in answer.text
    assert "Latest review: " in answer.text
    assert len(answer.text.splitlines()) == 6
    assert "17 August 2020" in answer.text
    assert base.case.disclaimer in answer.text
    assert "but not who asked them" in answer.text
    assert "MIT license" in answer.text


@pytest.mark.parametrize("message_content", [False])
@pytest.mark.parametrize("command", ["who", "quotes", "about", "sources", "topics"])
async def test_without_message_content_a_mention_is_enough(town: Town, command: str) -> None:
    by_mention = await town.say(f"{town.me} {command}")
    assert by_mention.text == (await town.slash(command)).text


# A knowledge base of another kind


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("who", "My FAQ has no list of people."),
        ("who Ada Voss", "My FAQ has no list of people."),
        ("timeline", "My FAQ has no dated events."),
        ("timeline 2002", "My FAQ has no dated events."),
        ("timeline picture", "My FAQ has no dated events."),
        ("timeline nonsense", "My FAQ has no dated events."),
        ("quotes", "My FAQ has no claims or quotes."),
        ("quotes Ada Voss", "My FAQ has no claims or quotes."),
    ],
)
async def test_a_base_without_people_events_or_claims_says_so(town: Town, text: str, answer: str) -> None:
    town.live.current = world([entry(1)])
    name, _blank, words = text.partition(" ")
    option = {"who": "name", "timeline": "year", "quotes": "speaker"}[name]
    options = {option: words} if words else {}
    assert (await town.slash(name, **options)).text == answer


async def test_help_leaves_out_what_a_base_does_not_have(town: Town) -> None:
    town.live.current = world([entry(1)])
    text = (await town.say("!help")).text
    assert not [name for name in ("who", "timeline", "quotes") if f"`!{name}`" in text]
    assert [name for name in ("topics", "sources", "about", "help") if f"`!{name}`" in text]


async def test_nothing_says_case_to_a_base_of_another_kind(town: Town) -> None:
    town.live.current = world([entry(1)])
    said = [(await town.say(f"!{text}")).text for text in ("help", "about", "topics", "sources", "ask hi", "ask pizza")]
    said += [(await town.say(town.me)).text]
    said += [command.description for command in town.bot.commands]
    assert not [text for text in said if re.search(r"\bcase\b", text, re.IGNORECASE)]
