"""How an op finds its implementation: by the type of the tensors that it is given.

An op is one public function in a file of `bridge/ops`; its body is the reference, written in other ops. A backend
overrides it with a function of the same name, in the file of the same name under `bridge/backends/<framework>`.
There is nothing to register.

The path of a torch tensor is one look-up and one call. A call of JAX's or TensorFlow's goes through `_call_elsewhere`
the first time that such types of arguments come, and after that by one look-up of these too.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn, ParamSpec, TypeVar

import numpy
import torch
from torch.compiler import is_dynamo_compiling

from bridge.autograph import unconverted
from bridge.dtypes import number_tensor
from bridge.errors import UnsupportedOpError
from bridge.explain import explained, no_tensor, op_name
from bridge.frameworks import (
    TORCH_TYPES,
    common_framework,
    framework_at_a_glance,
    framework_of,
    is_leaf,
    leaves,
    tree_map,
)
from bridge.full_precision import is_full_precision, raised
from bridge.running import running, running_in

P = ParamSpec("P")
R = TypeVar("R")

_primitives: set[Callable[..., Any]] = set()

Known = dict[Any, Any]
"""What JAX or TensorFlow has for an op: for the type of each argument in turn a dict, whose `None` holds the override.

Containers are not among the types: they do not tell the framework. It takes half the time of a look-up by a tuple of
types, which a call of a small op shows.
"""

_UNSEEN: Known = {}


def op(function: Callable[P, R]) -> Callable[P, R]:
    """Makes `function` an op that dispatches on its tensors, of which the first argument is one."""
    return _dispatching(function, 0)


def second_op(function: Callable[P, R]) -> Callable[P, R]:
    """Makes `function` an op whose second argument is the first tensor, as in `einsum(subscripts, x)`."""
    return _dispatching(function, 1)


def second_primitive(function: Callable[P, R]) -> Callable[P, R]:
    """A `second_op` without a body."""
    _primitives.add(function)
    return second_op(function)


def _dispatching(function: Callable[P, R], lead: int) -> Callable[P, R]:
    native = implementation(function, "torch")
    known: Known = {}

    @functools.wraps(function)
    def dispatched(*args: P.args, **kwargs: P.kwargs) -> R:
        if len(args) > lead and type(args[lead]) in TORCH_TYPES:
            try:
                return native(*args, **kwargs)
            except Exception as error:
                # torch refuses what is not its own: nothing is paid for that check before it fails.
                if not _brings_others(error, args, kwargs):
                    _refuse(function, args, kwargs, error)
        elif not is_dynamo_compiling() and running.precision is None:
            place = known
            for value in args:
                place = place.get(type(value), _UNSEEN)
            for value in kwargs.values():
                place = place.get(type(value), _UNSEEN)
            override = place.get(None)
            if override is not None:
                try:
                    return override(*args, **kwargs)
                except Exception as error:
                    _refuse(function, args, kwargs, error)
        return _call_elsewhere(function, native, args, kwargs, known)

    return unconverted(dispatched)


def primitive(function: Callable[P, R]) -> Callable[P, R]:
    """Makes `function` an op without a body: every framework has the operation as its own."""
    _primitives.add(function)
    return op(function)


def sequence_op(function: Callable[P, R]) -> Callable[P, R]:
    """Makes `function` an op whose first argument is a list or tuple of tensors."""
    native = implementation(function, "torch")

    @functools.wraps(function)
    def dispatched(*args: P.args, **kwargs: P.kwargs) -> R:
        if args and args[0] and type(args[0][0]) in TORCH_TYPES:  # type: ignore[index,operator]
            try:
                return native(*args, **kwargs)
            except Exception as error:
                if not _brings_others(error, args, kwargs):
                    _refuse(function, args, kwargs, error)
        return _call_elsewhere(function, native, args, kwargs)

    return unconverted(dispatched)


def sequence_primitive(function: Callable[P, R]) -> Callable[P, R]:
    """A `sequence_op` without a body."""
    _primitives.add(function)
    return sequence_op(function)


def creation_op(function: Callable[P, R]) -> Callable[P, R]:
    """Makes `function` an op without a body that needs no tensor: it follows the layer that is running.

    Outside any layer that is torch.
    """
    _primitives.add(function)
    native = implementation(function, "torch")

    @functools.wraps(function)
    def dispatched(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            if running.framework != "torch":
                return implementation(function, running.framework)(*args, **kwargs)
            return native(*args, **kwargs)
        except Exception as error:
            # Outside any layer a size may still be another framework's scalar, such as tf.shape(x)[0].
            if not _brings_others(error, args, kwargs):
                _refuse(function, args, kwargs, error)
        return _call_elsewhere(function, native, args, kwargs)

    return unconverted(dispatched)


def random_op(function: Callable[P, R]) -> Callable[P, R]:
    """Makes `function` an op that draws: it follows its key, else its tensors, else the layer that is running.

    A `torch.Generator` among the arguments is a key of torch; NumPy arrays are constants beside a layer's framework.
    """
    native = implementation(function, "torch")

    @functools.wraps(function)
    def dispatched(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_dynamo_compiling():
            return native(*args, **kwargs)
        framework = _framework_of_draw(function, args, kwargs)
        try:
            if framework == "numpy":
                return as_numpy(native(*as_torch(args), **as_torch(kwargs)))
            if framework == "torch":
                return native(*args, **kwargs)
            with running_in(framework, running.random):
                return implementation(function, framework)(*args, **kwargs)
        except Exception as error:
            _refuse(function, args, kwargs, error)

    return unconverted(dispatched)


def random_primitive(function: Callable[P, R]) -> Callable[P, R]:
    """A `random_op` without a body."""
    _primitives.add(function)
    return random_op(function)


def higher_order(function: Callable[P, R]) -> Callable[P, R]:
    """Makes `function` an op that takes functions: it dispatches on every tensor given, and what these raise passes."""
    native = implementation(function, "torch")

    @functools.wraps(function)
    def dispatched(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_dynamo_compiling():
            return native(*args, **kwargs)
        framework = _framework_of_call(function, args, kwargs) or running.framework
        if framework == "numpy":
            return _riding(native)(*args, **kwargs)
        return implementation(function, framework)(*args, **kwargs)

    return unconverted(dispatched)


def higher_order_primitive(function: Callable[P, R]) -> Callable[P, R]:
    """A `higher_order` op without a body."""
    _primitives.add(function)
    return higher_order(function)


def transform(factory: Callable[..., Callable[..., Any]]) -> Callable[..., Callable[..., Any]]:
    """Makes `factory` an op that makes a function of a function, in the framework of what that one is called with.

    Each framework has its own factory of the same signature; what it makes is kept.
    """
    _primitives.add(factory)
    native = implementation(factory, "torch")

    @functools.wraps(factory)
    def make(function: Callable[..., Any], *options: Any, **named: Any) -> Callable[..., Any]:
        if not callable(function):
            raise TypeError(f"{op_name(factory)} expected a function, got {type(function).__name__}")
        inspect.signature(factory).bind(function, *options, **named)
        made: dict[str, Callable[..., Any]] = {}

        @functools.wraps(function, updated=())
        def transformed(*args: Any, **kwargs: Any) -> Any:
            if is_dynamo_compiling():
                return native(function, *options, **named)(*args, **kwargs)
            numbered = [(f"argument {place}", value) for place, value in enumerate(args)]
            framework = common_framework([*numbered, *kwargs.items()], op_name(factory)) or running.framework
            if framework not in made:
                home = "torch" if framework == "numpy" else framework
                of_home = implementation(factory, home)(function, *options, **named)
                made[framework] = _riding(of_home) if framework == "numpy" else of_home
            return made[framework](*args, **kwargs)

        return unconverted(transformed)

    return make


def _riding(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of torch tensors as one of NumPy arrays; a function that it answers with, likewise."""

    def of_numpy(leaf: Any) -> Any:
        return _riding(leaf) if callable(leaf) else as_numpy(leaf)

    def riding(*args: Any, **kwargs: Any) -> Any:
        # An element of an array is a scalar to NumPy, where it is a tensor to everyone else.
        arrays = tree_map(lambda x: numpy.asarray(x) if isinstance(x, numpy.generic) else x, (args, kwargs))
        positional, named = as_torch(arrays)
        return tree_map(of_numpy, function(*positional, **named))

    return riding


@functools.cache
def implementation(function: Callable[P, R], framework: str) -> Callable[P, R]:
    """The override that `framework` has for an op, or the op's own body.

    Raises:
        UnsupportedOpError: there is neither.
    """
    if framework == "symbolic":
        return importlib.import_module("bridge.symbolic").recording(function)
    group = function.__module__.rpartition(".")[2]
    override = getattr(_group_of(framework, group), function.__name__, None)
    if override is None and function in _primitives:
        raise UnsupportedOpError(
            function.__name__, framework, f"Write it in bridge/backends/{framework}/{group}.py, or use other ops."
        )
    return override or function


@functools.cache
def _group_of(framework: str, group: str) -> ModuleType | None:
    name = f"bridge.backends.{framework}.{group}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None  # this framework overrides no op of the group


def _brings_others(error: Exception, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    if not isinstance(error, TypeError | AttributeError):  # torch's refusal, or a method that only its tensors have
        return False
    return any(framework_of(leaf) not in (None, running.framework) for leaf in leaves((args, kwargs)))


def _refuse(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], error: Exception) -> NoReturn:
    """Raises what the caller is told of `error`."""
    told = error if is_dynamo_compiling() else explained(function, args, kwargs, error)
    if told is error:
        raise error
    raise told from error


def _call_elsewhere(
    function: Callable[..., R],
    native: Callable[..., R],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    known: Known | None = None,
) -> R:
    if is_dynamo_compiling():
        return native(*_lead_with_tensor(args), **kwargs)
    framework = framework_at_a_glance(args, kwargs) or _framework_of_call(function, args, kwargs)
    if framework is None:
        raise no_tensor(function, args, kwargs)
    try:
        if framework == "numpy":
            return as_numpy(native(*_lead_with_tensor(as_torch(args)), **as_torch(kwargs)))
        if framework == "torch":
            args, kwargs = as_torch((args, kwargs), device=_torch_device((args, kwargs)))
            args = _lead_with_tensor(args)
        native = implementation(function, framework)
        if known is not None and native is not function and framework in ("jax", "tensorflow"):
            _remember(known, native, (*args, *kwargs.values()))
        if running.precision is not None and framework != "torch" and is_full_precision(function):
            return raised(function, native, args, kwargs)
        if native is function and framework == "tensorflow":
            args, kwargs = values_of_variables((args, kwargs))
        if native is function and running.framework != framework:
            with running_in(framework, running.random):  # the body may create tensors
                return native(*args, **kwargs)
        return native(*args, **kwargs)
    except Exception as error:
        _refuse(function, args, kwargs, error)


def _remember(known: Known, override: Callable[..., Any], values: tuple[Any, ...]) -> None:
    """Keeps an override by the types of the arguments, if these alone tell the framework."""
    if all(map(is_leaf, values)):
        for value in values:
            known = known.setdefault(type(value), {})
        known[None] = override


def values_of_variables(values: Any) -> Any:
    """TensorFlow's variables as their values: the body of an op asks for what variables lack, such as `ndim`."""
    return tree_map(lambda leaf: leaf.value() if hasattr(type(leaf), "read_value") else leaf, values)


def _framework_of_call(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    found = {framework_of(leaf) for leaf in leaves((args, kwargs))} - {None}
    if len(found) < 2:
        return found.pop() if found else None
    try:
        named = inspect.signature(function).bind(*args, **kwargs).arguments
    except TypeError:
        named = {f"argument {position}": value for position, value in enumerate(args)} | kwargs
    return common_framework(named.items(), op_name(function))


def _framework_of_draw(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    found = _framework_of_call(function, args, kwargs)
    if found is None and any(isinstance(leaf, torch.Generator) for leaf in leaves((args, kwargs))):
        return "torch"
    if found is None or (found == "numpy" and running.framework != "torch"):
        return running.framework
    return found


def _lead_with_tensor(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """A number before a tensor, as in `subtract(1, x)`, made a tensor: few torch functions take it as it is."""
    if len(args) > 1 and isinstance(args[0], bool | int | float | complex) and isinstance(args[1], torch.Tensor):
        return number_tensor(args[0], args[1]), *args[1:]
    return args


def _torch_device(values: Any) -> torch.device:
    return next(leaf.device for leaf in leaves(values) if isinstance(leaf, torch.Tensor))


def as_torch(values: Any, device: torch.device | None = None) -> Any:
    """Nested containers with each NumPy array as a torch tensor, on the CPU without a copy."""
    return tree_map(lambda leaf: _tensor(leaf, device) if isinstance(leaf, numpy.ndarray) else leaf, values)


def as_numpy(values: Any) -> Any:
    """Nested containers with each torch tensor as a NumPy array that shares its memory."""
    return tree_map(lambda leaf: leaf.numpy(force=True) if isinstance(leaf, torch.Tensor) else leaf, values)


def _tensor(array: numpy.ndarray[Any, Any], device: torch.device | None) -> torch.Tensor:
    if not array.flags.writeable or any(stride < 0 for stride in array.strides):
        array = array.copy()  # torch has no read-only tensors and no negative strides
    return torch.from_numpy(array).to(device)
