"""What the running layer belongs to: its framework, stream of random keys and precision. One state a thread."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, Protocol


class RandomStream(Protocol):
    """Hands out a new key of the framework at each call, all derived from the one that the caller gave."""

    def next_key(self) -> Any:
        """A key that no earlier call has returned."""


class _Running(threading.local):
    # A threading.local, not a ContextVar: Dynamo breaks its graph at ContextVar.get.
    # Set for each thread, not on the class: Dynamo's guards look for what the thread's own state holds.
    def __init__(self) -> None:
        self.framework = "torch"
        self.random: RandomStream | None = None
        self.precision: str | None = None


running = _Running()


@contextlib.contextmanager
def running_in(framework: str, random: RandomStream | None = None) -> Iterator[None]:
    """Within it, functions that take no tensor answer in `framework`, and random ops draw from `random`."""
    before = running.framework, running.random
    running.framework, running.random = framework, random
    try:
        yield
    finally:
        running.framework, running.random = before


@contextlib.contextmanager
def computing_in(precision: str | None) -> Iterator[None]:
    """Within it, ops of JAX and TensorFlow that need float32 raise half precision to it; with `None` they do not."""
    before = running.precision
    running.precision = precision
    try:
        yield
    finally:
        running.precision = before
