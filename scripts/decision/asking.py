"""Fit the classifier of `bot.matching.asking`: `python scripts/decision/asking.py`.

Learns from asks.txt and asks_nothing.txt beside it, and from the FAQs of tests/data/bases/learnt: their phrasings, and
what members asked of them or said near them. Writes bot/matching/data/asking.tsv. Takes a minute.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import yaml

from bot.matching import logistic
from bot.matching.asking import features
from bot.matching.questions import ASKING_WORDS

ROOT: Final = Path(__file__).parents[2]
FEWEST: Final = 3
"""Texts that show a feature, below which it is left out."""
PENALTY: Final = 2.0
MIXED: Final = 3_000
"""Messages that say something first or last, and ask: "i wasnt even born, what year was this"."""
MIXED_IMPORTANCE: Final = 0.5
LONGEST_REMARK: Final = 9
"""Words of what is said beside the question."""
_ASK: Final = {"near": True, "far": True, "statement": False, "chat": False}
"""Whether messages of a kind ask; of those to the bot itself, some do and some do not."""


def examples() -> list[tuple[str, bool, float]]:
    """Return texts, whether they ask, and how much each counts."""
    found = []
    for name, asks, importance in (("asks", True, 1.0), ("asks_nothing", False, 1.3)):
        found += [
            (line, asks, importance) for line in (Path(__file__).with_name(f"{name}.txt")).read_text().splitlines()
        ]
    for path in sorted((ROOT / "tests/data/bases/learnt").glob("*.yaml")):
        base = yaml.safe_load(path.read_text("utf-8"))
        if "entries" in base:
            phrasings = [str(phrasing) for entry in base["entries"] for phrasing in entry["phrasings"]]
            # Members seldom type the mark.
            found += [(text, True, 0.1) for each in phrasings for text in (each, each.replace("?", ""))]
        else:
            found += [(str(item["q"]), True, 0.7) for item in base["answerable"]]
            kinds = [(str(item["q"]), _ASK.get(item["kind"])) for item in base["other"]]
            found += [(text, asks, 0.7 if asks else 1.5) for text, asks in kinds if asks is not None]
    return [*found, *((text, True, MIXED_IMPORTANCE) for text in mixed(found))]


def mixed(found: Sequence[tuple[str, bool, float]]) -> Iterator[str]:
    """Yield messages made of one that asks and one that does not, as members type them without a mark."""
    draw = random.Random(5)  # noqa: S311 (no secret)
    asked = [
        text.replace("?", "").strip() for text, asks, _ in found if asks and text.split()[0].lower() in ASKING_WORDS
    ]
    said = [text.rstrip(" .!") for text, asks, _ in found if not asks and len(text.split()) <= LONGEST_REMARK]
    for _ in range(MIXED):
        question, remark = draw.choice(asked), draw.choice(said)
        between = draw.choice((" ", ", ", " ", " but ", ". "))
        yield between.join(draw.choice(((remark, question), (remark, question), (question, remark))))


def matrix(texts: Sequence[str], seen: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return which text shows which feature, with a column of ones at the end."""
    number = {feature: at for at, feature in enumerate(seen)}
    rows = np.zeros((len(texts), len(seen) + 1))
    rows[:, -1] = 1
    for row, text in zip(rows, texts, strict=True):
        row[[number[feature] for feature in set(features(text)) if feature in number]] = 1
    return rows


def main() -> None:
    """Fit, and write the weights."""
    texts, asks, importance = zip(*examples(), strict=True)
    counts = Counter(feature for text in texts for feature in set(features(text)))
    seen = sorted(feature for feature, texts_of in counts.items() if texts_of >= FEWEST)
    rows = matrix(texts, seen)
    certainty = np.full(len(seen) + 1, PENALTY)
    certainty[-1] = 1e-6
    weights = logistic.fit(rows, np.array(asks), np.array(importance), np.zeros(len(seen) + 1), certainty)
    lines = [
        f"\t{weights[-1]:.3f}",
        *(f"{feature}\t{weight:.3f}" for feature, weight in zip(seen, weights, strict=False)),
    ]
    (ROOT / "bot/matching/data/asking.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
