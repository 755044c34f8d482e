"""A graph as a list of calls: what `bridge.Model` runs, and writes to its configuration."""

from __future__ import annotations

import dataclasses
import importlib
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge import config
from bridge.inference import map_values


@dataclasses.dataclass(frozen=True)
class Ref:
    """A value made earlier: the inputs come first, then the answer of each step; `path` leads into it."""

    index: int
    path: tuple[Any, ...] = ()


@dataclasses.dataclass(frozen=True)
class Held:
    """A parameter or a buffer of the model, by its name."""

    name: str


@dataclasses.dataclass(frozen=True)
class Step:
    """One call.

    Args:
        layer: the name of the layer that is called; `None` for a function.
        function: the function that is called; `None` for a layer.
        args: its arguments, with `Ref` and `Held` in the places of tensors.
        kwargs: likewise.
        axes: the shapes of what it answers: tuples, in lists and dicts.
        done_with: the values that no later step needs.
    """

    layer: str | None
    function: Callable[..., Any] | None
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    axes: Any = None
    done_with: tuple[int, ...] = ()


def references(template: Any) -> list[int]:
    """The values that stand in a template."""
    found: list[Any] = []
    map_values(found.append, template)
    return [leaf.index for leaf in found if isinstance(leaf, Ref)]


def with_ends(steps: Sequence[Step], inputs: int, outputs: Any) -> list[Step]:
    """The steps, each with the values that it is the last to need, so that their memory is free."""
    later, reversed_steps = set(references(outputs)), []
    for place in range(len(steps) - 1, -1, -1):
        needed = {*references((steps[place].args, steps[place].kwargs)), inputs + place}
        reversed_steps.append(dataclasses.replace(steps[place], done_with=tuple(sorted(needed - later))))
        later |= needed
    return reversed_steps[::-1]


def run(
    steps: Sequence[Step],
    outputs: Any,
    inputs: Sequence[Any],
    layers: Mapping[str, Any],
    held: Callable[[str], Any],
) -> Any:
    """Makes the calls, on tensors of any framework or on symbolic ones.

    Args:
        steps: in order.
        outputs: the template of what to answer.
        inputs: a tensor for each input.
        layers: by name.
        held: gives the parameter or the buffer of a name.
    """
    values: list[Any] = list(inputs)
    for step in steps:
        target = step.function if step.layer is None else layers[step.layer]
        args, kwargs = _filled(step.args, values, held), _filled(step.kwargs, values, held)
        values.append(target(*args, **kwargs))  # type: ignore[misc]
        for index in step.done_with:
            values[index] = None
    return _filled(outputs, values, held)


def _filled(template: Any, values: list[Any], held: Callable[[str], Any]) -> Any:
    # Not by `map_values`: Dynamo follows this more readily, and the usual leaves come first.
    if isinstance(template, Ref):
        value = values[template.index]
        for key in template.path:
            value = value[key]
        return value
    if isinstance(template, list):
        return [_filled(item, values, held) for item in template]
    if isinstance(template, tuple):
        items = [_filled(item, values, held) for item in template]
        return type(template)(*items) if hasattr(template, "_fields") else tuple(items)
    if isinstance(template, dict):
        return {key: _filled(item, values, held) for key, item in template.items()}
    if isinstance(template, slice):
        parts = (template.start, template.stop, template.step)
        return slice(*[_filled(part, values, held) for part in parts])
    return held(template.name) if isinstance(template, Held) else template


def encode(value: Any, where: str) -> Any:
    """A template as values that JSON can hold.

    Raises:
        TypeError: an argument is of a kind that cannot be written down.
    """
    if isinstance(value, Ref):
        return {"value": value.index, "path": list(value.path)}
    if isinstance(value, Held):
        return {"held": value.name}
    if isinstance(value, slice):
        return {"slice": [encode(part, where) for part in (value.start, value.stop, value.step)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        items = [encode(item, where) for item in value]
        return {"tuple": items} if isinstance(value, tuple) else items
    if isinstance(value, Mapping):
        return {"dict": {key: encode(item, where) for key, item in value.items()}}
    return config.encode(value, where)


def decode(value: Any) -> Any:
    """The inverse of `encode`."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if "value" in value:
        return Ref(value["value"], tuple(value["path"]))
    if "held" in value:
        return Held(value["held"])
    if "slice" in value:
        return slice(*map(decode, value["slice"]))
    if "ellipsis" in value:
        return Ellipsis
    if "tuple" in value:
        return tuple(map(decode, value["tuple"]))
    return {key: decode(item) for key, item in value["dict"].items()} if "dict" in value else config.decode(value)


def function_name(function: Any) -> str:
    """What a function is called in a configuration: an op with its group, or an operator on sizes.

    Raises:
        TypeError: it is neither.

    >>> function_name(bridge.ops.exp)
    'ops.mathematics.exp'
    """
    module, name = getattr(function, "__module__", None), getattr(function, "__name__", None)
    if module == "_operator":
        return f"operator.{name}"
    if isinstance(module, str) and module.startswith("bridge.ops.") and isinstance(name, str):
        return f"{module.removeprefix('bridge.')}.{name}"
    raise TypeError(f"a call of {function!r} cannot be written to a configuration: put it into a layer")


def function_named(name: str) -> Callable[..., Any]:
    """The inverse of `function_name`; nothing but ops and operators on sizes comes out of it.

    Raises:
        ValueError: there is no such function.
    """
    from bridge.symbolic import NUMBER_FUNCTIONS

    kind, *group, function = name.split(".")
    if kind == "operator" and not group and function in NUMBER_FUNCTIONS:
        return getattr(operator, function)
    if kind == "ops" and len(group) == 1 and group[0].isidentifier():
        home = importlib.import_module(f"bridge.ops.{group[0]}")
        if function in home.__all__:
            return getattr(home, function)
    raise ValueError(f"a configuration names the function {name}, which Bridge does not have")
