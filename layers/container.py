"""Containers of other modules and of parameters."""

from __future__ import annotations

import torch

from bridge import Layer


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
