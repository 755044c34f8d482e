"""Whether TensorFlow records what is done, for a gradient."""

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.kernels import as_tensors


def with_own_gradient(function: Callable[..., Any]) -> Callable[..., Any]:
    """`tf.custom_gradient`, which takes a `Kernel` too.

    It is moved before: where `function` reads it, TensorFlow sees a variable, and asks for a gradient by that as well.
    """
    run = tf.custom_gradient(function)

    @functools.wraps(function)
    def reading(*args: Any, **kwargs: Any) -> Any:
        return run(*as_tensors(args), **kwargs)

    return reading


def may_be_recorded() -> bool:
    """Whether a gradient may be asked for: outside a tape, eagerly, one of our own costs ten times the call."""
    return not tf.executing_eagerly() or is_recorded()


def is_recorded() -> bool:
    """Whether a tape is open, as far as can be told: a graph may still be differentiated as a whole without one."""
    return _recorder() is None or _recorder().could_possibly_record()


@functools.cache
def _recorder() -> Any:
    """TensorFlow says in no public place whether a tape is open."""
    try:
        from tensorflow.python.eager import record
    except ImportError:
        return None
    return record
