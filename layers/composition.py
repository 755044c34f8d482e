"""Layers made of functions and of other layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from bridge import Layer
from bridge.frameworks import framework_of, leaves
from bridge.layers.container import ModuleList
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["Lambda", "Parallel", "Residual"]


class Lambda(Layer):
    """Calls a function, such as an op, as a layer: `keras.layers.Lambda`, for use in a `Sequential`.

    The layer pickles, and so can be saved whole, only if the function does: one that is defined by `def` at the top of
    a module, which is found again by its name. A `lambda` and a function inside a function do not pickle; a
    `state_dict`, a copy and an exported program need no pickle. `get_config` refuses, as no function is ever made
    from a file: subclass `Layer` for what must be rebuilt from its configuration.

    Args:
        function: it takes what the layer is called with; written in `bridge.ops`, it runs in every framework.
        **arguments: what it is given besides, by name; no tensors, which would stay torch's. A tensor belongs into a
            parameter or a buffer of a layer of one's own.

    Raises:
        TypeError: `function` cannot be called, or a tensor is among the arguments.

    >>> nn.Sequential(nn.Lambda(ops.moveaxis, source=1, destination=-1), nn.Linear(3, 2))(torch.ones(1, 3, 5)).shape
    torch.Size([1, 5, 2])
    """

    def __init__(self, function: Callable[..., Any], /, **arguments: Any) -> None:
        if not callable(function) or isinstance(function, torch.nn.Module):
            raise TypeError(f"Lambda expected a function, got {type(function).__name__}; a layer needs no Lambda")
        for name, value in arguments.items():
            if any(framework_of(leaf) not in (None, "numpy") for leaf in leaves(value)):
                raise TypeError(f"Lambda expected no tensor among the function's arguments, got one as {name}")
        super().__init__()
        self.function = function
        self.arguments = arguments

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **self.arguments, **kwargs)

    def extra_repr(self) -> str:
        named = getattr(self.function, "__qualname__", repr(self.function))
        return ", ".join([named, *(f"{name}={value!r}" for name, value in self.arguments.items())])


class Residual(Layer):
    """Adds to its input what a layer makes of it.

    Args:
        layer: any module whose output has the shape of its input, or of the shortcut's output.
        shortcut: a module that the input passes through before the addition, such as a `Linear` that changes its
            size; the input as it is by default.

    Shape:
        Input what `layer` takes, output what it returns.

    Raises:
        InputShapeError: the outputs of layer and shortcut differ in shape; they do not broadcast.

    Reference: He et al., Deep Residual Learning, https://arxiv.org/abs/1512.03385

    >>> nn.Residual(nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 4)))(torch.ones(2, 4)).shape
    torch.Size([2, 4])
    """

    def __init__(self, layer: torch.nn.Module, shortcut: torch.nn.Module | None = None) -> None:
        super().__init__()
        self.layer = layer
        self.shortcut = shortcut

    def forward(self, input: Array) -> Array:
        beside = input if self.shortcut is None else self.shortcut(input)
        output = self.layer(input)
        self.expect(
            _one_shape(static_shape(beside), static_shape(output)),
            f"{static_shape(output)}, as its layer returns,",
            beside,
            "Give the block a shortcut that answers in that shape.",
        )
        return beside + output


def _one_shape(first: tuple[int | None, ...] | None, second: tuple[int | None, ...] | None) -> bool:
    if first is None or second is None:
        return True
    pairs = zip(first, second, strict=False)
    return len(first) == len(second) and all(a == b or None in (a, b) for a, b in pairs)


class Parallel(Layer):
    """Calls several layers with one input and returns all their outputs, for a merging layer to take.

    Args:
        *layers: modules, called in order.

    Shape:
        Input what each layer takes; output a tuple of what each returns.

    Raises:
        ValueError: there is no layer.

    >>> branches = nn.Parallel(nn.Linear(3, 2), nn.Linear(3, 5))
    >>> nn.Sequential(branches, nn.Concatenate(axis=-1))(torch.ones(4, 3)).shape
    torch.Size([4, 7])
    """

    def __init__(self, *layers: torch.nn.Module) -> None:
        if not layers:
            raise ValueError("Parallel expected at least one layer, got none")
        super().__init__()
        self.layers = ModuleList(layers)

    def forward(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        return tuple(layer(*args, **kwargs) for layer in self.layers)
