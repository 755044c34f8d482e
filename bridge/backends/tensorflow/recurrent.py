"""Overrides of `bridge.ops.recurrent` for TensorFlow."""

from typing import Any

import tensorflow as tf

from bridge.ops.recurrent import States, Step, guarded


def _recurrence(
    step: Step, states: States, rows: tf.Tensor, lasting: tf.Tensor | None, reverse: bool
) -> tuple[tf.Tensor, States]:
    count = tf.shape(rows)[0]
    inputs = _unstacked(rows, count)
    kept = None if lasting is None else _unstacked(lasting, count)
    outputs = tf.TensorArray(rows.dtype, count, element_shape=states[0].shape)

    def body(done: tf.Tensor, states: States, outputs: tf.TensorArray) -> tuple[Any, ...]:
        place = count - 1 - done if reverse else done
        states, output = guarded(step, states, inputs.read(place), None if kept is None else kept.read(place))
        return done + 1, states, outputs.write(place, output)

    shapes = tuple(state.shape for state in states)
    _, states, outputs = tf.while_loop(
        lambda done, *_: done < count,
        body,
        (tf.constant(0), states, outputs),
        (tf.TensorShape(()), shapes, tf.TensorShape(None)),
    )
    return tf.ensure_shape(outputs.stack(), rows.shape[:1] + states[0].shape), states


def _unstacked(rows: tf.Tensor, count: tf.Tensor) -> tf.TensorArray:
    return tf.TensorArray(rows.dtype, count).unstack(rows)
