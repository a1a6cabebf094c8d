"""The third tier, optional: sentence vectors of a small transformer, computed on the CPU by ONNX Runtime.

Needs `pip install casebot[semantic]`. The model is all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych 2019), or
any other folder with `model.onnx` (BERT's inputs, last hidden state first among the outputs) and `tokenizer.json`.
Whatever is wrong with it, :func:`sentence_vectors` says so once in the log and the static vectors go on.
"""

import logging
import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final, final

import numpy as np

from bot.matching.corpus import FloatArray
from bot.matching.model_download import MINILM, HubError, RemoteModel, fetch
from bot.matching.vectors import Encoder, JoinedVectors, static_vectors

MODEL: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
MOST_TOKENS: Final = 128
"""Tokens of a text that count; all-MiniLM-L6-v2 was trained on texts of 128."""
WEIGHT: Final = 0.7
"""Of the sentence model; the rest is the word vectors'."""
SHARE: Final = 0.85
"""Of both in the fused similarity.

Chosen on the development questions of the bench (top-1 with 1 and 5 phrasings, with 5 and two slips, AUROC): as here
67.7, 84.2, 79.8, 88.2; the sentence model without the word vectors 67.3, 84.1, 79.5, 88.3; the word vectors alone 60.6,
81.6, 77.4, 86.1. Other weights from .6 to .8 and shares from .75 to .9 differ by some tenths. With weights of 8 bits
66.3, 84.2, 80.1, 87.9. Encoding the question as typed instead of as read 67.9, 84.7, 71.7, 88.2.
"""
_BATCH: Final = 32
_RECENT: Final = 8_192
"""Texts whose vectors are remembered (12 MB): a reload of the knowledge encodes what has changed alone."""
_PROBES: Final = ("a", "word " * MOST_TOKENS)

_log = logging.getLogger(__name__)


class SemanticError(Exception):
    """There is no usable sentence model; the text says why."""


def sentence_vectors(folder: Path | None, *, model: RemoteModel = MINILM, cache: Path | None = None) -> Encoder | None:
    """Return the sentence model in `folder` joined with the word vectors, ready for a matcher.

    Without a folder it is `model` from the hub, kept in `cache`; None where there is no such place.

    Never raises: whatever is wrong, it logs one warning and returns None. Takes seconds; up to `hub.TIMEOUT` more the
    first time, when the model is fetched.
    """
    try:
        _require_libraries()  # before 90 MB are fetched in vain
        sentences = SentenceEncoder(folder or fetch(model, cache))
    except (HubError, SemanticError) as error:
        _log.warning("No sentence model; the word vectors go on alone: %s", error)
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
        message = f"{error}. Mend: pip install 'casebot[semantic]'"
        raise SemanticError(message) from error


@final
class SentenceEncoder:
    """A sentence model; safe to share between threads."""

    share: Final = SHARE

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
            for name in (TOKENIZER, MODEL):
                (folder / name).stat()  # whose error, unlike the libraries', names the file
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._tokenizer.enable_truncation(MOST_TOKENS)
            self._tokenizer.enable_padding()
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
            self._inputs = frozenset(declared.name for declared in self._session.get_inputs())
            probed = self._encoded(_PROBES)
        except Exception as error:  # (neither library tells its exceptions apart from Exception)
            message = f"the model in {folder} cannot be used: {error}"
            raise SemanticError(message) from error
        if not (np.isfinite(probed).all() and probed.any(axis=1).all()):
            message = f"the model in {folder} cannot be used: its vectors are not numbers"
            raise SemanticError(message)
        self._dimensions: Final = probed.shape[1]

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
        # Side by side with texts of their own length, so that little is padded.
        new = sorted(missing, key=len)
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            vectors = self._encoded(batch)
            for text, vector in zip(batch, vectors, strict=True):
                out[missing[text]] = vector
            self._remember(batch, vectors)
        return out

    def _remember(self, texts: Sequence[str], vectors: FloatArray) -> None:
        with self._lock:
            self._recent.update(zip(texts, vectors, strict=True))
            while len(self._recent) > _RECENT:
                self._recent.popitem(last=False)

    def _encoded(self, texts: Sequence[str]) -> FloatArray:
        """Return the mean of the tokens' last hidden states, at unit length. Raises ValueError if there are none."""
        tokens = self._tokenizer.encode_batch(list(texts))
        mask = np.array([encoding.attention_mask for encoding in tokens], dtype=np.int64)
        feeds = {
            "input_ids": np.array([encoding.ids for encoding in tokens], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        hidden = self._session.run(None, {name: feed for name, feed in feeds.items() if name in self._inputs})[0]
        if hidden.ndim != 3 or hidden.shape[:2] != mask.shape:  # noqa: PLR2004
            message = f"its first output has shape {hidden.shape} for tokens {mask.shape}: no hidden states"
            raise ValueError(message)
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        unit: FloatArray = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), np.float32(1e-9))
        return unit
