"""`casebot schema`: the JSON Schemas of the knowledge files."""

import argparse
import json

from bot.cli.common import CommandError, Subcommands, written_path
from bot.cli.output import machine_output
from bot.config import Settings
from bot.knowledge import schema


def add(commands: Subcommands) -> None:
    """Add this command to the command line."""
    schemas = commands.add_parser(
        "schema", help="print a JSON Schema", description="Print the JSON Schema of a kind of knowledge file."
    )
    schemas.add_argument("name", nargs="?", choices=list(schema.FILES), help="the kind of file")
    schemas.add_argument("--write", type=written_path, metavar="DIR", help="write all schemas into this folder instead")
    schemas.set_defaults(command=_schema)


def _schema(options: argparse.Namespace, _: Settings) -> int:
    if options.write:
        schema.write(options.write)
    elif options.name:
        machine_output().write(json.dumps(schema.json_schema(options.name), indent=2, ensure_ascii=False) + "\n")
    else:
        message = f"Name a kind of file: {', '.join(schema.FILES)}; or give --write DIR."
        raise CommandError(message)
    return 0
