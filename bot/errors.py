"""The one root of the errors whose cause a user is told."""

import logging

WRITTEN_BY_OTHERS = frozenset({"exception", "message", "model", "name", "phrase", "reason", "value"})
"""Variables of sentences that hold what a person typed, a file is called, or RunAPI said: any of it may be a prompt."""


class EaselError(Exception):
    """An error that carries the sentence a user reads.

    Attributes:
        sentence: id of a message in the Fluent catalog (`bot/locales`).
        args_: values for that message's variables.
        level: `logging` level at which the handler records it.
        private: whether nobody but that user may read it; what answers a command always is.
    """

    level: int = logging.INFO
    private: bool = False

    def __init__(self, sentence: str, /, **args_: str | int) -> None:
        super().__init__(sentence, args_)
        self.sentence = sentence
        self.args_ = args_

    def __str__(self) -> str:
        """Return what a log may hold: without what a person typed, or somebody quotes."""
        said = ((name, "…" if name in WRITTEN_BY_OTHERS else repr(value)) for name, value in self.args_.items())
        values = ", ".join(f"{name}={value}" for name, value in said)
        return f"{self.sentence}({values})" if values else self.sentence

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"
