"""Mixed precision: parameters in float32, computation in half of it."""

from __future__ import annotations

import contextlib
from typing import Any, Literal, get_args

import torch

from bridge.dtypes import dtype_name, torch_dtype
from bridge.frameworks import framework_of, tree_map
from bridge.layer import Layer
from bridge.ops.manipulation import astype
from bridge.replica import bind
from bridge.running import computing_in, running

Compute = Literal["bfloat16", "float16", "float32"]

KEPT = (torch.nn.modules.batchnorm._NormBase, torch.nn.LayerNorm, torch.nn.GroupNorm, torch.nn.RMSNorm)
"""Layers whose parameters and statistics are read in float32, like those of a `Layer` with `full_precision`."""


class MixedPrecision(Layer):
    """A module that computes in half precision, while its parameters, gradients and buffers stay in float32.

    Floating inputs are cast to `compute`, and floating outputs to `output`. On torch tensors the module runs under
    `torch.autocast`. On JAX and TensorFlow it sees its parameters in `compute`, and norms, softmax, losses and sums
    compute in float32 within it. Gradients pass through the casts and arrive in float32. So `functionalize`,
    `as_module`, `jax.jit`, `tf.function` and `torch.compile` need nothing else.

    `Trainer(precision="bf16-mixed")` of Lightning is the same `torch.autocast`: either will do, and both together too.
    float16 has few exponents: scale the loss (`torch.amp.GradScaler`), or take bfloat16, which needs none.

    A custom layer whose buffers are averages to be kept exact says `full_precision = True` in its class: it then sees
    its own parameters and buffers in float32, and casts what it computes with. A part that must compute in float32
    whole is one more `MixedPrecision(part, compute="float32", output="bfloat16")` inside.

    Args:
        module: what computes; it keeps its parameters, and is `.module`.
        compute: the dtype of inputs, and of parameters as the layers see them.
        output: the dtype of the outputs; `None` leaves them as they come.

    Raises:
        ValueError: a dtype is none of "bfloat16", "float16" and "float32".

    >>> model = bridge.MixedPrecision(nn.Sequential(nn.Linear(3, 2), nn.Softmax(-1)), compute="bfloat16")
    >>> model(torch.ones(4, 3)).dtype, model.module[0].weight.dtype
    (torch.float32, torch.float32)
    """

    def __init__(
        self, module: torch.nn.Module, compute: Compute = "bfloat16", output: Compute | None = "float32"
    ) -> None:
        super().__init__()
        for name, dtype in (("compute", compute), ("output", output)):
            if dtype not in get_args(Compute) and not (name == "output" and dtype is None):
                raise ValueError(f"MixedPrecision expected {name} to be one of {get_args(Compute)}, got {dtype!r}")
        self.module = module
        self.compute = compute
        self.output = output
        accelerator = torch.accelerator.current_accelerator()
        self._accelerator = None if accelerator is None else accelerator.type

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module answers."""
        args, kwargs = _cast_floats((args, kwargs), self.compute)
        if running.framework == "torch":
            with self._autocast("cpu"), self._autocast(self._accelerator):
                outputs = self.module(*args, **kwargs)
        else:
            with computing_in(self.compute if self.compute != "float32" else None):
                outputs = self._run_lowered(args, kwargs)
        return outputs if self.output is None else _cast_floats(outputs, self.output)

    def _autocast(self, device: str | None) -> Any:
        if device is None:
            return contextlib.nullcontext()
        if self.compute == "float32":
            return torch.autocast(device, enabled=False)
        return torch.autocast(device, dtype=torch_dtype(self.compute))

    def _run_lowered(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Runs a replica that sees parameters and buffers in `compute`, and takes over the buffers that it changed."""
        lowered = self._lowered()
        replica = bind(self.module, lowered, None)
        outputs = replica(*args, **kwargs)
        for own, other in zip(self.module.modules(), replica.modules(), strict=True):
            for name, given in own._buffers.items():
                new: Any = other._buffers[name]
                if given is not None and new is not lowered.get(id(given), given):
                    own._buffers[name] = astype(new, given.dtype)
        return outputs

    def _lowered(self) -> dict[int, Any]:
        lowered: dict[int, Any] = {}
        for module in _within(self.module):
            if getattr(module, "full_precision", False) or isinstance(module, KEPT):
                continue
            for tensor in (*module._parameters.values(), *module._buffers.values()):
                if _is_float(tensor) and id(tensor) not in lowered:
                    lowered[id(tensor)] = astype(tensor, self.compute)
        return lowered

    def extra_repr(self) -> str:
        """The dtypes."""
        return f"compute={self.compute!r}, output={self.output!r}"


def _within(module: torch.nn.Module) -> list[torch.nn.Module]:
    """A module and those in it, but for what stands in another `MixedPrecision`, which casts by itself."""
    if isinstance(module, MixedPrecision):
        return []
    return [module, *(inner for child in module.children() for inner in _within(child))]


def _cast_floats(values: Any, dtype: str) -> Any:
    return tree_map(lambda leaf: astype(leaf, dtype) if _is_float(leaf) else leaf, values)


def _is_float(leaf: Any) -> bool:
    if framework_of(leaf) in (None, "numpy"):
        return False
    try:
        dtype = torch_dtype(dtype_name(leaf.dtype))
    except TypeError:  # a key of JAX
        return False
    return dtype.is_floating_point
