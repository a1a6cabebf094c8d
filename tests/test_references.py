"""What docstrings refer to is there, so that whoever reads one finds it: :data:`NAME`, :class:`bot.config.Settings`."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Sequence
from types import ModuleType

import bot

_REFERENCE = re.compile(r":(?:attr|class|data|exc|func|meth|mod):`~?(?P<name>[\w.]+)`")


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(bot.__path__, "bot."):
        # Alembic runs these; they are no module of the bot's.
        if not found.name.startswith("bot.store.migrations") and found.name != "bot.__main__":
            yield found.name


def _leads_on(from_: object, names: Sequence[str]) -> bool:
    """Return whether each name is an attribute of the one before; the last may be one that instances get."""
    for number, name in enumerate(names, start=1):
        if hasattr(from_, name):
            from_ = getattr(from_, name)
        else:
            set_later = inspect.isclass(from_) and re.search(rf"\b(?:self\.)?{name}: ", inspect.getsource(from_))
            return bool(set_later) and number == len(names)
    return True


def _is_there(name: str, module: ModuleType) -> bool:
    """Return whether a name is found in a module, in one of its classes or, with dots, from the top."""
    names = name.split(".")
    own = [each for each in vars(module).values() if inspect.isclass(each) and each.__module__ == module.__name__]
    if any(_leads_on(place, names) for place in (module, *own)):
        return True
    for end in range(len(names), 0, -1):
        try:
            place = importlib.import_module(".".join(names[:end]))
        except ImportError:
            continue
        return _leads_on(place, names[end:])
    return False


def test_what_docstrings_refer_to_is_there() -> None:
    lost = []
    for name in _modules():
        module = importlib.import_module(name)
        referred = {found["name"] for found in _REFERENCE.finditer(inspect.getsource(module))}
        lost += [f"{name}: {each}" for each in sorted(referred) if not _is_there(each, module)]
    assert lost == []
