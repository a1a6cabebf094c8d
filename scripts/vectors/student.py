"""The word vectors and the perceptron: their training, and the file they are written to."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import torch
from sources import tokens
from teacher import WIDTH, FloatArray
from torch.nn import functional

SEED: Final = 0
DIM: Final = 256
HIDDEN: Final = 768
GAIN: Final = 8
"""What the perceptron's input, a unit vector of small components, is multiplied by."""
BATCH: Final = 512
SORTED_BATCHES: Final = 32
"""Batches whose sentences are sorted by length together: sentences of like length waste little padding."""
MOST_WORDS: Final = 32
HELD_OUT: Final = 2_000
"""Sentences that are not trained on."""
RATE: Final = 2e-3
TAU: Final = 0.1
LIKENESS_WEIGHT: Final = 0.3
FREQUENT: Final = 1e-3
"""The share of all words at which a word's weight is halved (smooth inverse frequency, Arora et al. 2017)."""
WELL_TRAINED: Final = 8
"""Sentences that a word must stand in to serve as an example for words that stand in none."""
DISTRUST: Final = 0.8
"""Length of an unseen word's vector against a seen one's."""

IntArray = npt.NDArray[np.int64]


class Words(NamedTuple):
    """The trained words, their pseudo-counts, and the teacher's embeddings of each word alone."""

    names: Sequence[str]
    counts: npt.NDArray[np.float64]
    alone: FloatArray

    def weights(self) -> FloatArray:
        """Return the smooth inverse frequency of every word."""
        return (FREQUENT / (FREQUENT + self.counts / self.counts.sum())).astype(np.float32)

    def middle(self) -> FloatArray:
        """Return the mean of the words as they stand in texts, common ones damped."""
        mass = self.weights() * self.counts
        return ((self.alone * mass[:, None]).sum(0) / mass.sum()).astype(np.float32)


class Ragged(NamedTuple):
    """Word numbers of all texts, one after the other, and where each text starts (and the last one ends)."""

    numbers: IntArray
    ends: IntArray

    @classmethod
    def of(cls, texts: Sequence[str], names: Sequence[str]) -> "Ragged":
        """Look the known words of the texts up."""
        index = {name: number for number, name in enumerate(names)}
        found = [[index[word] for word in tokens(text) if word in index] for text in texts]
        ends = np.cumsum([0, *map(len, found)], dtype=np.int64)
        return cls(np.array([number for row in found for number in row], dtype=np.int64), ends)

    def padded(self, rows: IntArray, padding: int) -> torch.Tensor:
        """Return the word numbers of some texts, shape (texts, words), filled up with `padding`."""
        counts = self.ends[rows + 1] - self.ends[rows]
        at = np.arange(min(int(counts.max()), MOST_WORDS))
        places = np.minimum(self.ends[rows][:, None] + at, len(self.numbers) - 1)
        return torch.from_numpy(np.where(at < counts[:, None], self.numbers[places], padding))

    def batches(self, rows: IntArray, rng: np.random.Generator) -> Iterator[IntArray]:
        """Yield all `rows` but a remainder in batches of texts of like length, in random order."""
        order = rng.permutation(rows)
        found: list[IntArray] = []
        for first in range(0, len(order), BATCH * SORTED_BATCHES):
            part = order[first : first + BATCH * SORTED_BATCHES]
            part = part[np.argsort(self.ends[part + 1] - self.ends[part], kind="stable")]
            found += [part[start : start + BATCH] for start in range(0, len(part) - BATCH + 1, BATCH)]
        for number in rng.permutation(len(found)):
            yield found[number]


class Student(torch.nn.Module):
    """Sum of word vectors, made unit, plus the perceptron on it, made unit: what bot/matching/vectors.py computes."""

    def __init__(self, start: FloatArray) -> None:
        super().__init__()
        table = torch.from_numpy(np.vstack([start, np.zeros((1, DIM), dtype=np.float32)]))
        self.words = torch.nn.Embedding.from_pretrained(table, freeze=False, padding_idx=len(start), sparse=True)
        self.inner = torch.nn.Linear(DIM, HIDDEN)
        self.outer = torch.nn.Linear(HIDDEN, DIM, bias=False)
        torch.nn.init.zeros_(self.outer.weight)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the unit vectors of texts, given as padded word numbers."""
        unit = functional.normalize(self.words(ids).sum(1), dim=1)
        refined: torch.Tensor = self.outer(functional.gelu(self.inner(unit * GAIN), approximate="tanh"))
        return functional.normalize(unit + refined, dim=1)

    def table(self) -> FloatArray:
        """Return the word vectors."""
        table: FloatArray = self.words.weight.detach().numpy()[:-1]
        return table


def principal_axes(targets: npt.NDArray[np.float16]) -> FloatArray:
    """Return the axes, shape (384, 256), on which the teacher's embeddings lie best; from every fourth of them."""
    sample = targets[::4].astype(np.float32)
    return np.linalg.svd(sample.T @ sample)[0][:, :DIM].astype(np.float32)


def start_table(words: Words, ragged: Ragged, targets: npt.NDArray[np.float16], axes: FloatArray) -> FloatArray:
    """Return vectors to start from: a linear map, fitted on sentences, of the teacher's embeddings of the words."""
    size = (len(targets), len(words.names))
    ones = np.ones(len(ragged.numbers), dtype=np.float32)
    sums_of = sp.csr_matrix((ones, ragged.numbers, ragged.ends), shape=size)[::4]
    wanted = targets[::4].astype(np.float32) @ axes
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    alone = (words.alone - words.middle()) * words.weights()[:, None]
    sums = sums_of @ alone
    weight: FloatArray = np.ones((len(sums), 1), dtype=np.float32)
    linear = np.zeros((WIDTH, DIM), dtype=np.float32)
    for _ in range(3):  # sentences count alike whatever their length: weighted by one over the length of the sum
        given = sums * weight
        linear = np.linalg.solve(given.T @ given + 10 * np.eye(WIDTH), given.T @ wanted).astype(np.float32)
        weight = 1 / (np.linalg.norm(sums @ linear, axis=1, keepdims=True) + np.float32(0.05))
    start = alone @ linear
    return (start / np.linalg.norm(start[:2_000], axis=1).mean()).astype(np.float32)


def loss_of(out: torch.Tensor, aim: torch.Tensor) -> torch.Tensor:
    """Return the mean of 1 - cosine, and the divergence of the batch's similarities from the teacher's."""
    own = torch.eye(len(out), dtype=torch.bool)
    got = (out @ out.T).masked_fill(own, -9) / TAU
    wanted = (aim @ aim.T).masked_fill(own, -9) / TAU
    divergence = functional.kl_div(got.log_softmax(-1), wanted.softmax(-1), reduction="none").sum(-1).mean()
    return (1 - (out * aim).sum(1)).mean() + LIKENESS_WEIGHT * divergence


def train(words: Words, ragged: Ragged, targets: npt.NDArray[np.float16], epochs: int) -> Student:
    """Fit the student to the teacher's embeddings `targets` of the texts in `ragged`."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    axes = principal_axes(targets)
    aims = functional.normalize(torch.from_numpy(targets.astype(np.float32) @ axes), dim=1)
    net = Student(start_table(words, ragged, targets, axes))
    padding = len(words.names)
    used = np.flatnonzero(np.diff(ragged.ends))
    held, used = used[:HELD_OUT], used[HELD_OUT:]
    steps = epochs * max(1, len(used) // BATCH)

    def rate(step: int) -> float:
        return min(1.0, step / (0.05 * steps)) * max(0.02, 1 - step / steps)

    perceptron = [net.inner.weight, net.inner.bias, net.outer.weight]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.SparseAdam([net.words.weight], lr=RATE),
        torch.optim.AdamW(perceptron, lr=RATE, weight_decay=0.01),
    ]
    schedules = [torch.optim.lr_scheduler.LambdaLR(optimizer, rate) for optimizer in optimizers]
    for epoch in range(epochs):
        for rows in ragged.batches(used, rng):
            loss = loss_of(net(ragged.padded(rows, padding)), aims[rows])
            for optimizer in optimizers:
                optimizer.zero_grad()
            torch.autograd.backward(loss)
            for optimizer, schedule in zip(optimizers, schedules, strict=True):
                optimizer.step()
                schedule.step()
        with torch.no_grad():
            cosine = float((net(ragged.padded(held, padding)) * aims[held]).sum(1).mean())
        print(f"epoch {epoch}: mean cosine on held-out sentences {cosine:.4f}", flush=True)
    return net


def vectors_of_unseen(other: FloatArray, words: Words, table: FloatArray, ragged: Ragged) -> FloatArray:
    """Return vectors for words that stand in no sentence, from the teacher's embeddings `other` of them alone.

    The map is a ridge regression on rare words that stand in enough sentences.
    """
    weights, middle = words.weights(), words.middle()
    seen = np.bincount(ragged.numbers, minlength=len(words.names))
    fit = (seen >= WELL_TRAINED) & (weights > 0.5)  # rarer than FREQUENT
    given = (words.alone[fit] - middle) * weights[fit, None]
    linear = np.linalg.solve(given.T @ given + 20 * np.eye(WIDTH), given.T @ table[fit])
    out = (other - middle) @ linear
    length = np.linalg.norm(table[fit], axis=1).mean() / np.linalg.norm(out, axis=1).mean()
    return (DISTRUST * length * out).astype(np.float32)


def quantised(table: FloatArray) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
    """Return four bits a component (its value plus 8, two to a byte), and a scale a word.

    Each word's largest components are clipped where that loses least.
    """
    least = np.full(len(table), np.inf)
    scales = np.zeros(len(table), dtype=np.float32)
    for clip in np.linspace(0.5, 1, 11):
        scale = np.maximum((clip * np.abs(table).max(1) / 7).astype(np.float16).astype(np.float32), np.float32(1e-4))
        loss = ((np.clip(np.rint(table / scale[:, None]), -7, 7) * scale[:, None] - table) ** 2).sum(1)
        better = loss < least
        least[better], scales[better] = loss[better], scale[better]
    rows = (np.clip(np.rint(table / scales[:, None]), -7, 7) + 8).astype(np.uint8)
    return rows[:, : DIM // 2] | (rows[:, DIM // 2 :] << 4), scales.astype(np.float16)


def write(path: Path, names: Sequence[str], table: FloatArray, net: Student) -> None:
    """Write the file that bot/matching/vectors.py reads; the perceptron's GAIN is folded into it."""
    rows, scales = quantised(table)
    np.savez(
        path,
        words=np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        rows=rows,
        scales=scales,
        inner=(GAIN * net.inner.weight.T).detach().numpy().astype(np.float16),
        bias=net.inner.bias.detach().numpy().astype(np.float16),
        outer=net.outer.weight.T.detach().numpy().astype(np.float16),
    )
