"""Tensors from torch to JAX and back, by DLPack: without a copy where they share a device and a layout."""

import jax
import jax.numpy as jnp
import torch

from bridge.backends.jax.random import KeyStream


def from_torch(tensor: torch.Tensor, *, share: bool = False) -> jax.Array:
    """A JAX array of the tensor's values: a copy, unless `share` asks for the same memory where that is possible.

    Raises:
        OverflowError: a whole number of 64 bits does not fit into the 32 that JAX without x64 has.
    """
    tensor = tensor.detach().resolve_conj().resolve_neg()
    if tensor.dtype in _WHOLE and not jax.config.read("jax_enable_x64"):
        _check_fits(tensor, _WHOLE[tensor.dtype])
    array = jax.dlpack.from_dlpack(tensor if _is_dense(tensor) else tensor.contiguous())
    return array if share else jnp.array(array, copy=True)


_WHOLE = {torch.int64: torch.iinfo(torch.int32), torch.uint64: torch.iinfo(torch.uint32)}


def _check_fits(tensor: torch.Tensor, limits: torch.iinfo) -> None:
    if not tensor.numel():
        return
    # torch compares uint64 with nothing: its largest values are looked at as the negative int64 that they look like.
    least, largest = (int(value) for value in torch.aminmax(tensor.view(torch.int64)))
    if least < (limits.min if tensor.dtype is torch.int64 else 0) or largest > limits.max:
        raise OverflowError(
            f"JAX without x64 holds {str(tensor.dtype).removeprefix('torch.')} in 32 bits, but a tensor of shape "
            f"{tuple(tensor.shape)} has values from {least} to {largest}. Set jax_enable_x64, or give smaller values."
        )


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
