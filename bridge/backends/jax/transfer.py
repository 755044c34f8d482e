"""Tensors from torch to JAX and back, by DLPack: without a copy where they share a device and a layout."""

import jax
import jax.numpy as jnp
import torch

from bridge.backends.jax.random import KeyStream


def from_torch(tensor: torch.Tensor, *, share: bool = False) -> jax.Array:
    """A JAX array of the tensor's values: a copy, unless `share` asks for the same memory where that is possible."""
    tensor = tensor.detach().resolve_conj().resolve_neg()
    array = jax.dlpack.from_dlpack(tensor if _is_dense(tensor) else tensor.contiguous())
    return array if share else jnp.array(array, copy=True)


def _is_dense(tensor: torch.Tensor) -> bool:
    """Whether the elements fill their memory in some order of the axes; JAX has no layout for slices and broadcasts."""
    filled = 1
    for stride, size in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if size != 1 and stride != filled:
            return False
        filled *= size
    return True


def to_torch(array: jax.Array, *, share: bool = False) -> torch.Tensor:
    """A torch tensor of the array's values: a copy, unless `share` asks for the same memory.

    A shared tensor must not be written to: JAX takes its arrays to be constant.
    """
    tensor = torch.from_dlpack(array)
    return tensor if share else tensor.clone()


def random_stream(rng: object) -> KeyStream:
    """The stream of a key, of either kind that JAX has.

    Raises:
        TypeError: it is no key.
    """
    if not isinstance(rng, jax.Array | jax.core.Tracer):
        raise TypeError(f"rng expected a JAX key, such as jax.random.key(0), got {type(rng).__name__}")
    return KeyStream(rng)


def is_traced(array: jax.Array) -> bool:
    """Whether the array stands for values that a transformation will bring later."""
    return isinstance(array, jax.core.Tracer)


def own_key(traced: bool) -> jax.Array | None:
    """A key drawn from torch's generator; none while tracing, where it would be the same at each run."""
    return None if traced else jax.random.key(int(torch.randint(2**31, ())))
