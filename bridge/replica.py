"""Bound replicas: a module tree copied shallowly, whose leaves are the arrays given. The module is never touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch.nn.parameter import UninitializedTensorMixin  # type: ignore[attr-defined]

from bridge.attributes import separate_attributes
from bridge.running import running
from bridge.shapes import static_shape
from bridge.stand_ins import stand_in, stand_ins_of_hooks
from bridge.transfer import from_torch
from bridge.typing import Array


def is_lazy(tensor: object) -> bool:
    """Whether a parameter or buffer waits for its shape; `torch.nn.parameter.is_lazy`, which Dynamo cannot follow."""
    return isinstance(tensor, UninitializedTensorMixin)


def slots(module: torch.nn.Module, kind: str) -> Iterator[tuple[str, torch.Tensor]]:
    """Every name of every parameter or buffer, tied ones under all of their names, lazy ones left out.

    Args:
        module: the root of the tree.
        kind: `"_parameters"` or `"_buffers"`.
    """
    for prefix, owner in module.named_modules(remove_duplicate=False):
        for name, tensor in getattr(owner, kind).items():
            if tensor is not None and not is_lazy(tensor):
                yield f"{prefix}.{name}" if prefix else name, tensor


def resolve(
    module: torch.nn.Module, params: Mapping[str, Array], buffers: Mapping[str, Array] | None
) -> dict[int, Array]:
    """The array for each tensor of the tree, by the tensor's id.

    A tied tensor may be given under any of its names. A buffer that is not in the `state_dict` may be left out,
    and is then left out here.

    Args:
        module: the root of the tree.
        params: an array for each parameter.
        buffers: an array for each buffer, or `None` to leave all buffers out.

    Raises:
        ValueError: names are missing or unexpected, or shapes differ; the message lists them all.
    """
    chosen, faults = _match(module, "_parameters", params, "parameter", optional=set())
    if buffers is not None:
        more, more_faults = _match(module, "_buffers", buffers, "buffer", optional=_not_persistent(module))
        chosen |= more
        faults += more_faults
    if faults:
        listed = "\n  ".join(faults)
        raise ValueError(
            f"{type(module).__name__} cannot take these parameters and buffers:\n  {listed}\n"
            f"Give them the names and shapes of its state_dict; nothing was changed."
        )
    return chosen


def _match(
    module: torch.nn.Module, kind: str, given: Mapping[str, Array], noun: str, optional: set[str]
) -> tuple[dict[int, Array], list[str]]:
    expected = dict(slots(module, kind))
    chosen = {id(expected[name]): array for name, array in given.items() if name in expected}
    faults = [f"unexpected {noun} {name!r}" for name in given if name not in expected]
    reported = set(chosen)
    for name, tensor in expected.items():
        wanted = tuple(tensor.shape)
        if id(tensor) not in reported and name not in optional:
            reported.add(id(tensor))
            faults.append(f"missing {noun} {name!r} of shape {wanted}")
        elif name in given and not _fits(static_shape(given[name]), wanted):
            faults.append(f"{noun} {name!r} expected shape {wanted}, got {static_shape(given[name])}")
    return chosen, faults


def _fits(received: tuple[int | None, ...] | None, expected: tuple[int, ...]) -> bool:
    if received is None:
        return True
    return len(received) == len(expected) and all(a in (None, b) for a, b in zip(received, expected, strict=True))


def _not_persistent(module: torch.nn.Module) -> set[str]:
    return {
        f"{prefix}.{name}" if prefix else name
        for prefix, owner in module.named_modules(remove_duplicate=False)
        for name in owner._non_persistent_buffers_set
    }


def require_built(module: torch.nn.Module, where: str) -> None:
    """Checks that no layer's weights still wait for the shape of a first input.

    Raises:
        ValueError: some do; the message names them.
    """
    waiting = [name or "the module itself" for name, owner in module.named_modules() if is_waiting(owner)]
    if waiting:
        raise ValueError(
            f"{where} expected a {type(module).__name__} whose weights exist. Call it once with an input; these wait "
            f"to be built: {', '.join(waiting)}"
        )


def is_waiting(module: torch.nn.Module) -> bool:
    """Whether a module's own weights wait for the shape of its first input, as in `build` and torch's lazy modules."""
    own = (*module._parameters.values(), *module._buffers.values())
    return bool(getattr(module, "_needs_build", False)) or any(map(is_lazy, own))


def bind(module: torch.nn.Module, arrays: dict[int, Array], training: bool | None) -> torch.nn.Module:
    """A replica of the tree with each parameter and buffer replaced by the array for its id.

    Args:
        module: the root of the tree.
        arrays: from `resolve`, for parameters and buffers together; what is not in it stays as it is. A layer that
            is built while the replica runs adds its own.
        training: the mode of every module in the replica, or `None` for the mode that each is in.
    """
    pairs: dict[int, tuple[torch.nn.Module, torch.nn.Module]] = {}
    replica = _bind(module, arrays, training, pairs)
    separate_attributes(pairs.values(), arrays | {key: bound for key, (_, bound) in pairs.items()})
    return replica


def adopt_built(replica: torch.nn.Module) -> None:
    """Gives a replica the weights that the layer it is bound to has got by now, in the running framework."""
    layer, arrays = replica.__dict__["_awaited"]
    for _, tensor in (*slots(layer, "_parameters"), *slots(layer, "_buffers")):
        if id(tensor) not in arrays:
            arrays[id(tensor)] = from_torch(tensor, running.framework)
    built = bind(layer, arrays, None)
    replica.__class__ = type(layer)  # a lazy layer becomes another
    replica.__dict__ = {**built.__dict__, "_modules": {**built._modules, **replica._modules}}


def _bind(
    module: torch.nn.Module,
    arrays: dict[int, Array],
    training: bool | None,
    pairs: dict[int, tuple[torch.nn.Module, torch.nn.Module]],
) -> torch.nn.Module:
    if id(module) in pairs:
        return pairs[id(module)][1]
    replica: Any = object.__new__(stand_in(module))
    pairs[id(module)] = module, replica
    attributes = module.__dict__.copy()
    for kind in ("_parameters", "_buffers"):
        attributes[kind] = {name: arrays.get(id(tensor), tensor) for name, tensor in attributes[kind].items()}
    attributes["_modules"] = {
        name: None if child is None else _bind(child, arrays, training, pairs)
        for name, child in attributes["_modules"].items()
    }
    if module._forward_pre_hooks:
        attributes["_forward_pre_hooks"] = stand_ins_of_hooks(module._forward_pre_hooks)
    attributes["is_replica"] = True
    if is_waiting(module):
        attributes["_awaited"] = module, arrays
    if training is not None:
        attributes["training"] = training
    replica.__dict__ = attributes
    return replica
