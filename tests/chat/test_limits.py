"""Whatever the length, what is sent fits and loses nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.message import limits
from bot.chat.message.markdown import literal, shortened
from bot.chat.message.page import Page, pages
from bot.escaping import visible
from bot.knowledge.model import Person
from tests.chat.conftest import Town
from tests.chat.leafing import leaf_through
from tests.chat.worlds import entry, world
from tests.invisible import INVISIBLE

texts = st.text(st.sampled_from("ab.!?\\ \n[1]é😀"), max_size=400)
sentences = st.lists(
    st.lists(st.sampled_from(["He", "was [1]", "16", "there [2][3]"]), min_size=1, max_size=9).map(" ".join),
    max_size=40,
).map(lambda each: "".join(f"It {sentence} [12]. " for sentence in each))


def solid(text: str) -> str:
    return "".join(text.split())


@given(texts, st.integers(2, 60))
def test_split_fits_and_loses_only_blanks(text: str, limit: int) -> None:
    pieces = limits.split(text, limit)
    assert all(1 <= len(piece) <= limit for piece in pieces)
    assert solid("".join(pieces)) == solid(text)


@given(sentences, st.integers(130, 240))
def test_split_is_at_the_end_of_sentences_where_they_fit(text: str, limit: int) -> None:
    for piece in limits.split(text, limit):
        assert piece.endswith("[12].")


@given(sentences, st.integers(30, 60))
def test_a_mark_stays_with_its_words(text: str, limit: int) -> None:
    assert not any(piece.startswith("[") for piece in limits.split(text, limit))


@given(st.text("\\*", max_size=50), st.integers(2, 9))
def test_an_escape_is_never_torn_apart(text: str, limit: int) -> None:
    pieces = limits.split(literal(text), limit)
    assert all((len(piece) - len(piece.rstrip("\\"))) % 2 == 0 for piece in pieces)


def test_a_mark_behind_a_full_stop_stays_with_its_sentence() -> None:
    assert limits.split("He was 16. [1] She was not.", 15) == ["He was 16. [1]", "She was not."]


def test_abbreviations_end_no_sentence() -> None:
    assert limits.split("It was so. Mr. Miller left.", 15) == ["It was so.", "Mr. Miller", "left."]


@given(st.text(max_size=200), st.integers(1, 120))
def test_cut(text: str, limit: int) -> None:
    short = limits.cut(text, limit)
    assert len(short) <= limit
    assert short == text or text.startswith(short[:-1])


def test_cut_is_between_words() -> None:
    assert limits.cut("Who was killed at the club?", 18) == "Who was killed at…"
    assert limits.cut("Who was killed at the club?", 17) == "Who was killed…"
    assert limits.cut("Incomprehensibilities", 5) == "Inco…"


@given(st.lists(st.text(min_size=1, max_size=3_000).map(lambda text: text + "."), min_size=1, max_size=60))
def test_pages_fit_one_message_each(sections: list[str]) -> None:
    for packed in limits.pack(sections):
        assert sum(map(len, packed)) <= limits.MESSAGE_TEXT
        assert Page(packed).total_children_count + 2 * limits.ROWS <= limits.MESSAGE_COMPONENTS


def test_a_section_moves_as_a_whole() -> None:
    assert limits.pack(["a" * 3_000, "b" * 2_000]) == [["a" * 3_000], ["b" * 2_000]]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=150)), max_size=60))
def test_choices_fit(pairs: list[tuple[str, str]]) -> None:
    made = limits.choices(pairs)
    assert len(made) <= limits.CHOICES
    assert all(len(choice.name) <= limits.CHOICE for choice in made)
    assert [choice.value for choice in made] == [value for _, value in pairs if len(value) <= limits.CHOICE][:25]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=60)), max_size=60))
def test_options_fit(pairs: list[tuple[str, str]]) -> None:
    groups = list(limits.option_groups(pairs))
    assert all(1 <= len(group) <= limits.OPTIONS for group in groups)
    assert [option.value for group in groups for option in group] == [value for _, value in pairs]
    assert all(len(option.label) <= limits.OPTION_LABEL for group in groups for option in group)


def test_controls_stand_below_the_last_page() -> None:
    first, last = pages(["a" * 3_000, "b" * 3_000])
    assert first.content_length() == last.content_length() == 3_000


# Through the bot, which simcord checks against 4,000 characters and 40 components


@pytest.mark.parametrize("length", [100, 1_500, 1_990])
async def test_long_answers_arrive_whole(town: Town, length: int) -> None:
    statement = "It *is* a gadget_with_marks [p1]. "
    answer = (statement * 60)[:length].rsplit(". ", 1)[0]
    town.live.current = world([entry(answer=answer, question="Is it " + "very " * 50 + "long?")])
    await town.ana.send(town.channel, "!ask entry-1")
    text = "\n".join(seen.text for seen in town.answers())
    assert text.count("gadget\\_with\\_marks [1]") == answer.count("gadget")
    assert "passage [1] p1" in town.answers()[-1].text


async def test_many_sources_arrive_whole(town: Town) -> None:
    sources = [{"id": f"s{n}", "title": f"Source {n} " + "with a long title " * 20} for n in range(20)]
    marks = " ".join(f"It is so [s{n}:p1]." for n in range(20))
    town.live.current = world([entry(answer=marks)], sources)
    await town.ana.send(town.channel, "!ask entry-1")
    assert len(town.answers()) > 1
    text = "\n".join(seen.text for seen in town.answers())
    for number in range(20):
        assert f"It is so [{number + 1}]." in text
        assert f"passage [{number + 1}] p1" in text
    pages = await leaf_through(town, await town.slash("sources"))
    listed = "\n".join(page.text for page in pages)
    assert all(f"**Source {number} " in listed for number in range(20))


async def test_text_is_shown_as_it_was_written(town: Town) -> None:
    oddities = r"_under_ *star* ~~gone~~ ||hidden|| `code \ [a link](http://x.org) <#1> <t:0> <@1> @everyone # > -"
    town.live.current = world([entry(answer=f"1. {oddities} [p1].")])
    answer = await town.say("!ask entry-1")
    assert oddities not in answer.text
    # Discord does not show a backslash before a sign, nor the zero-width space within "@everyone".
    assert f"1. {oddities} [1]." in re.sub(r"\\([^a-z0-9\s])", r"\1", answer.text).replace("\u200b", "")


@given(st.text(max_size=100))
def test_escapes_hide_only_themselves(text: str) -> None:
    escaped = literal(text).replace("@\u200b", "@")
    assert re.sub(r"\\([^\w\s]|_)", r"\1", escaped).replace("\\", "") == visible(text).replace("\\", "")


@pytest.mark.parametrize("hidden", INVISIBLE)
def test_nothing_invisible_is_shown_again(hidden: str) -> None:
    assert literal(f"he{hidden}llo") == "hello"
    assert literal("👩\u200d⚖️ می\u200cخواهم") == "👩\u200d⚖️ می\u200cخواهم"


@pytest.mark.parametrize("mention", ["@everyone", "@here", "<@1>", "<@&1>", "<#1>", "<t:0>", "</ask:1>", "<:name:1>"])
def test_a_mention_is_text(mention: str) -> None:
    # Discord shows what follows a backslash as it stands.
    assert mention not in literal(f"see {mention} there").replace("\\<", "")


@pytest.mark.parametrize("tag", ["<id:customize>", "<id:home>", "<id:browse>", "<id:guide>", "<id:linked-roles:1>"])
def test_a_link_into_discord_is_text(tag: str) -> None:
    assert literal(tag).startswith("\\<")
    assert re.sub(r"\\([^\w\s]|_)", r"\1", literal(tag)) == tag


@pytest.mark.parametrize("text", ["1. x", "12) x", "123. x", "1234567890. x", " 5. x", "7."])
def test_a_number_begins_no_list(text: str) -> None:
    assert re.match(r"\s*\d+\\[.)]", literal(text))


@pytest.mark.parametrize("address", ["https://example.com/a_b*c*", "http://x.org", "steam://run/1", "<https://x.org>"])
def test_an_address_is_text_and_no_link(address: str) -> None:
    escaped = literal(f"see {address}")
    assert not re.search(r"\w://|(?<!\\)[*_]", escaped)
    assert re.sub(r"\\([^\w\s]|_)", r"\1", escaped) == f"see {address}"


@given(st.text(st.sampled_from("ab_*<@ \n\u200b"), max_size=200), st.integers(1, 60))
def test_a_shortened_text_is_one_escaped_line_and_whole_if_it_fits(text: str, limit: int) -> None:
    line, shown = " ".join(visible(text).split()), shortened(text, limit)
    assert len(shown) <= limit
    if len(literal(line)) <= limit:
        assert shown == literal(line)
    else:
        assert shown in {literal(limits.cut(line, room)) for room in range(limit + 1)}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ab cd", "ab cd"),
        ("ab cd ef", "ab cd…"),
        ("abcdefgh", "abcde…"),
        ("______", r"\_\_…"),
        ("a\n b  c", "a b c"),
        ("\u200b" * 9 + "abc", "abc"),
    ],
)
def test_a_shortened_text_is_as_long_as_there_is_room(text: str, shown: str) -> None:
    assert shortened(text, 6) == shown


async def test_long_profiles_and_lists_arrive_whole(town: Town) -> None:
    people = [
        Person(id=f"p{n}", name=f"Person {n} {'of a long name ' * 8}", role="Somebody [p1].", passages=("p1",))
        for n in range(60)
    ]
    town.live.current = world([entry()], people=people)
    pages = await leaf_through(town, await town.say("!who nobody"))
    text = "\n".join(page.text for page in pages)
    assert len(pages) > 1
    for number in range(60):
        assert f"- Person {number} " in text


code = st.lists(st.text("ab .[]1`\\-", max_size=60).map(lambda line: line.replace("```", "")), min_size=1, max_size=40)
block = st.tuples(st.sampled_from(["", "sh", "python"]), code).map(
    lambda pair: "\n".join([f"```{pair[0]}", *pair[1], "```"])
)
markup = st.lists(
    block | st.sampled_from(["- item [1]", "Some words. More words [2].", "See docs (<https://x.org/a.B?c=d>) [3]."]),
    min_size=1,
    max_size=12,
).map("\n".join)


@given(markup, st.integers(100, 400))
def test_every_piece_of_code_is_a_code_block(text: str, limit: int) -> None:
    pieces = limits.split(text, limit)
    assert all(1 <= len(piece) <= limit for piece in pieces)
    for piece in pieces:
        fences = re.findall(r"^```[^`\n]*$", piece, re.MULTILINE)
        assert len(fences) % 2 == 0
        assert all(fence == "```" for fence in fences[1::2])
    without = [re.sub(r"^```[^`\n]*$", "", piece, flags=re.MULTILINE) for piece in (*pieces, text)]
    assert solid("".join(without[:-1])) == solid(without[-1])


@given(
    st.lists(st.sampled_from(["words", "`a b c d`", "docs (<https://x.org/a.B/c>)"]), max_size=40), st.integers(40, 90)
)
def test_code_and_links_within_a_line_stay_whole(words: list[str], limit: int) -> None:
    for piece in limits.split(" ".join(words), limit):
        assert piece.count("`") % 2 == 0
        assert piece.count("docs (<https://x.org/a.B/c>)") == piece.count("docs") == piece.count(">")
