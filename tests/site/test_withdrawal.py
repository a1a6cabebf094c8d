"""What the public page and the loader make of an entry that was withdrawn by hand."""

from pathlib import Path

import pytest

from bot.knowledge.load import KnowledgeError, load
from bot.site.render import Renderer
from tests.site import samples
from tests.site.html import main, parse, text

ENTRY = """
  - id: owner
    withdrawn: {date: 2026-11-20, reason: safety}
"""


def written(folder: Path, more: str = ENTRY) -> Path:
    file = folder / "faq" / "theft.yaml"
    file.write_text(file.read_text("utf-8").rstrip() + "\n" + more, "utf-8")
    return folder


def test_its_address_says_when_and_is_linked_from_nowhere(folder: Path) -> None:
    files = Renderer(samples.published(load(written(folder)))).files()
    page = main(files["entries/owner.html"])
    assert page.startswith("Withdrawn on request Withdrawn on request on 20 November 2026.")
    assert "safety" not in page
    others = [name for name, content in files.items() if b"owner.html" in content]
    assert others == ["entries/owner.html"]


def test_links_to_it_and_questions_for_it_are_dropped(folder: Path) -> None:
    (file,) = [each for each in (folder / "faq").iterdir() if "related: [who-saw-it]" in each.read_text("utf-8")]
    file.write_text(file.read_text("utf-8").replace("related: [who-saw-it]", "related: [who-saw-it, owner]"), "utf-8")
    questions = folder / "questions.yaml"
    asked = "answered:\n  - {entry: owner, ask: [who owned it]}\n"
    questions.write_text(questions.read_text("utf-8").replace("answered:\n", asked, 1), "utf-8")
    base = load(written(folder))
    assert base.entries["what-was-taken"].related == ("who-saw-it",)
    assert "owner" not in [group.entry for group in base.questions.answered]
    assert "owner" in base.entry_ids


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            ENTRY + "    answer: It was Ada.\n    question: Who?\n",
            "a withdrawn entry keeps only `id` and `withdrawn`; delete `answer`, `question`",
        ),
        (ENTRY.replace("safety", "shame"), "`reason` is unknown"),
        (ENTRY.replace("date: 2026-11-20, ", ""), "the key `date` is missing"),
        (ENTRY.replace("owner", "ladder"), "the id `ladder` is taken"),
    ],
)
def test_what_is_left_over_is_refused_with_its_fix(folder: Path, more: str, says: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load(written(folder, more))
    assert says in str(refused.value)


def test_the_contact_is_at_the_foot_of_every_page_with_its_address_as_a_link(folder: Path) -> None:
    case = folder / "case.yaml"
    case.write_text(case.read_text("utf-8") + "contact: <b>Ada</b>, https://faq.example/contact\n", "utf-8")
    files = Renderer(load(folder)).files()
    for name in ("index.html", "entries/ladder.html"):
        (foot,) = parse(files[name]).iter("footer")
        assert "Ask to have it corrected or withdrawn: <b>Ada</b>, https://faq.example/contact" in text(foot)
        assert [link.get("href") for link in foot.iter("a")] == ["https://faq.example/contact"]
