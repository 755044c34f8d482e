"""Overrides of `bridge.ops.recurrent` for TensorFlow."""

import inspect

import tensorflow as tf

from bridge.backends.tensorflow.kernels import Kernel
from bridge.backends.tensorflow.recording import may_be_recorded
from bridge.backends.tensorflow.recurrence import along, scan
from bridge.ops import recurrent
from bridge.ops.recurrent import LSTMWeights, Step, guarded, last_if_few, with_one_bias
from bridge.ops.recurrent_networks import Network, States

_FEW = 16
"""Sequences up to which the gradients by the weights are better taken out of the steps.

With 32 it is all the same; with 64 the gates of all steps leave the caches, and an LSTM's take a sixth longer.
"""


def _direction(
    network: Network,
    input: tf.Tensor,
    states: States,
    weights: LSTMWeights,
    lasting: tf.Tensor | None,
    reverse: bool,
) -> tuple[tf.Tensor, States]:
    if not (may_be_recorded() and input.shape[1] is not None and input.shape[1] <= _FEW):
        return inspect.unwrap(recurrent._direction)(network, input, states, weights, lasting, reverse)
    weights = with_one_bias(weights) if network.sums else weights
    return scan(network, reverse, input, states, weights, lasting)


def _recurrence(
    step: Step, states: States, rows: tf.Tensor, lasting: tf.Tensor | None, reverse: bool
) -> tuple[tf.Tensor, States]:
    def each(states: States, row: tuple[tf.Tensor, ...]) -> tuple[States, tuple[tf.Tensor]]:
        states, output = guarded(step, states, row[0], None if lasting is None else row[1])
        return states, (output,)

    states, (output,) = along(each, states, (rows,) if lasting is None else (rows, lasting), [states[0].shape], reverse)
    return output, states


def _features_axis(input: tf.Tensor, weights: LSTMWeights) -> int:
    if isinstance(weights.hidden_hidden, Kernel):
        return -1  # there is nothing to turn
    return last_if_few(input, weights, 1 << 20)  # beyond, its gradient takes longer
