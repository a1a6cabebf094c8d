"""The third tier: it helps where its model is sound, and is never missed where it is not."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.matching.matcher import Matcher
from bot.matching.model_package import prepared_model
from bot.matching.sentence_model import SemanticError, SentenceEncoder, sentence_vectors
from bot.matching.vectors import JoinedVectors, static_vectors
from tests.matching.models import ROWS, write_model

FAQ = {"craft": ("the boat",), "pet": ("the dog",)}


@pytest.fixture
def encoder(tmp_path: Path) -> SentenceEncoder:
    return SentenceEncoder(write_model(tmp_path))


def test_a_text_is_the_unit_mean_of_its_tokens(encoder: SentenceEncoder) -> None:
    rows = encoder.encode(["boat dog", "ship"])
    assert rows.dtype == np.float32
    assert rows == pytest.approx(np.array([[0.5**0.5, 0.5**0.5, 0], [1, 0, 0]]))


def test_what_stands_beside_a_text_does_not_matter(encoder: SentenceEncoder, tmp_path: Path) -> None:
    texts = ["boat " * length + "dog" for length in range(80)]
    together = encoder.encode([*texts, texts[3]])
    alone = SentenceEncoder(tmp_path)
    for text, row in zip([*texts, texts[3]], together, strict=True):
        assert alone.encode([text])[0] == pytest.approx(row)


def test_a_text_without_a_word_has_no_direction(encoder: SentenceEncoder) -> None:
    assert not encoder.encode(["", "  "]).any()
    assert encoder.encode([]).shape == (0, 3)


def test_only_the_beginning_of_a_long_text_counts(encoder: SentenceEncoder) -> None:
    start = "boat " * 128
    assert encoder.encode([start + "dog " * 500])[0] == pytest.approx(encoder.encode([start])[0])


def test_a_text_is_computed_once(encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder.encode(["boat", "the dog"])

    def again(*_: object) -> None:
        pytest.fail("computed again")

    monkeypatch.setattr(SentenceEncoder, "_encoded", again)
    assert encoder.encode(["the dog", "boat", "boat"])[1:] == pytest.approx(np.array([[1, 0, 0], [1, 0, 0]]))


def test_a_model_may_do_without_inputs_that_others_have(tmp_path: Path) -> None:
    folder = write_model(tmp_path, inputs=["input_ids", "attention_mask"])
    assert SentenceEncoder(folder).encode(["boat"])[0] == pytest.approx(ROWS[2])


def test_joined_vectors_weigh_the_cosines(encoder: SentenceEncoder) -> None:
    joined = JoinedVectors(encoder, static_vectors(), weight=0.7, share=0.8)
    texts = ["the boat", "the dog", ""]
    rows, first, second = (each.encode(texts) for each in (joined, encoder, static_vectors()))
    assert rows @ rows.T == pytest.approx(0.7 * first @ first.T + 0.3 * second @ second.T, abs=1e-6)
    assert joined.share == pytest.approx(0.8)


def test_the_model_helps_where_no_word_is_shared(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sentences = SentenceEncoder(write_model(tmp_path))
    assert [found.entry for found in Matcher.from_phrasings(FAQ, encoder=sentences).rank("hound")] == ["pet", "craft"]
    joined = sentence_vectors(tmp_path)
    assert joined is not None
    assert Matcher.from_phrasings(FAQ, encoder=joined).rank("hound")[0].entry == "pet"
    assert not caplog.records


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def spoil(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(b"\x08\x07" + b"x" * 99)


def truncate(folder: Path) -> None:
    model = folder / "model.onnx"
    model.write_bytes(model.read_bytes()[:-20])


def flatten(folder: Path) -> None:
    write_model(folder, operator="Shape")


def unsettle(folder: Path) -> None:
    write_model(folder, rows=np.full_like(ROWS, np.nan))


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


@pytest.mark.parametrize(
    "harm",
    [
        remove("model.onnx"),
        remove("tokenizer.json"),
        spoil("model.onnx"),
        spoil("tokenizer.json"),
        truncate,
        flatten,
        unsettle,
        empty,
    ],
)
def test_a_harmed_model_is_one_warning_and_no_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: Callable[[Path], object]
) -> None:
    folder = write_model(tmp_path / "model")
    harm(folder)
    assert sentence_vectors(folder) is None
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert str(folder) in record.message


@pytest.mark.parametrize("library", ["onnxruntime", "tokenizers"])
def test_without_the_extra_nothing_is_fetched_and_the_warning_names_it(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    assert sentence_vectors(None, cache=tmp_path) is None
    (record,) = caplog.records
    assert "pip install 'casebot[semantic]'" in record.message
    assert not list(tmp_path.iterdir())


def test_nothing_of_the_use_is_recorded_or_sent(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from bot.matching.sentence_model import SentenceEncoder; "
    code += "SentenceEncoder(Path(sys.argv[1]))"
    folder = write_model(tmp_path / "model")
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    homes = dict.fromkeys(("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"), str(tmp_path / "home"))
    subprocess.run([sys.executable, "-c", code, str(folder)], env=environment | homes, check=True)  # noqa: S603 (our own)
    assert not (tmp_path / "home").exists()


def test_the_encoder_itself_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SemanticError, match=r"tokenizer\.json"):
        SentenceEncoder(tmp_path)


COSINES = {
    ("how long is he in prison", "what sentence did he get"): 0.384,
    ("how long is he in prison", "where is the harbour"): 0.061,
    ("who voted to convict", "how did the jury decide"): 0.554,
    ("can i bring my dog", "are pets allowed on the train"): 0.589,
}
"""Those of the model with floats, by the formulas of tests/matching/test_minilm.py."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the real model is kept, and into which it is fetched."""
    return Path(os.environ.get("CASEBOT_TEST_MODELS") or tmp_path_factory.mktemp("models"))


@pytest.mark.sentence_model
def test_the_real_model_is_fetched_and_is_as_good_as_with_floats(models: Path) -> None:
    encoder = SentenceEncoder(prepared_model(models))
    for (one, other), cosine in COSINES.items():
        first, second = encoder.encode([one, other])
        assert first @ second == pytest.approx(cosine, abs=0.03)


@pytest.mark.sentence_model
def test_the_real_model_answers_where_no_word_is_shared(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    encoder = sentence_vectors(None, cache=models)
    assert encoder is not None
    assert encoder.tier == "semantic"
    faq = {
        "pets": ("can i bring my dog",),
        "bikes": ("where do i lock my bicycle",),
        "food": ("is there a restaurant",),
    }
    matcher = Matcher.from_phrasings(faq, encoder=encoder)
    assert matcher.tier == "semantic"
    assert matcher.rank("are animals admitted")[0].entry == "pets"
    assert matcher.rank("somewhere to eat")[0].entry == "food"
    assert "casebot[semantic]" not in caplog.text
