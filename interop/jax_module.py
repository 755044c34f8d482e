"""A JAX function as a torch module: forward and backward run in JAX, compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy
import torch

from bridge.backends.jax import transfer


class JaxModule(torch.nn.Module):
    """`fn(params, *inputs)` as a module; see `bridge.interop.jax.as_torch`.

    Attributes:
        fn: the JAX function, as it was given.
    """

    def __init__(self, fn: Callable[..., Any], params: Any) -> None:
        super().__init__()
        self.fn = fn
        paths, self._structure = jax.tree_util.tree_flatten_with_path(params)
        self._names = [_name(path) for path, _ in paths]
        for name, (_, array) in zip(self._names, paths, strict=True):
            owner: torch.nn.Module = self
            *parents, last = name.split(".")
            for parent in parents:
                if parent not in owner._modules:
                    owner.add_module(parent, torch.nn.Module())
                owner = owner._modules[parent]  # type: ignore[assignment]
            tensor = _tensor(array)
            owner.register_parameter(last, torch.nn.Parameter(tensor, tensor.is_floating_point()))
        self._calls: dict[Any, _Call] = {}

    @torch.compiler.disable
    def forward(self, *inputs: Any) -> Any:
        """Runs the function on torch tensors, or on pytrees of them and of constants, and answers in torch tensors."""
        leaves, structure = jax.tree.flatten(inputs)
        leaves = [_tensor(leaf) if isinstance(leaf, numpy.ndarray | jax.Array) else leaf for leaf in leaves]
        constants = {place: leaf for place, leaf in enumerate(leaves) if not isinstance(leaf, torch.Tensor)}
        # With their types: 1, 1.0 and True are one key, but not one argument.
        key = structure, tuple((place, type(leaf), leaf) for place, leaf in constants.items())
        if key not in self._calls:
            self._calls[key] = _Call(self.fn, self._structure, len(self._names), structure, constants)
        call = self._calls[key]
        given = (leaf for place, leaf in enumerate(leaves) if place not in constants)
        tensors = [*(self.get_parameter(name) for name in self._names), *given]
        outputs = _Differentiable.apply(call, *tensors)
        return jax.tree.unflatten(call.output_structure, outputs)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_calls": {}}  # compiled functions stay behind


class _Call:
    """The compiled function and its gradient, for one structure of the inputs."""

    def __init__(self, fn: Callable[..., Any], params: Any, count: int, inputs: Any, constants: dict[int, Any]) -> None:
        self.output_structure: Any = None

        def flat(*arrays: jax.Array) -> list[jax.Array]:
            given = iter(arrays[count:])
            leaves = [constants[place] if place in constants else next(given) for place in range(inputs.num_leaves)]
            result = fn(jax.tree.unflatten(params, arrays[:count]), *jax.tree.unflatten(inputs, leaves))
            outputs, self.output_structure = jax.tree.flatten(result)
            return outputs

        self.run = jax.jit(flat)
        self.run_for_gradient = jax.jit(lambda *arrays: jax.vjp(flat, *arrays))
        self.pull_back = jax.jit(lambda gradient_of, cotangents: gradient_of(cotangents))


class _Differentiable(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, call: _Call, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        # Shared, not copied: JAX is done with the inputs before this returns, unless a gradient is to come.
        wanted = any(ctx.needs_input_grad)
        arrays = [transfer.from_torch(tensor, share=not wanted) for tensor in tensors]
        if wanted:
            outputs, ctx.gradient_of = call.run_for_gradient(*arrays)
            ctx.call, ctx.outputs = call, [(array.shape, array.dtype) for array in outputs]
            ctx.dtypes = [tensor.dtype for tensor in tensors]
        else:
            outputs = jax.block_until_ready(call.run(*arrays))
        results = tuple(transfer.to_torch(array) for array in outputs)
        ctx.mark_non_differentiable(*(tensor for tensor in results if not tensor.is_floating_point()))
        ctx.set_materialize_grads(True)
        return results

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        cotangents = [
            transfer.from_torch(gradient.to(transfer.to_torch(jax.numpy.zeros((), dtype)).dtype))
            if jax.numpy.issubdtype(dtype, jax.numpy.inexact)
            else numpy.zeros(shape, jax.dtypes.float0)
            for gradient, (shape, dtype) in zip(gradients, ctx.outputs, strict=True)
        ]
        results = ctx.call.pull_back(ctx.gradient_of, cotangents)
        return None, *(
            transfer.to_torch(array).to(dtype) if needed and array.dtype != jax.dtypes.float0 else None
            for array, dtype, needed in zip(results, ctx.dtypes, ctx.needs_input_grad[1:], strict=True)
        )


def _tensor(array: Any) -> torch.Tensor:
    return transfer.to_torch(jax.numpy.asarray(array))


def _name(path: tuple[Any, ...]) -> str:
    parts = [str(getattr(part, "key", getattr(part, "idx", getattr(part, "name", part)))) for part in path]
    return ".".join(part.replace(".", "_") for part in parts) or "params"
