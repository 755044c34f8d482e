"""Long short-term memory for JAX.

JAX's own gradient of a scan adds up those of its weights step by step: for each, a product of a few rows is written
over all of a matrix. Here the gates' tangents are taken out of the steps, so that those products become one for the
whole sequence. As this is a rule for tangents, every transform of JAX goes through it, in any order.
"""

import functools
import inspect
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.custom_derivatives import SymbolicZero

from bridge.ops import recurrent
from bridge.ops.recurrent import LSTMWeights, States, guarded

Scanned = tuple[jax.Array, States]


class Slopes(NamedTuple):
    """How the step's answers move with its gates and its cell state, each `(N, hidden)`."""

    gates: tuple[jax.Array, ...]  # of the cell state by input, forget and cell gate; of the output by the output gate
    forget: jax.Array  # of the cell state by the one before
    cell: jax.Array  # of the output by the cell state


def carry(step: Any, states: States, rows: Any, lasting: jax.Array | None, reverse: bool) -> Any:
    """The outputs of `step` along the first axis of `rows`, from its end if `reverse`, and the last states."""
    states, outputs = jax.lax.scan(
        lambda states, inputs: guarded(step, states, *inputs), states, (rows, lasting), reverse=reverse
    )
    return outputs, states


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def lstm_scan(
    reverse: bool, rows: jax.Array, states: States, weights: LSTMWeights, lasting: jax.Array | None
) -> Scanned:
    """One direction of one layer, from the end if `reverse`: the reference, with a quicker rule for its tangents.

    Args:
        reverse: whether it starts at the end.
        rows: `(L, N, input)`.
        states: `(N, hidden or projection)` and `(N, hidden)`.
        weights: of this direction.
        lasting: `(L, N, 1)`, or `None`.

    Returns:
        The output `(L, N, hidden or projection)`, and the last states.
    """
    return inspect.unwrap(recurrent._lstm_direction)(rows, states, weights, lasting, reverse)


def _cell(gates: jax.Array, cell: jax.Array) -> tuple[jax.Array, jax.Array, Slopes]:
    """The output before its projection, the next cell state, and their slopes."""
    by_gate = jnp.split(gates, 4, -1)
    input_gate, forget, output_gate = (jax.nn.sigmoid(by_gate[place]) for place in (0, 1, 3))
    candidate = jnp.tanh(by_gate[2])
    after = forget * cell + input_gate * candidate
    shown = jnp.tanh(after)
    by_gates = (
        candidate * input_gate * (1 - input_gate),
        cell * forget * (1 - forget),
        input_gate * (1 - candidate * candidate),
        shown * output_gate * (1 - output_gate),
    )
    slopes = Slopes(by_gates, forget, output_gate * (1 - shown * shown))
    return output_gate * shown, after, slopes


def _lstm_scan_jvp(reverse: bool, primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Scanned, Scanned]:
    rows, states, weights, lasting = primals
    moved_rows, moved_states, moved, _ = tangents
    answer, (before, unprojected, slopes) = _with_slopes(rows, states, weights, lasting, reverse)
    gates = jax.ShapeDtypeStruct((*rows.shape[:2], weights.input_hidden.shape[0]), before.dtype)
    products = (
        _product(moved_rows, weights.input_hidden),
        _product(rows, moved.input_hidden),
        _product(before, moved.hidden_hidden),
    )
    moved_gates = _sum(gates, *products, moved.input_bias, moved.hidden_bias)
    moved_projections = None
    if weights.projection is not None:
        moved_projections = _sum(before, _product(unprojected, moved.projection))

    def step(moving: States, inputs: tuple[Any, ...]) -> tuple[States, jax.Array]:
        gates, projections, slopes = inputs
        by_gate = jnp.split(gates + moving[0] @ weights.hidden_hidden.T, 4, -1)
        *parts, output = (slope * gate for slope, gate in zip(slopes.gates, by_gate, strict=True))
        cell = sum(parts, slopes.forget * moving[1])
        hidden = output + slopes.cell * cell
        if weights.projection is not None:
            hidden = hidden @ weights.projection.T + projections
        return (hidden, cell), hidden

    start = tuple(map(_sum, states, moved_states))
    return answer, carry(step, start, (moved_gates, moved_projections, slopes), lasting, reverse)


lstm_scan.defjvp(_lstm_scan_jvp, symbolic_zeros=True)


def _with_slopes(
    rows: jax.Array, states: States, weights: LSTMWeights, lasting: jax.Array | None, reverse: bool
) -> tuple[Scanned, tuple[Any, ...]]:
    """The answer; and of each step the hidden state before it, its output before the projection, and its slopes."""
    weight = jnp.concatenate([weights.input_hidden, weights.hidden_hidden], 1).T
    bias = 0 if weights.input_bias is None else weights.input_bias + weights.hidden_bias

    def body(states: States, inputs: tuple[Any, Any]) -> tuple[States, Any]:
        row, keep = inputs
        unprojected, cell, slopes = _cell(jnp.concatenate([row, states[0]], -1) @ weight + bias, states[1])
        hidden = unprojected if weights.projection is None else unprojected @ weights.projection.T
        after, output = guarded(lambda *_: ((hidden, cell), hidden), states, row, keep)
        return after, (output, (states[0], None if weights.projection is None else unprojected, slopes))

    last, (output, kept) = jax.lax.scan(body, states, (rows, lasting), reverse=reverse)
    return (output, last), kept


def _product(x: Any, weight: Any) -> Any:
    """`x @ weight.T`, or `None` where either does not move."""
    return None if isinstance(x, SymbolicZero) or isinstance(weight, SymbolicZero) else x @ weight.T


def _sum(like: Any, *terms: Any) -> jax.Array:
    """The sum of those terms that move, shaped as `like` is."""
    moving = [term for term in terms if not (term is None or isinstance(term, SymbolicZero))]
    return functools.reduce(jnp.add, moving, jnp.zeros(like.shape, like.dtype))
