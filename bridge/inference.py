"""What a module or an op would answer, found without computing: on PyTorch's fake tensors, of two sizes.

A dynamic axis is run at two sizes: what differs between the two runs is dynamic, and nothing else is. Parameters and
buffers are fake too, and the module is a copy that shares nothing that could change, so that it stays as it was.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch.nn.parameter import UninitializedTensorMixin  # type: ignore[attr-defined]

from bridge.frameworks import leaves
from bridge.replica import bind, slots
from bridge.running import running_in

UNIT = 192
"""Dynamic axes are multiples of it: it survives being halved six times, and is short enough for a loop over it."""

_AXIS_NUMBERS: dict[str | None, int] = {None: 0}


def example_sizes(size: int | str | None) -> tuple[int, int]:
    """The sizes of an axis in the two runs: one pair for each name of a dynamic axis, and one for those without.

    >>> example_sizes(3), example_sizes(None)
    ((3, 3), (192, 384))
    """
    if isinstance(size, int):
        return size, size
    number = _AXIS_NUMBERS.setdefault(size, len(_AXIS_NUMBERS))
    return UNIT * (2 * number + 1), UNIT * (2 * number + 2)


def size_of(first: int, second: int) -> int | str | None:
    """The inverse of `example_sizes`; `None` for a size that follows from dynamic ones in another way.

    >>> size_of(3, 3), size_of(192, 384), size_of(96, 192)
    (3, None, None)
    """
    if first == second:
        return first
    names = (name for name in list(_AXIS_NUMBERS) if example_sizes(name) == (first, second))
    return next(names, None)


@dataclasses.dataclass(frozen=True)
class Example:
    """A tensor in one of the runs: all that there is of it."""

    shape: tuple[int, ...]
    dtype: torch.dtype


class NotBuiltError(BaseException):
    """A module inside another waits for the shape of its first input; no layer's own `except Exception` stops it."""

    def __init__(self, module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super().__init__()
        self.module = module
        self.args_of_call = map_values(_described, (args, kwargs))


def map_values(function: Callable[[Any], Any], value: Any) -> Any:
    """`function` applied to each leaf of nested lists, tuples, mappings and slices."""
    if isinstance(value, slice):
        return slice(*(map_values(function, part) for part in (value.start, value.stop, value.step)))
    if isinstance(value, Mapping):
        return type(value)((key, map_values(function, item)) for key, item in value.items())  # type: ignore[call-arg]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(map_values(function, item) for item in value))
    if isinstance(value, list | tuple):
        kind = tuple if isinstance(value, torch.Size) else type(value)  # which would refuse all but whole numbers
        return kind([map_values(function, item) for item in value])
    return function(value)


def axes_of(first: Any, second: Any) -> Any:
    """The shapes of what two runs answered: tuples, in lists and dicts, with `None` for what is no tensor."""
    if isinstance(first, Example):
        return tuple(size_of(*sizes) for sizes in zip(first.shape, second.shape, strict=True))
    if isinstance(first, list | tuple):
        return [axes_of(*pair) for pair in zip(first, second, strict=True)]
    if isinstance(first, Mapping):
        return {key: axes_of(first[key], second[key]) for key in first}
    return None


def shape_words(shape: Any) -> str:
    """What `axes_of` gives, in words.

    >>> shape_words([(None, 3), [(2,)]])
    '[(None, 3), [(2,)]]'
    """
    if isinstance(shape, tuple):
        return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
    if isinstance(shape, list):
        return f"[{', '.join(map(shape_words, shape))}]"
    if isinstance(shape, dict):
        return "{" + ", ".join(f"{key}: {shape_words(value)}" for key, value in shape.items()) + "}"
    return "None"


@contextlib.contextmanager
def fake_mode() -> Iterator[Any]:
    """A mode in which tensors have shapes and dtypes, and no values."""
    from torch._subclasses.fake_tensor import FakeTensorMode  # brings sympy: for those who ask

    _quiet.add(threading.get_ident())
    try:
        with running_in("torch"), torch.no_grad(), _uncompiled(), FakeTensorMode(allow_non_fake_inputs=True) as mode:
            yield mode
    finally:
        _quiet.discard(threading.get_ident())


def _uncompiled() -> Any:
    """Runs what torch.compile has made as Python: its kernels would read the memory that fake tensors lack."""
    if "torch._dynamo" not in sys.modules:  # then nothing is compiled, and it need not be imported
        return contextlib.nullcontext()
    return torch.compiler.set_stance("force_eager")


_quiet: set[int] = set()
# torch logs every wrong shape as an error of its own, with a traceback; here it is told by an exception.
logging.getLogger("torch._subclasses.fake_tensor").addFilter(lambda _: threading.get_ident() not in _quiet)


def is_fake(value: object) -> bool:
    """Whether it is a tensor without values, from a run of this file or of `torch.export`."""
    from torch._subclasses.fake_tensor import FakeTensor

    return isinstance(value, FakeTensor)


def ghost(module: torch.nn.Module, mode: Any) -> torch.nn.Module:
    """A copy of the module tree on fake parameters and buffers, whose attributes and hooks are its own."""
    tensors = {id(tensor): tensor for kind in ("_parameters", "_buffers") for _, tensor in slots(module, kind)}
    known = {key: _twin(tensor, mode) for key, tensor in tensors.items() if not _is_uninitialized(tensor)}
    twin = bind(module, known, None)
    for copied in twin.modules():
        del copied.__dict__["is_replica"]  # it takes the paths that the module itself takes
        for name in [name for name in copied.__dict__ if name.startswith("_forward_")]:
            copied.__dict__[name] = copied.__dict__[name].copy()
        if getattr(copied, "_needs_build", False):
            copied.__dict__["_build_from"] = _refusal(copied)
        if any(map(_is_uninitialized, [*copied._parameters.values(), *copied._buffers.values()])):
            refuse = _refusal(copied)
            copied.register_forward_pre_hook(
                lambda _, args, kwargs, refuse=refuse: refuse(args, kwargs), prepend=True, with_kwargs=True
            )
    return twin


def _twin(tensor: torch.Tensor, mode: Any) -> torch.Tensor:
    if tensor.ndim == 0 and not tensor.is_floating_point() and not tensor.is_meta:
        from torch.utils._python_dispatch import _disable_current_modes

        with _disable_current_modes():  # a count, such as BatchNorm's of batches, which Python may read
            return tensor.clone()
    return mode.from_tensor(tensor)


def _refusal(module: torch.nn.Module) -> Callable[[tuple[Any, ...], dict[str, Any]], None]:
    def refuse(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        raise NotBuiltError(module, args, kwargs)

    return refuse


def _is_uninitialized(tensor: object) -> bool:
    return isinstance(tensor, UninitializedTensorMixin)


def device_of(module: torch.nn.Module | None) -> torch.device:
    """The device of a module's first tensor, or torch's default."""
    if module is not None:
        for kind in ("_parameters", "_buffers"):
            for _, tensor in slots(module, kind):
                return tensor.device
    return torch.get_default_device()


def answers(
    call: Callable[..., Any], module: torch.nn.Module | None, runs: list[tuple[tuple[Any, ...], dict[str, Any]]]
) -> list[Any]:
    """What a call answers in each of some runs, with an `Example` for each tensor.

    Layers inside the module that wait for the shape of their input are built, for sizes that all runs share.

    Args:
        call: called with the module's ghost, if there is one, and the arguments.
        module: what the call runs, if that is a module.
        runs: the arguments of each run, with an `Example` for each tensor.
    """
    while True:
        outcomes = [_outcome(call, module, args, kwargs) for args, kwargs in runs]
        waiting = [outcome for outcome in outcomes if isinstance(outcome, _Waiting)]
        if waiting:
            _build(waiting)
            continue
        errors = [outcome.error for outcome in outcomes if isinstance(outcome, _Failure)]
        if errors:
            raise _without_examples(errors) from errors[0]
        return outcomes


@dataclasses.dataclass
class _Waiting:
    original: torch.nn.Module
    arguments: Any


@dataclasses.dataclass
class _Failure:
    error: Exception


def _outcome(call: Any, module: torch.nn.Module | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    device, twin = device_of(module), None
    try:
        with fake_mode() as mode:
            twin = None if module is None else ghost(module, mode)
            args, kwargs = map_values(lambda leaf: _fake(leaf, device), (args, kwargs))
            answer = call(*args, **kwargs) if twin is None else call(twin, *args, **kwargs)
    except NotBuiltError as error:
        names = dict(twin.named_modules()) if twin is not None else {}
        place = next(name for name, copied in names.items() if copied is error.module)
        return _Waiting(module.get_submodule(place), error.args_of_call)  # type: ignore[union-attr]
    except Exception as error:
        return _Failure(error)
    return map_values(_described, answer)


def _fake(leaf: Any, device: torch.device) -> Any:
    return torch.empty(leaf.shape, dtype=leaf.dtype, device=device) if isinstance(leaf, Example) else leaf


def _described(leaf: Any) -> Any:
    return Example(tuple(leaf.shape), leaf.dtype) if isinstance(leaf, torch.Tensor) else leaf


def _build(waiting: list[_Waiting]) -> None:
    """Gives a layer its weights, for the sizes that are the same in every run."""
    layer, given = waiting[0].original, [list(leaves(each.arguments)) for each in waiting]
    if getattr(layer, "_needs_build", False):
        tensors = [row for row in zip(*given, strict=True) if isinstance(row[0], Example)]
        shapes = [
            tuple(
                sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*(each.shape for each in row), strict=True)
            )
            for row in tensors
        ]
        layer._build_from(tuple(map(_Shaped, shapes)), {})  # type: ignore[operator]
        return
    args, kwargs = map_values(lambda leaf: _fake(leaf, torch.device("meta")), waiting[0].arguments)
    layer._infer_parameters(layer, args, kwargs)  # type: ignore[operator]


@dataclasses.dataclass(frozen=True)
class _Shaped:
    shape: tuple[int | None, ...]


def _without_examples(errors: list[Exception]) -> Exception:
    """The error of a run, in whose words the sizes that were made up are `None`, or the names of their axes."""
    from torch._subclasses import fake_tensor

    error = errors[0]
    valued = (fake_tensor.DataDependentOutputException, fake_tensor.DynamicOutputShapeException)
    if isinstance(error, valued):
        return TypeError(
            f"{getattr(error, 'func', error)} needs the values of a tensor, and shapes are found without any values"
        )
    if len(errors) < 2 or type(errors[0]) is not type(errors[1]):
        return error
    words = [re.split(r"(\d+)", str(each)) for each in errors[:2]]
    if len(words[0]) != len(words[1]) or words[0] == words[1]:
        return error
    text = "".join(
        a if a == b or not (a.isdigit() and b.isdigit()) else str(size_of(int(a), int(b)))
        for a, b in zip(*words, strict=True)
    )
    try:
        return type(error)(text)
    except TypeError:  # an error of more than a text
        return error
