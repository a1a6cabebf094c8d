"""Brings the catalogues of the bot's own words in step with the code: `python scripts/catalogues.py`.

New and changed texts come in empty, to be translated by a person. What the code does not
say any more goes. `tests/i18n/test_catalogue.py` fails until all is translated.
"""

import ast
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

BOT = Path(__file__).resolve().parent.parent / "bot"
FOLDER = BOT / "i18n" / "catalogues"
WIDTH = 120
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
"""What editors of catalogues need to know; without the dates of the last run, which would change for nothing."""


def template() -> Catalog:
    """Collect the texts that code and templates mark: Babel sees none inside f-strings before Python 3.12."""
    found = Catalog(project="casebot")
    for file in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(ast.Name("_" | "N_"), [ast.Constant(str(message))]):
                    found.add(message)
                case ast.Call(ast.Name("ngettext"), [ast.Constant(str(one)), ast.Constant(str(many)), _]):
                    found.add((one, many))
                case ast.Call(ast.Name("pgettext" | "NP_"), [ast.Constant(str(context)), ast.Constant(str(message))]):
                    found.add(message, context=context)
                case _:
                    pass
    for file in sorted((BOT / "site" / "templates").iterdir()):
        parsed = Environment(autoescape=True).parse(file.read_text("utf-8"))
        for _line, _function, texts in extract_from_ast(parsed):
            # Several: the text for one, the text for many, and nothing for the number.
            found.add(texts if isinstance(texts, str) else tuple(filter(None, texts or ())))
    return found


def main() -> None:
    """Update every catalogue in place."""
    for file in sorted(FOLDER.glob("*.po")):
        with file.open("rb") as old:
            catalogue = read_po(old, locale=file.stem)
        catalogue.update(template(), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with file.open("wb") as new:
            new.write(HEADER.format(language=file.stem, plurals=catalogue.plural_forms).encode())
            write_po(new, catalogue, width=WIDTH, omit_header=True, sort_output=True, include_lineno=False)
        # Of a text that depends on a number, every form.
        untranslated = sum(
            not all([message.string] if isinstance(message.string, str) else message.string or [""])
            for message in catalogue
        )
        print(f"{file.name}: {len(catalogue)} texts, {untranslated} to translate")


if __name__ == "__main__":
    main()
