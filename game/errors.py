"""What can go wrong, one class per thing that a caller can do about it."""

from dataclasses import dataclass


class GameError(Exception):
    """Base of every error that this project raises on purpose."""


class ActionRefused(GameError):
    """The rules do not allow an action now; nothing changed. The text is a sentence for the trainee."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in an author's file.

    Attributes:
        file: The path as the author gave it.
        line: First line is 1; 0 when the whole file is meant.
        column: First column is 1; 0 when the whole file is meant.
        text: What is wrong and, where one is near, the likely fix.
    """

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        """Return the problem as compilers print it."""
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class ScenarioError(GameError):
    """A scenario or table cannot be used; carries every problem found.

    Attributes:
        problems: All problems, in the order of the file.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems and print them a line each."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class RecordingError(GameError):
    """A recording is damaged, foreign or newer than this program."""


class ImpossibleStateError(GameError):
    """A tick produced a value that cannot be; the text names tick and field."""
