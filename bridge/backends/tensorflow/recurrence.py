"""Recurrent networks for TensorFlow: their loop, and one with a gradient of its own.

That takes the gradients by the weights out of the steps: see `bridge.ops.recurrent_networks`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from bridge.backends.tensorflow.kernels import Kernel
from bridge.ops.arithmetic import where
from bridge.ops.products import matmul
from bridge.ops.recurrent import LSTMWeights, affine, guarded
from bridge.ops.recurrent_networks import Network, States, by_gate, joined
from bridge.typing import Array

_READ_AHEAD = 32
"""How many turns of the loop may be under way, as in Keras; with TensorFlow's 10 it takes a twentieth longer."""

Tensors = tuple[tf.Tensor, ...]


def along(
    step: Callable[[States, Tensors], tuple[States, Tensors]],
    states: States,
    rows: Sequence[tf.Tensor],
    shapes: Sequence[tf.TensorShape],
    reverse: bool,
) -> tuple[States, list[tf.Tensor]]:
    """The last states, and the outputs of `step` along the first axis of all `rows`, from their end if `reverse`.

    Args:
        step: the next states and the outputs, from the present states and an element of each of `rows`.
        states: to start from.
        rows: `(L, ...)` each.
        shapes: of the outputs of one step.
        reverse: whether it starts at the end.
    """
    count = tf.shape(rows[0])[0]
    together = _steps_together(rows[0].shape[0])
    inputs = [tf.TensorArray(each.dtype, count).unstack(each) for each in rows]
    outputs = [tf.TensorArray(rows[0].dtype, count, element_shape=shape) for shape in shapes]

    def body(done: tf.Tensor, states: States, outputs: list[tf.TensorArray]) -> tuple[Any, ...]:
        for _ in range(together):
            place = count - 1 - done if reverse else done
            states, made = step(states, tuple(each.read(place) for each in inputs))
            outputs = [array.write(place, each) for array, each in zip(outputs, made, strict=True)]
            done += 1
        return done, states, outputs

    _, states, outputs = tf.while_loop(
        lambda done, *_: done < count,
        body,
        (tf.constant(0), states, outputs),
        (tf.TensorShape(()), tuple(state.shape for state in states), [tf.TensorShape(None)] * len(outputs)),
        parallel_iterations=_READ_AHEAD,
    )
    return states, [
        tf.ensure_shape(array.stack(), rows[0].shape[:1] + shape) for array, shape in zip(outputs, shapes, strict=True)
    ]


def _steps_together(count: int | None) -> int:
    """How many steps one turn of the loop takes: TensorFlow's own work at each turn costs as much as half a step."""
    return next(steps for steps in (4, 2, 1) if steps == 1 or (count is not None and count % steps == 0))


def scan(
    network: Network, reverse: bool, rows: tf.Tensor, states: States, weights: LSTMWeights, lasting: tf.Tensor | None
) -> tuple[tf.Tensor, States]:
    """One direction of one layer, quick where sequences are few: `bridge.ops.recurrent._direction`."""
    given = [tf.convert_to_tensor(each) for each in (rows, *states, *map(_stored, weights)) if each is not None]
    held = 1 + len(states)

    @tf.custom_gradient
    def run(*tensors: tf.Tensor) -> tuple[Any, Callable[..., Any]]:
        remaining = iter(tensors[held:])
        own = LSTMWeights(*(None if each is None else _like(each, next(remaining)) for each in weights))
        rows, start = tensors[0], tensors[1:held]
        output, last, parts, before = _forward(network, reverse, rows, start, own, lasting)

        def gradient(*upstream: tf.Tensor) -> list[tf.Tensor]:
            found = _back(network, reverse, rows, parts, before, own, lasting, upstream)
            return _present(*found)

        return (output, *last), gradient

    output, *last = run(*given)
    return output, tuple(last)


def _forward(
    network: Network, reverse: bool, rows: tf.Tensor, start: States, weights: LSTMWeights, lasting: tf.Tensor | None
) -> tuple[tf.Tensor, States, list[tf.Tensor], list[tf.Tensor]]:
    """The output and the last states; and of all steps the gates' parts, and the states before.

    TensorFlow takes what nobody asks for out of the loop.
    """
    arriving = affine(weights.input_hidden, weights.input_bias, -1)
    carried = affine(weights.hidden_hidden, weights.hidden_bias, -1)
    gates = start[0].shape[:1] + weights.hidden_hidden.shape[:1]
    project = None if weights.projection is None else affine(weights.projection, None, -1)

    def step(states: States, row: Tensors) -> tuple[States, Tensors]:
        parts = joined(network, arriving(row[0]), carried(states[0]))
        hidden, *others = network.step(by_gate(network, parts), states)
        hidden = hidden if project is None else project(hidden)
        keep = None if lasting is None else row[1]
        after, output = guarded(lambda *_: ((hidden, *others), hidden), states, row[0], keep)
        return after, (output, *parts, *states)

    parts = 1 if network.sums else 2
    states = [state.shape for state in start]
    last, made = along(step, start, _present(rows, lasting), [states[0], *[gates] * parts, *states], reverse)
    return made[0], last, made[1 : 1 + parts], made[1 + parts :]


def _back(
    network: Network,
    reverse: bool,
    rows: tf.Tensor,
    parts: list[tf.Tensor],
    before: list[tf.Tensor],
    weights: LSTMWeights,
    lasting: tf.Tensor | None,
    upstream: Tensors,
) -> tuple[tf.Tensor | None, ...]:
    """The gradients by the rows, the states, and each of the weights.

    The slopes of a step wait for no other step: TensorFlow has them ready while the one before is still under way.
    """
    held = len(parts) + len(before)
    through_hidden = tf.convert_to_tensor(weights.hidden_hidden)  # here, so that no step moves it
    projection = None if weights.projection is None else tf.convert_to_tensor(weights.projection)

    def step(states: States, row: Tensors) -> tuple[States, Tensors]:
        arrived, earlier, (output, *lasts) = row[: len(parts)], row[len(parts) : held], row[held:]
        slopes = network.slopes(by_gate(network, arrived), earlier)
        hidden, *others = states
        hidden = hidden + output
        unprojected = hidden if projection is None else matmul(hidden, projection)
        pulled, (beside, *others) = network.pulled(slopes, (unprojected, *others))
        gates = [tf.concat(part, -1) for part in pulled]
        through = matmul(gates[-1], through_hidden)
        after = through if beside is None else through + beside, *others
        if not lasts:
            return after, (hidden, *gates)
        after = tuple(where(lasts[0], new, old) for new, old in zip(after, states, strict=True))
        return after, tuple(where(lasts[0], each, tf.zeros_like(each)) for each in (hidden, *gates))

    shapes = [before[0].shape[1:], *[part.shape[1:] for part in parts]]
    inputs = _present(*parts, *before, upstream[0], lasting)
    by_states, (by_hidden, *gates) = along(step, upstream[1:], inputs, shapes, not reverse)
    by_projection = None
    if weights.projection is not None:
        unprojected = network.step(by_gate(network, parts), tuple(before))[0]
        by_projection = _by_weight(weights.projection, by_hidden, unprojected)
    return (
        matmul(gates[0], weights.input_hidden),
        *by_states,
        _by_weight(weights.input_hidden, gates[0], rows),
        _by_weight(weights.hidden_hidden, gates[-1], before[0]),
        None if weights.input_bias is None else _summed(gates[0]),
        None if weights.hidden_bias is None else _summed(gates[-1]),
        by_projection,
    )


def _stored(weight: Array | None) -> Array | None:
    return weight.stored if isinstance(weight, Kernel) else weight


def _like(weight: Array, tensor: tf.Tensor) -> Array:
    """What `_stored` has made `tensor` of."""
    return Kernel(tensor) if isinstance(weight, Kernel) else tensor


def _by_weight(weight: Array, outputs: tf.Tensor, inputs: tf.Tensor) -> tf.Tensor:
    """The gradient by a weight, as it lies, from the gradients by its outputs."""
    return _product(inputs, outputs) if isinstance(weight, Kernel) else _product(outputs, inputs)


def _present(*tensors: tf.Tensor | None) -> list[tf.Tensor]:
    return [tensor for tensor in tensors if tensor is not None]


def _product(x: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    """The sum over all steps and sequences of what is `(hidden, input)` for one of them."""
    first, second = (tf.reshape(each, (-1, each.shape[-1])) for each in (x, other))
    return matmul(tf.transpose(first), second)


def _summed(gates: tf.Tensor) -> tf.Tensor:
    """The sum over all steps and sequences, as a product: TensorFlow's sum takes ten times as long."""
    return tf.reshape(_product(gates, tf.ones_like(gates[..., :1])), (-1,))
