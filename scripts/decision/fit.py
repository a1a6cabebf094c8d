"""Fit what the matcher knows of every FAQ: `python scripts/decision/fit.py [--bench FOLDER] [--tier TIER]`.

Learns from the FAQs of tests/data/bases/learnt, with one and with three phrasings an entry, from the project's own FAQ,
whole and with few phrasings, and from public data sets, if FOLDER has the module that reads them. Writes
bot/matching/data/decision.json. Takes minutes. The tier `semantic` needs the sentence model, which is fetched.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, get_args

import numpy as np
import numpy.typing as npt
import yaml

from bot.answering.answerer import calibration, lexicon, targets
from bot.folders import cache_dir
from bot.knowledge.load import load
from bot.matching import decision, logistic, reranker
from bot.matching.matcher import SUGGESTIONS, Matcher
from bot.matching.scoring import Evidence
from bot.matching.sentence_model import sentence_vectors
from bot.matching.types import Lexicon, Target, Tier
from bot.matching.vector_cache import LearningEncoder

ROOT: Final = Path(__file__).parents[2]
DATA: Final = ROOT / "bot/matching/data/decision.json"
RERANKER_PENALTY: Final = 30.0
DECISION_PENALTY: Final = 10.0
EXAMPLES: Final = 300
"""For which each FAQ counts, however many questions are known of it."""
FALSE_ANSWERS: Final = 0.07
FALSE_OFFERS: Final = 0.5
"""Shares of what members write near a FAQ without an answer there that may be answered, and that may be offered one."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Faq:
    """A FAQ and questions of known outcome: with an entry's id, None for what must not be answered."""

    name: str
    targets: tuple[Target, ...]
    lexicon: Lexicon
    asked: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its evidence; `place` is the right entry's among those compared, -1 if it is not there."""

    evidence: Evidence
    place: int
    covered: bool


def small_faqs(folder: Path, phrasings: Sequence[int]) -> Iterator[Faq]:
    """Yield the FAQs of a folder, with as many phrasings an entry as told."""
    for path in sorted(folder.glob("*.yaml")):
        if path.name.count(".") > 1:
            continue
        base = yaml.safe_load(path.read_text("utf-8"))
        asked = yaml.safe_load(path.with_suffix(".ask.yaml").read_text("utf-8"))
        questions = (
            *((str(item["q"]), str(item["entry"])) for item in asked["answerable"]),
            *((str(item["q"]), None) for item in asked["other"]),
        )
        for count in phrasings:
            known = tuple(
                Target(entry["id"], tuple(map(str, entry["phrasings"][:count])), answer=str(entry["answer"]))
                for entry in base["entries"]
            )
            yield Faq(path.stem, known, Lexicon(), questions)


def own_faq() -> Iterator[Faq]:
    """Yield the project's FAQ with its regression set: whole, and with three and eight phrasings an entry."""
    base = load(ROOT / "knowledge")
    draw = random.Random(1)  # noqa: S311
    questions = list(calibration(base).questions)
    draw.shuffle(questions)
    others = [each for each in questions if each[1] is None][:600]
    asked = (*(each for each in questions if each[1] is not None), *others)
    for count in (None, 3, 8):
        few = [
            replace(
                target,
                phrasings=target.phrasings[:1]
                + tuple(draw.sample(target.phrasings[1:], min(len(target.phrasings) - 1, (count or 10**6) - 1))),
            )
            for target in targets(base)
        ]
        yield Faq("own", tuple(few), lexicon(base), asked)


def public_faqs(folder: Path) -> Iterator[Faq]:
    """Yield public intent data sets as FAQs, with 1 to 40 phrasings an entry; by their development queries."""
    sys.path.insert(0, str(folder))
    import data  # type: ignore[import-not-found]  # noqa: PLC0415 (a module of that folder)

    for name in ("clinc150", "stackfaq_heldout", "hint3_curekart"):
        for count in (1, 3, 5, 40):
            read = data.load(name, count)
            draw = random.Random(7)  # noqa: S311
            asked = list(read["dev"] or read["queries"]), [(text, None) for text in read["dev_oos"] or read["oos"]]
            for part in asked:
                draw.shuffle(part)
            known = tuple(Target(entry, tuple(phrasings)) for entry, phrasings in read["entries"].items())
            yield Faq(name, known, Lexicon(), (*asked[0][:200], *asked[1][:200]))


def examples(faq: Faq, tier: Tier, encoder: LearningEncoder | None) -> list[Example]:
    """Return a FAQ's questions with their evidence."""
    matcher = Matcher(faq.targets, faq.lexicon, encoder=encoder, lexical_only=tier == "lexical")
    ids = [target.id for target in sorted(faq.targets, key=lambda target: target.id)]
    found = []
    for text, entry in faq.asked:
        _, evidence = matcher._understood(text)  # noqa: SLF001 (what it goes by is what is fitted)
        if evidence and not evidence.verbatim:
            best = [ids[number] for number in evidence.entries[: len(evidence.compared.figures)]]
            place = best.index(entry) if entry in best else -1
            found.append(Example(evidence, place, entry is not None))
    return found


def fit_reranker(faqs: Sequence[Sequence[Example]]) -> Doubles:
    """Return the weights under which the right entries are likeliest, by Newton's method; each FAQ counts the same."""
    chosen = [
        [(each.evidence.compared.rows.astype(np.float64), each.place) for each in faq if each.place >= 0]
        for faq in faqs
    ]
    rows = np.vstack([row for faq in chosen for row, _ in faq])
    spread = rows.std(axis=0) + 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(12):
        slope = RERANKER_PENALTY * weights
        curve = RERANKER_PENALTY * np.eye(len(weights))
        for faq in chosen:
            share = EXAMPLES / len(faq)
            for row, place in faq:
                scaled = row / spread
                logits = scaled @ weights
                odds = np.exp(logits - logits.max())
                odds /= odds.sum()
                mean = odds @ scaled
                slope -= share * (scaled[place] - mean)
                apart = scaled - mean
                curve += share * (apart * odds[:, None]).T @ apart
        weights -= np.linalg.solve(curve, slope)
    return np.asarray(weights / spread)


def fit_decision(faqs: Sequence[Sequence[Example]]) -> dict[str, object]:
    """Return the decision's weights and thresholds; each FAQ counts the same, as do its two kinds of questions."""
    every = [(each, EXAMPLES / 2 / sum(other.covered is each.covered for other in faq)) for faq in faqs for each in faq]
    rows = np.array([each.evidence.figures for each, _ in every], dtype=np.float64)
    importance = np.array([share for _, share in every])
    middle, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-3)
    scaled = np.hstack([(rows - middle) / spread, np.ones((len(rows), 1))])
    certainty = np.append(np.full(rows.shape[1], DECISION_PENALTY), 1e-6)
    none = np.zeros(scaled.shape[1])
    right = np.array([each.place == 0 for each, _ in every])
    offered = np.array([0 <= each.place < SUGGESTIONS for each, _ in every])
    answer = logistic.fit(scaled, right, importance, none, certainty)
    offer = logistic.fit(scaled, offered, importance, none, certainty)
    outside = np.array([not each.covered for each, _ in every])
    return {
        "middle": middle.round(5).tolist(),
        "spread": spread.round(5).tolist(),
        "answer": answer.round(5).tolist(),
        "offer": offer.round(5).tolist(),
        "thresholds": {
            "answer": round(
                _exceeded(logistic.probability(scaled @ answer)[outside], importance[outside], FALSE_ANSWERS), 3
            ),
            "suggest": round(
                _exceeded(logistic.probability(scaled @ offer)[outside], importance[outside], FALSE_OFFERS), 3
            ),
            "lead": 0.15,
        },
    }


def _exceeded(chances: Doubles, importance: Doubles, share: float) -> float:
    """Return the chance that a `share` of the questions, by their importance, exceeds."""
    order = np.argsort(-chances)
    return float(chances[order][np.searchsorted(np.cumsum(importance[order]) / importance.sum(), share)])


def main() -> None:
    """Fit in three steps, each of which uses what the one before has written."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bench", type=Path)
    options.add_argument("--tier", choices=get_args(Tier), help="only this one; the others stay as they are")
    chosen = options.parse_args()
    faqs = [
        *small_faqs(ROOT / "tests/data/bases/learnt", (1, 3)),
        *own_faq(),
        *(public_faqs(chosen.bench) if chosen.bench else ()),
    ]
    for tier in [chosen.tier] if chosen.tier else get_args(Tier):
        width = len(decision.FIGURES)
        learnt = json.loads(DATA.read_text("utf-8")) if DATA.exists() else {}
        first = {
            "middle": [0.0] * width,
            "spread": [1.0] * width,
            "answer": [0.0] * (width + 1),
            "offer": [0.0] * (width + 1),
            "thresholds": {"answer": 0.5, "suggest": 0.2, "lead": 0.15},
        }
        # At first, entries keep the order of their probabilities.
        by_probability = [0.0] * (2 * len(reranker.FIGURES))
        by_probability[len(reranker.FIGURES)] = 1.0
        learnt[tier] = {"reranker": by_probability, **first}
        encoder = _sentence_model() if tier == "semantic" else None
        for fit in (fit_reranker, fit_decision):
            _write(learnt)
            known = [examples(faq, tier, encoder) for faq in faqs]
            if fit is fit_reranker:
                learnt[tier]["reranker"] = fit_reranker(known).round(4).tolist()
            else:
                learnt[tier] |= fit_decision(known)
        _write(learnt)
        if encoder:
            encoder.close()


def _sentence_model() -> LearningEncoder:
    """Return the sentence model, with the vectors that it had the last time."""
    cache = cache_dir()
    encoder = sentence_vectors(None, cache=cache)
    if cache is None or encoder is None:
        sys.exit("There is no sentence model to fit the tier with.")
    return LearningEncoder(encoder, cache / "decision")


def _write(learnt: dict[str, object]) -> None:
    DATA.write_text(json.dumps(learnt, indent=1) + "\n", encoding="utf-8")
    decision.default.cache_clear()


if __name__ == "__main__":
    main()
