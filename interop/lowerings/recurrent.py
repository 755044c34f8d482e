"""Recurrent layers, whole: their loop is each framework's own."""

from __future__ import annotations

from collections.abc import Sequence

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.lstm.input")
def lstm(
    input: Array,
    hx: Sequence[Array],
    params: Sequence[Array],
    has_biases: bool,
    num_layers: int,
    dropout: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool,
) -> tuple[Array, Array, Array]:
    options = (has_biases, num_layers, dropout, train, bidirectional, batch_first)
    return ops.lstm(input, (hx[0], hx[1]), params, *options)


lowers("aten.gru.input")(ops.gru)
lowers("aten.rnn_tanh.input")(ops.rnn_tanh)
lowers("aten.rnn_relu.input")(ops.rnn_relu)
