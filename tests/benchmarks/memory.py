"""``python -m tests.benchmarks.memory CONTENDER SIZE KNOWLEDGE``: prints growth and peak in bytes; one a process."""

import gc
import sys
from pathlib import Path

from bot.knowledge.load import load
from tests.benchmarks import synthetic
from tests.benchmarks.contenders import BUILDERS, PREFIX, QUESTION
from tests.benchmarks.measure import memory_of_this_process


def main(contender: str, size: int, knowledge: Path) -> None:
    """Build and ask once; print the growth of this process and the most it ever took."""
    build = BUILDERS[contender]
    material = synthetic.phrasings(load(knowledge))
    small = synthetic.faq(material, synthetic.SMALL)
    build(small)[QUESTION](synthetic.questions(small, 1)[0])
    faq = synthetic.faq(material, size)
    question, prefix = synthetic.questions(faq, 1)[0], synthetic.prefixes(faq, 1)[0]
    gc.collect()
    before, _ = memory_of_this_process()
    built = build(faq)
    built[QUESTION](question)
    built[PREFIX](prefix)
    gc.collect()
    after, most = memory_of_this_process()
    sys.stdout.write(f"{after - before} {most}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
