"""Recurrent networks, with torch's weights and order of gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bridge.dispatch import higher_order, op
from bridge.ops.arithmetic import where
from bridge.ops.comparison import less
from bridge.ops.creation import arange_like, zeros_like
from bridge.ops.joining import concat, stack
from bridge.ops.manipulation import expand_dims, shape, swapaxes
from bridge.ops.products import matmul, matrix_transpose
from bridge.ops.recurrent_networks import GRU, LSTM, RNN_RELU, RNN_TANH, Network, States, by_gate, joined
from bridge.ops.regularization import dropout
from bridge.typing import Array

__all__ = [
    "gru",
    "lstm",
    "lstm_layer",
    "rnn_relu",
    "rnn_tanh",
]

Step = Callable[[States, Array], tuple[States, Array]]
"""The next states and the output, from the present states and the input's part of the gates."""


class LSTMWeights(NamedTuple):
    """The weights of one direction of one layer, the gates in the order input, forget, cell, output.

    The other networks have fewer gates, and no projection.
    """

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
    lengths: Array | None = None,
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
        lengths: `(N,)`, whole numbers from 1 to L: how long each sequence is, or `None` where all have L steps. What
            lies beyond is padding: the output is 0 there, the last states are those at the sequence's own end, and
            the second direction starts from it.

    Returns:
        The output `(L, N, directions * (hidden or projection))`, and the last hidden and cell states.

    Reference: Sak, Senior and Beaufays for the projection, https://arxiv.org/abs/1402.1128

    >>> state = torch.zeros(1, 2, 4), torch.zeros(1, 2, 4)
    >>> output, h, c = ops.lstm(
    ...     torch.ones(5, 2, 3), state, (torch.ones(16, 3), torch.ones(16, 4)), False, 1, 0.0, False, False, False)
    >>> output.shape, h.shape, c.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]), torch.Size([1, 2, 4]))
    """
    output, (hidden, cell) = _network(
        LSTM, input, hx, weights, has_biases, num_layers, dropout_p, training, bidirectional, batch_first,
        lengths,
    )  # fmt: skip
    return output, hidden, cell


@op
def gru(
    input: Array,
    hx: Array,
    weights: Sequence[Array],
    has_biases: bool,
    num_layers: int,
    dropout_p: float,
    training: bool,
    bidirectional: bool,
    batch_first: bool,
    lengths: Array | None = None,
) -> tuple[Array, Array]:
    """Gated recurrent units over a sequence, of one layer or several; the function `torch.gru`.

    It takes what `lstm` takes, but for one state, three gates (reset, update, new) and no projection.

    Returns:
        The output `(L, N, directions * hidden)`, and the last hidden state.

    Reference: Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, https://arxiv.org/abs/1406.1078

    >>> weights = torch.ones(12, 3), torch.ones(12, 4)
    >>> output, h = ops.gru(
    ...     torch.ones(5, 2, 3), torch.zeros(1, 2, 4), weights, False, 1, 0.0, False, False, False)
    >>> output.shape, h.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """
    output, (hidden,) = _network(
        GRU, input, (hx,), weights, has_biases, num_layers, dropout_p, training, bidirectional, batch_first,
        lengths,
    )  # fmt: skip
    return output, hidden


@op
def rnn_tanh(
    input: Array,
    hx: Array,
    weights: Sequence[Array],
    has_biases: bool,
    num_layers: int,
    dropout_p: float,
    training: bool,
    bidirectional: bool,
    batch_first: bool,
    lengths: Array | None = None,
) -> tuple[Array, Array]:
    """Elman's network over a sequence, of one layer or several, with tanh; the function `torch.rnn_tanh`.

    It takes what `lstm` takes, but for one state, one gate and no projection.

    Returns:
        The output `(L, N, directions * hidden)`, and the last hidden state.

    Reference: Elman, Finding Structure in Time, https://doi.org/10.1207/s15516709cog1402_1

    >>> weights = torch.ones(4, 3), torch.ones(4, 4)
    >>> output, h = ops.rnn_tanh(
    ...     torch.ones(5, 2, 3), torch.zeros(1, 2, 4), weights, False, 1, 0.0, False, False, False)
    >>> output.shape, h.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """
    output, (hidden,) = _network(
        RNN_TANH, input, (hx,), weights, has_biases, num_layers, dropout_p, training,
        bidirectional, batch_first, lengths,
    )  # fmt: skip
    return output, hidden


@op
def rnn_relu(
    input: Array,
    hx: Array,
    weights: Sequence[Array],
    has_biases: bool,
    num_layers: int,
    dropout_p: float,
    training: bool,
    bidirectional: bool,
    batch_first: bool,
    lengths: Array | None = None,
) -> tuple[Array, Array]:
    """Elman's network over a sequence with relu in the place of tanh: see `rnn_tanh`; the function `torch.rnn_relu`.

    >>> weights = torch.ones(4, 3), torch.ones(4, 4)
    >>> output, h = ops.rnn_relu(
    ...     torch.ones(5, 2, 3), torch.zeros(1, 2, 4), weights, False, 1, 0.0, False, False, False)
    >>> output.shape, h.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """
    output, (hidden,) = _network(
        RNN_RELU, input, (hx,), weights, has_biases, num_layers, dropout_p, training,
        bidirectional, batch_first, lengths,
    )  # fmt: skip
    return output, hidden


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
    output, (hidden, cell) = _direction(LSTM, input, (hidden, cell), weights, None, False)
    return output, hidden, cell


def _network(
    network: Network,
    input: Array,
    states: States,
    weights: Sequence[Array],
    has_biases: bool,
    num_layers: int,
    dropout_p: float,
    training: bool,
    bidirectional: bool,
    batch_first: bool,
    lengths: Array | None,
) -> tuple[Array, States]:
    """The output and the last states of all layers and directions."""
    if batch_first:
        input = swapaxes(input, 0, 1)
    lasting = None if lengths is None else _lasting(lengths, shape(input)[0])
    directions = 2 if bidirectional else 1
    groups = _group_weights(weights, num_layers * directions, has_biases)
    last: list[States] = []
    for layer in range(num_layers):
        outputs = []
        for reverse in (False, True)[:directions]:
            index = len(last)
            output, final = _direction(network, input, tuple(x[index] for x in states), groups[index], lasting, reverse)
            outputs.append(output)
            last.append(final)
        input = concat(outputs, axis=-1) if bidirectional else outputs[0]
        if layer < num_layers - 1:
            input = dropout(input, dropout_p, training)
    output = swapaxes(input, 0, 1) if batch_first else input
    return output, tuple(stack(list(column)) for column in zip(*last, strict=True))


def _lasting(lengths: Array, steps: Any) -> Array:
    """`(L, N, 1)`, true at the steps that each sequence has."""
    return expand_dims(less(expand_dims(arange_like(lengths, 0, steps), 1), expand_dims(lengths, 0)), -1)


def _group_weights(weights: Sequence[Array], groups: int, has_biases: bool) -> list[LSTMWeights]:
    size = len(weights) // groups
    result = []
    for start in range(0, len(weights), size):
        group = list(weights[start : start + size])
        biases = group[2:4] if has_biases else [None, None]
        rest = group[4:] if has_biases else group[2:]
        result.append(LSTMWeights(group[0], group[1], biases[0], biases[1], rest[0] if rest else None))
    return result


@higher_order
def _direction(
    network: Network, input: Array, states: States, weights: LSTMWeights, lasting: Array | None, reverse: bool
) -> tuple[Array, States]:
    """One direction of one layer.

    Args:
        network: what a step does.
        input: `(L, N, input)`.
        states: the hidden state `(N, hidden or projection)`, and further ones `(N, hidden)`.
        weights: of this direction.
        lasting: `(L, N, 1)`, whether a sequence has this step, or `None` where all have.
        reverse: whether it starts at the end.

    Returns:
        The output `(L, N, hidden or projection)`, and the last states.
    """
    axis = _features_axis(input, weights)
    arriving, carried = _maps(with_one_bias(weights) if network.sums else weights, axis)
    project = None if weights.projection is None else affine(weights.projection, None, axis)

    def step(states: States, row: Array) -> tuple[States, Array]:
        parts = joined(network, arriving(row), carried(states[0]))
        hidden, *others = network.step(by_gate(network, parts, axis), states)
        if project is not None:
            hidden = project(hidden)
        return (hidden, *others), hidden

    return _along_sequence(step, states, input, lasting, reverse, axis)


@higher_order
def _features_axis(input: Array, weights: LSTMWeights) -> int:
    """Where the steps have the features, first or last, which decides nothing but speed."""
    return 0


def last_if_few(input: Array, weights: LSTMWeights, most: int) -> int:
    """-1, for features last, where a step multiplies no more than `most` numbers, of two sequences or more; else 0.

    Then what it costs to turn the weights, once for all steps, is less than what the products gain. One sequence is a
    column already. Where the batch is open, few are expected.
    """
    (_, batch, _), (gates, hidden) = input.shape, weights.hidden_hidden.shape
    count = batch if isinstance(batch, int) else 4
    return -1 if count > 1 and count * gates * hidden <= most else 0


def _maps(weights: LSTMWeights, axis: int) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """What the gates get from the input, and from the hidden state, with the features along `axis`.

    One large product for the whole sequence, before the steps, costs TensorFlow's loop a tenth more than it saves.
    """
    arriving = affine(weights.input_hidden, weights.input_bias, axis)
    return arriving, affine(weights.hidden_hidden, weights.hidden_bias, axis)


def affine(weight: Array, bias: Array | None, axis: int) -> Callable[[Array], Array]:
    """The linear map of what has its features along `axis`, first (0) or last (-1)."""
    if axis == 0:
        column = None if bias is None else expand_dims(bias, -1)
        return lambda x: matmul(weight, x) if column is None else matmul(weight, x) + column
    moved = matrix_transpose(weight)  # once for all steps
    return lambda x: matmul(x, moved) if bias is None else matmul(x, moved) + bias


def with_one_bias(weights: LSTMWeights) -> LSTMWeights:
    """Weights of gates that are the sum of what they get: one bias made of both."""
    both = None if weights.input_bias is None else weights.input_bias + weights.hidden_bias
    return weights._replace(input_bias=both, hidden_bias=None)


def _along_sequence(
    step: Step, states: States, rows: Array, lasting: Array | None, reverse: bool, axis: int
) -> tuple[Array, States]:
    """`_recurrence` of a step that has its features along `axis`."""
    if axis != 0:
        return _recurrence(step, states, rows, lasting, reverse)
    columns = None if lasting is None else matrix_transpose(lasting)
    turned = tuple(map(matrix_transpose, states))
    output, last = _recurrence(step, turned, matrix_transpose(rows), columns, reverse)
    return matrix_transpose(output), tuple(map(matrix_transpose, last))


@higher_order
def _recurrence(step: Step, states: States, rows: Array, lasting: Array | None, reverse: bool) -> tuple[Array, States]:
    """Carries the states along the first axis of `rows`, from its end if `reverse`, and stacks the outputs."""
    outputs: list[Any] = [None] * rows.shape[0]
    for index in reversed(range(len(outputs))) if reverse else range(len(outputs)):
        keep = None if lasting is None else lasting[index]
        states, outputs[index] = guarded(step, states, rows[index], keep)
    return stack(outputs), states


def guarded(step: Step, states: States, row: Array, keep: Array | None) -> tuple[States, Array]:
    """A step of the sequences that still last: the others keep their states, and give 0."""
    new, output = step(states, row)
    if keep is None:
        return new, output
    kept = tuple(where(keep, after, before) for after, before in zip(new, states, strict=True))
    return kept, where(keep, output, zeros_like(output))
