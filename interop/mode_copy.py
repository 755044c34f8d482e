"""A module in a mode, to take its forward down: a copy that shares its tensors, and keeps the rest to itself."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._pytree import tree_leaves

from bridge.attributes import separate_attributes

_HOOKS = frozenset(
    f"_forward_{kind}"
    for kind in ("hooks", "hooks_always_called", "hooks_with_kwargs", "pre_hooks", "pre_hooks_with_kwargs")
)
"""The copy's own: a forward of transformers hooks onto its modules, and marks by an attribute that it has done so."""


class ModeCopy:
    """A shallow copy of a module's tree in a mode, of which other threads and later calls see nothing.

    A dict of tensors among a module's attributes may be a cache: LeViT keeps there what it has gathered of its biases,
    until it is trained again. As constants these would stand in the graph in place of the parameters. So such dicts
    are emptied, and it is asked afterwards whether the forward has filled them again.

    Args:
        module: any module.
        training: the mode.
        emptied: whether dicts of tensors are empty in the copy.

    Attributes:
        module: the copy.
    """

    def __init__(self, module: torch.nn.Module, training: bool, *, emptied: bool) -> None:
        self._training = training
        self._copies: dict[int, torch.nn.Module] = {}
        self.module = self._copied(module)
        pairs = zip(module.modules(), self.module.modules(), strict=True)
        dicts = [one for one in separate_attributes(pairs, self._copies) if _holds_tensors(one)]
        self._emptied = [(one, frozenset(one)) for one in dicts] if emptied else []
        for one, _ in self._emptied:
            one.clear()

    def _copied(self, module: torch.nn.Module) -> torch.nn.Module:
        if id(module) not in self._copies:
            copy: torch.nn.Module = object.__new__(type(module))
            self._copies[id(module)] = copy
            copy.__dict__ = (
                module.__dict__
                | {name: hooks.copy() for name, hooks in vars(module).items() if name in _HOOKS}
                | {
                    "_parameters": dict(module._parameters),
                    "_buffers": dict(module._buffers),
                    "_modules": {name: child and self._copied(child) for name, child in module._modules.items()},
                    "training": self._training,
                    "_apply": functools.partial(_applied, copy),
                }
            )
        return self._copies[id(module)]

    @property
    def has_emptied(self) -> bool:
        """Whether dicts were emptied."""
        return bool(self._emptied)

    @property
    def is_refilled(self) -> bool:
        """Whether a forward has filled the emptied dicts with what stood there, or with some of it."""
        return all(one and one.keys() <= before for one, before in self._emptied)


def _applied(copy: torch.nn.Module, function: Callable[[torch.Tensor], torch.Tensor], *_: Any) -> torch.nn.Module:
    """`torch.nn.Module._apply`, by which `to` and `half` in a forward work: PyTorch's writes into the parameters."""
    for child in copy.children():
        child._apply(function)
    for tensors in (copy._parameters, copy._buffers):
        tensors.update({name: function(tensor) for name, tensor in tensors.items() if tensor is not None})  # type: ignore[misc]
    return copy


def _holds_tensors(values: Any) -> bool:
    return any(
        isinstance(leaf, torch.Tensor) and not isinstance(leaf, torch.nn.Parameter) for leaf in tree_leaves(values)
    )
