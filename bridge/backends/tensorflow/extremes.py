"""The larger and the smaller of two tensors, with PyTorch's gradient where they are equal: half for each."""

from collections.abc import Callable

import tensorflow as tf

from bridge.backends.tensorflow.recording import may_be_recorded, with_own_gradient


def _with_ties(function: Callable[..., tf.Tensor], ahead: Callable[..., tf.Tensor]) -> Callable[..., tf.Tensor]:
    """`function`, which takes the one of two tensors that is `ahead`; TensorFlow gives the first all of the gradient.

    Scores that a mask has made all alike are such a case, and a row of them has a softmax with a gradient.
    """

    @with_own_gradient
    def sharing(x1: tf.Tensor, x2: tf.Tensor) -> tuple[tf.Tensor, Callable[..., tuple[tf.Tensor, tf.Tensor]]]:
        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            shared, zero = tf.where(tf.equal(x1, x2), upstream / 2, upstream), tf.zeros((), upstream.dtype)
            axes = tf.raw_ops.BroadcastGradientArgs(s0=tf.shape(x1), s1=tf.shape(x2))
            first, second = tf.where(ahead(x2, x1), zero, shared), tf.where(ahead(x1, x2), zero, shared)
            return _summed(first, axes.r0, x1), _summed(second, axes.r1, x2)

        return function(x1, x2), gradient

    return lambda x1, x2: (sharing if x1.dtype.is_floating and may_be_recorded() else function)(x1, x2)


def _summed(gradient: tf.Tensor, axes: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    return tf.ensure_shape(tf.reshape(tf.reduce_sum(gradient, axes), tf.shape(x)), x.shape)


larger = _with_ties(tf.math.maximum, tf.greater)
smaller = _with_ties(tf.math.minimum, tf.less)
