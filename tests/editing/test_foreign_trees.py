"""What anybody may have put into a commit: names that lead elsewhere, links, submodules, times that never were."""

import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from dulwich.object_store import commit_tree_changes, tree_lookup_path
from dulwich.objects import S_IFGITLINK, Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo
from hypothesis import example, given
from hypothesis import strategies as st

from bot.editing.edits import AddPhrasing
from bot.editing.git.repository import KnowledgeRepo
from bot.knowledge.folder import inside
from bot.knowledge.load import KnowledgeError
from tests.editing.elsewhere import INNER, Elsewhere, Follower, elsewhere, git
from tests.editing.office import Office

FILE, RUN, LINK, FOLDER = 0o100644, 0o100755, stat.S_IFLNK, stat.S_IFDIR
MAIN = Ref(b"refs/heads/main")
EVIL = b"questions: [evil]\n"

LEADING_OUT = [
    b"../evil.yaml", b"../../evil.yaml", b"../faq/../../evil.yaml", b"/tmp/evil.yaml", b"//evil.yaml", b"./evil.yaml",
    b"faq/evil.yaml", b"faq/../../evil.yaml", b"a/b.yaml", b"..\\evil.yaml", b"faq\\evil.yaml", b"\\evil.yaml",
    b"\\\\host\\share\\evil.yaml", b"C:evil.yaml", b"C:\\evil.yaml", b"C:/evil.yaml", b"c:evil.yaml",
    b".git/hooks/post-checkout.yaml", b"..", b".", b".git", b".GIT", b".Git", b".git ", b".git.", b".git . .", b"git~1",
    b"GIT~1", b".git::$INDEX_ALLOCATION", b".g\xe2\x80\x8cit", b".gi\xe2\x80\x8dt", b"\xef\xbb\xbf.git", b".. ", b"...",
    b".desk/intent.json", b".desk\\intent.json", b"../.desk/lock",
]  # fmt: skip
"""Names that git would not check out, or that would be another file on some system."""

DECEIVING = [
    b"evil\n.yaml", b"\x1b[2Jevil.yaml", b"evil\r.yaml", b"\xe2\x80\xaelmay.yaml", b"evil\xe2\x80\x8b.yaml",
    b"\xff.yaml", b"evil\xc2\x85.yaml", b"\xe2\x80\xa8.yaml", b"x" * 300 + b".yaml",
]  # fmt: skip
"""Names of files that cannot be shown as they are, or not be written."""


def commit_with(repo: Repo, name: bytes, mode: int, inner: bytes = b"") -> Commit:
    """Make a commit of which one entry stands in a folder, or in its top."""
    blob, tree, commit = Blob.from_string(EVIL), Tree(), Commit()
    tree.add(name, mode, blob.id)
    for made in (blob, tree):
        repo.object_store.add_object(made)
    if inner:
        top = Tree()
        top.add(inner, FOLDER, tree.id)
        repo.object_store.add_object(top)
        tree = top
    commit.tree = tree.id
    return commit


class Foreign:
    """The repository elsewhere, and somebody who may push to it and makes trees by hand."""

    def __init__(self, folder: Path) -> None:
        self.there: Elsewhere = elsewhere(folder)
        self.folder = folder

    def put(self, inner: str, *entries: tuple[bytes, int, bytes], **headers: int) -> None:
        """Commit what git itself would never make.

        Args:
            inner: the folder in the knowledge folder; empty for its top.
            entries: name, mode and content of each; nothing is left out that stood there, but what has the same name.
            headers: of the commit.
        """
        with Repo(self.there.bare) as repo:
            parent = repo[repo.refs[MAIN]]
            assert isinstance(parent, Commit)
            store = repo.object_store
            path = f"{INNER}/{inner}".rstrip("/").encode()
            _, sha = tree_lookup_path(store.__getitem__, parent.tree, path)
            tree = store[sha]
            assert isinstance(tree, Tree)
            for name, mode, content in entries:
                tree.add(name, mode, self._stored(repo, mode, content))
            store.add_object(tree)
            top = store[parent.tree]
            assert isinstance(top, Tree)
            made = Commit()
            made.tree = commit_tree_changes(store, top, [(path, FOLDER, tree.id)])
            made.parents = [parent.id]
            made.author = made.committer = b"Mallory <m@example.org>"
            made.author_time = made.commit_time = headers.get("time", 2_000_000_000)
            made.author_timezone = made.commit_timezone = headers.get("zone", 0)
            made.message = b"Nothing to see here"
            store.add_object(made)
            repo.refs[MAIN] = made.id

    @staticmethod
    def _stored(repo: Repo, mode: int, content: bytes) -> ObjectID:
        if mode == S_IFGITLINK:
            return ObjectID(b"1" * 40)
        stored: Blob | Tree = Blob.from_string(content)
        if mode == FOLDER:
            repo.object_store.add_object(stored)
            inner = stored.id
            stored = Tree()
            stored.add(b"evil.yaml", FILE, inner)
        repo.object_store.add_object(stored)
        return stored.id

    def take_back(self) -> None:
        """Commit the files as they were at first."""
        with Repo(self.there.bare) as repo:
            first = repo[ObjectID(git(self.there.bare, "rev-list", "--max-parents=0", "main").strip().encode())]
            made = repo[repo.refs[MAIN]].copy()
            assert isinstance(made, Commit)
            assert isinstance(first, Commit)
            made.parents, made.tree, made.message = [repo.refs[MAIN]], first.tree, b"As it was"
            made.author_timezone = made.author_time = 0
            repo.object_store.add_object(made)
            repo.refs[MAIN] = made.id

    def files(self) -> set[str]:
        """Everything that is there, but for what git keeps for itself."""
        paths = (path.relative_to(self.folder) for path in self.folder.rglob("*"))
        return {str(path) for path in paths if not {"repository.git", "bare.git", ".git"} & {*path.parts}}


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Foreign:
    # Trial copies are made here, so what leads out of one shows.
    (tmp_path / "a" / "b" / "trials").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "a" / "b" / "trials"))
    return Foreign(tmp_path)


@pytest.fixture
def office(foreign: Foreign) -> Follower:
    return foreign.there.follower()


def refused(foreign: Foreign, office: Follower) -> str:
    """Follow the repository, and make sure that nothing at all came of it; give back what moderators read."""
    before, files, served = foreign.files(), office.bytes(), office.live.current
    assert not office.desk.refresh(office.live)
    assert foreign.files() == before
    assert office.bytes() == files
    assert office.live.current is served
    return "\n".join(map(str, office.live.problems))


@pytest.mark.parametrize(
    "mode", [FILE, RUN, FOLDER, LINK, S_IFGITLINK], ids=["file", "run", "folder", "link", "module"]
)
@pytest.mark.parametrize("inner", ["", "faq"], ids=["top", "faq"])
def test_names_that_lead_elsewhere_are_refused_before_anything_is_written(
    foreign: Foreign, office: Follower, inner: str, mode: int
) -> None:
    foreign.put(inner, (b"../evil.yaml", mode, EVIL))
    said = refused(foreign, office)
    assert "of Mallory can't be used, so the version before it stays in use" in said
    assert "could lead out of the folder, or is not what it looks like; rename it in the repository" in said
    foreign.take_back()
    assert office.desk.refresh(office.live)


@pytest.mark.parametrize("name", [*LEADING_OUT, *DECEIVING], ids=ascii)
def test_every_such_name_is_refused_and_shown_without_deceit(repo: Repo, name: bytes) -> None:
    for mode in (FILE, RUN, FOLDER, LINK, S_IFGITLINK):
        found, problems = KnowledgeRepo(repo, "").listed(commit_with(repo, name, mode))
        (problem,) = problems
        assert not found
        assert "or is not what it looks like" in problem.what
        assert str(problem).isprintable()


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (("faq", b"evil.yaml", LINK), "`faq/evil.yaml` is a symbolic link"),
        (("faq", b"theft.yaml", LINK), "`faq/theft.yaml` is a symbolic link"),
        (("faq", b"evil.yaml", S_IFGITLINK), "`faq/evil.yaml` is a submodule"),
        (("faq", b"evil.yaml", FOLDER), "`faq/evil.yaml` is a folder"),
        (("", b"case.yaml", LINK), "`case.yaml` is a symbolic link"),
        (("", b"case.yaml", S_IFGITLINK), "`case.yaml` is a submodule"),
        (("", b"faq", LINK), "`faq` is a symbolic link"),
        (("", b"faq", S_IFGITLINK), "`faq` is a submodule"),
        (("", b"faq", FILE), "`faq` is a file"),
    ],
)
def test_what_is_no_file_where_one_must_be_is_refused(
    foreign: Foreign, office: Follower, entry: tuple[str, bytes, int], kind: str
) -> None:
    inner, name, mode = entry
    foreign.put(inner, (name, mode, b"../../work/README.md"))
    assert f"{kind} in the repository; make it a" in refused(foreign, office)


@pytest.mark.parametrize("inner", ["", "faq"], ids=["top", "faq"])
@pytest.mark.parametrize("name", [b"../evil.yaml", b"..\\evil.yaml", b".git"])
def test_a_repository_that_begins_so_is_not_copied(foreign: Foreign, inner: str, name: bytes) -> None:
    foreign.put(inner, (name, FILE, EVIL))
    before = foreign.files()
    with pytest.raises(KnowledgeError, match="could lead out of the folder"):
        foreign.there.follower()
    assert foreign.files() - {"home", "home/one"} == before


def test_edits_wait_until_the_repository_is_as_it_should_be(foreign: Foreign, office: Follower) -> None:
    gone = foreign.there.gone()
    office.make(AddPhrasing("ladder", "ladder gone"))
    gone.rename(foreign.there.bare)
    foreign.put("faq", (b"../../evil.yaml", FILE, EVIL))
    refused(foreign, office)
    office.make(AddPhrasing("ladder", "ladder lost"))
    assert office.phrasings("ladder")[-2:] == ("ladder gone", "ladder lost")
    assert office.desk.caveat()
    foreign.take_back()
    assert office.desk.refresh(office.live)
    assert office.desk.caveat() is None
    assert "ladder gone" in foreign.there.text()
    assert "ladder lost" in foreign.there.text()


def test_a_foreign_tree_that_was_put_right_since_is_no_more_than_history(foreign: Foreign, office: Follower) -> None:
    foreign.put("faq", (b"../evil.yaml", FILE, EVIL), (b"deep/evil.yaml", FOLDER, EVIL))
    foreign.take_back()
    foreign.there.commit("what got nicked", "what was nicked", "Better English")
    assert office.desk.refresh(office.live)
    assert [revision.what for revision in office.desk.history()] == ["Better English"]


def test_a_commit_whose_clock_was_behind_is_no_rewritten_history(foreign: Foreign, office: Follower) -> None:
    text = (office.folder / "faq" / "theft.yaml").read_text("utf-8")
    for number in range(8):
        content = text.replace("what got nicked", f"nicked {number}").encode()
        foreign.put("faq", (b"theft.yaml", FILE, content), time=1_000_000_000 - number)
        assert office.desk.refresh(office.live)
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert [revision.author for revision in office.desk.history()] == ["Ann", *["Mallory"] * 8]
    assert office.phrasings("what-was-taken").count("nicked 7") == 1


def test_a_tree_with_very_many_such_names_is_a_short_problem(foreign: Foreign, office: Follower) -> None:
    foreign.put("faq", *((b"../%d.yaml" % number, FILE, EVIL) for number in range(1_000)))
    assert len(refused(foreign, office).split("\n")) < 30


def test_in_a_work_tree_a_foreign_commit_stops_no_edit(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", "knowledge")
    git(folder.parent, "commit", "-qm", "All of it")
    office = Office(folder)
    with Repo(folder.parent) as repo:
        head = repo[repo.head()]
        assert isinstance(head, Commit)
        tree = repo[tree_lookup_path(repo.object_store.__getitem__, head.tree, b"knowledge/faq")[1]]
        assert isinstance(tree, Tree)
        tree.add(b"../../evil.yaml", FILE, tree[b"theft.yaml"][1])
        repo.object_store.add_object(tree)
        top = repo[head.tree]
        assert isinstance(top, Tree)
        made = repo[repo.head()].copy()
        assert isinstance(made, Commit)
        made.tree = commit_tree_changes(repo.object_store, top, [(b"knowledge/faq", FOLDER, tree.id)])
        made.parents = [repo.head()]
        repo.object_store.add_object(made)
        repo.refs[Ref(b"HEAD")] = made.id
    office.make(AddPhrasing("ladder", "ladder gone"))
    assert git(folder, "log", "-1", "--format=%s") == 'Add phrasing "ladder gone" to ladder\n'
    assert not (folder.parent.parent / "evil.yaml").exists()
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("headers", [{"zone": 360_000}, {"zone": -360_000}, {"time": 10**17}, {"time": 2**63}], ids=str)
def test_a_commit_of_a_time_that_never_was_is_in_the_history_all_the_same(
    foreign: Foreign, office: Follower, headers: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    text = (office.folder / "faq" / "theft.yaml").read_bytes().replace(b"what got nicked", b"what was nicked")
    foreign.put("faq", (b"theft.yaml", FILE, text), **headers)
    assert office.desk.refresh(office.live)
    assert [revision.author for revision in office.desk.history()] == ["Mallory"]
    assert not caplog.messages


def windows(path: PureWindowsPath) -> Iterator[str]:
    """Yield the parts of a path as Windows reads them, of which dots and blanks at the end do not count."""
    yield from (part.rstrip(". ") for part in path.parts)


@given(st.text(max_size=30) | st.text(st.sampled_from("./\\:faqy\0xml"), max_size=20).map(lambda text: f"{text}.yaml"))
@example("faq/../x.yaml")
@example("/x.yaml")
@example("faq//x.yaml")
def test_a_file_is_written_inside_the_folder_or_not_at_all(name: str) -> None:
    folder = Path(tempfile.gettempdir()).resolve() / "knowledge"
    try:
        path = inside(folder, name)
    except ValueError:
        return
    assert Path(path).resolve().parent in {folder, folder / "faq"}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repo]:
    with Repo.init_bare(tmp_path_factory.mktemp("bare")) as repo:
        yield repo


@given(
    name=st.binary(min_size=1, max_size=20)
    | st.text(st.sampled_from("./\\:faqgitGIT~1 \u200cx"), min_size=1, max_size=9).map(lambda text: text.encode()),
    inner=st.sampled_from(["", "faq/"]),
)
@example(name=b"faq/theft", inner="")
@example(name=b"..", inner="faq/")
def test_whatever_stands_in_a_tree_its_files_are_in_the_folder_on_every_system(
    repo: Repo, name: bytes, inner: str
) -> None:
    name = name.replace(b"\0", b"") + b".yaml"
    found, problems = KnowledgeRepo(repo, "").listed(commit_with(repo, name, FILE, inner.rstrip("/").encode()))
    passed_over = name.startswith((b".", b"~$"))
    assert bool(found) != bool(problems) or (passed_over and not found)
    for file in found:
        assert file == f"{inner}{name.decode()}"
        assert inside(Path("/knowledge"), file).is_absolute()
        assert str(PurePosixPath(file).parent) == (inner.rstrip("/") or ".")
        assert len(PureWindowsPath(file).parts) == len(PurePosixPath(file).parts)
        assert not PureWindowsPath(file).drive
        assert not {"", ".", "..", ".git"} & {part.lower() for part in windows(PureWindowsPath(file))}
