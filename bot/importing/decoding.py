"""The text of a file whose encoding nobody has said."""

import codecs
from typing import Final

from bot.importing.faq import UnusableError

LARGEST: Final = 10_000_000
"""The largest file to import, in bytes; a FAQ of a thousand entries has a tenth of it."""

_MARKS: Final = {
    codecs.BOM_UTF8: ("utf-8-sig", "UTF-8 with a byte order mark"),
    codecs.BOM_UTF32_LE: ("utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: ("utf-32", "UTF-32"),
    codecs.BOM_UTF16_LE: ("utf-16", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16", "UTF-16"),
}
_LOOKED_AT: Final = 4_000
_OTHER_ZEROS: Final = 0.02
"""The largest share in the other places: half of an emoji may be zero."""

_ZEROS: Final = 0.2
"""The share of zero bytes in even or odd places from which a text is UTF-16: in most languages, it is over a half."""


def decoded(raw: bytes, file: str) -> tuple[str, str]:
    """Return a file's text, with line feeds, and the name of its encoding.

    Args:
        raw: the content.
        file: the file's name, for errors.

    Raises:
        UnusableError: it is too large, empty, or no text.
    """
    if len(raw) > LARGEST:
        message = f"{file} is larger than {LARGEST:,} bytes. Split it into several files."
        raise UnusableError(message)
    encoding, name = _encoding(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        # Every byte means something in Latin-1; Windows-1252 is what such files are in fact.
        encoding, name = "cp1252", "Windows-1252, as it is not UTF-8"
        text = raw.decode(encoding, "replace")
    if not text.strip("\ufeff \t\r\n"):
        message = f"{file} is empty. Name a file that says something."
        raise UnusableError(message)
    if "\0" in text:
        message = f"{file} is not text. Save it as plain text, Markdown, CSV or HTML, in UTF-8."
        raise UnusableError(message)
    return text.replace("\r\n", "\n").replace("\r", "\n"), name


def _encoding(raw: bytes) -> tuple[str, str]:
    for mark, found in _MARKS.items():
        if raw.startswith(mark):
            return found
    beginning = raw[:_LOOKED_AT]
    for encoding, zeros in (("utf-16-le", beginning[1::2]), ("utf-16-be", beginning[::2])):
        others = beginning[::2] if encoding == "utf-16-le" else beginning[1::2]
        if zeros.count(0) > _ZEROS * len(zeros) and others.count(0) <= _OTHER_ZEROS * len(others):
            return encoding, "UTF-16 without a byte order mark"
    return "utf-8", "UTF-8"
