"""Recurrent networks for JAX: one scan for all of them, with a rule for its tangents.

The gates' tangents are taken out of the steps: see `bridge.ops.recurrent_networks`. As this is a rule for tangents,
every transform of JAX goes through it, in any order.
"""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.custom_derivatives import SymbolicZero

from bridge.ops.recurrent import LSTMWeights, affine, guarded, last_if_few
from bridge.ops.recurrent_networks import Gates, Network, States, parts_of

_PRODUCTS = 1 << 22
"""How many a step may have with its features last."""

_AHEAD = 1 << 24
"""How many numbers what the gates get from the input may have, to be made before the steps."""

_AHEAD_A_STEP = 1 << 14
"""How many of them a step may have with its features first."""

Scanned = tuple[jax.Array, States]


@functools.partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def scan(
    network: Network, reverse: bool, rows: jax.Array, states: States, weights: LSTMWeights, lasting: jax.Array | None
) -> Scanned:
    """One direction of one layer: `bridge.ops.recurrent._direction`."""
    features = last_if_few(rows, weights, _PRODUCTS)
    turn = jnp.matrix_transpose if features == 0 else _as_it_is
    along, arriving, carried = _gates(network, rows, weights, features)
    project = None if weights.projection is None else affine(weights.projection, None, features)

    def step(states: States, row: Any) -> tuple[States, jax.Array]:
        parts = parts_of(network, arriving(row), carried(states[0]))
        hidden, *others = network.step(parts, states)
        hidden = hidden if project is None else project(hidden)
        return (hidden, *others), hidden

    start = _as_all_vary(tuple(map(turn, states)), rows, weights)
    output, last = _carry(step, start, along, None if lasting is None else turn(lasting), reverse)
    return turn(output), tuple(map(turn, last))


@functools.partial(scan.defjvp, symbolic_zeros=True)
def _scan_jvp(
    network: Network, reverse: bool, primals: tuple[Any, ...], tangents: tuple[Any, ...]
) -> tuple[Scanned, Scanned]:
    rows, states, weights, lasting = primals
    moved_rows, moved_states, moved, _ = tangents
    answer, (before, unprojected, slopes) = _with_slopes(network, rows, states, weights, lasting, reverse)

    gates = jax.ShapeDtypeStruct((*rows.shape[:2], weights.input_hidden.shape[0]), before.dtype)
    from_rows = _product(moved_rows, weights.input_hidden), _product(rows, moved.input_hidden)
    of_input = _total(gates, *from_rows, moved.input_bias)
    of_hidden = _total(gates, _product(before, moved.hidden_hidden), moved.hidden_bias)
    still = tuple(jnp.zeros((), state.dtype) for state in states)
    parts = parts_of(network, _by_gate(network, of_input), _by_gate(network, of_hidden))
    fixed = network.moved(slopes, parts, still)
    projected = None
    if weights.projection is not None:
        projected = _total(before, _product(unprojected, moved.projection))

    def step(moving: States, inputs: tuple[Any, ...]) -> tuple[States, jax.Array]:
        fixed, projected, slopes = inputs
        of_hidden = _by_gate(network, moving[0] @ weights.hidden_hidden.T)
        after = network.moved(slopes, parts_of(network, (0.0,) * network.gates, of_hidden), moving)
        hidden, *others = map(jnp.add, fixed, after)
        if weights.projection is not None:
            hidden = hidden @ weights.projection.T + projected
        return (hidden, *others), hidden

    start = _as_all_vary(tuple(map(_total, states, moved_states)), fixed, slopes, weights)
    return answer, _carry(step, start, (fixed, projected, slopes), lasting, reverse)


def _with_slopes(
    network: Network, rows: jax.Array, states: States, weights: LSTMWeights, lasting: jax.Array | None, reverse: bool
) -> tuple[Scanned, tuple[Any, ...]]:
    """The answer; and of each step the hidden state before it, that after it unprojected, and its slopes."""
    along, arriving, carried = _gates(network, rows, weights, -1)
    project = None if weights.projection is None else affine(weights.projection, None, -1)

    def step(states: States, inputs: tuple[Any, Any]) -> tuple[States, Any]:
        row, keep = inputs
        parts = parts_of(network, arriving(row), carried(states[0]))
        unprojected, *others = network.step(parts, states)
        hidden = unprojected if project is None else project(unprojected)
        after, output = guarded(lambda *_: ((hidden, *others), hidden), states, row, keep)
        return after, (output, (states[0], None if project is None else unprojected, network.slopes(parts, states)))

    start = _as_all_vary(states, rows, weights)
    last, (output, kept) = jax.lax.scan(step, start, (along, lasting), reverse=reverse)
    return (output, last), kept


def _gates(
    network: Network, rows: jax.Array, weights: LSTMWeights, features: int
) -> tuple[Any, Callable[[Any], Gates], Callable[[jax.Array], Gates]]:
    """What a scan goes along, what the gates get from a step of it, and what from the hidden state.

    The steps have their features first (0) or last (-1).
    """
    turn = jnp.matrix_transpose if features == 0 else _as_it_is
    of_hidden = affine(weights.hidden_hidden, weights.hidden_bias, features)
    carried = lambda hidden: jnp.split(of_hidden(hidden), network.gates, features)  # noqa: E731
    if _are_made_ahead(rows, weights, features):
        return [turn(gate) for gate in _of_input(network, rows, weights)], _adding(network, weights, features), carried
    of_row = affine(weights.input_hidden, weights.input_bias, features)
    return turn(rows), lambda row: jnp.split(of_row(row), network.gates, features), carried


def _are_made_ahead(rows: jax.Array, weights: LSTMWeights, features: int) -> bool:
    """Whether one product of all rows is quicker than one a step; sizes that are open are taken to be small.

    Where the features come first, a step has to read few of its numbers: else they drive the weights from the cache.
    """
    steps, count = (size if isinstance(size, int) else 1 for size in rows.shape[:2])
    of_step = count * weights.input_hidden.shape[0]
    return of_step <= _AHEAD_A_STEP if features == 0 else steps * of_step <= _AHEAD


def _of_input(network: Network, rows: jax.Array, weights: LSTMWeights) -> Gates:
    """What the gates get from all rows, without the bias.

    Each for itself, as XLA's loops take twice as long over parts of rows.
    """
    return [affine(weight, None, -1)(rows) for weight in jnp.split(weights.input_hidden, network.gates)]


def _adding(network: Network, weights: LSTMWeights, features: int) -> Callable[[Any], Gates]:
    """What adds the bias to gates made ahead: in a step, where XLA has it in a loop that is there anyway."""
    if weights.input_bias is None:
        return list
    bias = weights.input_bias[:, None] if features == 0 else weights.input_bias
    biases = jnp.split(bias, network.gates)
    return lambda gates: [gate + bias for gate, bias in zip(gates, biases, strict=True)]


def _by_gate(network: Network, gates: jax.Array) -> Gates:
    return jnp.split(gates, network.gates, -1)


def _as_it_is(x: jax.Array) -> jax.Array:
    return x


def _carry(step: Any, states: States, rows: Any, lasting: jax.Array | None, reverse: bool) -> Any:
    """The outputs of `step` along the first axis of `rows`, from its end if `reverse`, and the last states."""
    states, outputs = jax.lax.scan(
        lambda states, inputs: guarded(step, states, *inputs), states, (rows, lasting), reverse=reverse
    )
    return outputs, states


def _as_all_vary(states: States, *others: Any) -> States:
    """The states to start from: in a `shard_map`, they must vary from the first along the axes that the next will."""
    traced = [leaf for leaf in jax.tree.leaves(others) if isinstance(leaf, jax.core.Tracer)]
    return tuple(sum((jax.lax.full_like(leaf, 0, state.dtype, ()) for leaf in traced), state) for state in states)


def _product(x: Any, weight: Any) -> Any:
    """`x @ weight.T`, or `None` where either does not move."""
    return None if isinstance(x, SymbolicZero) or isinstance(weight, SymbolicZero) else x @ weight.T


def _total(like: Any, *terms: Any) -> jax.Array:
    """The sum of those terms that move, shaped as `like` is."""
    moving = [term for term in terms if not (term is None or isinstance(term, SymbolicZero))]
    return functools.reduce(jnp.add, moving, jnp.zeros(like.shape, like.dtype))
