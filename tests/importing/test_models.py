"""Two complete bases that began as an import, and that documents show as examples."""

import shutil
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.cli import main
from bot.knowledge.load import load
from tests.places import CHESS_CLUB, FAQS, STOWAWAY

MODELS = {"stowaway.md": STOWAWAY, "chess-club.csv": CHESS_CLUB}


@pytest.mark.parametrize("faq", MODELS)
def test_a_model_is_what_the_import_of_its_faq_makes(faq: str, tmp_path: Path) -> None:
    base = Path(shutil.copytree(MODELS[faq], tmp_path / "base"))
    before = {path: path.read_bytes() for path in base.rglob("*.yaml")}
    assert main(["import", str(FAQS / faq), "--to", str(base), "--yes"]) == 0
    assert {path: path.read_bytes() for path in base.rglob("*.yaml")} == before


@pytest.mark.parametrize("faq", MODELS)
def test_a_model_passes_its_check(faq: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--knowledge", str(MODELS[faq]), "check"]) == 0
    assert "% wrong; 0.0% false answers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("model", "asked", "answer", "source"),
    [
        (STOWAWAY, "lost my passphrase", "Without the passphrase or an exported key the data is gone.", "stowaway"),
        (CHESS_CLUB, "what does it cost a year", "£60 a year, September to August.", "Chess club"),
    ],
)
def test_a_model_answers_with_citations(model: Path, asked: str, answer: str, source: str) -> None:
    reply = Answerer(load(model)).answer(asked)
    assert answer in reply.answers[0].plain
    assert [citation.source.title for citation in reply.citations] == [source]
