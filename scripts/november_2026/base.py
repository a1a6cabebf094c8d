"""The knowledge base of the fixtures: a museum theft that never happened."""

from pathlib import Path
from typing import Final

FILES: Final = {
    "case.yaml": """\
title: The Harbour Museum theft
summary: A painting was taken from the Harbour Museum in 1998 [n1].
disclaimer: I only know two short texts. This case is made up, for tests.
topics:
  - id: theft
    title: The theft
  - id: people
    title: Who is who
""",
    "people.yaml": """\
people:
  - id: ada-voss
    name: Ada Voss
    aliases: [Ada]
    handles: ["@adavoss"]
    role: Night guard of the museum [n2].
    passages: [n2]
  - id: jon-marsh
    name: Jon Marsh
    role: Director of the museum [letter:n1].
    passages: [letter:n1]
""",
    "sources.yaml": """\
sources:
  - id: report
    title: Report on the Harbour Museum theft
    date: 1999-03-02
    kind: newspaper report
    language: en
    passages:
      - id: n1
        gist: A painting disappears from the museum.
      - id: n2
        gist: What the guard says.
        speaker: ada-voss
        where: a letter
  - id: letter
    title: Letter of the museum's director
    date: 1999-04-01
    kind: letter
    language: en
    url: https://example.org/letter
    passages:
      - id: n1
        gist: The director thanks the finders and offers a reward.
""",
    "synonyms.yaml": """\
synonyms:
  - [painting, picture, canvas]
chat_speak:
  u: you
stop_words: [please, "yes"]
""",
    "timeline.yaml": """\
events:
  - id: theft
    date: 1998-11-05
    precision: day
    what: The painting disappears [n1].
  - id: search
    date: 1998-11-06
    precision: day
    what: The harbour is searched [n1].
  - id: winter
    date: 1998-12
    precision: month
    what: The museum stays closed [n1].
  - id: new-year
    date: 1999
    precision: year
    what: The museum opens again [letter:n1].
  - id: report
    date: 1999-03
    precision: month
    said_by: [ada-voss]
    people: [ada-voss]
    what: Ada Voss writes her letter [n2].
  - id: thanks
    date: 1999-04-01
    precision: day
    what: The director thanks the finders [letter:n1].
""",
    "faq/theft.yaml": """\
# The moderators' own words stand here; the bot leaves this line alone.
entries:
  - id: what-was-taken
    question: What was taken from the museum?
    phrasings:
      - what did the thieves steal
      - stolen painting
      - what is missing from the harbour museum
      - what got nicked
    answer: A painting [n1]. The director calls it priceless [letter:n1].
    kind: reported
    topics: [theft]
    related: [who-saw-it]
    reviewed: 2026-11-23

  - id: who-saw-it
    question: Who saw the thief?
    phrasings:
      - was there a witness
      - did the guard see anything
      - who noticed somebody that night
      - guard statement
    answer: Ada Voss writes that she saw a man with a ladder [n2].
    kind: claim
    attributed_to: [ada-voss]
    topics: [theft, people]
    related: [what-was-taken]
    reviewed: 2026-11-23

  - id: ladder
    question: Where is the ladder now?
    phrasings:
      - what became of the ladder
      - has anyone found the ladder
      - ladder whereabouts
    answer: The report does not say. Ada Voss mentions it once [n2].
    kind: not_covered
    topics: [theft]
    reviewed: 2026-11-23

  - id: when-was-it
    question: When was the theft?
    phrasings:
      - date of the theft
      - what day was the painting stolen
      - which year did it happen
      - how long ago was the robbery
    answer: The painting disappeared on 5 November 1998 [n1].
    kind: reported
    topics: [theft]
    reviewed: 2026-11-23

  - id: reward
    question: Is there a reward?
    phrasings:
      - how much money do finders get
      - what does the director pay for the picture
      - finders fee
      - bounty on the thief
    answer: The director offers one, and names no sum [letter:n1].
    kind: reported
    topics: [theft]
    reviewed: 2026-11-23

  - id: night-guard
    question: Who is Ada Voss?
    phrasings:
      - ada voss
      - who guarded the museum
      - name of the night guard
      - who was on duty
    answer: Ada Voss was the night guard of the museum [n2].
    kind: reported
    topics: [people]
    reviewed: 2026-11-23
""",
}

_ASKED: Final = {
    "what-was-taken": ("the stolen canvas", "what they stole", "missing picture"),
    "who-saw-it": ("a witness", "what the guard saw", "the man with the ladder"),
    "when-was-it": ("the date of the robbery", "the day of the theft", "the year it happened"),
    "reward": ("the reward money", "the finders fee", "the bounty"),
    "night-guard": ("ada voss", "the night guard", "who was on duty"),
}
_ASKING: Final = ("tell me about {}", "{} please", "anything on {}", "explain {}", "so what of {}")
_FOOD: Final = ("bread", "soup", "salad", "cake", "rice", "pasta", "pizza", "curry", "stew", "pie", "ham", "tea", "jam")
_COOKING: Final = ("how do i bake {}", "best {} in town", "who sells {} here", "is {} healthy")


def _questions() -> str:
    """Return a regression set that is large enough for the matcher to learn from."""
    answered = "".join(
        f"  - entry: {entry}\n    ask:\n"
        + "".join(f"      - {how.format(what)}\n" for what in topics for how in _ASKING)
        for entry, topics in _ASKED.items()
    )
    food = "".join(f"      - {how.format(what)}\n" for what in _FOOD for how in _COOKING)
    ladders = "      - how do i move a ladder\n      - which ladder is best for painting a house\n"
    return (
        f"goals: {{right: 50, false: 50}}\nanswered:\n{answered}"
        f"unanswered:\n  - about: off topic\n    ask:\n{food}  - about: ladders\n    ask:\n{ladders}"
    )


def write(folder: Path) -> None:
    """Write the files as they were before the first edit."""
    for name, text in {**FILES, "questions.yaml": _questions()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
