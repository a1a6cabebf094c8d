"""Numbers with their nouns, in the English of logs and the terminal; chat has :func:`bot.i18n.catalogue.ngettext`."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, such as "1 answer" or "2 answers".

    Args:
        number: how many there are.
        one: the noun for one.
        many: the noun for others; None for the same with an "s".
    """
    return f"{number} {one if number == 1 else many or f'{one}s'}"
