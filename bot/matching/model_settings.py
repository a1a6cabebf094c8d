"""How a sentence model wants to be used, as its folder says.

The files are those that sentence-transformers writes beside a model. All may be missing; then the defaults hold, which
are those of all-MiniLM-L6-v2.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from bot.matching.minilm import MOST_TOKENS

_POOLINGS: Final[Mapping[str, Literal["mean", "cls"]]] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
}
_UNDERSTOOD: Final = frozenset({"Transformer", "Pooling", "Normalize"})
"""Kinds of modules; vectors are always brought to unit length here."""
_PROMPT: Final = "query"
"""Whose prefix is taken where no prompt is the default: what is compared here are questions."""


class ModelSettingsError(ValueError):
    """The folder of a model asks for something that is not supported here; the text says what."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How to make a vector of a text.

    Attributes:
        pooling: what the vector is: the mean of the tokens' hidden states, or that of the first.
        most_tokens: how many tokens of a text count.
        prefix: what is put before each text.
    """

    pooling: Literal["mean", "cls"] = "mean"
    most_tokens: int = MOST_TOKENS
    prefix: str = ""


def read_settings(folder: Path) -> ModelSettings:
    """Read the settings in a folder.

    Raises:
        ModelSettingsError: a file is damaged, or asks for something that is not supported here.
        OSError: a file cannot be read.
    """
    modules = _read(folder / "modules.json", list)
    for module in modules:
        kind = str(_field(module, "type", str, folder / "modules.json") or "").rpartition(".")[2]
        if kind not in _UNDERSTOOD:
            message = (
                f"modules.json names a module of the kind {kind}; only {', '.join(sorted(_UNDERSTOOD))} are supported"
            )
            raise ModelSettingsError(message)
    prefix = _prefix(folder / "config_sentence_transformers.json")
    return ModelSettings(
        _pooling(folder / "1_Pooling" / "config.json", prefix),
        _most_tokens(folder / "sentence_bert_config.json"),
        prefix,
    )


def _pooling(path: Path, prefix: str) -> Literal["mean", "cls"]:
    read = _read(path, dict)
    if not read:
        return "mean"
    chosen = sorted(name for name, on in read.items() if name.startswith("pooling_mode") and on)
    if len(chosen) != 1 or chosen[0] not in _POOLINGS:
        message = f"{path} asks for {' and '.join(chosen) or 'no pooling'}; {' or '.join(_POOLINGS)} is supported"
        raise ModelSettingsError(message)
    if prefix and read.get("include_prompt") is False:
        message = f"{path} leaves the prefix out of the vector (include_prompt), which is not supported"
        raise ModelSettingsError(message)
    return _POOLINGS[chosen[0]]


def _most_tokens(path: Path) -> int:
    most = _field(_read(path, dict), "max_seq_length", int, path)
    if most is None:
        return MOST_TOKENS
    if most < 1:
        message = f"{path}: max_seq_length is {most}"
        raise ModelSettingsError(message)
    return int(most)


def _prefix(path: Path) -> str:
    read = _read(path, dict)
    prompts = _field(read, "prompts", dict, path) or {}
    default = _field(read, "default_prompt_name", str, path)
    if default is not None and default not in prompts:
        message = f"{path}: default_prompt_name is {default!r}, which prompts lacks"
        raise ModelSettingsError(message)
    return str(_field(prompts, default or _PROMPT, str, path) or "")


def _read(path: Path, kind: type) -> Any:  # noqa: ANN401 (parsed JSON, checked field by field)
    """Return what a file holds, which must be of this kind; an empty one if there is no file."""
    if not path.exists():
        return kind()
    try:
        read = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        message = f"{path} is not JSON: {error}"
        raise ModelSettingsError(message) from error
    if not isinstance(read, kind):
        message = f"{path} holds no {'list' if kind is list else 'object'}"
        raise ModelSettingsError(message)
    return read


def _field(read: object, name: str, kind: type, path: Path) -> Any:  # noqa: ANN401 (as above)
    """Return a field, which must be of this kind; None if it is missing or null."""
    value = read.get(name) if isinstance(read, dict) else None
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        message = f"{path}: {name} is {value!r}"
        raise ModelSettingsError(message)
    return value
