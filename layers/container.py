"""Containers of other modules and of parameters."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from bridge import Layer

__all__ = ["Container", "DataParallel", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]


class Sequential(Layer, torch.nn.Sequential):
    """Modules called one after another: `torch.nn.Sequential` for every framework.

    >>> nn.Sequential(nn.Linear(3, 2), nn.ReLU())(torch.ones(4, 3)).shape
    torch.Size([4, 2])
    """


class ModuleList(Layer, torch.nn.ModuleList):
    """Modules in a list: `torch.nn.ModuleList`.

    >>> len(nn.ModuleList([nn.ReLU(), nn.ReLU()]))
    2
    """


class ModuleDict(Layer, torch.nn.ModuleDict):
    """Modules in a dict: `torch.nn.ModuleDict`.

    >>> list(nn.ModuleDict({"act": nn.ReLU()}))
    ['act']
    """


class ParameterList(Layer, torch.nn.ParameterList):
    """Parameters in a list: `torch.nn.ParameterList`.

    >>> len(nn.ParameterList([nn.Parameter(torch.ones(2))]))
    1
    """


class ParameterDict(Layer, torch.nn.ParameterDict):
    """Parameters in a dict: `torch.nn.ParameterDict`.

    >>> list(nn.ParameterDict({"scale": nn.Parameter(torch.ones(2))}))
    ['scale']
    """


with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # PyTorch warns of a class that inherits from it

    class Container(Layer, torch.nn.Container):
        """Modules by name, without a forward: `torch.nn.Container`, which PyTorch keeps for old code alone.

        Use `ModuleDict`, or write a `Module`: like PyTorch's own it warns.

        >>> import warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     container = nn.Container(act=nn.ReLU())
        >>> container.act
        ReLU()
        """

        def __init__(self, **kwargs: Any) -> None:
            warnings.warn(
                "`nn.Container` is deprecated. All of its functionality is now implemented in `nn.Module`. "
                "Subclass that instead.",
                FutureWarning,
                stacklevel=2,
            )
            super().__init__(**kwargs)


class DataParallel(Layer, torch.nn.DataParallel[Any]):
    """A module on several GPUs, a part of the batch each: `torch.nn.DataParallel`.

    Without GPUs, and in other frameworks, which place arrays on devices themselves (`jax.sharding`,
    `tf.distribute`), it runs the module on the whole batch.

    >>> nn.DataParallel(nn.Linear(3, 2))(torch.ones(4, 3)).shape
    torch.Size([4, 2])
    """

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs) if self.is_replica else super().forward(*inputs, **kwargs)
