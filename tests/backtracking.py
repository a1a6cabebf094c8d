r"""Whether a regular expression can be made to work for more than a linear time. It is read, not timed.

CPython's engine tries one way after another to read a text. Its work grows as the number of these ways does. So an
expression is turned into an automaton whose states each read one character, and the automaton is searched for the two
shapes by which the number grows without bound (Weber and Seidl, "On the degree of ambiguity of finite automata", 1991):

* a word that leads a state back to itself in two ways: each repetition of the word doubles the number;
* a word that one loop repeats, that leads from it into a second loop, and that the second repeats, too: each repetition
  adds to the number. A search is such a first loop, since it begins again at every character; ``\s+x`` is found so.

Ways that surely end in a match are given up by none: a second loop counts only where what comes after it can fail.
Conditions on the character before or behind (``(?<!\s)``, ``\b``) are understood. Longer ones are taken as met or not
met, whichever is worse, and atomic groups and possessive repeats as plain ones: the check errs towards refusing.

It does not see: repeats of up to :data:`_WRITTEN_OUT` times, which only multiply the work by a constant; and loops of
our own around an expression.
"""

import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, Final, TypeAlias, TypeVar

# The engine's own reading of an expression, not a second one.
_compiler: Final[Any] = importlib.import_module("re._compiler")
_parser: Final[Any] = importlib.import_module("re._parser")

_WRITTEN_OUT: Final = 16
"""Repeats of up to so many times become so many states; more count as without end."""

_ALPHABET: Final = "".join(map(chr, range(128))) + "\x85\xa0éßİıſK²٣–‘’“”…\u0301\u200b\u2028\u3000漢🙂\ud800"
"""Characters of all kinds that an expression can tell apart; those that it names are added."""

_MOST_PAIRS: Final = 2_000
_MOST_WAYS: Final = 500
"""Pairs of states, and ways between two without reading, that are looked through; no sane expression has more."""

_ONE_CHARACTER: Final = {"LITERAL", "NOT_LITERAL", "ANY", "IN"}
_REPEAT: Final = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}

Tree: TypeAlias = Any
"""A part of an expression as :mod:`re` parses it; its modules have no types."""

State: TypeAlias = tuple[int, int]
"""A state of the automaton, and the class of the character that it has read."""

_SEARCHING: Final = 0
"""The state of a search that has not begun to match."""

Node = TypeVar("Node", bound=Hashable)


class Use(StrEnum):
    """How an expression is used."""

    SEARCH = "search"
    """From any character on: ``search``, ``sub``, ``split``, ``findall``, ``finditer``."""

    MATCH = "match"
    """From the first character on."""

    FULLMATCH = "fullmatch"
    """From the first to the last."""


class TooLargeError(Exception):
    """The expression is too large to be judged, or has a part that is not understood."""


class _Automaton:
    """An expression as states that each read a character, joined by steps that read nothing."""

    def __init__(self, pattern: str, flags: int) -> None:
        tree = _parser.parse(pattern, flags)
        flags = tree.state.flags
        self._groups: dict[int, tuple[Tree, int]] = {}
        self._read: dict[str, tuple[Tree, int]] = {}
        alphabet = set(_ALPHABET)
        for op, argument, at in self._parts(tree, flags):
            if op in _ONE_CHARACTER:
                self._read[_key(op, argument, at)] = (argument, at)
                alphabet.update(_named(op, argument))
        members = {key: _members(key.partition(" ")[0], *read, alphabet) for key, read in self._read.items()}
        kinds = [{char for char in alphabet if re.match(r"\w", char)}, {"\n"}, *members.values()]
        plain_last = sorted(alphabet, key=lambda char: (char.isascii() and char.isalnum(), char))
        self.classes: Final = "".join({tuple(char in kind for kind in kinds): char for char in plain_last}.values())
        """One character of each class that the expression cannot tell apart."""
        self.edge: Final = 1 << len(self.classes)
        """Instead of a class: the beginning or the end of the text."""
        self._any = self.edge | self.edge - 1
        self._word, self._newline, *masks = map(self._mask, kinds)
        self._masks = dict(zip(members, masks, strict=True))

        self._states: dict[int, int] = {}
        """State -> the classes that it reads, as bits. Its number is also that of the node behind it."""
        self._entries: dict[int, int] = {}
        """Node before a state -> the state."""
        self._steps: dict[int, list[tuple[int, int, int, bool]]] = defaultdict(list)
        """Node -> steps without reading: where to, behind which classes, before which, and whether it cannot fail."""
        self._loops: dict[int, int] = {}
        """Node at the end of what is repeated -> the node at which it is decided whether to repeat."""
        self._nodes = _SEARCHING
        self._accept, self._dead = self._node(), self._node()
        self.start: Final = self._sequence(tree, flags, self._accept)

    def _parts(self, tree: Tree, flags: int) -> Iterator[tuple[str, Tree, int]]:
        """Walk through an expression, with the flags that hold at each part."""
        for name, argument in tree:
            op = str(name)
            yield op, argument, flags
            inner: Iterable[Tree] = ()
            within = flags
            if op == "SUBPATTERN":
                group, within, inner = argument[0], (flags | argument[1]) & ~argument[2], argument[3:]
                self._groups[group] = (argument[3], within)
            elif op in _REPEAT:
                inner = argument[2:]
            elif op in {"ASSERT", "ASSERT_NOT"}:
                inner = argument[1:]
            elif op == "ATOMIC_GROUP":
                inner = (argument,)
            elif op == "BRANCH":
                inner = argument[1]
            for part in inner:
                yield from self._parts(part, within)

    def _mask(self, chars: Iterable[str]) -> int:
        return reduce(or_, (1 << at for at, char in enumerate(self.classes) if char in chars), 0)

    # It is built from the end to the beginning: each part is given the node behind it, and returns the one before it.

    def _node(self) -> int:
        self._nodes += 1
        return self._nodes

    def _step(self, to: int, node: int = 0, *, behind: int | None = None, before: int | None = None) -> int:
        node = node or self._node()
        sure = behind is None and before is None
        behind, before = (self._any if classes is None else classes for classes in (behind, before))
        self._steps[node].append((to, behind, before, sure))
        return node

    def _sequence(self, tree: Tree, flags: int, then: int) -> int:
        for name, argument in reversed(list(tree)):
            then = self._part(str(name), argument, flags, then)
        return then

    def _part(self, op: str, argument: Tree, flags: int, then: int) -> int:
        match op:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                state, before = self._step(then), self._node()
                self._states[state] = self._masks[_key(op, argument, flags)]
                self._entries[before] = state
            case "SUBPATTERN":
                before = self._sequence(argument[3], (flags | argument[1]) & ~argument[2], then)
            case "GROUPREF":  # whatever the group may hold
                before = self._sequence(*self._groups[argument], then)
            case "ATOMIC_GROUP":
                before = self._sequence(argument, flags, then)
            case "BRANCH":
                before = self._node()
                for way in argument[1]:
                    self._step(self._sequence(way, flags, then), before)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                before = self._repeat(argument, flags, then)
            case "AT":
                before = self._at(str(argument), flags, then)
            case "ASSERT" | "ASSERT_NOT":
                before = self._condition(argument, flags, then, met=op == "ASSERT")
            case _:
                message = f"{op} is not understood"
                raise TooLargeError(message)
        return before

    def _repeat(self, repeat: Tree, flags: int, then: int) -> int:
        least, most, inner = repeat
        if most > _WRITTEN_OUT:
            loop, end = self._node(), self._node()
            self._loops[end] = loop
            self._step(loop, end)
            self._step(self._sequence(inner, flags, end), loop)
            then = self._step(then, loop)
        last = then
        for _ in range(most - least if most <= _WRITTEN_OUT else 0):
            then = self._step(last, self._step(self._sequence(inner, flags, then)))
        for _ in range(min(least, _WRITTEN_OUT)):
            then = self._sequence(inner, flags, then)
        return then

    def _at(self, where: str, flags: int, then: int) -> int:
        word, other = self._word, self._any & ~self._word
        if where == "AT_BOUNDARY":
            return self._step(then, self._step(then, behind=word, before=other), behind=other, before=word)
        if where == "AT_NON_BOUNDARY":
            return self._step(then, self._step(then, behind=word, before=word), behind=other, before=other)
        if where in {"AT_BEGINNING", "AT_BEGINNING_STRING"}:
            return self._step(then, behind=self.edge | (self._newline if flags & re.MULTILINE else 0))
        return self._step(then, before=self.edge | self._newline)

    def _condition(self, condition: Tree, flags: int, then: int, *, met: bool) -> int:
        direction, inner = condition
        classes = self._one_character(inner, flags)
        if classes is None:
            node = self._step(then, before=self._any)
            if direction > 0:  # What is looked for ahead may cost any work; behind, it has a fixed width.
                self._step(self._sequence(inner, flags, self._dead), node, before=self._any)
            return node
        if not met:
            classes = self._any & ~classes
        return self._step(then, behind=classes) if direction < 0 else self._step(then, before=classes)

    def _one_character(self, tree: Tree, flags: int) -> int | None:
        """Return the classes that an expression of one character reads, None for any other expression."""
        items = list(tree)
        if len(items) != 1:
            return None
        op, argument = str(items[0][0]), items[0][1]
        if op == "SUBPATTERN":
            return self._one_character(argument[3], (flags | argument[1]) & ~argument[2])
        return self._masks[_key(op, argument, flags)] if op in _ONE_CHARACTER else None

    def follow(self, node: int, last: int) -> dict[State, int]:
        """Return the states that a node leads to, each with the class that it reads and in how many ways: 1 or 2.

        Args:
            node: of the automaton; a state is the node behind itself.
            last: the class that was read last, as a bit.
        """
        found: dict[State, int] = defaultdict(int)
        visits: dict[int, int] = defaultdict(int)

        def walk(node: int, allowed: int, entered: frozenset[int]) -> None:
            visits[node] += 1
            if visits[node] > _MOST_WAYS:
                message = "there are too many ways that read nothing"
                raise TooLargeError(message)
            if state := self._entries.get(node):
                for kind in range(len(self.classes)):
                    if self._states[state] & allowed & 1 << kind:
                        found[state, kind] = min(found[state, kind] + 1, 2)
                return
            steps = self._steps[node]
            if (loop := self._loops.get(node)) in entered:  # the engine repeats nothing that has read nothing
                steps = self._steps[loop][1:]
            repeats = node in self._loops.values()
            for number, (to, behind, before, _) in enumerate(steps):
                if behind & last and allowed & before:
                    walk(to, allowed & before, entered | {node} if repeats and number == 0 else entered - {node, loop})

        walk(node, self._any, frozenset())
        return found

    def sure(self) -> frozenset[int]:
        """Return the nodes from which the expression matches, whatever comes."""
        into: dict[int, list[int]] = defaultdict(list)
        for node, steps in self._steps.items():
            for to, _, _, sure in steps:
                if sure:
                    into[to].append(node)
        return frozenset(_reachable([self._accept], into, set()))


class Growth:
    """The ways through an expression, and a word that multiplies them."""

    def __init__(self, pattern: str, flags: int, use: Use) -> None:
        """Prepare to judge an expression.

        Args:
            pattern: the expression.
            flags: those of :mod:`re`.
            use: how it is used.

        Raises:
            TooLargeError: it cannot be judged.
        """
        automaton = _Automaton(pattern, flags)
        self._classes = automaton.classes
        self._safe = frozenset() if use is Use.FULLMATCH else automaton.sure()
        self._next: dict[State, dict[int, dict[int, int]]] = {}
        """State -> the class that is read next -> the states that read it, and in how many ways each is reached."""
        kinds = range(len(self._classes))
        waiting = list(automaton.follow(automaton.start, automaton.edge))
        if use is Use.SEARCH:
            waiting += [(_SEARCHING, kind) for kind in kinds]
        while waiting:
            here = waiting.pop()
            if here in self._next:
                continue
            at, last = here
            found = automaton.follow(at or automaton.start, 1 << last)
            if at == _SEARCHING:
                found |= {(_SEARCHING, kind): 1 for kind in kinds}
            self._next[here] = defaultdict(dict)
            for (to, kind), ways in found.items():
                self._next[here][kind][to] = ways
            waiting += found

    def word(self) -> str | None:
        """Return a word whose repetition multiplies the ways to read a text; None where there is none.

        Raises:
            TooLargeError: it cannot be judged.
        """
        losing = self._loops({state for state in self._next if state[0] != _SEARCHING and state[0] not in self._safe})
        every = self._loops({state for state in self._next if state[0] != _SEARCHING})
        found = (
            self._two_ways_back(loop)
            or self._from_search(loop)
            or next((word for first in every if first != loop and (word := self._from_loop(first, loop))), None)
            for loop in losing
        )
        return next(filter(None, found), None)

    def _loops(self, inside: set[State]) -> list[frozenset[State]]:
        """Return the strongly connected sets of states that hold a cycle."""
        steps = {
            state: [step for kind, to in self._next[state].items() for at in to if (step := (at, kind)) in inside]
            for state in inside
        }
        return [part for part in _components(steps) if len(part) > 1 or any(state in steps[state] for state in part)]

    def _two_ways_back(self, loop: frozenset[State]) -> str | None:
        """Find a word by which a loop's state comes back to itself in two ways."""
        at, last = min(loop)

        def steps(here: tuple[int, int, bool, int]) -> Iterator[tuple[int, int, bool, int]]:
            one, other, parted, last = here
            for kind in self._kinds(last, one, other):
                for to, ways in self._read(one, last, kind, loop):
                    for to_other, _ in self._read(other, last, kind, loop):
                        yield to, to_other, parted or ways > 1 or to != to_other, kind

        return self._path((at, at, False, last), (at, at, True, last), steps)

    def _from_search(self, loop: frozenset[State]) -> str | None:
        """Find a word that a loop repeats and by which it is also reached from a match that begins later."""
        at, last = min(loop)
        if (_SEARCHING, last) not in self._next:
            return None

        def steps(here: tuple[int, int, int]) -> Iterator[tuple[int, int, int]]:
            later, inside, last = here
            for kind in self._kinds(last, later, inside):
                for to, _ in self._read(later, last, kind):
                    for to_inside, _ in self._read(inside, last, kind, loop):
                        yield to, to_inside, kind

        return self._path((_SEARCHING, at, last), (at, at, last), steps)

    def _from_loop(self, first: frozenset[State], second: frozenset[State]) -> str | None:
        """Find a word that two loops repeat, and that leads from the first into the second."""

        def steps(here: tuple[int, int, int, int]) -> Iterator[tuple[int, int, int, int]]:
            stays, leaves, arrived, last = here
            for kind in self._kinds(last, stays, leaves, arrived):
                for to_stay, _ in self._read(stays, last, kind, first):
                    for to_leave, _ in self._read(leaves, last, kind):
                        for to_arrived, _ in self._read(arrived, last, kind, second):
                            yield to_stay, to_leave, to_arrived, kind

        pairs = [
            (one[0], other[0], one[1]) for one in first for other in second if one[0] != other[0] and one[1] == other[1]
        ]
        if len(pairs) > _MOST_PAIRS:
            message = "there are too many pairs of states in two loops"
            raise TooLargeError(message)
        words = (self._path((p, p, q, last), (p, q, q, last), steps) for p, q, last in pairs)
        return next(filter(None, words), None)

    def _kinds(self, last: int, *states: int) -> set[int]:
        """Return the classes that all of some states can read next."""
        first, *others = (self._next[state, last].keys() for state in states)
        return set(first).intersection(*others)

    def _read(
        self, state: int, last: int, kind: int, inside: frozenset[State] | None = None
    ) -> Iterator[tuple[int, int]]:
        for to, ways in self._next[state, last][kind].items():
            if inside is None or (to, kind) in inside:
                yield to, ways

    def _path(self, start: Node, goal: Node, steps: Callable[[Node], Iterable[Node]]) -> str | None:
        """Return the word that leads from start to goal by one step or more; a node ends in its class."""
        came: dict[Node, Node] = {}
        waiting = [start]
        while waiting and goal not in came:
            here = waiting.pop()
            for there in steps(here):
                if there not in came:
                    came[there] = here
                    waiting.append(there)
        if goal not in came:
            return None
        word, here = "", goal
        while not word or here != start:
            kind: Any = here
            word = self._classes[kind[-1]] + word
            here = came[here]
        return word


def _key(op: str, argument: Tree, flags: int) -> str:
    return f"{op} {argument!r} {flags}"


def _members(op: str, argument: Tree, flags: int, alphabet: Iterable[str]) -> set[str]:
    """Return the characters that an expression of one character matches; the engine itself says so."""
    state = _parser.State()
    state.flags = flags
    pattern = _compiler.compile(_parser.SubPattern(state, [(getattr(_parser, op), argument)]), flags)
    return set(filter(pattern.match, alphabet))


def _named(op: str, argument: Tree) -> Iterator[str]:
    """Return the characters that an expression names, in either case, and those next to its ranges."""
    if op == "IN":
        for inner, name in argument:
            yield from _named(str(inner), name)
    elif op == "RANGE":
        first, last = argument
        yield from map(chr, (max(first - 1, 0), first, last, min(last + 1, 0x10FFFF)))
    elif op in {"LITERAL", "NOT_LITERAL"}:
        yield from (chr(argument), *chr(argument).swapcase())


def _reachable(start: Iterable[Node], steps: Mapping[Node, Iterable[Node]], seen: set[Node]) -> list[Node]:
    """Return the nodes that can be reached and were not seen yet, each behind those that only it leads to."""
    done: list[Node] = []
    for root in start:
        path = [] if root in seen else [(root, iter(steps.get(root, ())))]
        seen.add(root)
        while path:
            node, rest = path[-1]
            to = next((to for to in rest if to not in seen), None)
            if to is None:
                done.append(node)
                path.pop()
            else:
                seen.add(to)
                path.append((to, iter(steps.get(to, ()))))
    return done


def _components(steps: Mapping[Node, Iterable[Node]]) -> list[frozenset[Node]]:
    """Return the strongly connected components, by Kosaraju's algorithm."""
    back: dict[Node, list[Node]] = defaultdict(list)
    for node, targets in steps.items():
        for to in targets:
            back[to].append(node)
    taken: set[Node] = set()
    parts = [frozenset(_reachable([root], back, taken)) for root in reversed(_reachable(steps, steps, set()))]
    return [part for part in parts if part]
