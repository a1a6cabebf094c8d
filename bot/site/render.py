"""The whole site as files in memory: pages through templates, and what search engines and feed readers want.

The templates are Jinja's, and all they show is escaped. A base may bring its own in ``site/templates``, which may
come from a repository, and so from anybody who may push to it: they run in Jinja's sandbox.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final, final

import jinja2
from babel import Locale, UnknownLocaleError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from bot.answering.wording import (
    attribution,
    contact_words,
    corrected,
    did_you_mean,
    does_not_know,
    gist,
    meant_something_else,
    not_understood,
    passage,
    sources_read,
    voice,
)
from bot.editing.updates import Update, change_label, kind_of_change
from bot.errors import CasebotError
from bot.i18n.catalogue import _, ngettext, speaking, spoken
from bot.i18n.dates import format_date, language_name
from bot.knowledge.addresses import entry_path, passage_path, person_path, public_address, source_path, topic_path
from bot.knowledge.inline import Code, Words, spans
from bot.knowledge.model import KnowledgeBase
from bot.site.outline import outline
from bot.site.pages import HOME, Page, menu, pages

OWN_TEMPLATES: Final = Path("site", "templates")
"""Where a knowledge folder may hold templates of its own; each replaces the built-in one of the same name."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The Content-Security-Policy of every page: nothing but the site's own files, nothing inline, no text set as HTML."""

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""The headers that a host should send with every file. Browsers ignore ``frame-ancestors`` in a page itself."""

HONOUR_NOINDEX: Final = ("Googlebot", "Bingbot", "DuckDuckBot")
"""Search engines that leave pages with ``noindex`` out of their lists, for which they have to be able to read them:
https://developers.google.com/search/docs/crawling-indexing/block-indexing"""

SEARCH_SCRIPT: Final = "search.js"
SEARCH_INDEX: Final = "search.json"
"""The script that searches in the browser; pages have a search field if it is among the files."""

FEED: Final = "changes.atom"
FEED_ENTRIES: Final = 50

_STATIC: Final = ("icon.svg",)


LONGEST_FILE: Final = 20_000_000
"""Characters of a file of the site; no FAQ has a page so long, but a loop of a template may never end."""


class TemplateError(CasebotError):
    """A template cannot be used; the text says which, where and why."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is known of a site beside the knowledge base."""

    changed: Sequence[Update] = ()
    """What has changed, latest first; empty if nothing is known of it."""

    paused: Iterable[str] = ()
    """Ids of the entries that moderators have stopped; their pages say so, and show nothing of them."""

    templates: Path | None = None
    """A folder with templates in place of built-in ones; it need not exist."""

    extra: Mapping[str, bytes] = field(default_factory=dict)
    """Further files by their paths, such as the search with its index."""

    asking: bool = False
    """Whether a server answers questions."""


@final
class Renderer:
    """Renders the pages of one knowledge base, in its language."""

    def __init__(self, base: KnowledgeBase, options: Options | None = None) -> None:
        """Prepare the templates.

        Args:
            base: the knowledge base, without the entries that moderators have stopped.
            options: what else is known.
        """
        self._base = base
        self._options = options or Options()
        self._environment = _environment(self._options.templates)
        with speaking(base.case.language):
            self._shared = self._for_all_pages()

    def files(self) -> dict[str, bytes]:
        """Return all files of the site by their paths; the same knowledge gives the same bytes.

        Raises:
            TemplateError: one of the base's own templates cannot be used.
        """
        with speaking(self._base.case.language):
            found = list(pages(self._base, self._options.changed, self._options.paused))
            made = {page.path: self._page(page) for page in found} | self._beside(found)
        static = resources.files("bot.site").joinpath("static")
        made |= {name: static.joinpath(name).read_bytes() for name in _STATIC}
        return made | dict(self._options.extra)

    def page(self, page: Page) -> bytes:
        """Return a single page.

        Raises:
            TemplateError: see :meth:`files`.
        """
        with speaking(self._base.case.language):
            return self._page(page)

    def _for_all_pages(self) -> dict[str, Any]:
        """Return what every template can use."""
        base = self._base
        return {
            "_": _,
            "ngettext": ngettext,
            "base": base,
            "case": base.case,
            "menu": menu(base, self._options.changed),
            "language": base.case.language,
            "own_language": spoken(),
            "direction": _direction(base.case.language),
            "policy": POLICY,
            "listed": base.case.site.search_engines,
            "address": public_address(base, ""),
            "feed": FEED if self._options.changed and base.case.site.address else None,
            "search_script": SEARCH_SCRIPT if SEARCH_SCRIPT in self._options.extra else None,
            "asking": self._options.asking,
            "change_label": change_label,
            "kind_of_change": kind_of_change,
            "contact_words": contact_words,
            "outline": outline,
            "spans": spans,
            "date": format_date,
            "language_name": language_name,
            "attribution": attribution,
            "corrected": corrected,
            "today": lambda: dt.datetime.now(dt.UTC).date(),
            "voice": voice,
            "gist": gist,
            "passage_name": passage,
            "did_you_mean": did_you_mean,
            "meant_something_else": meant_something_else,
            "does_not_know": does_not_know,
            "not_understood": not_understood,
            "sources_read": sources_read,
            "entry_path": entry_path,
            "topic_path": topic_path,
            "person_path": person_path,
            "source_path": source_path,
            "passage_path": passage_path,
        }

    def _page(self, page: Page) -> bytes:
        root = "../" * page.path.count("/")
        canonical = public_address(self._base, "" if page.path == HOME else page.path)
        return self._rendered(page.template, page=page, root=root, canonical=canonical, **page.content)

    def _beside(self, found: Sequence[Page]) -> dict[str, bytes]:
        """Return the files beside the pages."""
        made = {"style.css": self._rendered("style.css")}
        made["robots.txt"] = self._rendered("robots.txt", honour_noindex=HONOUR_NOINDEX)
        if self._base.case.site.address:
            paths = ["" if page.path == HOME else page.path for page in found if page.template != "gone.html"]
            made["sitemap.xml"] = self._rendered("sitemap.xml", paths=paths)
        if self._shared["feed"]:
            latest = [(each, self._base.entries[each.entry]) for each in self._options.changed[:FEED_ENTRIES]]
            made[FEED] = self._rendered("feed.xml", changes=latest)
        return made

    def _rendered(self, template: str, **content: object) -> bytes:
        try:
            return _written(self._environment.get_template(template).generate(self._shared, **content)).encode()
        except _TooLongError:
            message = (
                f"The template {template}, or one that it uses, writes more than {LONGEST_FILE:,} characters. {_FIX}"
            )
        except UnicodeDecodeError:
            message = f"The template {template} is not text in UTF-8. {_FIX}"
        except jinja2.TemplateSyntaxError as error:
            message = f"{error.filename or error.name}:{error.lineno}: {error.message}. {_FIX}"
        except _FROM_TEMPLATES as error:
            message = f"The template {template} cannot be used: {str(error) or type(error).__name__}. {_FIX}"
        raise TemplateError(message) from None


def _written(parts: Iterable[str]) -> str:
    """Join what a template writes, as far as a file may be long.

    Raises:
        _TooLongError: it is longer.
    """
    written: list[str] = []
    left = LONGEST_FILE
    for part in parts:
        left -= len(part)
        if left < 0:
            raise _TooLongError
        written.append(part)
    return "".join(written)


class _TooLongError(Exception):
    """A template writes too much."""


_FIX: Final = "Fix it in site/templates of the knowledge folder, or delete it there to use the built-in one"


_FROM_TEMPLATES: Final = (
    jinja2.TemplateError,
    SecurityError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a template may raise: it can include itself, ask for too much, and pass anything to a function."""


@final
class _OwnTemplates(jinja2.FileSystemLoader):
    """Loads the templates of a knowledge folder, but no file elsewhere that a link in it leads to.

    Such a link may come from a repository, and the site would publish what it leads to.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._knowledge: Final = folder.parent.parent.resolve()

    @override
    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        found = super().get_source(environment, template)
        if not Path(found[1]).resolve().is_relative_to(self._knowledge):
            message = "it's a link that leads out of the knowledge folder"
            raise jinja2.TemplateError(message)
        return found


def _environment(own: Path | None) -> jinja2.Environment:
    built_in = jinja2.PackageLoader("bot.site")
    loader = jinja2.ChoiceLoader([_OwnTemplates(own), built_in]) if own else built_in
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=jinja2.select_autoescape(["html", "xml"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests |= {
        "words": lambda span: isinstance(span, Words),
        "code": lambda span: isinstance(span, Code),
    }
    return environment


def _direction(language: str) -> str:
    """Return the direction of a language's script: ``ltr`` or ``rtl``."""
    try:
        return "rtl" if Locale.parse(language).character_order == "right-to-left" else "ltr"
    except UnknownLocaleError:
        return "ltr"
