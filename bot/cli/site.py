"""Commands for the public page: site and serve."""

import argparse
import asyncio
import contextlib
import dataclasses
import sys
from pathlib import Path

from pydantic import ValidationError

from bot.answering.corrections import noted
from bot.cli.common import CommandError, Subcommands, answerer_factory, print_plain, written_path
from bot.config import Settings
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase, Site
from bot.plurals import counted

_PORT = 8080


def add(commands: Subcommands) -> None:
    """Add this group's commands to the command line."""
    site = commands.add_parser(
        "site",
        help="build the public page",
        description="Build the FAQ as a website of plain files for any static host. The folder is replaced "
        "completely; one that contains anything else is left alone.",
    )
    site.add_argument("out", type=written_path, metavar="OUT", help="the folder to write: new, empty or built before")
    site.add_argument(
        "--address",
        metavar="URL",
        help="the address the page will have, for its links to itself; default: `site.address` in case.yaml",
    )
    site.set_defaults(command=_site)

    serve = commands.add_parser(
        "serve",
        help="ask in a browser",
        description="Open the page in a browser on this machine, with a box to ask questions in. Needs no token and "
        "stores no questions.",
    )
    serve.add_argument("--port", type=int, default=_PORT, help=f"the port; 0 for any free one (default: {_PORT})")
    serve.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1, this machine only)"
    )
    serve.set_defaults(command=_serve)


def _site(options: argparse.Namespace, settings: Settings) -> int:
    from bot.site import output  # noqa: PLC0415 (as below)
    from bot.site.build import build  # noqa: PLC0415 (Jinja and git's library take a while to import)

    output.check_folder(options.out)
    base = _with_address(load(settings.knowledge), options.address)
    files = build(base, settings.knowledge)
    output.replace_folder(options.out, files)
    pages = sum(name.endswith(".html") for name in files)
    print_plain(f"{options.out} holds {counted(pages, 'page')}. Open {options.out / 'index.html'} to look at them.")
    return 0


def _say_at_once(line: str) -> None:
    """Print a line; into a pipe, too, it doesn't wait for those after it."""
    print_plain(line)
    sys.stdout.flush()


def _with_address(base: KnowledgeBase, address: str | None) -> KnowledgeBase:
    if address is None:
        return base
    try:
        site = Site(address=address, search_engines=base.case.site.search_engines)
    except ValidationError:
        message = f"{address} cannot be the page's address. Give one such as https://example.org/faq/."
        raise CommandError(message) from None
    return dataclasses.replace(base, case=base.case.model_copy(update={"site": site}))


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from bot.ops.serve import serve  # noqa: PLC0415 (aiohttp takes a while to import)

    answerer = noted(settings.knowledge, answerer_factory(settings)(load(settings.knowledge)))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(answerer, Path(settings.knowledge), options.host, options.port, _say_at_once))
    return 0
