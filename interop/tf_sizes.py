"""What a forward asks of sizes that a TensorFlow graph does not know yet, asked again when the graph runs."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import sympy
import tensorflow as tf
import torch
from torch.utils._sympy.interp import sympy_interp

from bridge.errors import ConversionError
from bridge.interop.graph import Graph

_ARITHMETIC = SimpleNamespace(
    constant=lambda value, dtype: (
        bool(value) if dtype is torch.bool else int(value) if value.is_Integer else float(value)
    ),
    and_=tf.logical_and,
    or_=tf.logical_or,
    not_=tf.logical_not,
    eq=tf.equal,
    ne=tf.not_equal,
    lt=tf.less,
    le=tf.less_equal,
    gt=tf.greater,
    ge=tf.greater_equal,
    add=operator.add,
    mul=operator.mul,
    floordiv=operator.floordiv,
    mod=operator.mod,
    python_mod=operator.mod,
    pow_by_natural=operator.pow,
    int_truediv=tf.truediv,
    truediv=tf.truediv,
    minimum=tf.minimum,
    maximum=tf.maximum,
    abs=tf.abs,
    to_dtype=lambda value, dtype: tf.cast(value, tf.float64),
    trunc_to_int=lambda value, dtype: tf.cast(value, tf.int32),
    floor_to_int=lambda value, dtype: tf.cast(tf.floor(value), tf.int32),
    ceil_to_int=lambda value, dtype: tf.cast(tf.math.ceil(value), tf.int32),
)


def check_sizes(graph: Graph, leaves: Sequence[Any], name: str) -> None:
    """Makes the running graph raise for sizes of which the forward would have decided otherwise.

    Args:
        graph: what the forward does where its `decisions` hold.
        leaves: the flat inputs.
        name: of the module, for the message.

    Raises:
        ConversionError: a decision cannot be asked again.
    """
    if not graph.decisions:
        return
    sizes = {
        symbol: size if (size := leaf.shape[axis]) is not None else tf.shape(leaf)[axis]
        for leaf, symbols in zip(leaves, graph.sizes, strict=True)
        for axis, symbol in enumerate(symbols or ())
        if isinstance(symbol, sympy.Symbol)
    }
    for decision in dict.fromkeys(graph.decisions):
        if all(isinstance(sizes.get(symbol), int) for symbol in decision.free_symbols):
            continue  # `Graph.accepts` has looked
        try:
            holds = sympy_interp(_ARITHMETIC, sizes, decision)
        except (AttributeError, KeyError) as error:
            raise ConversionError(
                f"{name} cannot be converted for sizes that are not known: its forward depends on whether {decision} "
                f"for sizes of its inputs, {graph.sizes}. Give these axes their sizes."
            ) from error
        text = (
            f"{name} was taken down for {decision}, by which its forward goes, in sizes of its inputs, {graph.sizes}: "
            f"give these axes their sizes where it is otherwise"
        )
        tf.debugging.Assert(holds, [text])
