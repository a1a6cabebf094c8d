"""The public page as readers, browsers and search engines get it."""

import dataclasses
import datetime as dt
import json
import re
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.knowledge.addresses import entry_path, passage_path
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from bot.site.render import POLICY, Options, Renderer, TemplateError
from tests.places import HARBOUR, LANTERN
from tests.site import samples
from tests.site.html import ids, loaded, main, nowhere, parse, text

Files = Mapping[str, bytes]

HEAVIEST: Final = 50_000
"""Bytes of a page."""

BASES: Final[Mapping[str, Callable[[], KnowledgeBase]]] = {
    "shipped": samples.shipped,
    "shipped, with an address": lambda: samples.published(samples.shipped()),
    "small": samples.harbour,
    "somebody else's": samples.foreign,
    "a program's, with lists and code": lambda: load(LANTERN),
    "600 entries": lambda: samples.large(600),
}


def built(base: KnowledgeBase) -> Files:
    """Build a site with all that may be on it."""
    return Renderer(base, Options(samples.changes(base), ["paused-one"], asking=True)).files()


Site = tuple[Files, Mapping[str, Element]]
"""The files, and their pages parsed, which takes longer than building them."""


@pytest.fixture(scope="module", params=BASES)
def site(request: pytest.FixtureRequest) -> Site:
    files = built(BASES[request.param]())
    return files, {path: parse(page) for path, page in pages(files).items()}


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return samples.shipped()


def pages(files: Files) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path.endswith(".html")}


def test_every_page_is_valid_light_and_leads_somewhere(site: Site) -> None:
    files, parsed = site
    anchors = {path: ids(root) for path, root in parsed.items()}
    places = {path: set(found) for path, found in anchors.items()}
    # Where a server answers questions.
    files = {**files, "ask": b""}
    for path, root in parsed.items():
        assert len(anchors[path]) == len(places[path]), f"{path} has an id twice"
        assert not list(nowhere(path, root, files, places)), path
        for element in root.iter():
            for name in ("aria-labelledby", "popovertarget", "for"):
                assert element.get(name, anchors[path][0]) in places[path], path
        assert len(files[path]) < HEAVIEST, path
        assert len(root.findall(".//h1")) == len(root.findall(".//main")) == 1, path
        assert root.findtext(".//title"), path


def test_pages_load_nothing_from_elsewhere_and_hold_nothing_that_runs(site: Site) -> None:
    for path, root in site[1].items():
        assert not [link for link in loaded(root) if ":" in link or link.startswith("//")], path
        scripts = [element.get("type") for element in root.iter("script")]
        assert set(scripts) <= {"application/ld+json"}, "data, not a program"
        assert not list(root.iter("style")), path
        assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")], path
        assert not [name for element in root.iter() for name in element.attrib if name == "style"], path
        (policy,) = [e.get("content") for e in root.iter("meta") if e.get("http-equiv") == "Content-Security-Policy"]
        assert policy == POLICY


def test_an_entry_has_its_page_with_answer_marks_and_what_they_rest_on(shipped: KnowledgeBase) -> None:
    files = built(shipped)
    for entry in shipped.entries.values():
        page = parse(files[entry_path(entry.id)])
        (heading,) = page.iter("h1")
        assert text(heading) == entry.question
        statements = shipped.cited(entry.answer)
        assert [e.get("id") for e in page.iter("span") if e.get("class") == "statement"] == [
            f"s_{number}" for number in range(1, len(statements) + 1)
        ]
        marks = [button.attrib["popovertarget"] for button in page.iter("button") if button.get("class") == "mark"]
        refs = list(dict.fromkeys(ref for statement in statements for ref in statement.refs))
        assert list(dict.fromkeys(marks)) == [f"rests-{number}" for number in range(1, len(refs) + 1)]
        for number, ref in enumerate(refs, start=1):
            part = shipped.passages[ref]
            (opened,) = [e for e in page.iter("div") if e.get("id") == f"rests-{number}"]
            assert all(voice.gist in text(opened) for voice in part.voices)
            assert opened.find(".//a[@href]") is not None
            (listed,) = [e for e in page.iter("li") if e.get("id") == f"source-{number}"]
            link = listed.find("a")
            assert link is not None
            assert link.attrib["href"] == f"../{passage_path(ref.source, part)}"


def test_a_topic_counts_its_questions_however_few_of_them_stand_for_it() -> None:
    base = samples.harbour()
    first, *_others = base.case.topics
    (own, *others) = base.entries.values()
    entries = {own.id: own.model_copy(update={"topics": (first.id,)})}
    entries |= {each.id: each.model_copy(update={"topics": ("elsewhere", first.id)}) for each in others}
    home = main(Renderer(dataclasses.replace(base, entries=entries)).files()["index.html"])
    assert len(entries) > 1
    assert f"{first.title} {len(entries)} questions {own.question}" in " ".join(home.split())


def test_a_passage_shows_gist_speaker_date_original_and_copy_and_what_rests_on_it() -> None:
    base = samples.foreign()
    page = parse(built(base)["sources/page/p1.html"])
    (first, *_) = base.entries.values()
    said = text(page)
    assert base.sources["page"].passages[0].gist in said
    assert "14 March 2024" in said
    assert first.question in said
    links = [link.get("href") for link in page.iter("a")]
    assert {"https://news.example/?a=1&b=2", "https://archive.example/x"} <= set(links)


def test_a_passage_whose_gist_is_not_written_yet_says_how_it_begins(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(HARBOUR, tmp_path / "base"))
    file = folder / "sources.yaml"
    gist = "A painting disappears from the museum."
    file.write_text(file.read_text("utf-8").replace(gist, "On the evening of 5 …"), "utf-8")
    files = built(load(folder))
    says = "It begins: On the evening of 5 …"
    assert says in main(files["sources/report/n1.html"])
    assert says in text(parse(files[entry_path("what-was-taken")]))


def test_the_speaker_of_a_passage_is_named() -> None:
    assert "In the words of Ada Voss, a letter" in main(built(samples.harbour())["sources/report/n2.html"])


def test_a_retired_entry_keeps_its_address_and_shows_nothing_else(shipped: KnowledgeBase) -> None:
    entry = next(iter(shipped.entries.values())).model_copy(update={"retired": dt.date(2026, 5, 1)})
    left = {key: value for key, value in shipped.entries.items() if key != entry.id}
    left = {key: value.model_copy(update={"related": ()}) for key, value in left.items()}
    base = dataclasses.replace(samples.published(shipped), entries=left, retired={entry.id: entry})
    files = Renderer(base).files()
    page = files[entry_path(entry.id)].decode()
    assert "Moderators retired it on 1 May 2026" in page
    assert entry.question not in page
    assert entry_path(entry.id) not in files["sitemap.xml"].decode()
    others = [path for path, content in pages(files).items() if f"{entry.id}.html".encode() in content]
    assert others == [entry_path(entry.id)], "its own address alone"


def test_what_moderators_have_paused_says_so(shipped: KnowledgeBase) -> None:
    assert "Moderators have paused it." in main(built(shipped)[entry_path("paused-one")])


def test_search_engines_are_kept_out_unless_they_are_wanted(shipped: KnowledgeBase) -> None:
    hidden, listed = (built(samples.published(shipped, search_engines=wanted)) for wanted in (False, True))
    assert all(b'<meta name="robots" content="noindex">' in page for page in pages(hidden).values())
    assert b"User-agent: *\nDisallow: /\n" in hidden["robots.txt"]
    assert not any(b"noindex" in page for page in pages(listed).values())
    assert listed["robots.txt"].decode().split() == [
        "User-agent:", "*", "Disallow:", "Sitemap:", f"{samples.ADDRESS}/sitemap.xml",
    ]  # fmt: skip


def test_with_an_address_there_are_a_site_map_a_feed_and_canonical_links(shipped: KnowledgeBase) -> None:
    files = built(samples.published(shipped))
    site_map = ET.fromstring(files["sitemap.xml"])  # noqa: S314 (ours)
    listed = [e.text for e in site_map.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"{samples.ADDRESS}/" in listed
    for entry in shipped.entries:
        address = f"{samples.ADDRESS}/{entry_path(entry)}"
        assert address in listed
        page = parse(files[entry_path(entry)])
        (canonical,) = [link.get("href") for link in page.iter("link") if link.get("rel") == "canonical"]
        assert canonical == address
    feed = ET.fromstring(files["changes.atom"])  # noqa: S314 (ours)
    atom = "{http://www.w3.org/2005/Atom}"
    assert len({e.text for e in feed.iter(f"{atom}id")}) == len(samples.changes(shipped)) + 1
    (first, second, *_) = shipped.entries.values()
    assert [e.text for e in feed.iter(f"{atom}title")][1:3] == [
        f"Changed: {first.question}",
        f"New: {second.question}",
    ]


def test_without_an_address_nothing_claims_one(shipped: KnowledgeBase) -> None:
    files = built(shipped)
    assert not {"sitemap.xml", "changes.atom"} & files.keys()
    assert not any(b"canonical" in page or b"og:url" in page for page in pages(files).values())


def test_an_answer_is_there_for_search_engines_too(shipped: KnowledgeBase) -> None:
    files = built(shipped)
    for entry in shipped.entries.values():
        (data,) = parse(files[entry_path(entry.id)]).iter("script")
        (asked,) = json.loads(data.text or "")["mainEntity"]
        assert asked["name"] == entry.question
        assert asked["acceptedAnswer"]["text"] == " ".join(each.plain for each in shipped.cited(entry.answer))


@pytest.mark.parametrize(
    ("language", "menu", "direction", "own"),
    [("es", "Preguntas", "ltr", None), ("fr", "Questions", "ltr", "en"), ("ar", "Questions", "rtl", "en")],
)
def test_the_bots_own_words_are_in_the_language_of_the_base_or_say_that_they_are_not(
    language: str, menu: str, direction: str, own: str | None
) -> None:
    root = parse(built(samples.in_language(samples.harbour(), language))["index.html"])
    assert (root.get("lang"), root.get("dir")) == (language, direction)
    nav = root.find(".//nav")
    assert nav is not None
    assert nav.get("lang") == own
    assert text(nav).startswith(menu)


def test_the_same_knowledge_gives_the_same_bytes() -> None:
    assert built(samples.shipped()) == built(samples.shipped())


def test_an_operators_template_replaces_the_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "gone.html").write_text(
        "{% extends 'layout.html' %}{% block main %}<h1>{{ page.title }}!</h1>{% endblock %}"
    )
    files = Renderer(samples.harbour(), Options(paused=["one"], templates=tmp_path)).files()
    assert main(files[entry_path("one")]) == "This answer is no longer available!"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{% if %}", r".*gone\.html:1: .+\. Fix it in site/templates"),
        ("{{ nothing }}", r"The template gone\.html cannot be used: 'nothing' is undefined\. Fix it"),
        ("{{ page.__class__.__mro__ }}", r"The template gone\.html cannot be used: .+ unsafe.*\. Fix it"),
        ("{{ 1 / 0 }}", r"The template gone\.html cannot be used: division by zero\. Fix it"),
        ("{{ range(999999999) | list }}", r"The template gone\.html cannot be used: "),
        ("{% include 'gone.html' %}", r"The template gone\.html cannot be used: maximum recursion depth exceeded"),
        ("{{ date('today') }}", r"The template gone\.html cannot be used: 'str' object has no attribute 'month'\. Fix"),
        (
            "{% for one in range(99999) %}{% for other in range(99999) %}endless{% endfor %}{% endfor %}",
            r"The template gone\.html, or one that it uses, writes more than 20,000,000 characters\. Fix",
        ),
        ("{{ 'a' * 10 ** 15 }}", r"The template gone\.html cannot be used: MemoryError\. Fix it"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(tmp_path: Path, template: str, says: str) -> None:
    (tmp_path / "gone.html").write_text(template)
    with pytest.raises(TemplateError, match=says):
        Renderer(samples.harbour(), Options(paused=["one"], templates=tmp_path)).files()


@pytest.mark.parametrize("linked", ["the template", "their folder", "the folder above"])
def test_a_link_publishes_no_file_outside_the_knowledge_folder(tmp_path: Path, linked: str) -> None:
    outside, templates = tmp_path / "elsewhere" / "templates", tmp_path / "knowledge" / "site" / "templates"
    outside.mkdir(parents=True)
    (outside / "robots.txt").write_text("secret")
    link = {"the template": templates / "robots.txt", "their folder": templates, "the folder above": templates.parent}
    link[linked].parent.mkdir(parents=True)
    depth = len(link[linked].relative_to(templates.parent).parts)
    leads_to = (outside.parent, outside, outside / "robots.txt")[depth]
    link[linked].symlink_to(leads_to, target_is_directory=leads_to.is_dir())
    with pytest.raises(TemplateError, match=r"robots\.txt cannot be used: it's a link that leads out of the knowledge"):
        Renderer(samples.harbour(), Options(templates=templates)).files()


def test_a_link_to_another_file_of_the_knowledge_folder_is_followed(tmp_path: Path) -> None:
    templates = tmp_path / "site" / "templates"
    templates.mkdir(parents=True)
    (tmp_path / "ours.txt").write_text("ours")
    (templates / "robots.txt").symlink_to(Path("..", "..", "ours.txt"))
    assert Renderer(samples.harbour(), Options(templates=templates)).files()["robots.txt"] == b"ours"


PAYLOADS: Final = (
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)", "</title><svg onload=alert(1)>", "<!--<script>", "--><iframe src=//evil.example>",
    "{{ 7 * 7 }}{% include 'x' %}", "]]><x-evil/>", "&lt;script&gt;&quot;&#39;", "</textarea></style><base href=//e>",
    "javascript:alert(1)",
)  # fmt: skip


def poisoned(value: Any, poison: Callable[[], str]) -> Any:  # noqa: ANN401 (values of any kind)
    """A value with other text in every field that holds free text, through the whole model."""
    free = {
        "title", "summary", "disclaimer", "gist", "where", "name", "aliases", "role", "notes", "note", "kind", "what",
        "publisher", "inferred", "question", "answer", "handles", "epithets",
    }  # fmt: skip
    if not isinstance(value, BaseModel):
        return value
    changed: dict[str, Any] = {}
    for name in type(value).model_fields:
        old = getattr(value, name)
        if isinstance(old, tuple) and old and isinstance(old[0], BaseModel):
            changed[name] = tuple(poisoned(each, poison) for each in old)
        elif name in free and type(old) is str:
            marks = re.findall(r"\[[a-z0-9:, ]+\]", old)
            changed[name] = " ".join([poison(), *marks])
        elif name in free and isinstance(old, tuple):
            changed[name] = tuple(poison() for _ in old)
    return value.model_copy(update=changed)


def poisoned_base(base: KnowledgeBase, poison: Callable[[], str]) -> KnowledgeBase:
    sources = {key: poisoned(source, poison) for key, source in base.sources.items()}
    return dataclasses.replace(
        base,
        case=poisoned(base.case, poison),
        sources=sources,
        passages={
            ref: next(part for part in sources[ref.source].citable() if part.id == ref.passage) for ref in base.passages
        },
        people={key: poisoned(person, poison) for key, person in base.people.items()},
        events=tuple(poisoned(event, poison) for event in base.events),
        entries={key: poisoned(entry, poison) for key, entry in base.entries.items()},
    )


def shapes(files: Files) -> set[tuple[str, tuple[str, ...]]]:
    """The kinds of elements in the pages and feeds of a site: each tag with the names of its attributes."""
    parsed = [parse(page) for page in pages(files).values()]
    parsed += [ET.fromstring(files[name]) for name in files if name.endswith((".xml", ".atom"))]  # noqa: S314 (ours)
    return {(str(element.tag), tuple(sorted(element.attrib))) for root in parsed for element in root.iter()}


@cache
def _small_and_its_shapes() -> tuple[KnowledgeBase, set[tuple[str, tuple[str, ...]]]]:
    base = samples.published(samples.harbour())
    # The answers about the program have code and links, which any answer may have.
    return base, shapes(built(poisoned_base(base, lambda: "x"))) | shapes(built(load(LANTERN)))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_the_fields_of_a_base_say_is_text_and_nothing_else(data: st.DataObject) -> None:
    base, expected = _small_and_its_shapes()
    odd = st.text(st.sampled_from("<>\"'&/=`{}%#-![]( )ab\\;"), min_size=1, max_size=30)
    text_ = st.one_of(st.sampled_from(PAYLOADS), odd).map(lambda each: f"x{' '.join(each.split())}x")
    files = built(poisoned_base(base, lambda: data.draw(text_)))
    assert shapes(files) <= expected, "no element or attribute that the templates do not have"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_looks_like_a_program_is_read_as_it_was_written(payload: str) -> None:
    base = poisoned_base(samples.harbour(), lambda: payload)
    said = text(parse(built(base)[entry_path("what-was-taken")]))
    assert " ".join(payload.split()) in said


def test_a_site_is_built_of_a_folder_as_the_loader_reads_it(folder: Path) -> None:
    assert built(load(folder)).keys() == built(samples.harbour()).keys()
