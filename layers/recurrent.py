"""Recurrent networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch.nn.utils.rnn import PackedSequence

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["GRU", "LSTM", "RNN", "RNNBase"]


class RNNBase(Layer, torch.nn.RNNBase):
    """The weights that `RNN`, `LSTM` and `GRU` share: `torch.nn.RNNBase`, which has no forward.

    >>> nn.RNNBase("GRU", 3, 4).weight_ih_l0.shape
    torch.Size([12, 3])
    """


class _Recurrent(RNNBase):
    """What the networks share: their forward on padded sequences, and the check of the inputs."""

    operation: ClassVar[dict[str, Callable[..., Any]]]
    """The op for each mode."""

    def forward(self, input: Array, hx: Any = None, *, lengths: Array | None = None) -> tuple[Array, Any]:
        if isinstance(input, PackedSequence):
            if lengths is not None:
                raise TypeError(f"{self} expected no lengths with a PackedSequence, which has its own")
            return super().forward(input, hx)
        if not self.is_replica and lengths is None:
            return super().forward(input, hx)
        if lengths is not None or input.ndim not in (2, 3):
            self.check_shapes(input, hx, lengths=lengths)
        batched = input.ndim == 3
        batch_axis = 0 if self.batch_first else 1
        states = () if hx is None else self._states(hx)
        if not batched:
            input = ops.expand_dims(input, batch_axis)
            states = tuple(ops.expand_dims(state, 1) for state in states)
        states = states or self._zero_states(input, ops.shape(input)[batch_axis])
        output, *last = self.operation[self.mode](
            input,
            states if self.mode == "LSTM" else states[0],
            [getattr(self, name) for names in self._all_weights for name in names],
            self.bias,
            self.num_layers,
            self.dropout,
            self.training,
            self.bidirectional,
            self.batch_first,
            lengths,
        )
        if not batched:
            output, last = ops.squeeze(output, batch_axis), [ops.squeeze(state, 1) for state in last]
        return output, tuple(last) if self.mode == "LSTM" else last[0]

    def _states(self, hx: Any) -> tuple[Array, ...]:
        return tuple(hx) if self.mode == "LSTM" else (hx,)

    def _state_sizes(self) -> tuple[int, ...]:
        return (self.proj_size or self.hidden_size, self.hidden_size) if self.mode == "LSTM" else (self.hidden_size,)

    def _zero_states(self, input: Array, batch: Any) -> tuple[Array, ...]:
        rows = self.num_layers * (2 if self.bidirectional else 1)
        return tuple(ops.zeros_like(input, shape=(rows, batch, size)) for size in self._state_sizes())

    def check_shapes(self, input: Array, hx: Any = None, *, lengths: Array | None = None) -> None:
        if isinstance(input, PackedSequence):
            return
        shape = static_shape(input)
        axes = "N, L" if self.batch_first else "L, N"
        unbatched = f" or (L, {self.input_size})" if lengths is None else ""
        self.expect(
            shape is None
            or (len(shape) in ((2, 3) if lengths is None else (3,)) and shape[-1] in (None, self.input_size)),
            f"({axes}, {self.input_size}){unbatched}",
            input,
            f"Make its last axis {self.input_size} long, or build the layer with another input_size.",
        )
        batch = () if shape is None or len(shape) == 2 else (shape[0 if self.batch_first else 1],)
        if lengths is not None:
            self._expect_fitting(lengths, batch, "lengths", "Give one length for each sequence of the batch.")
        if hx is None or shape is None:
            return
        rows = self.num_layers * (2 if self.bidirectional else 1)
        for name, state, size in zip(("h_0", "c_0"), self._states(hx), self._state_sizes(), strict=False):
            self._expect_fitting(state, (rows, *batch, size), name, "Give every state its shape, or none.")

    def _expect_fitting(self, tensor: Array, wanted: tuple[int | None, ...], name: str, remedy: str) -> None:
        received = static_shape(tensor)
        fits = received is None or (
            len(received) == len(wanted)
            and all(None in (a, b) or a == b for a, b in zip(received, wanted, strict=True))
        )
        self.expect(fits, f"{wanted} as its {name}", tensor, remedy)


class RNN(_Recurrent, torch.nn.RNN):
    """Elman's network over a sequence: `torch.nn.RNN` for every framework.

    JAX runs the sequence by `lax.scan`, TensorFlow by `tf.while_loop`. Sequences of different lengths come padded,
    with `lengths`, or in torch as a `PackedSequence`.

    Shape:
        Input `(L, N, input_size)`, `(N, L, input_size)` with `batch_first`, or `(L, input_size)`. The state `h_0` is
        `(directions * num_layers, N, hidden_size)`, zeros by default. The output is
        `(L, N, directions * hidden_size)`, or as the input is, with the last state in the shape of the first.
        `lengths` is `(N,)`, whole numbers from 1 to L: beyond a sequence's length the output is 0, and its last
        state, and the start of its second direction, are at its own end.

    Raises:
        InputShapeError: the input has other axes, or another number of features.

    >>> output, h = nn.RNN(3, 4)(torch.ones(5, 2, 3), lengths=torch.tensor([5, 3]))
    >>> output.shape, h.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    operation: ClassVar = {"RNN_TANH": ops.rnn_tanh, "RNN_RELU": ops.rnn_relu}


class LSTM(_Recurrent, torch.nn.LSTM):
    """Long short-term memory over a sequence: `torch.nn.LSTM` for every framework.

    JAX runs the sequence by `lax.scan`, TensorFlow by `tf.while_loop`. Sequences of different lengths come padded,
    with `lengths`, or in torch as a `PackedSequence`.

    Shape:
        Input `(L, N, input_size)`, `(N, L, input_size)` with `batch_first`, or `(L, input_size)`. The states `h_0` and
        `c_0` are `(directions * num_layers, N, H)`, zeros by default. The output is `(L, N, directions * H)`, or as
        the input is, with the last states in the shape of the first. `lengths` is `(N,)`, whole numbers from 1 to L:
        beyond a sequence's length the output is 0, and its last states, and the start of its second direction, are
        at its own end.

    Raises:
        InputShapeError: the input has other axes, or another number of features.

    >>> output, (h, c) = nn.LSTM(3, 4)(torch.ones(5, 2, 3))
    >>> output.shape, h.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    operation: ClassVar = {"LSTM": ops.lstm}


class GRU(_Recurrent, torch.nn.GRU):
    """Gated recurrent units over a sequence: `torch.nn.GRU` for every framework.

    JAX runs the sequence by `lax.scan`, TensorFlow by `tf.while_loop`. Sequences of different lengths come padded,
    with `lengths`, or in torch as a `PackedSequence`.

    Shape:
        Input `(L, N, input_size)`, `(N, L, input_size)` with `batch_first`, or `(L, input_size)`. The state `h_0` is
        `(directions * num_layers, N, hidden_size)`, zeros by default. The output is
        `(L, N, directions * hidden_size)`, or as the input is, with the last state in the shape of the first.
        `lengths` is `(N,)`, whole numbers from 1 to L: beyond a sequence's length the output is 0, and its last
        state, and the start of its second direction, are at its own end.

    Raises:
        InputShapeError: the input has other axes, or another number of features.

    >>> output, h = nn.GRU(3, 4)(torch.ones(5, 2, 3))
    >>> output.shape, h.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    operation: ClassVar = {"GRU": ops.gru}
