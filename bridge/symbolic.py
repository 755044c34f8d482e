"""Symbolic tensors: what layers and ops are called on to write down a graph, which `bridge.Model` runs.

To dispatch they are one more framework: an op called on one is recorded instead of run.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

import numpy
import torch

from bridge import ops
from bridge.autograph import unconverted
from bridge.dtypes import DType, torch_dtype
from bridge.explain import op_name
from bridge.frameworks import framework_of
from bridge.inference import Example, answers, axes_of, example_sizes, is_fake, map_values, shape_words, size_of
from bridge.shapes import normalize_axis
from bridge.spec import InputSpec

_turns = itertools.count()


class Node:
    """A call that was recorded, or an input.

    Args:
        target: the layer or the function that is called; `None` for an input.
        args: its arguments, in which symbolic values stand for tensors.
        kwargs: likewise.

    Attributes:
        axes: the shapes of what it answers.
        turn: which call it was.
    """

    def __init__(
        self, target: Callable[..., Any] | None, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> None:
        self.target = target
        self.args = args
        self.kwargs = dict(kwargs or {})
        self.axes: Any = None
        self.turn = next(_turns)


class Symbolic:
    """A value that a graph will have when it runs: `path` leads to it in what `node` answers."""

    def __init__(self, node: Node, path: tuple[Any, ...], examples: tuple[Any, Any]) -> None:
        self.node = node
        self.path = path
        self.examples = examples

    @property
    def key(self) -> tuple[int, tuple[Any, ...]]:
        """What two objects share that stand for one value."""
        return self.node.turn, self.path

    def __deepcopy__(self, memo: object) -> Symbolic:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} cannot be pickled: make a bridge.Model of it, which can")


class SymbolicNumber(Symbolic):
    """A size that is known when the graph runs, from `ops.shape`; arithmetic on it is recorded."""

    def __repr__(self) -> str:
        return "<SymbolicNumber>"

    def __bool__(self) -> bool:
        raise TypeError("a size of a dynamic axis is known only when the model runs: no Python branch can depend on it")


class SymbolicTensor(Symbolic):
    """A tensor without values, made by `bridge.Input` and by calling layers and ops on it.

    Operators and indexing work as on tensors; `reshape`, `sum` and other methods are the ops of those names.

    Attributes:
        shape: `None` for each dynamic axis.
        axes: the shape with the names of dynamic axes that were given one.
        dtype: a `torch.dtype`.
        name: of an input that was given one.
    """

    __array_ufunc__ = None  # a NumPy array beside it leaves the operator to it

    def __init__(
        self, node: Node, path: tuple[Any, ...], examples: tuple[Example, Example], name: str | None = None
    ) -> None:
        super().__init__(node, path, examples)
        first, second = examples
        self.axes = tuple(size_of(*sizes) for sizes in zip(first.shape, second.shape, strict=True))
        self.dtype = first.dtype
        self.name = name

    @property
    def shape(self) -> tuple[int | None, ...]:
        return tuple(size if isinstance(size, int) else None for size in self.axes)

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return len(self.axes)

    def dim(self) -> int:
        """How many axes it has."""
        return len(self.axes)

    def size(self, dim: int | None = None) -> Any:
        """Its sizes, or that of one axis, which `ops.shape` gives too; dynamic ones are symbolic."""
        sizes = ops.shape(self)
        return sizes if dim is None else sizes[normalize_axis(dim, self.ndim)]

    def reshape(self, *shape: Any) -> Any:
        """`ops.reshape`, of a tuple or of sizes."""
        return ops.reshape(self, tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape)

    view = reshape

    def permute(self, *dims: Any) -> Any:
        """`ops.permute_dims`, of a tuple or of axes."""
        return ops.permute_dims(self, tuple(dims[0] if len(dims) == 1 and isinstance(dims[0], tuple | list) else dims))

    def transpose(self, dim0: int, dim1: int) -> Any:
        """`ops.swapaxes`."""
        return ops.swapaxes(self, dim0, dim1)

    def unsqueeze(self, dim: int) -> Any:
        """`ops.expand_dims`."""
        return ops.expand_dims(self, dim)

    @property
    def mT(self) -> Any:  # noqa: N802
        """`ops.matrix_transpose`."""
        return ops.matrix_transpose(self)

    def __getattr__(self, name: str) -> Any:
        if name in _METHODS:
            return functools.partial(getattr(ops, name), self)
        raise AttributeError(
            f"a symbolic tensor has no attribute {name!r}: call a function of bridge.ops or a layer on it",
            name=name,
            obj=self,
        )

    def __getitem__(self, key: Any) -> Any:
        return ops.get_item(self, key)

    def __len__(self) -> int:
        if not self.axes or not isinstance(self.axes[0], int):
            raise TypeError(f"{self!r} has no length: its first axis has no fixed size")
        return self.axes[0]

    def __iter__(self) -> Iterator[Any]:
        return iter([ops.get_item(self, place) for place in range(len(self))])

    def __bool__(self) -> bool:
        raise TypeError(f"{self!r} has no value, which a Python branch needs: use ops.where or ops.cond")

    __hash__ = object.__hash__

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self!r} has no values for NumPy: use bridge.ops in place of numpy")

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", str(func))
        if func in _OPERATORS_OF_TORCH:
            return _OPERATORS_OF_TORCH[func](*args)
        raise TypeError(
            f"torch's function {name} does not take symbolic tensors: use bridge.ops in its place. A module of "
            f"torch.nn is taken inside a layer, as in bridge.layers.Sequential(module)(x)."
        )

    def __repr__(self) -> str:
        named = "" if self.name is None else f", name={self.name!r}"
        return f"<SymbolicTensor {str(self.dtype).removeprefix('torch.')} {shape_words(self.axes)}{named}>"


_METHODS = {
    *("abs", "all", "any", "argmax", "argmin", "astype", "clip", "cos", "cumsum", "exp", "flatten", "log", "max"),
    *("mean", "min", "prod", "relu", "round", "sigmoid", "sin", "softmax", "sqrt", "square", "squeeze", "std", "sum"),
    *("swapaxes", "tanh", "tile", "var"),
}

_BINARY = {
    "add": ops.add,
    "sub": ops.subtract,
    "mul": ops.multiply,
    "truediv": ops.divide,
    "floordiv": ops.floor_divide,
    "mod": ops.remainder,
    "pow": ops.pow,
    "matmul": ops.matmul,
    "and": ops.bitwise_and,
    "or": ops.bitwise_or,
    "xor": ops.bitwise_xor,
}
_COMPARISONS = {
    "eq": ops.equal,
    "ne": ops.not_equal,
    "lt": ops.less,
    "le": ops.less_equal,
    "gt": ops.greater,
    "ge": ops.greater_equal,
}
_UNARY: dict[str, Callable[..., Any]] = {
    "neg": ops.negative,
    "pos": ops.positive,
    "abs": ops.abs,
    "invert": ops.bitwise_invert,
}

_OPERATORS_OF_TORCH = {
    getattr(torch.Tensor, f"__{side}{name}__"): functools.partial(lambda op, x, y: op(x, y), op)
    if not side
    else functools.partial(lambda op, x, y: op(y, x), op)
    for name, op in (_BINARY | _COMPARISONS).items()
    for side in (("", "r") if name in _BINARY else ("",))
    if hasattr(torch.Tensor, f"__{side}{name}__")
} | {getattr(torch.Tensor, name): op for name, op in (("add", ops.add), ("sub", ops.subtract), ("mul", ops.multiply))}
"""A torch tensor to the left of a symbolic one."""


def _give_operators() -> None:
    for name, op in (_BINARY | _COMPARISONS).items():
        setattr(SymbolicTensor, f"__{name}__", functools.partialmethod(_operation, op, False))
        if name in _BINARY:
            setattr(SymbolicTensor, f"__r{name}__", functools.partialmethod(_operation, op, True))
    for name, op in _UNARY.items():
        setattr(SymbolicTensor, f"__{name}__", functools.partialmethod(_unary_operation, op))
    for name, function in NUMBER_FUNCTIONS.items():
        setattr(SymbolicNumber, f"__{name}__", functools.partialmethod(_number_operation, function, False))
        setattr(SymbolicNumber, f"__r{name}__", functools.partialmethod(_number_operation, function, True))


def _operation(tensor: SymbolicTensor, op: Callable[..., Any], swapped: bool, other: Any) -> Any:
    return op(other, tensor) if swapped else op(tensor, other)


def _unary_operation(tensor: SymbolicTensor, op: Callable[..., Any]) -> Any:
    return op(tensor)


def _number_operation(number: SymbolicNumber, function: Any, swapped: bool, other: Any) -> Any:
    if not isinstance(other, SymbolicNumber | int | float):
        return NotImplemented
    return record(function, (other, number) if swapped else (number, other), {}, f"operator.{function.__name__}")


NUMBER_FUNCTIONS = {name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "floordiv", "mod")}
"""What may be done to sizes."""

_give_operators()


def Input(  # noqa: N802
    shape: tuple[int | str | None, ...] | list[int | str | None], dtype: DType = "float32", name: str | None = None
) -> Any:
    """A symbolic tensor: layers and ops called on it are written down as a graph, of which `bridge.Model` is made.

    Nothing is computed: shapes and dtypes come from PyTorch's fake tensors. Torch tensors and NumPy arrays beside
    symbolic ones are constants of the graph.

    Args:
        shape: all axes, the batch too, as in `InputSpec` (Keras leaves it out): an `int` for a fixed axis; for a
            dynamic one `None`, or a name, which is one size everywhere that it stands.
        dtype: a `torch.dtype`, the name of one, or another framework's.
        name: what the model calls the input; by default `"input"`, and `"input_1"` and so on for further ones.

    Raises:
        TypeError: a size or the dtype is of another kind.
        ValueError: a size is negative, or a name is no identifier.

    >>> x = bridge.Input((None, 28, 28), name="image")
    >>> h = ops.flatten(x, 1) / 255
    >>> h
    <SymbolicTensor float32 (None, 784)>
    >>> bridge.Model(x, bridge.layers.Linear(784, 10)(h))(torch.ones(2, 28, 28)).shape
    torch.Size([2, 10])
    """
    if isinstance(shape, int | str) or shape is None:
        raise TypeError(f"bridge.Input expected a shape with a size for each axis, such as (None, 3), got {shape!r}")
    spec = InputSpec(shape, dtype, "input" if name is None else name)
    examples = _examples(spec)
    return SymbolicTensor(Node(None), (), examples, name)


def _examples(spec: InputSpec) -> tuple[Example, Example]:
    pairs = [example_sizes(size) for size in spec.shape]
    first, second = ([pair[run] for pair in pairs] for run in (0, 1))
    return Example(tuple(first), torch_dtype(spec.dtype)), Example(tuple(second), torch_dtype(spec.dtype))


@unconverted
def call_layer(layer: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Records the call of a layer on symbolic tensors, and answers with symbolic ones."""
    return record(layer, args, kwargs, type(layer).__name__)


def recording(function: Callable[..., Any]) -> Callable[..., Any]:
    """The implementation that an op has for symbolic tensors: its call is written down.

    Args:
        function: the op as its file defines it, or a factory of functions, such as `vmap`.
    """
    public = getattr(importlib.import_module(function.__module__), function.__name__)

    def recorded(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(leaf, Symbolic) for leaf in _all_leaves((args, kwargs))):
            return record(public, args, kwargs, op_name(function))
        made = Made(public, args, kwargs)
        return lambda *inputs, **named: record(made, inputs, named, op_name(function))

    return recorded


@dataclasses.dataclass(frozen=True, eq=False)
class Made:
    """The function that a factory such as `ops.vmap` makes, which can be pickled if its arguments can."""

    factory: Callable[..., Callable[..., Any]]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.factory(*self.args, **self.kwargs)(*args, **kwargs)


def _all_leaves(value: Any) -> list[Any]:
    found: list[Any] = []
    map_values(found.append, value)
    return found


def record(target: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], where: str) -> Any:
    """Writes down a call, and answers with symbolic values in place of what it will answer.

    Args:
        target: a layer, or a function that can run in any framework.
        args: its arguments.
        kwargs: likewise.
        where: its name, for messages.

    Raises:
        TypeError: an argument belongs to another graph's inside, or what comes out depends on values.
    """
    runs = []
    given = _all_leaves((args, kwargs))
    if any(is_fake(leaf) for leaf in given):
        raise TypeError(
            f"{where} is called inside a function or a layer on a symbolic tensor from outside it. Give the symbolic "
            f"tensor to that function or layer as an argument."
        )
    if any(leaf.examples[0] != leaf.examples[1] for leaf in given if isinstance(leaf, Symbolic)):
        runs.append(1)
    arguments = [map_values(functools.partial(_example_in, run), (args, kwargs)) for run in (0, *runs)]
    module = target if isinstance(target, torch.nn.Module) else None
    call = (lambda twin, *a, **k: twin(*a, **k)) if module is not None else _SHAPED_LIKE.get(target, target)
    found = answers(call, module, arguments)
    node = Node(target, args, kwargs)
    node.axes = axes_of(found[0], found[-1])
    return _merged(found[0], found[-1], node, (), where)


_SHAPED_LIKE: dict[Any, Callable[..., Any]] = {
    ops.cond: lambda pred, true_fn, false_fn, *operands: true_fn(*operands),
    ops.switch: lambda index, branches, *operands: branches[0](*operands),
    ops.while_loop: lambda cond, body, loop_vars, maximum_iterations=None: loop_vars,
}
"""Ops whose way depends on values, and the shapes of whose answers do not."""


def _example_in(run: int, leaf: Any) -> Any:
    if isinstance(leaf, Symbolic):
        return leaf.examples[run]
    return torch.from_numpy(leaf.copy()) if isinstance(leaf, numpy.ndarray) else leaf


def _merged(first: Any, second: Any, node: Node, path: tuple[Any, ...], where: str) -> Any:
    if isinstance(first, Example) and isinstance(second, Example) and len(first.shape) == len(second.shape):
        return SymbolicTensor(node, path, (first, second))
    if type(first) is type(second) and isinstance(first, Mapping) and list(first) == list(second):
        return type(first)(  # type: ignore[call-arg]
            (key, _merged(first[key], second[key], node, (*path, key), where)) for key in first
        )
    if type(first) is type(second) and isinstance(first, list | tuple) and len(first) == len(second):
        items = [
            _merged(*pair, node, (*path, place), where) for place, pair in enumerate(zip(first, second, strict=True))
        ]
        return type(first)(*items) if hasattr(first, "_fields") else type(first)(items)
    if isinstance(first, Example | list | tuple | Mapping) or isinstance(second, Example):
        raise TypeError(
            f"{where}: how much it answers depends on the size of a dynamic axis, which a graph cannot hold"
        )
    if first is second or first == second:
        return first
    if isinstance(first, int | float) and isinstance(second, int | float):
        return SymbolicNumber(node, path, (first, second))
    raise TypeError(f"{where} answered {type(first).__name__}, which depends on a dynamic axis and cannot be recorded")


def constant(value: Any) -> torch.Tensor | None:
    """A torch tensor or a NumPy array beside symbolic tensors as what a model holds; `None` for anything else."""
    framework = framework_of(value)
    if framework == "numpy":
        return torch.from_numpy(value.copy())
    return value if framework == "torch" else None
