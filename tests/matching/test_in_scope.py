"""What the FAQ is about, told from what it is not."""

import numpy as np
import pytest

from bot.matching.in_scope import Scope, _terms
from tests.matching.tools import FOOD, TOOLS


def test_the_scope_tells_sides_apart_and_scores_questions_as_if_it_had_not_seen_them() -> None:
    phrasings = [f"use the {tool} now".split() for tool in TOOLS[::2]]
    covered = [f"use the {tool} now".split() for tool in TOOLS[1::2]]
    outside = [f"eat the {food} now".split() for food in FOOD]
    general = [["what", "is", "the", "weather"]]
    without = [np.zeros((count, 0), dtype=np.float32) for count in (len(phrasings), len(covered) + len(outside), 1)]
    sides = [True] * len(covered) + [False] * len(outside)
    scope, unseen = Scope.fitted(phrasings, [*covered, *outside], sides, general, without)
    nothing = np.zeros(0, dtype=np.float32)
    assert scope.score(["use", "the", "anvil"], nothing) > 0 > scope.score(["eat", "the", "ham"], nothing)
    seen = [scope.score(text, nothing) for text in (*covered, *outside)]
    assert len(unseen) == len(seen)
    assert all((score > other) is side for score, other, side in zip(seen, unseen.tolist(), sides, strict=True))


def test_the_scope_goes_by_the_order_of_words_too() -> None:
    phrasings = [f"how did {tool} break".split() for tool in TOOLS]
    outside = [f"did how {tool} break".split() for tool in TOOLS]
    without = [np.zeros((count, 0), dtype=np.float32) for count in (len(TOOLS), 0, len(TOOLS))]
    scope, _ = Scope.fitted(phrasings, [], [], outside, without)
    nothing = np.zeros(0, dtype=np.float32)
    inside, other = (scope.score(text.split(), nothing) for text in ("how did anvil break", "did how anvil break"))
    assert inside > other


def test_general_messages_alone_show_what_is_outside() -> None:
    phrasings = [f"use the {tool} now".split() for tool in TOOLS]
    general = [f"eat the {food} now".split() for food in FOOD]
    without = [np.zeros((count, 0), dtype=np.float32) for count in (len(phrasings), 0, len(general))]
    scope, unseen = Scope.fitted(phrasings, [], [], general, without)
    nothing = np.zeros(0, dtype=np.float32)
    assert scope.score(["use", "the", "anvil"], nothing) > scope.score(["eat", "the", "ham"], nothing)
    assert not len(unseen)


def test_one_text_scores_as_it_does_among_many() -> None:
    phrasings = [f"use the {tool} now".split() for tool in TOOLS]
    known = [f"eat the {food} now".split() for food in FOOD]
    vectors = np.random.default_rng(0).standard_normal((20, 4)).astype(np.float32)
    scope, _unseen = Scope.fitted(phrasings, known, [False] * 10, [], [vectors[:10], vectors[10:], vectors[20:]])
    texts = [*known, ["anvil"]]
    rows = scope._rows([_terms(text) for text in texts], [vectors[9:]])  # noqa: SLF001 (the two must agree)
    together = rows.times(scope.weights.direction[:, None])[:, 0]
    assert [scope.score(text, vector) for text, vector in zip(texts, vectors[9:], strict=True)] == pytest.approx(
        together.tolist(), abs=1e-5
    )
