"""The tables, line by line as they are measured."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from shutil import copytree
from tempfile import TemporaryDirectory

from bot.answering.answerer import Answerer
from bot.knowledge.load import load
from tests.benchmarks import hostile, synthetic
from tests.benchmarks.contenders import BUILDERS, HOSTILE, PEER, PREFIX, QUESTION, completing
from tests.benchmarks.measure import Timing, interleaved, memory_in_own_process, run, timed

BATCH_LINES = 5
"""Lines given to ``casebot ask --batch`` for each question that is timed."""
_SLOW = 10_000
"""Phrasings from which fewer questions are asked, that rapidfuzz may come to an end."""
_CALLS = {
    QUESTION: ("rank", "extractOne WRatio"),
    PREFIX: ("autocomplete, 25 of a prefix", "extract WRatio, 25 of a prefix"),
    HOSTILE: ("decide, 4,000 characters", "extractOne WRatio, 4,000 characters"),
}


def sizes(wanted: Sequence[int], questions: int, knowledge: Path) -> Iterator[str]:
    """Compare the matcher with rapidfuzz on synthetic FAQs."""
    material = synthetic.phrasings(load(knowledge))
    for build in BUILDERS.values():
        build(synthetic.faq(material, synthetic.SMALL))
    for size in wanted:
        faq = synthetic.faq(material, size)
        count = questions // (1 if size < _SLOW else 2 if size == _SLOW else 4) or 1
        yield f"\n### {size:,} phrasings, {len(faq):,} entries, {count} questions\n\n"
        yield from _row("", "p50", "p99", "p50 / rapidfuzz's", "load", "memory", "peak")
        yield from _row("---", *["---:"] * 6)
        built = {name: timed(partial(build, faq)) for name, build in BUILDERS.items()}
        memory = {name: memory_in_own_process(name, size, knowledge) for name in BUILDERS}
        asked = {
            QUESTION: synthetic.questions(faq, count),
            PREFIX: synthetic.prefixes(faq, count),
            HOSTILE: _hostile(list(faq.values())),
        }
        for kind, calls in _CALLS.items():
            timed_ones = {
                name: contender[kind]
                for name, (contender, _) in built.items()
                if kind != HOSTILE or name == "Matcher" or size < _SLOW  # rapidfuzz takes many seconds a message.
            }
            timings = interleaved(timed_ones, asked[kind])
            for (name, timing), call in zip(timings.items(), calls, strict=False):
                yield from _row(
                    f"{name}: {call}",
                    *_milliseconds(timing),
                    f"{timing.p50 / timings['rapidfuzz'].p50:.3f}" if "rapidfuzz" in timings else "",
                    f"{built[name][1]:.2f} s",
                    f"{memory[name].growth / 1e6:.0f} MB",
                    f"{memory[name].peak / 1e6:.0f} MB",
                )


def names(count: int, questions: int) -> Iterator[str]:
    """Compare completing a name with rapidfuzz, of so many people."""
    people = synthetic.people(count)
    typed = synthetic.prefixes({person.id: (person.name, *person.handles) for person in people}, questions)
    timings = interleaved(completing(people), typed)
    yield f"\n### {count:,} people, {questions} beginnings of names\n\n"
    yield from _row("", "p50", "p99", "p50 / rapidfuzz's")
    yield from _row("---", *["---:"] * 3)
    for name, timing in timings.items():
        yield from _row(name, *_milliseconds(timing), f"{timing.p50 / timings[PEER].p50:.3f}")


def whole(questions: int, knowledge: Path) -> Iterator[str]:
    """Measure what members wait for: the answerer with all of a knowledge folder, and the command line."""
    base, reading = timed(lambda: load(knowledge))
    answerer, building = timed(lambda: Answerer(base))
    with TemporaryDirectory() as folder:
        Answerer(base, cache=Path(folder))
        _, cached = timed(lambda: Answerer(base, cache=Path(folder)))
    phrasings = sum(map(len, synthetic.phrasings(base)))
    known = [text for group in base.questions.answered for text in group.ask]
    known += [text for group in base.questions.unanswered for text in group.ask]
    random = Random(4)  # noqa: S311
    random.shuffle(known)
    asked = [
        synthetic.slip(text, random) if at % 2 else text for at, text in enumerate(islice(cycle(known), questions))
    ]
    typed = synthetic.prefixes({str(at): texts for at, texts in enumerate(synthetic.phrasings(base))}, questions)
    counted = f"{phrasings:,} phrasings, {len(base.entries):,} entries, {len(known):,} questions"
    yield f"\n### {knowledge.name}/: {counted}\n\n"
    yield from _row("", "p50", "p99", "whole")
    yield from _row("---", *["---:"] * 3)
    yield from _row("load: files", "", "", f"{reading:.2f} s")
    yield from _row("load: Answerer", "", "", f"{building:.2f} s")
    yield from _row("load: Answerer, from the cache", "", "", f"{cached:.2f} s")
    yield from _row("Answerer.answer", *_milliseconds(interleaved({"": answerer.answer}, asked)[""]), "")
    slowest = _milliseconds(interleaved({"": answerer.answer}, _hostile(synthetic.phrasings(base)))[""])
    yield from _row("Answerer.answer, 4,000 characters", *slowest, "")
    yield from _row("Answerer.complete", *_milliseconds(interleaved({"": answerer.complete}, typed)[""]), "")
    with TemporaryDirectory() as folder:
        # A copy: starting opens the desk, which keeps a history in the folder.
        copied = copytree(knowledge, Path(folder) / "knowledge")
        start = [sys.executable, "-m", "tests.benchmarks.start", str(copied), folder]
        yield from _row("casebot run, until it could log in, something changed", "", "", f"{run(start)[1]:.2f} s")
        yield from _row("casebot run, until it could log in, nothing changed", "", "", f"{run(start)[1]:.2f} s")
    lines = BATCH_LINES * questions
    seconds = _batch(list(islice(cycle(asked), lines)), knowledge)
    yield from _row(
        f"casebot ask --batch, {lines:,} lines, start included", "", "", f"{lines / seconds:.0f} questions/s"
    )


def _hostile(phrasings: Sequence[Sequence[str]]) -> list[str]:
    """Return a message of every hostile kind."""
    return list(hostile.messages([phrasing for of_entry in phrasings for phrasing in of_entry]).values())


def _batch(texts: Sequence[str], knowledge: Path) -> float:
    """Return the seconds that ``casebot ask --batch`` takes from its start to its end, with nothing changed before."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "questions.jsonl"
        lines = [json.dumps({"id": str(at), "text": text}) for at, text in enumerate(texts)]
        file.write_text("\n".join(lines), "utf-8")
        command = [sys.executable, "-m", "bot", "--knowledge", str(knowledge.resolve()), "ask", "--batch", str(file)]
        run([*command[:-1], os.devnull])  # What the matcher learns is kept.
        printed, seconds = run(command)
    if len(printed.splitlines()) != len(texts):
        message = "casebot ask --batch has not answered every line"
        raise RuntimeError(message)
    return seconds


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |\n"


def _milliseconds(timing: Timing) -> tuple[str, str]:
    return f"{1000 * timing.p50:.2f} ms", f"{1000 * timing.p99:.2f} ms"
