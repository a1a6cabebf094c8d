"""The page's search in a real Chromium: `pytest -m chromium -n 0`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final, Self

import pytest
import yaml
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect

from bot.answering.answerer import calibration, lexicon, targets
from bot.knowledge.load import load
from bot.matching.matcher import Matcher
from bot.matching.types import Lexicon, Target
from bot.site.search import build_index, index_of
from tests.benchmarks import hostile
from tests.fuzz.messages import Messages
from tests.places import HARBOUR, KNOWLEDGE, TESTS
from tests.site.chromium import served

pytestmark = pytest.mark.chromium

HOSTILE: Final = 2_000

MARKUP: Final = b"""<!doctype html>
<html lang="en"><title>FAQ</title><link rel="icon" href="data:,">
<form id="search" role="search" data-index="search.json" data-failed="The search can't be loaded." hidden>
<label for="q">Search</label> <input id="q" type="search" autocomplete="off"></form>
<div id="results" aria-live="polite"></div>
<script src="search.js" defer></script></html>"""
"""The least that a page needs for the search."""
SCRIPT: Final = files("bot.site").joinpath("static/search.js").read_bytes()


def site(index: bytes) -> dict[str, bytes]:
    found = json.loads(index)
    entries = {f"e/{entry['id']}.html": b"<!doctype html><title>Entry</title>" for entry in found["entries"]}
    people = {f"p/{person['id']}.html": b"<!doctype html><title>Person</title>" for person in found["people"]}
    return {"index.html": MARKUP, "search.js": SCRIPT, "search.json": index, **entries, **people}


@dataclass
class Visit:
    """A page with the search, and all that it has said or asked for."""

    page: Page
    address: str
    said: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    @classmethod
    def to(cls, browser: Browser, address: str) -> Self:
        visit = cls(browser.new_page(), address)
        visit.page.on("console", visit.hear)
        visit.page.on("pageerror", visit.fail)
        visit.page.on("request", lambda request: visit.requested.append(request.url.removeprefix(address)))
        visit.page.goto(f"{address}index.html")
        return visit

    def hear(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)

    def fail(self, error: Error) -> None:
        self.said.append(str(error))

    def opened(self) -> Self:
        """Wait until the search is ready."""
        self.page.locator("#q").fill("who")
        self.page.locator("#q").press("Enter")
        expect(self.page.locator("#results p").first).not_to_be_empty()
        return self

    def found(self, questions: Sequence[str]) -> tuple[list[list[str]], list[float]]:
        """Ask by Enter; give the addresses of the results, relative to the page's, and how long each took in ms."""
        units = [list(question.encode("utf-16-le", "surrogatepass")) for question in questions]
        answers = self.page.evaluate(
            """questions => questions.map(bytes => {
                const input = document.getElementById("q");
                input.value = new TextDecoder("utf-16le").decode(new Uint8Array(bytes));
                const begun = performance.now();
                input.form.requestSubmit();
                const took = performance.now() - begun;
                return [[...document.querySelectorAll("#results a")].map(link => link.href), took];
            })""",
            units,
        )
        return [[link.removeprefix(self.address) for link in links] for links, _ in answers], [ms for _, ms in answers]


@pytest.fixture(scope="module")
def harbour() -> Iterator[str]:
    with served(site(build_index(load(HARBOUR)))) as address:
        yield address


@dataclass(frozen=True)
class Shares:
    """Of questions, those whose entry is found first and among the first three, in per cent."""

    first: float
    among_three: float

    @classmethod
    def of(cls, found: Sequence[Sequence[str]], wanted: Sequence[str]) -> Self:
        pairs = list(zip(found, wanted, strict=True))
        first = sum(entries[:1] == [entry] for entries, entry in pairs)
        return cls(100 * first / len(pairs), 100 * sum(entry in entries[:3] for entries, entry in pairs) / len(pairs))

    def __str__(self) -> str:
        return f"{self.first:.1f} % first, {self.among_three:.1f} % among three"


@dataclass(frozen=True)
class Compared:
    """The same questions, asked on the page and of the bot's lexical tier, with the milliseconds that the page took."""

    page: Sequence[Sequence[str]]
    bot: Sequence[Sequence[str]]
    wanted: Sequence[str]
    took: Sequence[float]


def compared(
    browser: Browser, entries: Sequence[Target], taught: Lexicon, asked: Sequence[tuple[str, str]]
) -> Compared:
    questions = [question for question, _ in asked]
    index = index_of(entries, taught, {entry.id: entry.phrasings[0] for entry in entries}, {})
    with served(site(index)) as address:
        visit = Visit.to(browser, address).opened()
        links, took = visit.found(questions)
        assert not visit.said
        visit.page.close()
    matcher = Matcher(entries, taught, lexical_only=True)
    bot = [[candidate.entry for candidate in matcher.rank(question, 3)] for question in questions]
    page = [[link.removeprefix("e/").removesuffix(".html") for link in each] for each in links]
    return Compared(page, bot, [entry for _, entry in asked], took)


def held(name: str, each: Sequence[Compared]) -> tuple[Shares, Shares]:
    wanted = [entry for one in each for entry in one.wanted]
    page = Shares.of([entries for one in each for entries in one.page], wanted)
    bot = Shares.of([entries for one in each for entries in one.bot], wanted)
    took = [ms for one in each for ms in one.took]
    report(f"{name}: {len(wanted)} questions, page {page}, bot {bot}", took)
    return page, bot


def report(what: str, took: Sequence[float]) -> None:
    """Print what was measured, for `pytest -s`."""
    middle, late, last = (sorted(took)[int(share * (len(took) - 1))] for share in (0.5, 0.95, 1))
    print(f"{what}; median {middle:.1f} ms, 95th percentile {late:.1f} ms, slowest {last:.1f} ms")  # noqa: T201


def test_members_questions_find_on_the_page_what_the_bot_finds_by_words(browser: Browser) -> None:
    base = load(KNOWLEDGE)
    asked = [(question, entry) for question, entry in calibration(base).questions if entry]
    both = compared(browser, targets(base), lexicon(base), asked)
    page, bot = held("the shipped base", [both])
    assert page.first >= bot.first - 5
    assert page.among_three >= bot.among_three - 2


def unseen(name: str) -> tuple[list[Target], list[tuple[str, str]]]:
    folder = TESTS / "data" / "bases" / "unseen"
    written = yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))["entries"]
    asked = yaml.safe_load((folder / f"{name}.ask.yaml").read_text("utf-8"))["answerable"]
    entries = [Target(each["id"], tuple(each["phrasings"]), answer=each["answer"]) for each in written]
    return entries, [(each["q"], each["entry"]) for each in asked]


def test_young_bases_are_searched_as_well_as_the_bot_would(browser: Browser) -> None:
    folder = TESTS / "data" / "bases" / "unseen"
    names = sorted(path.name.removesuffix(".ask.yaml") for path in folder.glob("*.ask.yaml"))
    each = {}
    for name in names:
        entries, asked = unseen(name)
        each[name] = compared(browser, entries, Lexicon(), asked)
        held(name, [each[name]])
    page, bot = held("all of them", list(each.values()))
    assert page.first >= bot.first - 5
    assert page.among_three >= bot.among_three - 2


FOREIGN: Final = {
    "es": ("¿Quién robó el cuadro?", "¿Dónde está la escalera?", "QUIEN ROBO EL CUADRRO"),
    "de": ("Wer war auf der Straße?", "Wo ist die Leiter?", "WER WAR AUF DER STRASSE"),
    "tr": ("Işık nerede görüldü?", "Kim çaldı?", "Isik nerede gorulmus"),
    "el": ("Ποιος έκλεψε τον πίνακα;", "Πού είναι η σκάλα;", "ΠΟΙΟΣ ΕΚΛΕΨΕ ΤΟΝ ΠΙΝΑΚΑΣ"),
    "ru": ("Кто украл картину?", "Где лестница?", "кто укрол картину"),
    "ar": ("من سرق اللوحة؟", "أين السلم؟", "من سرق اللوحه"),
    "ko": ("누가 그림을 훔쳤나요?", "사다리는 어디에 있나요?", "누가 그림을"),
    "fullwidth": ("Who took the painting?", "Where is the ladder?", "ＷＨＯ ｔｏｏｋ ｔｈｅ paintng"),
}
"""Two questions in a language, and the first of them as somebody may type it."""


@pytest.mark.parametrize("language", FOREIGN)
def test_other_languages_and_scripts_are_searched_too(browser: Browser, language: str) -> None:
    first, second, typed = FOREIGN[language]
    entries = [Target("first", (first,)), Target("second", (second,))]
    with served(site(index_of(entries, Lexicon(), {"first": first, "second": second}, {}))) as address:
        visit = Visit.to(browser, address).opened()
        visit.page.locator("#q").fill(typed)
        expect(visit.page.locator("#results a").first).to_have_text(first)
        assert not visit.said
        visit.page.close()


def hostile_inputs() -> list[str]:
    base = load(KNOWLEDGE)
    phrasings = [text for entry in base.entries.values() for text in entry.phrasings]
    names = [*dir(object), "__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "length", "NaN"]
    fixed = [
        *names,
        " ".join(names),
        "<img src=x onerror=alert(1)>",
        '"><script>alert(1)</script>',
        "javascript:alert(1)",
        "{id} {count} {words} $& $1 $` %s",
        "\ud800 \udfff\ud83d who",
        "\0\x01\x1b who",
        "e" + "\u0301" * 4_000,
        "\ufdfa" * 10_000,
        "who " * 50_000,
        *hostile.messages(phrasings).values(),
    ]
    drawn = Messages(phrasings, seed=18)
    return [*fixed, *(drawn.next() for _ in range(HOSTILE - len(fixed)))]


def test_whatever_is_typed_neither_fails_nor_becomes_markup(browser: Browser) -> None:
    inputs = hostile_inputs()
    assert len(inputs) == HOSTILE
    index = build_index(load(KNOWLEDGE))
    with served(site(index)) as address:
        visit = Visit.to(browser, address).opened()
        links, took = visit.found(inputs)
        tags = visit.page.evaluate("[...new Set([...document.querySelectorAll('#results *')].map(e => e.tagName))]")
        visit.page.close()
    report(f"{HOSTILE} hostile inputs", took)
    assert not visit.said
    assert set(tags) <= {"P", "OL", "LI", "A", "SPAN", "BUTTON"}
    assert {link for each in links for link in each} <= site(index).keys()
    assert visit.requested == ["index.html", "search.js", "search.json"]


def test_a_search_by_keyboard_leads_to_the_entrys_page(browser: Browser, harbour: str) -> None:
    visit = Visit.to(browser, harbour)
    page = visit.page
    page.keyboard.press("Tab")
    page.keyboard.type("did the guard see anything?")
    results = page.locator("#results a")
    expect(results.first).to_have_text("Who saw the thief?")
    page.keyboard.press("ArrowDown")
    expect(results.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Entry")
    assert page.url == f"{harbour}e/who-saw-it.html"
    assert not visit.said
    page.go_back()
    expect(page.locator("#q")).to_have_value("did the guard see anything?")
    expect(results.first).to_have_text("Who saw the thief?")
    page.close()


def test_whoever_moves_to_a_result_at_once_stays_on_it(browser: Browser, harbour: str) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(f"{harbour}index.html")
    results = page.locator("#results a")
    page.keyboard.press("Tab")
    page.keyboard.type("did the guard see")
    page.clock.run_for(1000)
    expect(results.first).to_have_text("Who saw the thief?")
    page.keyboard.type(" anything?")
    page.keyboard.press("ArrowDown")
    page.clock.run_for(1000)
    expect(results.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Entry")
    page.close()


def test_a_name_alone_leads_to_the_persons_page(browser: Browser, harbour: str) -> None:
    visit = Visit.to(browser, harbour).opened()
    visit.page.locator("#q").fill("Ada")
    expect(visit.page.locator("#results a").first).to_have_text("Ada Voss")
    expect(visit.page.locator("#results")).to_contain_text("Who saw the thief?")
    visit.page.locator("#results a").first.click()
    expect(visit.page).to_have_url(f"{harbour}p/ada-voss.html")
    visit.page.close()


def test_an_answer_that_the_source_lacks_says_so_in_the_list(browser: Browser, harbour: str) -> None:
    visit = Visit.to(browser, harbour).opened()
    visit.page.locator("#q").fill("ladder whereabouts")
    first = visit.page.locator("#results li").first
    expect(first).to_have_text("Where is the ladder now? Not covered")
    visit.page.close()


def test_typing_errors_are_repaired_and_said(browser: Browser, harbour: str) -> None:
    visit = Visit.to(browser, harbour).opened()
    visit.page.locator("#q").fill("what did the theives steel?")
    expect(visit.page.locator("#results")).to_contain_text("Read as: what did the thieves")
    expect(visit.page.locator("#results a").first).to_have_text("What was taken from the museum?")
    visit.page.close()


def test_another_reading_that_is_as_likely_is_offered(browser: Browser) -> None:
    entries = [Target(name, (f"who is {name}",)) for name in ("eric", "erin")]
    with served(site(index_of(entries, Lexicon(), {"eric": "Who is Eric?", "erin": "Who is Erin?"}, {}))) as address:
        visit = Visit.to(browser, address).opened()
        visit.page.locator("#q").fill("who is eriz?")
        results = visit.page.locator("#results")
        expect(results).to_contain_text("Read as: who is eric")
        expect(results).to_contain_text("Did you mean: who is erin")
        visit.page.locator("#q").press("ArrowDown")
        expect(results.get_by_role("button")).to_be_focused()
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("#q")).to_be_focused()
        expect(visit.page.locator("#q")).to_have_value("who is erin")
        expect(results.locator("a").first).to_have_text("Who is Erin?")
        expect(results).not_to_contain_text("Did you mean")
        visit.page.close()


def test_a_word_is_completed_while_it_is_typed(browser: Browser, harbour: str) -> None:
    visit = Visit.to(browser, harbour).opened()
    visit.page.locator("#q").fill("")
    visit.page.locator("#q").press_sequentially("what did the gua")
    expect(visit.page.locator("#results a").first).to_have_text("Who saw the thief?")
    expect(visit.page.locator("#results")).not_to_contain_text("Read as")
    visit.page.close()


def test_nothing_found_is_said_and_nothing_asked_clears_the_list(browser: Browser, harbour: str) -> None:
    visit = Visit.to(browser, harbour).opened()
    visit.page.locator("#q").fill("zzzzzz qqqqqq")
    expect(visit.page.locator("#results")).to_have_text("Nothing found. Try different words.")
    visit.page.locator("#q").fill("")
    expect(visit.page.locator("#results")).to_have_text("")
    visit.page.close()


def test_a_screen_reader_hears_the_number_of_results_and_finds_a_list_of_links(browser: Browser, harbour: str) -> None:
    visit = Visit.to(browser, harbour).opened()
    visit.page.locator("#q").fill("stolen painting")
    results = visit.page.locator("#results")
    expect(results.locator("a").first).to_have_text("What was taken from the museum?")
    expect(results).to_have_attribute("aria-live", "polite")
    expect(results.locator("ol")).to_have_attribute("aria-live", "off")
    expect(results).to_match_aria_snapshot("""
        - paragraph: /Results. \\d/
        - list:
          - listitem:
            - link "What was taken from the museum?"
    """)
    visit.page.close()


def test_pages_in_a_folder_find_the_index_and_the_entries_too(browser: Browser) -> None:
    files = site(build_index(load(HARBOUR)))
    files["e/within.html"] = MARKUP.replace(b'="search.js', b'="../search.js')
    with served(files) as address:
        page = browser.new_page()
        page.goto(f"{address}e/within.html")
        page.locator("#q").fill("stolen painting")
        first = page.locator("#results a").first
        expect(first).to_have_text("What was taken from the museum?")
        assert first.evaluate("link => link.href") == f"{address}e/what-was-taken.html"
        page.close()


def test_an_index_that_cannot_be_loaded_is_said_and_tried_again(browser: Browser) -> None:
    files = site(build_index(load(HARBOUR)))
    index = files.pop("search.json")
    with served(files) as address:
        page = browser.new_page()
        page.goto(f"{address}index.html")
        page.locator("#q").fill("stolen painting")
        expect(page.locator("#results")).to_have_text("The search can't be loaded.")
        files["search.json"] = index
        page.locator("#q").press("Enter")
        expect(page.locator("#results a").first).to_have_text("What was taken from the museum?")
        page.close()


def test_only_the_index_is_loaded_and_only_once_somebody_searches(browser: Browser, harbour: str) -> None:
    visit = Visit.to(browser, harbour)
    visit.page.wait_for_load_state("networkidle")
    assert visit.requested == ["index.html", "search.js"]
    visit.opened()
    assert visit.requested == ["index.html", "search.js", "search.json"]
    assert visit.page.url == f"{harbour}index.html"
    assert visit.page.context.cookies() == []
    visit.page.close()
