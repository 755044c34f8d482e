"""`convert`: any `torch.nn.Module`, unchanged, as a `Layer` that runs in every framework."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch.utils._pytree import tree_flatten

from bridge import ops
from bridge.attributes import separate_attributes
from bridge.dispatch import values_of_variables
from bridge.frameworks import framework_of
from bridge.interop.graphs import Graphs
from bridge.layer import Layer
from bridge.replica import slots
from bridge.running import running
from bridge.stand_ins import stand_in
from bridge.transfer import from_torch

__all__ = ["Converted", "convert"]


class Converted(Layer):
    """A torch module that nobody wrote for Bridge, as a `Layer`: see `convert`.

    Its parameters, buffers and submodules are those of the module, under the same names, and it is in the mode that the
    module is in. With torch tensors it is the module.

    Attributes:
        original: the module.
    """

    is_converted: ClassVar[bool] = True
    original: torch.nn.Module
    _graphs: Graphs

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        shared = {name: getattr(module, name) for name in ("_parameters", "_buffers", "_modules")}
        shared["_non_persistent_buffers_set"] = module._non_persistent_buffers_set
        self.__dict__ |= {"original": module, "_graphs": Graphs(), **shared}

    @property
    def training(self) -> bool:
        """The mode of the module, or of a replica."""
        return self.__dict__.get("training", self.original.training)  # a replica has a mode of its own

    @training.setter
    def training(self, mode: bool) -> None:
        if "original" in self.__dict__:
            self.original.training = mode

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        if not self.is_replica:
            return self.original(*args, **kwargs)
        if running.framework == "torch":
            return self._bound()(*args, **kwargs)
        leaves, structure = tree_flatten((args, dict(sorted(kwargs.items()))))  # another order is no other call
        leaves = [ops.asarray(leaf) if framework_of(leaf) == "numpy" else leaf for leaf in leaves]
        graph = self._graphs.graph_for(self.original, leaves, structure, training=self.training)
        held = {
            **{name: from_torch(value, running.framework) for name, value in graph.constants.items()},
            **dict(slots(self, "_parameters")),
            **dict(slots(self, "_buffers")),
        }
        if running.framework == "jax":
            from bridge.interop.jax_trees import tell_jax  # there are JAX arrays, and so JAX is loaded

            tell_jax(graph.structure)
        elif running.framework == "tensorflow":
            from bridge.interop.tf_sizes import check_sizes  # there are TensorFlow's tensors

            check_sizes(graph, leaves, type(self.original).__name__)
        outputs, changed = graph.run(leaves, lambda name: values_of_variables(held[name]))
        for name, value in changed.items():
            owner, _, leaf = name.rpartition(".")
            self.get_submodule(owner)._buffers[leaf] = value
        return outputs

    def _bound(self) -> torch.nn.Module:
        """The module itself with the tensors of this replica."""
        module: torch.nn.Module = object.__new__(stand_in(self.original))
        module.__dict__ = self.original.__dict__ | {
            name: self.__dict__[name] for name in ("_parameters", "_buffers", "_modules")
        }
        module.__dict__["training"] = self.training
        pairs = list(zip(self.original.modules(), module.modules(), strict=True))
        separate_attributes(pairs, {id(one): replica for one, replica in pairs})
        return module

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.original!r})"


def convert(module: torch.nn.Module) -> Converted:
    """Any `torch.nn.Module`, unchanged, as a `Layer`: it runs in JAX and TensorFlow, forward and backward.

    `torch.export` takes its forward down as a graph at the first call, in the mode and for the shapes that come; each
    ATen operation of it is said in `bridge.ops`. A second call with other sizes takes down a graph that leaves these
    axes open, where the module allows it. Parameters and buffers stay the module's own.

    `bridge.interop.jax.functionalize`, `bridge.interop.tf.as_module` and the exporters convert such a module by
    themselves; this is for a part of a model of your own, and for a direct call.

    In training mode running statistics come out in `new_buffers`, and dropout draws from `rng`. A forward that changes
    its input leaves the caller's as it is. What depends on the values of a tensor in Python (`if x.sum() > 0`) cannot
    be taken down; a check that only raises, and a look for NaN or infinity, are passed over as if all were well.

    A `torch.autograd.Function` keeps its own backward. One that is given a function or a module which holds tensors has
    no gradient, and says so where it is asked for; `torch.utils.checkpoint.checkpoint` has that of what it runs.

    A forward may ask for gradients itself, as one that gives forces does, by `torch.autograd.grad` or `torch.func`, and
    use `torch.vmap`.

    In JAX without x64 whole numbers of 64 bits are held in 32; a 32-bit input there is taken for torch's own int64.

    Args:
        module: any module.

    Returns:
        A layer with the module's `state_dict`; a converted one as it is.

    Raises:
        ConversionError: at a call: the forward cannot be taken down; the message names the line.
        UnsupportedOpError: at a call: operations of it cannot be said in `bridge.ops`; the message lists them all.

    >>> class Swish(torch.nn.Module):
    ...     def forward(self, x):
    ...         return torch.sigmoid(x).mul_(x)
    >>> bridge.interop.convert(Swish())(jax.numpy.zeros(3))
    Array([0., 0., 0.], dtype=float32)
    """
    return module if isinstance(module, Converted) else Converted(module)
