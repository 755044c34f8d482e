"""A module as a pure JAX function, tensors across, and a JAX function as a module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import torch

from bridge.interop.foreign import AnyModule
from bridge.interop.weights import write_back
from bridge.optional import require
from bridge.replica import require_built, slots

if TYPE_CHECKING:
    import jax
else:
    jax = require("jax", extra="jax", purpose="bridge.interop.jax")

from bridge.backends.jax import transfer
from bridge.interop.jax_module import JaxModule

__all__ = ["JaxModule", "as_torch", "from_torch", "functionalize", "load", "partition", "to_torch"]


class Apply(Protocol):
    """The function that `functionalize` makes."""

    def __call__(
        self,
        params: Mapping[str, jax.Array],
        buffers: Mapping[str, jax.Array],
        *args: Any,
        rng: jax.Array | None = None,
        training: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, dict[str, jax.Array]]:
        """Returns the outputs and the buffers as they are after the call."""


def functionalize(
    module: torch.nn.Module,
) -> tuple[Apply, dict[str, jax.Array], dict[str, jax.Array]]:
    """A module as a pure function, with copies of its parameters and buffers as JAX arrays.

    The function is for `jax.jit` (with `training` static), `grad`, `vmap`, `jax.sharding` and optax.

    Args:
        module: any `torch.nn.Module`; one whose forward is not written in `bridge.ops` and `bridge.layers` is
            converted: see `bridge.interop.convert`.

    Returns:
        `apply(params, buffers, *args, rng=None, training=False) -> (outputs, buffers)`, and the two flat dicts under
        the names of the `state_dict`. A tied parameter is in `params` once, under its first name.

    Raises:
        ValueError: a layer has not been built: its weights wait for the shape of a first input.

    >>> apply, params, buffers = functionalize(nn.Linear(3, 2))
    >>> output, _ = jax.jit(apply)(params, buffers, jax.numpy.ones((4, 3)))
    >>> output.shape
    (4, 2)
    """
    require_built(module, "functionalize")
    runs = AnyModule(module)

    def apply(
        params: Mapping[str, jax.Array],
        buffers: Mapping[str, jax.Array],
        *args: Any,
        rng: jax.Array | None = None,
        training: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, dict[str, jax.Array]]:
        return runs.apply(params, buffers, *args, rng=rng, training=training, **kwargs)

    params = {name: transfer.from_torch(tensor) for name, tensor in module.named_parameters()}
    buffers = {name: transfer.from_torch(tensor) for name, tensor in slots(module, "_buffers")}
    return apply, params, buffers


def partition(
    module: torch.nn.Module, params: Mapping[str, jax.Array]
) -> tuple[dict[str, jax.Array], dict[str, jax.Array]]:
    """Parameters that are trained, and those that are frozen: by `requires_grad`, as in PyTorch.

    `jax.grad` by the first alone costs neither gradients nor an optimizer's state for the second; `trained | frozen`
    is what `functionalize`'s function takes, and `load` too.

    Args:
        module: the module that was functionalised.
        params: its parameters.

    Returns:
        `(trained, frozen)`, flat dicts.

    >>> model = nn.lora.apply(nn.Sequential(nn.Linear(3, 2)), 1)
    >>> apply, params, buffers = functionalize(model)
    >>> trained, frozen = partition(model, params)
    >>> loss = lambda trained, x: apply(trained | frozen, buffers, x)[0].sum()
    >>> sorted(jax.jit(jax.grad(loss))(trained, jax.numpy.ones((4, 3))))
    ['0.lora_A.weight', '0.lora_B.weight']
    """
    learning = {name for name, tensor in slots(module, "_parameters") if tensor.requires_grad}
    trained = {name: array for name, array in params.items() if name in learning}
    return trained, {name: array for name, array in params.items() if name not in learning}


def load(
    module: torch.nn.Module, params: Mapping[str, jax.Array], buffers: Mapping[str, jax.Array] | None = None
) -> None:
    """Writes parameters, and buffers if they are given, back into a module: what `functionalize` took out.

    Raises:
        ValueError: names are missing or unexpected, or shapes differ; then nothing is written.

    >>> layer = nn.Linear(3, 2)
    >>> _, params, buffers = functionalize(layer)
    >>> load(layer, {name: 0 * value for name, value in params.items()}, buffers)
    >>> float(layer.weight.detach().sum())
    0.0
    """
    write_back(module, params, buffers, transfer.to_torch)


def from_torch(tree: Any, *, share: bool = False) -> Any:
    """Every torch tensor in a pytree as a JAX array, on the same device, by DLPack; other leaves as they are.

    64-bit numbers become 32-bit in JAX without x64.

    Args:
        tree: a tensor, or any nesting that `jax.tree` knows.
        share: ask for arrays in the tensors' own memory. Such an array changes under JAX's feet when torch writes to
            the tensor, as an optimizer step does; so it is a copy by default.

    >>> from_torch({"x": torch.ones(2)})
    {'x': Array([1., 1.], dtype=float32)}
    """
    return jax.tree.map(
        lambda leaf: transfer.from_torch(leaf, share=share) if isinstance(leaf, torch.Tensor) else leaf, tree
    )


def to_torch(tree: Any, *, share: bool = False) -> Any:
    """Every JAX array in a pytree as a torch tensor, on the same device, by DLPack; other leaves as they are.

    Args:
        tree: an array, or any nesting that `jax.tree` knows.
        share: ask for tensors in the arrays' own memory, which must then not be written to.

    >>> to_torch({"x": jax.numpy.ones(2)})
    {'x': tensor([1., 1.])}
    """
    return jax.tree.map(
        lambda leaf: transfer.to_torch(leaf, share=share) if isinstance(leaf, jax.Array) else leaf, tree
    )


def as_torch(fn: Callable[..., Any], params: Any) -> JaxModule:
    """A JAX function as a `torch.nn.Module` that autograd goes through, in both parameters and inputs.

    Args:
        fn: `fn(params, *inputs)`, pure, of JAX arrays; it is compiled by `jax.jit`.
        params: a pytree of arrays, which become the module's parameters.

    Returns:
        A module with the parameters under the names of their paths in the pytree, such as `dense.kernel`.

    >>> module = as_torch(lambda params, x: x @ params["kernel"], {"kernel": jax.numpy.ones((3, 2))})
    >>> module(torch.ones(4, 3)).sum().backward()
    >>> module.kernel.grad.shape
    torch.Size([3, 2])
    """
    return JaxModule(fn, params)
