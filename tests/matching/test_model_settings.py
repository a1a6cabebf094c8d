"""A folder brings another sentence model, and says how it wants to be used."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.matching.corpus import FloatArray
from bot.matching.model_settings import ModelSettings, ModelSettingsError, read_settings
from bot.matching.sentence_model import SentenceEncoder, sentence_vectors
from tests.matching.models import ROWS, write_model

MODULES = "modules.json"
POOLING = "1_Pooling/config.json"
LENGTH = "sentence_bert_config.json"
PROMPTS = "config_sentence_transformers.json"


def put(folder: Path, **files: object) -> Path:
    names = {"modules": MODULES, "pooling": POOLING, "length": LENGTH, "prompts": PROMPTS}
    for name, content in files.items():
        path = folder / names[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return folder


def vector(folder: Path, text: str) -> FloatArray:
    (row,) = SentenceEncoder(folder).encode([text])
    return np.asarray(row)


def kinds(*names: str) -> list[dict[str, object]]:
    return [{"idx": at, "path": "", "type": f"sentence_transformers.models.{name}"} for at, name in enumerate(names)]


def test_without_settings_it_is_used_as_minilm() -> None:
    assert read_settings(Path("nowhere")) == ModelSettings("mean", 128, "")


def test_the_settings_that_minilm_brings_are_understood(tmp_path: Path) -> None:
    pooling = {"word_embedding_dimension": 384, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    put(tmp_path, modules=kinds("Transformer", "Pooling", "Normalize"), pooling=pooling)
    put(tmp_path, length={"max_seq_length": 256, "do_lower_case": False}, prompts={"__version__": {"pytorch": "1.8.1"}})
    assert read_settings(tmp_path) == ModelSettings("mean", 256, "")


def test_a_text_may_be_the_state_of_its_first_token(tmp_path: Path) -> None:
    folder = put(write_model(tmp_path), pooling={"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False})
    assert vector(folder, "boat dog") == pytest.approx(ROWS[2])


def test_a_model_says_how_much_of_a_text_counts(tmp_path: Path) -> None:
    folder = put(write_model(tmp_path), length={"max_seq_length": 1})
    assert vector(folder, "boat dog") == pytest.approx(ROWS[2])
    put(folder, length={"max_seq_length": 200})
    assert vector(folder, "boat " * 150 + "dog " * 50) == pytest.approx(np.array([3, 1, 0]) / 10**0.5)


@pytest.mark.parametrize(
    "prompts",
    [
        {"prompts": {"query": "dog ", "document": "the "}},
        {"prompts": {"query": "the ", "same": "dog "}, "default_prompt_name": "same"},
    ],
)
def test_a_model_says_what_is_put_before_a_text(tmp_path: Path, prompts: object) -> None:
    folder = put(write_model(tmp_path), prompts=prompts)
    assert vector(folder, "boat") == pytest.approx(np.array([1, 1, 0]) / 2**0.5)


def test_the_graph_may_lie_where_sentence_transformers_puts_it(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    assert vector(folder, "boat") == pytest.approx(ROWS[2])


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"modules": kinds("Transformer", "Pooling", "Dense")}, "Dense"),
        ({"modules": [{"idx": 0}]}, "modules.json"),
        ({"modules": {}}, "no list"),
        ({"pooling": {"pooling_mode_max_tokens": True}}, "pooling_mode_max_tokens"),
        ({"pooling": {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}}, "pooling_mode_cls_token"),
        ({"pooling": {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": False}}, "config.json"),
        (
            {
                "pooling": {"pooling_mode_mean_tokens": True, "include_prompt": False},
                "prompts": {"prompts": {"query": "q: "}},
            },
            "include_prompt",
        ),
        ({"length": {"max_seq_length": "many"}}, "max_seq_length"),
        ({"length": {"max_seq_length": True}}, "max_seq_length"),
        ({"length": {"max_seq_length": 0}}, "max_seq_length"),
        ({"prompts": {"prompts": {"query": 3}}}, "query"),
        ({"prompts": {"prompts": {}, "default_prompt_name": "query"}}, "default_prompt_name"),
        ({"length": "{"}, "is not JSON"),
        ({"length": "[]"}, "no object"),
    ],
)
def test_what_is_not_understood_is_said_and_the_model_is_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, files: dict[str, object], told: str
) -> None:
    folder = put(write_model(tmp_path), **files)
    with pytest.raises(ModelSettingsError, match=told):
        read_settings(folder)
    assert sentence_vectors(folder) is None
    (record,) = caplog.records
    assert told in record.message


@pytest.mark.parametrize(
    "files",
    [
        {"pooling": {"pooling_mode_cls_token": True}},
        {"length": {"max_seq_length": 1}},
        {"length": {"max_seq_length": 4_000}},
        {"prompts": {"prompts": {"query": "the "}}},
    ],
)
def test_vectors_of_other_settings_are_not_taken_for_those_of_the_model(
    tmp_path: Path, files: dict[str, object]
) -> None:
    before = SentenceEncoder(write_model(tmp_path)).name
    assert SentenceEncoder(put(tmp_path, **files)).name != before
