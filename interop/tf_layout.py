"""Which weights lie as TensorFlow's kernels take them in the variables of a `tf.Module`."""

from __future__ import annotations

import re

import torch

_KERNELS: dict[type[torch.nn.Module], re.Pattern[str]] = {
    torch.nn.Linear: re.compile("weight"),
    torch.nn.modules.conv._ConvNd: re.compile("weight"),
    torch.nn.RNNBase: re.compile(r"weight_(ih|hh|hr)_l\d+(_reverse)?"),
    torch.nn.RNNCellBase: re.compile("weight_(ih|hh)"),
}
"""The names of such weights in a class of layers."""


def kernels_of(module: torch.nn.Module) -> set[int]:
    """The ids of the parameters that are kernels in every layer that has them.

    An embedding that is tied to a linear layer is looked up by rows: it lies as torch has it.
    """
    kernels: set[int] = set()
    others: set[int] = set()
    for layer in module.modules():
        names = next((names for kind, names in _KERNELS.items() if isinstance(layer, kind)), None)
        for name, tensor in layer._parameters.items():
            if tensor is not None:
                is_kernel = names is not None and names.fullmatch(name) is not None
                (kernels if is_kernel else others).add(id(tensor))
    return kernels - others
