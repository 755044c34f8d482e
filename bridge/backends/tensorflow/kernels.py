"""Weights that lie as TensorFlow's kernels take them, seen in the order of axes that torch has.

torch has the outputs first, `(out, in, *spatial)`; TensorFlow has them last, `(*spatial, in, out)`, and a product of
matrices is the case without spatial axes. Transposed convolutions have `in` and `out` in each other's place in both.
"""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from bridge.frameworks import tree_map
from bridge.typing import Array


class Kernel:
    """A weight that is seen in torch's order, and lies in TensorFlow's.

    What knows of it takes `stored`, without a move. To everything else it is a tensor like any other, which is moved
    where it is asked for.

    >>> weight = Kernel(tf.ones((3, 2)))
    >>> weight.shape, tf.reduce_sum(weight, 0).shape, weight.stored.shape
    (TensorShape([2, 3]), TensorShape([3]), TensorShape([3, 2]))
    """

    def __init__(self, stored: tf.Variable | tf.Tensor) -> None:
        self._stored = stored
        self.shape = tf.TensorShape([stored.shape[axis] for axis in torch_order(stored.shape.rank)])
        self.dtype = stored.dtype

    @property
    def stored(self) -> tf.Tensor:
        """`(*spatial, in, out)`."""
        return tf.convert_to_tensor(self._stored)

    def __tf_tensor__(self, dtype: tf.DType | None = None, name: str | None = None) -> tf.Tensor:
        moved = tf.transpose(self._stored, torch_order(self._stored.shape.rank))
        return tf.convert_to_tensor(moved, dtype, name=name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # `copy` asks for such, and so it does before there is anything to move
            raise AttributeError(name)
        return getattr(tf.convert_to_tensor(self), name)


def _forwarded(name: str) -> Callable[..., Any]:
    return lambda self, *args, **options: getattr(tf.convert_to_tensor(self), name)(*args, **options)


for _name in (*tf.Tensor.OVERLOADABLE_OPERATORS, "__bool__", "__float__", "__iter__", "__len__"):
    setattr(Kernel, _name, _forwarded(_name))  # Python looks for these in the class alone


def as_tensors(tree: Any) -> Any:
    """Nested containers with each `Kernel` as a tensor in torch's order."""
    return tree_map(lambda leaf: tf.convert_to_tensor(leaf) if isinstance(leaf, Kernel) else leaf, tree)


def kernel_of(weight: Array) -> tf.Tensor:
    """`weight` in the order of TensorFlow's kernels."""
    if isinstance(weight, Kernel):
        return weight.stored
    return tf.transpose(weight, tf_order(len(weight.shape)))


def tf_order(rank: int) -> tuple[int, ...]:
    """From torch's order to TensorFlow's.

    >>> tf_order(2), tf_order(4)
    ((1, 0), (2, 3, 1, 0))
    """
    return (*range(2, rank), 1, 0)


def torch_order(rank: int) -> tuple[int, ...]:
    """From TensorFlow's order to torch's.

    >>> torch_order(2), torch_order(4)
    ((1, 0), (3, 2, 0, 1))
    """
    return (rank - 1, rank - 2, *range(rank - 2))
