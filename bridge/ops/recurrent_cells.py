"""One step of a recurrent network, with torch's weights and order of gates."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.dispatch import op
from bridge.ops.activation import relu, sigmoid
from bridge.ops.joining import split
from bridge.ops.linear_maps import linear
from bridge.ops.mathematics import tanh
from bridge.typing import Array

__all__ = ["gru_cell", "lstm_cell", "rnn_relu_cell", "rnn_tanh_cell"]


@op
def rnn_tanh_cell(
    input: Array, hx: Array, w_ih: Array, w_hh: Array, b_ih: Array | None = None, b_hh: Array | None = None
) -> Array:
    """`tanh(w_ih x + b_ih + w_hh h + b_hh)`; the function `torch.rnn_tanh_cell`.

    Args:
        input: `(N, input)`.
        hx: `(N, hidden)`.
        w_ih: `(hidden, input)`.
        w_hh: `(hidden, hidden)`.
        b_ih: `(hidden,)`, or `None`.
        b_hh: `(hidden,)`, or `None`.

    >>> ops.rnn_tanh_cell(torch.ones(2, 3), torch.zeros(2, 4), torch.ones(4, 3), torch.ones(4, 4)).shape
    torch.Size([2, 4])
    """
    return tanh(linear(input, w_ih, b_ih) + linear(hx, w_hh, b_hh))


@op
def rnn_relu_cell(
    input: Array, hx: Array, w_ih: Array, w_hh: Array, b_ih: Array | None = None, b_hh: Array | None = None
) -> Array:
    """`relu(w_ih x + b_ih + w_hh h + b_hh)`; the function `torch.rnn_relu_cell`.

    It takes what `rnn_tanh_cell` takes.

    >>> ops.rnn_relu_cell(torch.ones(2, 3), torch.zeros(2, 4), torch.ones(4, 3), torch.ones(4, 4)).shape
    torch.Size([2, 4])
    """
    return relu(linear(input, w_ih, b_ih) + linear(hx, w_hh, b_hh))


@op
def gru_cell(
    input: Array, hx: Array, w_ih: Array, w_hh: Array, b_ih: Array | None = None, b_hh: Array | None = None
) -> Array:
    """One step of a gated recurrent unit; the function `torch.gru_cell`.

    Args:
        input: `(N, input)`.
        hx: `(N, hidden)`.
        w_ih: `(3 * hidden, input)`, the gates in the order reset, update, new.
        w_hh: `(3 * hidden, hidden)`.
        b_ih: `(3 * hidden,)`, or `None`.
        b_hh: `(3 * hidden,)`, or `None`.

    Reference: Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, https://arxiv.org/abs/1406.1078

    >>> ops.gru_cell(torch.ones(2, 3), torch.zeros(2, 4), torch.ones(12, 3), torch.ones(12, 4)).shape
    torch.Size([2, 4])
    """
    of_input, of_hidden = linear(input, w_ih, b_ih), linear(hx, w_hh, b_hh)
    return gru_step(split(of_input, 3, axis=-1), split(of_hidden, 3, axis=-1), hx)


@op
def lstm_cell(
    input: Array,
    hx: tuple[Array, Array],
    w_ih: Array,
    w_hh: Array,
    b_ih: Array | None = None,
    b_hh: Array | None = None,
) -> tuple[Array, Array]:
    """One step of a long short-term memory; the function `torch.lstm_cell`.

    Args:
        input: `(N, input)`.
        hx: the hidden and the cell state, `(N, hidden)` each.
        w_ih: `(4 * hidden, input)`, the gates in the order input, forget, cell, output.
        w_hh: `(4 * hidden, hidden)`.
        b_ih: `(4 * hidden,)`, or `None`.
        b_hh: `(4 * hidden,)`, or `None`.

    Returns:
        The next hidden and cell states.

    Reference: Hochreiter and Schmidhuber, Long Short-Term Memory, https://doi.org/10.1162/neco.1997.9.8.1735

    >>> state = torch.zeros(2, 4), torch.zeros(2, 4)
    >>> hidden, cell = ops.lstm_cell(torch.ones(2, 3), state, torch.ones(16, 3), torch.ones(16, 4))
    >>> hidden.shape, cell.shape
    (torch.Size([2, 4]), torch.Size([2, 4]))
    """
    gates = linear(input, w_ih, b_ih) + linear(hx[0], w_hh, b_hh)
    return lstm_step(split(gates, 4, axis=-1), hx[1])


def gru_step(of_input: Sequence[Array], of_hidden: Sequence[Array], hidden: Array) -> Array:
    """The next hidden state, from what each gate gets of the input and of the hidden state, and that state."""
    update = sigmoid(of_input[1] + of_hidden[1])
    candidate = tanh(of_input[2] + sigmoid(of_input[0] + of_hidden[0]) * of_hidden[2])
    return candidate + update * (hidden - candidate)


def lstm_step(gates: Sequence[Array], cell: Array) -> tuple[Array, Array]:
    """The next hidden state, unprojected, and cell state, from the gates before their activation and the cell state."""
    input_gate, forget_gate, candidate, output_gate = gates
    cell = sigmoid(forget_gate) * cell + sigmoid(input_gate) * tanh(candidate)
    return sigmoid(output_gate) * tanh(cell), cell
