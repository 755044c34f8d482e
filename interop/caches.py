"""The caches of transformers, which models return among their answers, told to PyTorch's pytree.

`torch.export` takes no answer of a class that it cannot flatten. transformers has told it of its own output classes,
not of its caches; its own exporter does it when it is called, as is done here at the first capture.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils._pytree import SUPPORTED_NODES, GetAttrKey, register_pytree_node, tree_leaves

_ROOTS = ("Cache", "CacheLayerMixin", "LinearAttentionCacheLayerMixin")


def tell_torch(module: torch.nn.Module) -> None:
    """Registers the classes of caches that a model of transformers may return; nothing where it is not loaded."""
    shared = sys.modules.get("transformers.cache_utils")
    if shared is None:
        return
    kinds = [kind for root in _ROOTS if hasattr(shared, root) for kind in _with_subclasses(getattr(shared, root))]
    homes = {sys.modules.get(type(part).__module__) for part in module.modules()} - {None}
    own = [value for home in homes for name, value in vars(home).items() if name.endswith("Cache")]
    for kind in (*kinds, *own):
        if isinstance(kind, type) and kind not in SUPPORTED_NODES:
            register_pytree_node(kind, _flatten, _unflatten_as(kind), flatten_with_keys_fn=_flatten_with_keys)


def _with_subclasses(kind: type) -> Iterator[type]:
    yield kind
    children: list[type] = kind.__subclasses__()
    for child in children:
        yield from _with_subclasses(child)


@dataclasses.dataclass(frozen=True)
class _Rest:
    """The attributes without tensors, and the names of those that have some."""

    names: tuple[str, ...]
    plain: dict[str, Any]

    def __hash__(self) -> int:
        return hash((self.names, tuple(self.plain)))


def _flatten(cache: Any) -> tuple[list[Any], _Rest]:
    held = {name: value for name, value in vars(cache).items() if any(map(_is_traced, tree_leaves(value)))}
    plain = {name: value for name, value in vars(cache).items() if name not in held}
    return list(held.values()), _Rest(tuple(held), plain)


def _is_traced(leaf: Any) -> bool:
    return hasattr(leaf, "shape") or isinstance(leaf, torch.SymInt | torch.SymFloat | torch.SymBool)


def _flatten_with_keys(cache: Any) -> tuple[list[tuple[Any, Any]], _Rest]:
    children, rest = _flatten(cache)
    return [(GetAttrKey(name), child) for name, child in zip(rest.names, children, strict=True)], rest


def _unflatten_as(kind: type) -> Any:
    def unflatten(children: Any, rest: _Rest) -> Any:
        cache: Any = object.__new__(kind)
        cache.__dict__ |= rest.plain | dict(zip(rest.names, children, strict=True))
        return cache

    return unflatten
