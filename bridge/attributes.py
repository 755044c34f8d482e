"""What a module keeps among its attributes beside tensors and submodules, for a replica of the module."""

from __future__ import annotations

import collections
import functools
from collections.abc import Iterable, Mapping
from types import CellType, FunctionType, MethodType
from typing import Any

import torch
from torch.compiler import is_dynamo_compiling

_NOT_THE_FORWARDS = frozenset(vars(torch.nn.Module())) | {"_constructed_with"}
_LISTS = frozenset({list, set, collections.deque})
_DICTS = frozenset({dict, collections.OrderedDict, collections.defaultdict})
_FUNCTIONS = frozenset({MethodType, FunctionType, functools.partial})
_LOOKED_INTO = _LISTS | _DICTS | _FUNCTIONS | {tuple}


def separate_attributes(
    pairs: Iterable[tuple[torch.nn.Module, torch.nn.Module]], replaced: Mapping[int, Any]
) -> list[dict[Any, Any]]:
    """Gives replicas of modules their own dicts, lists and sets, and puts replicas where attributes hold modules.

    A forward may keep in a dict what it has computed of the replica's arrays, which must not stay in the module. It may
    go over its layers in a list, or call one by a bound method, a `functools.partial` or a closure: these are
    registered besides, and what is found there are the modules themselves, with their own weights.

    Args:
        pairs: each module with its replica, which has all of the module's attributes.
        replaced: what stands for modules and tensors, by their ids.

    Returns:
        The replicas' own dicts.
    """
    separation = _Separation(replaced)
    for module, replica in pairs:
        for name in set(module.__dict__).difference(_NOT_THE_FORWARDS):
            value = module.__dict__[name]
            if type(value) in _LOOKED_INTO or id(value) in replaced:
                replica.__dict__[name] = separation.own(value)
    return [one for one in separation.made.values() if type(one) in _DICTS]


class _Separation:
    """What has been made by now, by the id of what it was made from: several modules may hold one list."""

    def __init__(self, replaced: Mapping[int, Any]) -> None:
        self.replaced = replaced
        self.made: dict[int, Any] = {}

    def own(self, value: Any) -> Any:
        """A value with what stands for the modules and tensors in it; itself, where a forward cannot change it."""
        if id(value) in self.replaced:
            return self.replaced[id(value)]
        kind = type(value)
        if kind not in _LOOKED_INTO:
            return value
        if id(value) not in self.made:
            self.made[id(value)] = value  # it may hold itself
            self.made[id(value)] = self._function(value) if kind in _FUNCTIONS else self._container(value)
        return self.made[id(value)]

    def _container(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(self.own, value))
        own = value.copy()
        if isinstance(own, dict):
            own.update({key: self.own(one) for key, one in value.items()})
        else:
            own.clear()
            own.update(map(self.own, value)) if isinstance(own, set) else own.extend(map(self.own, value))
        return own

    def _function(self, value: Any) -> Any:
        if isinstance(value, MethodType):
            owner = self.own(value.__self__)
            return value if owner is value.__self__ else MethodType(value.__func__, owner)
        if isinstance(value, functools.partial):
            keywords = {name: self.own(one) for name, one in value.keywords.items()}
            return functools.partial(self.own(value.func), *map(self.own, value.args), **keywords)
        if is_dynamo_compiling():  # Dynamo does not follow cells
            return value
        cells = value.__closure__ or ()
        pairs = [(content, self._content(content)) for content in map(contents_of, cells)]
        if all(own is content for content, own in pairs):
            return value
        fresh = [cell if own is content else CellType(own) for cell, (content, own) in zip(cells, pairs, strict=True)]
        own = FunctionType(value.__code__, value.__globals__, value.__name__, value.__defaults__, tuple(fresh))
        own.__kwdefaults__ = value.__kwdefaults__
        return functools.update_wrapper(own, value)

    def _content(self, value: Any) -> Any:
        """A closure's list is not copied: it stands for what other functions see too."""
        return self.own(value) if type(value) in _FUNCTIONS or id(value) in self.replaced else value


def contents_of(cell: CellType) -> Any:
    """What a closure holds under one of its names; `None` where it has not been assigned yet."""
    try:
        return cell.cell_contents
    except ValueError:
        return None
