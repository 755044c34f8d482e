"""Recurrent networks, with torch's weights and order of gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bridge.dispatch import op
from bridge.ops.activation import sigmoid
from bridge.ops.joining import concat, split, stack
from bridge.ops.linear_maps import linear
from bridge.ops.manipulation import swapaxes
from bridge.ops.mathematics import tanh
from bridge.ops.rearranging import flip
from bridge.ops.regularization import dropout
from bridge.typing import Array

__all__ = [
    "lstm",
    "lstm_layer",
]


class LSTMWeights(NamedTuple):
    """The weights of one direction of one layer, the gates in the order input, forget, cell, output."""

    input_hidden: Array  # (4 * hidden, input)
    hidden_hidden: Array  # (4 * hidden, hidden or projection)
    input_bias: Array | None  # (4 * hidden,)
    hidden_bias: Array | None  # (4 * hidden,)
    projection: Array | None  # (projection, hidden)


@op
def lstm(
    input: Array,
    hx: tuple[Array, Array],
    weights: Sequence[Array],
    has_biases: bool,
    num_layers: int,
    dropout_p: float,
    training: bool,
    bidirectional: bool,
    batch_first: bool,
) -> tuple[Array, Array, Array]:
    """Long short-term memory over a sequence, of one layer or several; the function `torch.lstm`.

    Args:
        input: `(L, N, input)`, or `(N, L, input)` with `batch_first`.
        hx: the hidden state `(layers * directions, N, hidden or projection)` and the cell state
            `(layers * directions, N, hidden)`.
        weights: for each layer and direction: `(4 * hidden, input)`, `(4 * hidden, hidden or projection)`, with
            `has_biases` two of `(4 * hidden,)`, and `(projection, hidden)` if the output is projected.
        has_biases: whether biases are among the weights.
        num_layers: how many layers.
        dropout_p: how much is dropped between layers while `training`.
        training: whether dropout acts.
        bidirectional: a second direction reads the sequence from its end.
        batch_first: the batch comes before the sequence in input and output.

    Returns:
        The output `(L, N, directions * (hidden or projection))`, and the last hidden and cell states.

    Reference: Sak, Senior and Beaufays for the projection, https://arxiv.org/abs/1402.1128

    >>> state = torch.zeros(1, 2, 4), torch.zeros(1, 2, 4)
    >>> output, h, c = ops.lstm(
    ...     torch.ones(5, 2, 3), state, (torch.ones(16, 3), torch.ones(16, 4)), False, 1, 0.0, False, False, False)
    >>> output.shape, h.shape, c.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]), torch.Size([1, 2, 4]))
    """
    if batch_first:
        input = swapaxes(input, 0, 1)
    directions = 2 if bidirectional else 1
    groups = _group_weights(weights, num_layers * directions, has_biases)
    last_hidden, last_cell = [], []
    for layer in range(num_layers):
        outputs = []
        for direction in range(directions):
            index = layer * directions + direction
            sequence = flip(input, axis=0) if direction else input
            output, hidden, cell = lstm_layer(sequence, hx[0][index], hx[1][index], groups[index])
            outputs.append(flip(output, axis=0) if direction else output)
            last_hidden.append(hidden)
            last_cell.append(cell)
        input = concat(outputs, axis=-1) if bidirectional else outputs[0]
        if layer < num_layers - 1:
            input = dropout(input, dropout_p, training)
    output = swapaxes(input, 0, 1) if batch_first else input
    return output, stack(last_hidden), stack(last_cell)


def _group_weights(weights: Sequence[Array], groups: int, has_biases: bool) -> list[LSTMWeights]:
    size = len(weights) // groups
    result = []
    for start in range(0, len(weights), size):
        group = list(weights[start : start + size])
        biases = group[2:4] if has_biases else [None, None]
        rest = group[4:] if has_biases else group[2:]
        result.append(LSTMWeights(group[0], group[1], biases[0], biases[1], rest[0] if rest else None))
    return result


@op
def lstm_layer(input: Array, hidden: Array, cell: Array, weights: LSTMWeights) -> tuple[Array, Array, Array]:
    """One direction of one layer of `lstm`.

    Args:
        input: `(L, N, input)`.
        hidden: `(N, hidden or projection)`.
        cell: `(N, hidden)`.
        weights: as `LSTMWeights` says.

    Returns:
        The output `(L, N, hidden or projection)`, and the last hidden and cell states.

    >>> from bridge.ops.recurrent import LSTMWeights
    >>> weights = LSTMWeights(torch.ones(16, 3), torch.ones(16, 4), None, None, None)
    >>> ops.lstm_layer(torch.ones(5, 2, 3), torch.zeros(2, 4), torch.zeros(2, 4), weights)[0].shape
    torch.Size([5, 2, 4])
    """
    projected = project_input(input, weights)
    outputs = []
    for step in range(input.shape[0]):
        hidden, cell = lstm_step(projected[step], hidden, cell, weights)
        outputs.append(hidden)
    return stack(outputs), hidden, cell


def project_input(input: Array, weights: LSTMWeights) -> Array:
    """The part of the gates that does not depend on the state: one large product for the whole sequence."""
    projected = linear(input, weights.input_hidden, weights.input_bias)
    return projected if weights.hidden_bias is None else projected + weights.hidden_bias


def lstm_step(projected: Array, hidden: Array, cell: Array, weights: LSTMWeights) -> tuple[Array, Array]:
    """The next hidden and cell states, from one row of `project_input`."""
    gates = projected + linear(hidden, weights.hidden_hidden)
    input_gate, forget_gate, candidate, output_gate = split(gates, 4, axis=-1)
    cell = sigmoid(forget_gate) * cell + sigmoid(input_gate) * tanh(candidate)
    hidden = sigmoid(output_gate) * tanh(cell)
    return (hidden if weights.projection is None else linear(hidden, weights.projection)), cell
