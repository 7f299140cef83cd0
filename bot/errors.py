"""The one root of the errors whose cause a user is told."""

import logging


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
        values = ", ".join(f"{name}={value!r}" for name, value in self.args_.items())
        return f"{self.sentence}({values})" if values else self.sentence
