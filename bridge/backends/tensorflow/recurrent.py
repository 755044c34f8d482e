"""Overrides of `bridge.ops.recurrent` for TensorFlow."""

from typing import Any

import tensorflow as tf

from bridge.ops.recurrent import LSTMWeights, States, Step, guarded, last_if_few

_READ_AHEAD = 32
"""How many turns of the loop may be under way, as in Keras; with TensorFlow's 10 it takes a twentieth longer."""


def _recurrence(
    step: Step, states: States, rows: tf.Tensor, lasting: tf.Tensor | None, reverse: bool
) -> tuple[tf.Tensor, States]:
    count = tf.shape(rows)[0]
    together = _steps_together(rows.shape[0])
    inputs = _unstacked(rows, count)
    kept = None if lasting is None else _unstacked(lasting, count)
    outputs = tf.TensorArray(rows.dtype, count, element_shape=states[0].shape)

    def body(done: tf.Tensor, states: States, outputs: tf.TensorArray) -> tuple[Any, ...]:
        for _ in range(together):
            place = count - 1 - done if reverse else done
            states, output = guarded(step, states, inputs.read(place), None if kept is None else kept.read(place))
            outputs = outputs.write(place, output)
            done += 1
        return done, states, outputs

    shapes = tuple(state.shape for state in states)
    _, states, outputs = tf.while_loop(
        lambda done, *_: done < count,
        body,
        (tf.constant(0), states, outputs),
        (tf.TensorShape(()), shapes, tf.TensorShape(None)),
        parallel_iterations=_READ_AHEAD,
    )
    return tf.ensure_shape(outputs.stack(), rows.shape[:1] + states[0].shape), states


def _steps_together(count: int | None) -> int:
    """How many steps one turn of the loop takes: TensorFlow's own work at each turn costs as much as half a step."""
    return next(steps for steps in (4, 2, 1) if steps == 1 or (count is not None and count % steps == 0))


def _unstacked(rows: tf.Tensor, count: tf.Tensor) -> tf.TensorArray:
    return tf.TensorArray(rows.dtype, count).unstack(rows)


def _features_axis(input: tf.Tensor, weights: LSTMWeights) -> int:
    return last_if_few(input, weights, 1 << 20)  # beyond, its gradient takes longer
