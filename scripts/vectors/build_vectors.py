"""Build a word-vector table: word vectors and a small perceptron that imitate a sentence model on short English texts.

docs/vectors.md tells what the table is, where its material comes from, and how to install what this script needs.

Method: the teacher's embeddings of all sentences are reduced to 256 dimensions. A word starts as a linear map of the
teacher's embedding of the word alone; words and perceptron are then trained so that the refined sum of a sentence's
words has the teacher's direction, and so that the likenesses within a batch are the teacher's. Words that no sentence
holds get a second linear map, from the teacher's embedding of the word to the trained vectors.
"""

import argparse
import re
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from questions import lines
from sources import read_wordnet, sentences, vocabulary
from student import Ragged, Words, train, vectors_of_unseen, write
from teacher import Teacher, listed_words

HERE = Path(__file__).parent
COMMON = HERE.parents[1] / "bot" / "matching" / "data" / "common_words.txt"


def unseen_words(trained: set[str], listed: list[str]) -> list[str]:
    """Return the words that are shipped without having been trained."""
    candidates = [*lines(HERE / "modern_words.txt"), *(word for word in listed if len(word) > 1), *lines(COMMON)]
    return list(dict.fromkeys(w for w in candidates if re.fullmatch("[a-z0-9]+", w) and w not in trained))


def build(raw: Path, work: Path, out: Path, *, epochs: int, limit: int | None) -> None:
    """Read the sources in `raw`, keep embeddings in `work`, write the table `out`."""
    wordnet = read_wordnet(raw / "package" / "dict")
    corpus = sentences(raw, wordnet)
    print("sentences:", dict(Counter(sentence.source for sentence in corpus)), flush=True)
    listed = listed_words()
    counts = vocabulary(corpus, wordnet, listed)
    names = list(counts)[:limit]
    unseen = unseen_words(set(names), listed)[:limit]
    texts = [sentence.text for sentence in corpus[:limit]]

    teacher = Teacher()
    targets = teacher.embed_in_chunks(texts, work / "sentences")
    alone = teacher.embed_in_chunks(names, work / "words").astype(np.float32)
    other = teacher.embed_in_chunks(unseen, work / "unseen").astype(np.float32)

    words = Words(names, np.array([counts[name] for name in names]), alone)
    ragged = Ragged.of(texts, names)
    net = train(words, ragged, targets, epochs)
    table = net.table()
    write(out, names + unseen, np.vstack([table, vectors_of_unseen(other, words, table, ragged)]), net)


def main() -> None:
    """Read the options and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, required=True, help="folder with the unpacked sources")
    parser.add_argument("--work", type=Path, required=True, help="folder for embeddings, kept for the next run")
    parser.add_argument("--out", type=Path, required=True, help="the table to write, .npz")
    parser.add_argument(
        "--limit", type=int, help="sentences and words to use, to try the script; give it its own --work"
    )
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    build(options.raw, options.work, options.out, epochs=options.epochs, limit=options.limit)


if __name__ == "__main__":
    main()
