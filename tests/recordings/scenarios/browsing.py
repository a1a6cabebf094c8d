"""Members look around without a question, and turn pages."""

from tests.chat.worlds import entry, event, world
from tests.recordings.scenario import SHIPPED, SMALL, played
from tests.recordings.stage import Stage
from tests.recordings.world import Person, Plan

IDLE = 301


@played(SMALL)
async def looking_around(stage: Stage) -> None:
    ana = stage.ana
    for name in ("topics", "who", "quotes", "sources", "timeline", "changes", "about", "help"):
        await ana.says(f"!{name}")
        await ana.slash(name)
        await ana.says(f"{stage.me} {name}")
    await ana.writes_directly("!help")
    await ana.writes_directly("topics")
    await ana.slash_directly("about")


@played(SHIPPED)
async def topics_and_their_questions(stage: Stage) -> None:
    ana = stage.ana
    await ana.slash("topics")
    await ana.picks("topics:", "victim")
    await ana.picks("entries:", "victim-age")
    await stage.restarts()
    await ana.slash("topics")
    await ana.picks("topics:", "elsewhere")
    await ana.clicks("Next page")


@played(SHIPPED)
async def people(stage: Stage) -> None:
    ana = stage.ana
    await ana.slash("who")
    await ana.picks("people:", "corey-miller")
    for typed in ("kim", "@MonicaDenise", "nobody", "was killed?", "is the judge of another case"):
        await ana.says(f"!who {typed}")
    await ana.slash("who", name="steven-thomas")
    await ana.types("who", "name", "")
    await ana.types("who", "name", "mon")
    await ana.says(f"{stage.me} who monica")
    await ana.says(f"{stage.me} who was killed?")
    await ana.slash("who", name="corey-miller")
    await ana.clicks("asks:")


@played(SHIPPED)
async def claims_and_quotes(stage: Stage) -> None:
    ana = stage.ana
    await ana.slash("quotes", speaker="monica")
    await ana.says("!quotes kim")
    await ana.says("!quotes nobody")
    await ana.slash("quotes", speaker="steven-thomas")
    await ana.types("quotes", "speaker", "")
    await ana.says(f"{stage.me} quotes kim")
    await ana.says(f"{stage.me} quotes of the judge")


@played(SHIPPED)
async def the_timeline(stage: Stage) -> None:
    ana = stage.ana
    await ana.slash("timeline")
    for typed in ("2003", "2003 C-Murder", "steven thomas", "picture", "2009 picture", "1700", "nobody", "12"):
        await ana.says(f"!timeline {typed}")
    await ana.slash("timeline", year="2020", person="corey-miller")
    await ana.slash("timeline", picture=True)
    await ana.types("timeline", "year", "")
    await ana.types("timeline", "person", "ste")
    await ana.says(f"{stage.me} timeline 2009")
    await ana.says(f"{stage.me} timeline of the other case")


@played(SMALL)
async def pictures_of_many_events(stage: Stage) -> None:
    for count in (61, 70):
        stage.house.knows(world([entry()], events=[event(n, date=1900 + n) for n in range(count)]))
        await stage.ana.says("!timeline picture")


@played(SMALL)
async def turning_pages(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    sources = [{"id": f"s{n}", "title": f"Source {n}", "note": "A note. " * 100} for n in range(4)]
    stage.house.knows(world([entry(answer="So [s1:p1].")], sources))
    await ana.says("!sources")
    for label in ("Next page", "Next page", "Previous page", "Previous page"):
        await ana.clicks(label)
    await ben.clicks("Next page")
    await ana.clicks("Go to page")
    await ana.submits(number="3")
    await ana.clicks("Go to page")
    await ana.submits(number="9")
    await ana.clicks("Go to page")
    await ana.submits(number="two")
    await stage.restarts()
    await ana.clicks("Previous page")
    await stage.waits(IDLE)
    await ana.slash("sources")
    await ana.clicks("Next page")
    await stage.waits(IDLE)
    await ana.says("!sources")
    stage.house.knows(world([entry(answer="So [s1:p1].")], sources[:2]))
    await ana.clicks("Next page")
    stage.note("There are quotes, then there are none.")
    ada = Person(id="ada", name="Ada", role="Somebody [p1].", passages=("p1",))
    said = [entry(n, kind="claim", attributed_to=("ada",)) for n in range(1, 5)]
    stage.house.knows(world(said, people=[ada]))
    await ana.slash("quotes")
    stage.house.knows(world([entry()]))
    await ana.clicks("Next page")


@played(Plan(shipped=True, message_content=False))
async def help_without_the_message_content_intent(stage: Stage) -> None:
    await stage.ana.slash("help")
    await stage.ana.says(f"{stage.me} timeline nobody")


@played(SHIPPED)
async def help_of_the_shipped_faq(stage: Stage) -> None:
    await stage.ana.slash("help")
    await stage.ana.slash("about")
    await stage.ana.slash("sources")
