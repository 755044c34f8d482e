"""Recurrent networks."""

from __future__ import annotations

import torch
from torch.nn.utils.rnn import PackedSequence

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array


class LSTM(Layer, torch.nn.LSTM):
    """Long short-term memory over a sequence: `torch.nn.LSTM` for every framework.

    A `PackedSequence` is torch's alone. JAX runs the sequence by `lax.scan`, TensorFlow by `tf.while_loop`.

    Shape:
        Input `(L, N, input_size)`, `(N, L, input_size)` with `batch_first`, or `(L, input_size)`. The states `h_0` and
        `c_0` are `(directions * num_layers, N, H)`, zeros by default. The output is `(L, N, directions * H)`, or as
        the input is, with the last states in the shape of the first.

    Raises:
        InputShapeError: the input has other axes, or another number of features.

    >>> output, (h, c) = nn.LSTM(3, 4)(torch.ones(5, 2, 3))
    >>> output.shape, h.shape
    (torch.Size([5, 2, 4]), torch.Size([1, 2, 4]))
    """

    def forward(self, input: Array, hx: tuple[Array, Array] | None = None) -> tuple[Array, tuple[Array, Array]]:
        if isinstance(input, PackedSequence) or not self.is_replica:
            return super().forward(input, hx)
        batched = input.ndim == 3
        batch_axis = 0 if self.batch_first else 1
        if not batched:
            input = ops.expand_dims(input, batch_axis)
            hx = None if hx is None else (ops.expand_dims(hx[0], 1), ops.expand_dims(hx[1], 1))
        hx = self._zero_state(input, ops.shape(input)[batch_axis]) if hx is None else hx
        weights = [getattr(self, name) for names in self._all_weights for name in names]
        output, hidden, cell = ops.lstm(
            input,
            hx,
            weights,
            self.bias,
            self.num_layers,
            self.dropout,
            self.training,
            self.bidirectional,
            self.batch_first,
        )
        if batched:
            return output, (hidden, cell)
        return ops.squeeze(output, batch_axis), (ops.squeeze(hidden, 1), ops.squeeze(cell, 1))

    def _zero_state(self, input: Array, batch: Array) -> tuple[Array, Array]:
        rows = self.num_layers * (2 if self.bidirectional else 1)
        sizes = self.proj_size or self.hidden_size, self.hidden_size
        hidden, cell = (ops.zeros_like(input, shape=(rows, batch, size)) for size in sizes)
        return hidden, cell

    def check_shapes(self, input: Array, hx: tuple[Array, Array] | None = None) -> None:
        if isinstance(input, PackedSequence):
            return
        shape = static_shape(input)
        axes = "N, L" if self.batch_first else "L, N"
        self.expect(
            shape is None or (len(shape) in (2, 3) and shape[-1] in (None, self.input_size)),
            f"({axes}, {self.input_size}) or (L, {self.input_size})",
            input,
            f"Make its last axis {self.input_size} long, or build the layer with another input_size.",
        )
        if hx is None or shape is None:
            return
        batch = () if len(shape) == 2 else (shape[0 if self.batch_first else 1],)
        rows = self.num_layers * (2 if self.bidirectional else 1)
        for name, state, size in zip(
            ("h_0", "c_0"), hx, (self.proj_size or self.hidden_size, self.hidden_size), strict=True
        ):
            wanted, received = (rows, *batch, size), static_shape(state)
            self.expect(
                received is None
                or (
                    len(received) == len(wanted)
                    and all(None in (a, b) or a == b for a, b in zip(received, wanted, strict=True))
                ),
                f"{wanted} as its {name}",
                state,
                "Give both states that shape, or none.",
            )
