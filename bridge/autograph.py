"""How TensorFlow's AutoGraph is told that a function needs no rewriting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def unconverted(function: F) -> F:
    """Marks `function`, so that a `tf.function` that calls it runs its Python code as it stands.

    It is what `tf.autograph.experimental.do_not_convert` does, by the same attribute, but without importing TensorFlow
    and without a wrapper. Rewriting takes seconds, and fails with a warning on functions without source code.
    """
    function.autograph_info__ = {}  # type: ignore[attr-defined]
    return function
