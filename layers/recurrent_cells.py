"""One step of a recurrent network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "RNNCellBase"]


class RNNCellBase(Layer, torch.nn.RNNCellBase):
    """The weights that `RNNCell`, `LSTMCell` and `GRUCell` share: `torch.nn.RNNCellBase`, which has no forward.

    >>> nn.RNNCellBase(3, 4, bias=True, num_chunks=3).weight_ih.shape
    torch.Size([12, 3])
    """


class _Cell(RNNCellBase):
    """What the cells share: their forward, and the check of the inputs."""

    states: tuple[str, ...] = ("hx",)
    """What the states are called."""

    bias_ih: Any
    bias_hh: Any

    def _operation(self) -> Callable[..., Any]:
        """The op that takes the step."""
        raise NotImplementedError

    def forward(self, input: Array, hx: Any = None) -> Any:
        if not self.is_replica:
            return super().forward(input, hx)
        batched = input.ndim == 2
        input = input if batched else ops.expand_dims(input, 0)
        if hx is None:
            given = (ops.zeros_like(input, shape=(ops.shape(input)[0], self.hidden_size)),) * len(self.states)
        else:
            given = tuple(state if batched else ops.expand_dims(state, 0) for state in self._states(hx))
        several = len(self.states) > 1
        weights = self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh
        after = self._operation()(input, given if several else given[0], *weights)
        if batched:
            return after
        return tuple(ops.squeeze(state, 0) for state in after) if several else ops.squeeze(after, 0)

    def _states(self, hx: Any) -> tuple[Array, ...]:
        return tuple(hx) if len(self.states) > 1 else (hx,)

    def check_shapes(self, input: Array, hx: Any = None) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or (len(shape) in (1, 2) and shape[-1] in (None, self.input_size)),
            f"(N, {self.input_size}) or ({self.input_size},)",
            input,
            f"Make its last axis {self.input_size} long, or build the layer with another input_size.",
        )
        if hx is None or shape is None:
            return
        wanted = (*shape[:-1], self.hidden_size)
        for name, state in zip(self.states, self._states(hx), strict=False):
            received = static_shape(state)
            self.expect(
                received is None
                or (
                    len(received) == len(wanted)
                    and all(None in (a, b) or a == b for a, b in zip(received, wanted, strict=True))
                ),
                f"{wanted} as its {name}",
                state,
                "Give every state that shape, or none.",
            )


class RNNCell(_Cell, torch.nn.RNNCell):
    """One step of Elman's network: `torch.nn.RNNCell` for every framework.

    Shape:
        Input `(N, input_size)` or `(input_size,)`; the state, zeros by default, and the output `(N, hidden_size)` or
        `(hidden_size,)`.

    Raises:
        InputShapeError: an input has other axes, or another number of features.
        RuntimeError: the `nonlinearity` is neither `"tanh"` nor `"relu"`.

    >>> nn.RNNCell(3, 4)(torch.ones(2, 3)).shape
    torch.Size([2, 4])
    """

    def _operation(self) -> Callable[..., Any]:
        operations = {"tanh": ops.rnn_tanh_cell, "relu": ops.rnn_relu_cell}
        if self.nonlinearity not in operations:
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        return operations[self.nonlinearity]


class LSTMCell(_Cell, torch.nn.LSTMCell):
    """One step of long short-term memory: `torch.nn.LSTMCell` for every framework.

    Shape:
        Input `(N, input_size)` or `(input_size,)`; the two states, zeros by default, and the two outputs
        `(N, hidden_size)` or `(hidden_size,)`.

    Raises:
        InputShapeError: an input has other axes, or another number of features.

    >>> hidden, cell = nn.LSTMCell(3, 4)(torch.ones(2, 3))
    >>> hidden.shape, cell.shape
    (torch.Size([2, 4]), torch.Size([2, 4]))
    """

    states = ("h_0", "c_0")

    def _operation(self) -> Callable[..., Any]:
        return ops.lstm_cell


class GRUCell(_Cell, torch.nn.GRUCell):
    """One step of a gated recurrent unit: `torch.nn.GRUCell` for every framework.

    Shape:
        Input `(N, input_size)` or `(input_size,)`; the state, zeros by default, and the output `(N, hidden_size)` or
        `(hidden_size,)`.

    Raises:
        InputShapeError: an input has other axes, or another number of features.

    >>> nn.GRUCell(3, 4)(torch.ones(2, 3)).shape
    torch.Size([2, 4])
    """

    def _operation(self) -> Callable[..., Any]:
        return ops.gru_cell
