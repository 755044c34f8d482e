"""Which weights lie as TensorFlow's kernels take them in the variables of a `tf.Module`."""

from __future__ import annotations

import torch

_KERNELS: dict[type[torch.nn.Module], str] = {
    torch.nn.Linear: "weight",
    torch.nn.modules.conv._ConvNd: "weight",
    torch.nn.RNNBase: "weight_",
    torch.nn.RNNCellBase: "weight_",
}
"""How the names of such weights begin in a class of layers."""


def kernels_of(module: torch.nn.Module) -> set[int]:
    """The ids of the parameters that are kernels in every layer that has them.

    An embedding that is tied to a linear layer is looked up by rows: it lies as torch has it.
    """
    kernels: set[int] = set()
    others: set[int] = set()
    for layer in module.modules():
        begins = next((name for kind, name in _KERNELS.items() if isinstance(layer, kind)), None)
        for name, tensor in layer._parameters.items():
            if tensor is not None:
                is_kernel = begins is not None and name.startswith(begins) and tensor.ndim > 1
                (kernels if is_kernel else others).add(id(tensor))
    return kernels - others
