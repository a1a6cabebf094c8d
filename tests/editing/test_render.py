"""What is written into a file is read back as the same."""

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.editing.render import field_lines
from bot.escaping import is_invisible
from bot.knowledge.blocks import joined, split_blocks
from bot.knowledge.yaml_file import parse
from tests.knowledge.test_blocks import hostile

code = st.lists(st.text(" #\t:-'\"|>%&*!`{}[]ab", max_size=20), min_size=1, max_size=8).map(
    lambda lines: "\n".join(["Run:", "```", *lines, "```"])
)


@given(hostile | code)
def test_any_answer_is_read_back_as_it_was(text: str) -> None:
    answer = joined(split_blocks(text))
    assume(answer and not any(map(is_invisible, answer)))
    document = parse("\n".join(["a: 1", *field_lines("answer", answer, ""), "b: 2", ""]).encode(), "x.yaml")
    assert not document.problems
    assert document.data["b"] == 2
    assert joined(split_blocks(document.data["answer"])) == answer
