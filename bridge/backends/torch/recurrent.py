"""Overrides of `bridge.ops.recurrent` for PyTorch."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from bridge.ops import recurrent
from bridge.typing import Array


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
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    options = has_biases, num_layers, dropout_p, training, bidirectional
    if lengths is None:
        return torch.lstm(input, hx, tuple(weights), *options, batch_first)
    if torch.compiler.is_compiling():
        return inspect.unwrap(recurrent.lstm)(input, hx, weights, *options, batch_first, lengths)
    output, hidden, cell = _packed(torch.lstm, input, tuple(hx), weights, options, batch_first, lengths)
    return output, hidden, cell


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
) -> tuple[torch.Tensor, torch.Tensor]:
    options = has_biases, num_layers, dropout_p, training, bidirectional
    return _of_one_state(torch.gru, recurrent.gru, input, hx, weights, options, batch_first, lengths)


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
) -> tuple[torch.Tensor, torch.Tensor]:
    options = has_biases, num_layers, dropout_p, training, bidirectional
    return _of_one_state(torch.rnn_tanh, recurrent.rnn_tanh, input, hx, weights, options, batch_first, lengths)


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
) -> tuple[torch.Tensor, torch.Tensor]:
    options = has_biases, num_layers, dropout_p, training, bidirectional
    return _of_one_state(torch.rnn_relu, recurrent.rnn_relu, input, hx, weights, options, batch_first, lengths)


def _of_one_state(
    fused: Callable[..., Any],
    reference: Callable[..., Any],
    input: torch.Tensor,
    hx: torch.Tensor,
    weights: Sequence[torch.Tensor],
    options: tuple[Any, ...],
    batch_first: bool,
    lengths: torch.Tensor | None,
) -> Any:
    if lengths is None:
        return fused(input, hx, tuple(weights), *options, batch_first)
    if torch.compiler.is_compiling():  # packing reads the lengths
        return inspect.unwrap(reference)(input, hx, weights, *options, batch_first, lengths)
    return _packed(fused, input, hx, weights, options, batch_first, lengths)


def _packed(
    fused: Callable[..., Any],
    input: torch.Tensor,
    hx: torch.Tensor | tuple[torch.Tensor, ...],
    weights: Sequence[torch.Tensor],
    options: tuple[Any, ...],
    batch_first: bool,
    lengths: torch.Tensor,
) -> tuple[torch.Tensor, ...]:
    """The fused operation on the sequences packed without their padding, and its answers unpacked."""
    packed = pack_padded_sequence(input, lengths.cpu(), batch_first, enforce_sorted=False)
    data, sizes, order, back = packed
    sorted_hx = tuple(state[:, order] for state in hx) if isinstance(hx, tuple) else hx[:, order]
    output, *states = fused(data, sizes, sorted_hx, tuple(weights), *options)
    steps = input.shape[1 if batch_first else 0]
    padded, _ = pad_packed_sequence(PackedSequence(output, sizes, order, back), batch_first, total_length=steps)
    return padded, *(state[:, back] for state in states)
