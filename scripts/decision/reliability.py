"""Print how far the decision's chances can be trusted: `python scripts/decision/reliability.py`.

Asks the FAQs of tests/data/bases/unseen, from which nothing is learnt, with three phrasings an entry: half of the
messages each must answer, half it must not. For each range of the chance it prints how often the best entry was right,
and the expected calibration error: the mean distance of the two (Naeini et al. 2015).
"""

from pathlib import Path
from typing import Final

import numpy as np
from fit import ROOT, Faq, small_faqs

from bot.matching.matcher import Matcher

UNSEEN: Final = Path("tests/data/bases/unseen")
BINS: Final = 10


def chances(faq: Faq) -> list[tuple[float, bool]]:
    """Return the chance of each message's best entry, 0..1, and whether it is the right one."""
    matcher = Matcher(faq.targets, faq.lexicon)
    ranked = [(matcher.rank(text, 1), entry) for text, entry in faq.asked]
    return [(best[0].score, best[0].entry == entry) for best, entry in ranked if best]


def main() -> None:
    """Ask all, and print the table."""
    found = [each for faq in small_faqs(ROOT / UNSEEN, (3,)) for each in chances(faq)]
    chance, right = (np.array(column) for column in zip(*found, strict=True))
    number = np.minimum((chance * BINS).astype(int), BINS - 1)
    error = 0.0
    print("| chance | messages | mean chance | right |\n| --- | ---: | ---: | ---: |")
    for at in range(BINS):
        among = number == at
        if among.any():
            mean, share = chance[among].mean(), right[among].mean()
            error += among.mean() * abs(mean - share)
            print(f"| {at / BINS:.1f} to {(at + 1) / BINS:.1f} | {among.sum()} | {mean:.2f} | {share:.2f} |")
    print(f"\nExpected calibration error: {error:.3f} over {len(found)} messages.")


if __name__ == "__main__":
    main()
