"""Tensors from torch to TensorFlow and back, through NumPy."""

import numpy
import tensorflow as tf
import torch

from bridge.backends.tensorflow.promotion import tf_dtype
from bridge.backends.tensorflow.random import SeedStream
from bridge.dtypes import torch_dtype


def from_torch(tensor: torch.Tensor) -> tf.Tensor:
    """A TensorFlow tensor of the tensor's values: a copy."""
    return tf.constant(to_numpy(tensor), tf_dtype(tensor.dtype))


def to_numpy(tensor: torch.Tensor) -> numpy.ndarray:
    """The tensor's values as TensorFlow takes them; NumPy has no bfloat16 of its own."""
    tensor = tensor.detach().cpu()
    if tensor.dtype == torch.bfloat16:
        return tensor.view(torch.uint16).numpy().view(tf.bfloat16.as_numpy_dtype)
    return tensor.numpy()


def to_torch(tensor: tf.Tensor) -> torch.Tensor:
    """A torch tensor of the tensor's values: a copy."""
    array = tensor.numpy()
    if tensor.dtype == tf.bfloat16:
        return torch.from_numpy(array.view(numpy.uint16).copy()).view(torch.bfloat16)
    return torch.from_numpy(numpy.array(array)).to(torch_dtype(tensor.dtype))


def random_stream(rng: object) -> SeedStream:
    """The stream of a seed for TensorFlow's stateless random operations: two integers.

    Raises:
        ValueError: it is no such seed.
    """
    seed = tf.convert_to_tensor(rng)
    if seed.shape != (2,) or not seed.dtype.is_integer:
        raise ValueError(f"rng expected a seed of two integers, such as tf.constant([1, 2]), got {rng!r}")
    return SeedStream(seed)


def is_traced(tensor: tf.Tensor) -> bool:
    """Whether the tensor stands for values that a tf.function will bring later."""
    return not isinstance(tensor, tf.Variable) and tf.is_symbolic_tensor(tensor)


def own_key(traced: bool) -> tf.Tensor:
    """A seed from TensorFlow's own generator, which follows tf.random.set_seed; anew at each run of a tf.function."""
    return tf.random.uniform((2,), maxval=2**31 - 1, dtype=tf.int32)
