"""Members ask in every way, and use what stands below the answers."""

from tests.chat.worlds import entry, world
from tests.recordings.scenario import SHIPPED, SMALL, played
from tests.recordings.stage import Stage
from tests.recordings.world import Plan

STOLEN = "stolen painting"
LADDER = "ladder whereabouts"
OFF_TOPIC = "best pizza recipe please"
GADGETS = [entry(number) for number in range(1, 9)]
"""Entries of which "what is gadget" may mean any."""


@played(SMALL)
async def every_way_to_ask(stage: Stage) -> None:
    ana = stage.ana
    await ana.says(f"!ask {STOLEN}")
    first = ana.screen
    await ana.says(f"{stage.me} {STOLEN}")
    await ana.says(f"hey {stage.me} <@&1> <:wave:123456789012345678> {LADDER}")
    await ana.says(LADDER, to=first)
    await ana.says(f"!ASK {STOLEN}")
    await ana.slash("ask", question=STOLEN)
    await ana.slash("ask", question="ladder")
    await ana.slash("ask", question=STOLEN, private=True)
    await ana.writes_directly(STOLEN)
    await ana.writes_directly(f"!ask {STOLEN}")
    await ana.slash_directly("ask", question=LADDER)
    question = await stage.ben.says(STOLEN)
    await ana.asks_about(question, "Find an answer")
    await ana.types("ask", "question", "")
    await ana.types("ask", "question", "who s")


@played(SMALL)
async def what_is_no_question(stage: Stage) -> None:
    ana = stage.ana
    await ana.says("I was at the museum today")
    await ana.says(stage.me)
    await ana.says(f"{stage.me} <:wave:123456789012345678>")
    await ana.says("!ask")
    stage.errors_expected()
    await ana.says("!nothing that I know")
    await ana.says(LADDER, to=await stage.ben.says("hm"))
    robot = stage.player("robot", bot=True)
    await robot.says(f"{stage.me} {STOLEN}")
    await ana.writes_directly("!nothing that I know")
    await ana.says(f"!ask {STOLEN}")
    await ana.asks_about(ana.screen, "Find an answer")
    empty = await stage.ben.says("<:wave:123456789012345678>")
    await ana.asks_about(empty, "Find an answer")


@played(Plan(message_content=False))
async def without_the_message_content_intent(stage: Stage) -> None:
    ana = stage.ana
    await ana.says(f"!ask {STOLEN}")
    await ana.says(f"{stage.me} {STOLEN}")
    await ana.says(f"{stage.me} ask {LADDER}")
    await ana.says(f"{stage.me} ask")
    await ana.says(f"{stage.me} topics")
    await ana.says(f"{stage.me} topics of the museum")
    await ana.says(f"{stage.me} help")
    await ana.says(f"{stage.me} {OFF_TOPIC}")
    await ana.says(stage.me)
    asked = await stage.ben.says(STOLEN)
    await ana.says(f"{stage.me} can you answer this?", to=asked)
    await ana.writes_directly(f"!ask {STOLEN}")
    await ana.writes_directly("/faq")
    await ana.slash("help")


@played(SHIPPED)
async def kinds_of_replies(stage: Stage) -> None:
    for question in (
        "who was killed?",
        "how did the jury vote",
        "when does he get out",
        "what did kim say about his children",
        "who was killed and how old was the victim",
        "monica and kim",
        OFF_TOPIC,
        "quien mato al chico en el club y cuando fue",
        "wer wurde in dem club getötet und wie alt war er",
    ):
        await stage.ana.says(f"!ask {question}")


@played(SMALL)
async def one_question_that_may_be_two(stage: Stage) -> None:
    stage.house.knows(world([entry(1), entry(2)]))
    await stage.ana.says("!ask what is gadget")
    await stage.ana.clicks("Helpful")
    await stage.ana.clicks("Sources")
    await stage.ana.slash("ask", question="what is gadget")
    await stage.mod.slash("faq try", question="what is gadget")
    await stage.ana.says("!ask what is gadget 1 and what is gadget 2?")
    await stage.ana.clicks("Sources")


@played(SMALL)
async def many_questions_in_one_message(stage: Stage) -> None:
    stage.house.knows(world(GADGETS))
    asked = " ".join(f"what is gadget {number}?" for number in range(1, 7))
    await stage.ana.says(f"!ask {asked}")
    await stage.ana.clicks("Sources")
    await stage.ana.picks("Did you also ask one of these?", "entry-4")
    for number in (1, 2):
        await stage.mod.slash("faq stop", entry=f"entry-{number}")
    await stage.ana.says(f"!ask {asked}")


@played(SMALL)
async def courtesies(stage: Stage) -> None:
    for said in ("hello", "Hi!", "thanks", "ty", "hola", "gracias", f"Hi there, {STOLEN}? Thanks!"):
        await stage.ana.says(f"{stage.me} {said}")
    await stage.ana.slash("ask", question="good morning")
    await stage.ana.writes_directly("hey")
    await stage.ana.writes_directly("thank you so much")
    for said in ("thanks for the help", "ok", "bye", "shut up", "what can you do?", "\N{THUMBS UP SIGN}"):
        await stage.ana.says(f"{stage.me} {said}")
    await stage.ana.says("nice", to=stage.ana.screen)


@played(SHIPPED)
async def follow_ups(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ana.says("!ask who was killed?")
    await ana.says(f"{stage.me} and when was that?")
    await ana.says(f"{stage.me} and how old was he?")
    await ben.says(f"{stage.me} and where?")
    await ana.says(f"{stage.me} and where?", stage.other)


@played(SMALL)
async def below_an_answer(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    question = await ana.says(f"!ask {STOLEN}")
    answer = ana.screen
    await ana.clicks("Helpful")
    await ana.clicks("Unhelpful")
    await ben.clicks("Helpful")
    await ben.clicks("Sources")
    await ben.picks("Related questions", "who-saw-it")
    await ben.clicks("Delete")
    await stage.restarts()
    await ben.clicks("Unhelpful", on=answer)
    await ben.clicks("Sources", on=answer)
    await ben.picks("Related questions", "who-saw-it", on=answer)
    await ana.clicks("Delete", on=answer)
    await ana.says(f"!ask {LADDER}")
    await stage.mod.clicks("Delete")
    await ana.deletes(question)
    await ana.writes_directly(STOLEN)
    direct = ana.member.user.dm_channel
    await ana.clicks("Helpful", where=direct)
    await ana.clicks("Delete", where=direct)


@played(SMALL)
async def what_is_gone_from_the_list(stage: Stage) -> None:
    await stage.ana.says(f"!ask {STOLEN}")
    answer = stage.ana.screen
    letter = {"id": "letter", "kind": "letter", "url": "https://example.org/a", "archived": "https://example.org/b"}
    gadgets = [
        entry(1, answer="Nothing on that.", kind="not_covered"),
        entry(2, answer="Neither says that [p1][letter:p1].", kind="not_covered"),
    ]
    stage.house.knows(world(gadgets, [{}, letter]))
    await stage.ana.says("!ask gadget 2")
    await stage.ana.clicks("Sources", on=answer)
    await stage.ana.picks("Related questions", "who-saw-it", on=answer)
    await stage.ana.says("!ask gadget 1")
    await stage.ana.clicks("Sources")


@played(SMALL)
async def below_suggestions(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    stage.house.knows(world(GADGETS))
    await ana.says("!ask what is gadget")
    suggestions = ana.screen
    await ben.clicks("What is gadget 2?")
    await ben.clicks("None of these")
    await ana.says("yes", to=suggestions)
    await ana.clicks("What is gadget 2?", on=suggestions)
    await ana.says("!ask what is gadget")
    await ana.clicks("None of these")
    await ana.slash("ask", question="what is gadget")
    await stage.restarts()
    await ana.clicks("pick:")
    await ana.slash("ask", question="what is gadget", private=True)
    await ana.clicks("pick:")
    await ana.says("!ask what is gadget")
    suggestions = ana.screen
    stage.house.knows(world([entry(99)]))
    await ana.clicks("What is gadget 2?", on=suggestions)


@played(SMALL)
async def one_suggestion(stage: Stage) -> None:
    await stage.ana.says("!ask what is the painting worth")
    suggestion = stage.ana.screen
    await stage.ben.clicks("none:")
    await stage.ana.clicks("pick:", on=suggestion)
    await stage.ana.says("!ask what is the painting worth")
    await stage.ana.clicks("none:")
    await stage.ana.says("!ask what is the painting worth")
    await stage.ana.says("yes", to=stage.ana.screen)


@played(SMALL)
async def an_answer_of_several_messages(stage: Stage) -> None:
    sources = [{"id": f"s{n}", "title": f"Source {n} " + "with a long title " * 20} for n in range(12)]
    marks = " ".join(f"It is so [s{n}:p1]." for n in range(12))
    stage.house.knows(world([entry(1, answer="It is gadget 1 [s1:p1]."), entry(2, answer=marks)], sources))
    question = await stage.ana.says("!ask entry-2")
    await stage.ana.changes(question, "!ask entry-1")
    await stage.ana.changes(question, "!ask entry-2")
    await stage.ana.clicks("Delete")


@played(SMALL)
async def text_is_shown_as_it_was_written(stage: Stage) -> None:
    odd = r"_under_ *star* ~~gone~~ ||hidden|| `code` \ [a link](https://x.org) <#1> <t:0> <@1> @everyone # > -"
    stage.house.knows(world([entry(answer=f"1. {odd} [p1].", question="Is *this* a_gadget @here?")]))
    await stage.ana.says("!ask entry-1")
    await stage.ana.slash("topics")


@played(Plan(hurried=False))
async def asking_too_fast(stage: Stage) -> None:
    for _ in range(6):
        await stage.ana.says(f"!ask {OFF_TOPIC}")
    await stage.waits(10)
    await stage.ana.says(f"!ask {OFF_TOPIC}")
    await stage.ana.slash("ask", question=STOLEN)
    await stage.ana.says(f"{stage.me} {STOLEN}", stage.other)
    question = await stage.ben.says(STOLEN)
    await stage.ana.asks_about(question, "Find an answer")
    await stage.ben.says(f"!ask {OFF_TOPIC}")
    await stage.waits(20)
    await stage.ana.says(f"!ask {OFF_TOPIC}")
    stage.errors_expected()


@played(SMALL)
async def asking_in_the_wrong_channel(stage: Stage) -> None:
    await stage.set_up(channels=[stage.other])
    await stage.ana.says(f"!ask {STOLEN}")
    await stage.waits(10)
    await stage.ana.says(f"!ask {STOLEN}")
    await stage.ana.says(f"{stage.me} {STOLEN}")
    await stage.ana.slash("ask", question=STOLEN)
    await stage.ana.says(f"!ask {STOLEN}", stage.other)
    rooms = [stage.channel(f"room-{number}") for number in range(6)]
    await stage.set_up(channels=rooms)
    await stage.ben.says("!topics")
    await stage.waits(10)
    stage.errors_expected()
