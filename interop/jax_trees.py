"""Classes that PyTorch knows how to flatten, such as the outputs of transformers, told to JAX."""

from __future__ import annotations

import collections
import dataclasses
from typing import Any

import jax
from torch.utils._pytree import SUPPORTED_NODES, TreeSpec

_told: set[type] = {tuple, list, dict, collections.OrderedDict, collections.defaultdict, type(None)}
"""What JAX knows."""


@dataclasses.dataclass(frozen=True)
class _Context:
    """What PyTorch keeps beside the children. JAX asks for a hash, which a list of names has not."""

    value: Any

    def __hash__(self) -> int:
        return hash(repr(self.value))


def tell_jax(structure: TreeSpec) -> None:
    """Registers each class in a structure with `jax.tree_util`, so that a function under `jax.jit` may return it.

    What JAX knows already stays as it is.
    """
    if structure.type is not None and structure.type not in _told:
        _told.add(structure.type)
        if not hasattr(structure.type, "_fields"):  # JAX knows named tuples, which torch.return_types are not
            _register(structure.type)
    for child in structure.children():
        tell_jax(child)


def _register(kind: type) -> None:
    node = SUPPORTED_NODES[kind]

    def flatten(value: Any) -> tuple[Any, _Context]:
        children, context = node.flatten_fn(value)
        return children, _Context(context)

    def unflatten(context: _Context, children: Any) -> Any:
        return node.unflatten_fn(children, context.value)

    try:
        jax.tree_util.register_pytree_node(kind, flatten, unflatten)
    except ValueError as error:
        if "Duplicate" not in str(error):
            raise
