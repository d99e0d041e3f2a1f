"""YAML text to values that know their place in the file.

The tree is built from the parser's events without recursion, so that depth, size and what is refused
(tags, anchors, merge keys, repeated keys) are seen while reading, and nothing is ever expanded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from game.errors import Problem
from game.scenario.scalars import Trap, resolve, shorten

DEEPEST = 12
MOST_VALUES = 20_000
MOST_PROBLEMS = 50
_TOO_DEEP = f"this is nested deeper than {DEEPEST} levels"
_DROPPED = "\0"  # stands for a key that was refused; the reader of the text lets no such character in
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[int, int]


@dataclass(slots=True)
class Node:
    """A value and where it stands.

    Attributes:
        place: Line and column, both from 1.
        value: A scalar's value; None for lists and mappings.
        items: A list's items.
        pairs: A mapping's values by key, in the order of the file.
        keys: Where each key stands.
        shape: scalar, list or mapping.
        spoiled: Whether a problem with it has been told already.
    """

    place: Place
    shape: str
    value: Any = None
    items: list["Node"] = field(default_factory=list)
    pairs: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    spoiled: bool = False

    def plain(self) -> Any:
        """Return the value without places."""
        if self.shape == "list":
            return [item.plain() for item in self.items]
        if self.shape == "mapping":
            return {key: node.plain() for key, node in self.pairs.items()}
        return self.value


class _TooMuchError(Exception):
    """The file is no longer worth reading."""


def read_nodes(name: str, text: str) -> tuple[Node | None, list[Problem]]:
    """Read a text.

    Args:
        name: The file's name for messages.
        text: Its whole text.

    Returns:
        The outermost value, or None where there is none or reading stopped, and all problems found on the way.
    """
    reader = _Reader(name)
    try:
        for event in _events(text):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        return None, [*reader.problems, _syntax(name, text, error)]
    except _TooMuchError:
        return None, reader.problems
    if reader.root is None and not reader.problems:
        reader.problems.append(Problem(name, 0, 0, "is empty"))
    return reader.root, reader.problems


def _events(text: str) -> Iterator[yaml.Event]:
    loader = _LOADER(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _syntax(name: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    line, column = _of(error.problem_mark or error.context_mark)
    line = min(line, text.count("\n") + 1)  # the parser can stop on a line that it thinks begins after the last
    said = str(error.problem or error.context or "this is not YAML")
    if "nesting depth" in said:  # the parser reads ahead of its events, so its own, far wider limit can come first
        return Problem(name, line, column, _TOO_DEEP)
    before = text.splitlines()[line - 1][:column] if 0 < line <= len(text.splitlines()) else ""
    hint = "; indent with spaces, not tabs" if "\t" in before else ""
    where = f" ({error.context})" if error.context and error.problem else ""
    return Problem(name, line, column, f"{said}{where}{hint}")


class _Reader:
    """Builds the tree from events; `open` holds the containers that are not closed, `key` the key that waits for its value."""

    def __init__(self, name: str) -> None:
        """Start with nothing read."""
        self.name = name
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self._open: list[Node] = []
        self._waiting: list[str | None] = []
        self._count = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take one event in."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._start_document(event)
        elif isinstance(event, yaml.AliasEvent):
            self._tell(_place(event), f"'*{shorten(str(event.anchor))}' repeats another value; write the value out")
            self._add(Node(_place(event), "scalar", spoiled=True), None)
        elif isinstance(event, yaml.NodeEvent):
            self._refuse_marks(event)
            self._take_value(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()

    def _start_document(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            self._tell(_place(event), "a second document begins here; a file holds one")
            raise _TooMuchError

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._tell(_place(event), f"'&{shorten(event.anchor)}' names a value to be repeated; write values out where they are needed")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._tell(_place(event), f"the tag '{shorten(tag)}' is not used here; leave it out")

    def _take_value(self, event: Any) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            self._tell(_place(event), f"there are more than {MOST_VALUES} values")
            raise _TooMuchError
        spoiled = event.anchor is not None or event.tag is not None
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, spoiled)
            return
        node = Node(_place(event), "list" if isinstance(event, yaml.SequenceStartEvent) else "mapping", spoiled=spoiled)
        self._add(node, None)
        self._open.append(node)
        self._waiting.append(None)
        if len(self._open) > DEEPEST:
            self._tell(node.place, _TOO_DEEP)
            raise _TooMuchError

    def _scalar(self, event: Any, spoiled: bool) -> None:
        word = str(event.value)
        found = resolve(word) if event.style is None or event.style == "" else word
        if isinstance(found, Trap) and not spoiled:
            self._tell(_place(event), found.text)
        trapped = isinstance(found, Trap)
        value = None if trapped or spoiled else found
        self._add(Node(_place(event), "scalar", value, spoiled=spoiled or trapped), word)

    def _add(self, node: Node, word: str | None) -> None:
        if not self._open:
            self.root = node
            return
        holder = self._open[-1]
        if holder.shape == "list":
            holder.items.append(node)
        elif self._waiting[-1] is None:
            self._waiting[-1] = self._key(holder, node, word)
        else:
            self._pair(holder, self._waiting[-1], node)
            self._waiting[-1] = None

    def _key(self, holder: Node, node: Node, word: str | None) -> str:
        if word is None:
            self._tell(node.place, "a key must be one word, not a list, a mapping or an alias")
            return _DROPPED
        if word == "<<":
            self._tell(node.place, "'<<' merges another mapping; write its keys out")
            return _DROPPED
        if word in holder.keys:
            self._tell(node.place, f"the key '{shorten(word)}' stands here again; it was first set on line {holder.keys[word][0]}")
            return _DROPPED
        holder.keys[word] = node.place
        return word

    def _pair(self, holder: Node, key: str, node: Node) -> None:
        if key != _DROPPED:
            holder.pairs[key] = node

    def _close(self) -> None:
        self._open.pop()
        self._waiting.pop()

    def _tell(self, place: Place, text: str) -> None:
        self.problems.append(Problem(self.name, *place, text))
        if len(self.problems) == MOST_PROBLEMS:
            self.problems.append(Problem(self.name, *place, "there are too many problems; the rest of the file was not read"))
            raise _TooMuchError


def _place(event: yaml.Event) -> Place:
    return _of(event.start_mark)


def _of(mark: Any) -> Place:
    """Return a parser's mark as line and column from 1."""
    return (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
