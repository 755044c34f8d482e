"""What models hear that ask whether they are traced."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Self

import torch


class Tracing:
    """Within it `torch.jit.is_tracing()` is `answer` to the model's code, in this thread.

    Models ask so as not to take a shortcut for just one size, as Vision Transformers do for that of their position
    embeddings, where what is taken down must hold for others too.

    Attributes:
        asked: whether a model has.
    """

    def __init__(self, answer: bool) -> None:
        self.asked = False
        self._answer = answer

    def __enter__(self) -> Self:
        self._real = torch.jit.is_tracing
        thread = threading.get_ident()

        def is_tracing() -> bool:
            caller = sys._getframe(1).f_globals.get("__name__", "")
            if threading.get_ident() != thread or caller.startswith("torch."):
                return self._real()
            self.asked = True
            return self._answer

        torch.jit.is_tracing = is_tracing
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        torch.jit.is_tracing = self._real
