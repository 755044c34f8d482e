"""The graphs of one module, kept by the mode and by what is known of the inputs."""

from __future__ import annotations

import functools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.utils._pytree import TreeSpec

from bridge.dtypes import dtype_name, torch_dtype
from bridge.errors import ConversionError
from bridge.frameworks import framework_of
from bridge.interop.capture import capture
from bridge.interop.graph import Graph
from bridge.interop.tracing import Tracing
from bridge.shapes import static_shape

_one_at_a_time = threading.RLock()
"""`torch.export` keeps state of the whole process."""

Shapes = list[tuple[int | None, ...] | None]

_EXAMPLES = ((2, 16, 64), (4, 1024, 256), (8, 16384, 512))
"""What to take for a size that is not known, of a batch, a sequence and an image's side: the second where a module
refuses the first, as one that goes over sound with long strides does, or where a number that it makes of the first is
fixed, such as a size of 1; the third where one is by the second too."""


class Graphs:
    """Takes down a graph at the first call with inputs of a kind, and finds it again.

    The first graph of a kind has fixed sizes. Where later inputs differ, a graph is taken down that leaves these axes
    open; where the module does not allow that, one for each set of sizes.
    """

    def __init__(self) -> None:
        self._graphs: defaultdict[Any, list[tuple[Shapes, Graph]]] = defaultdict(list)

    def __deepcopy__(self, memo: Any) -> Graphs:
        return Graphs()

    def __reduce__(self) -> tuple[Any, ...]:
        return Graphs, ()  # a copy takes its own down

    def graph_for(
        self, module: torch.nn.Module, leaves: Sequence[Any], structure: TreeSpec, *, training: bool
    ) -> Graph:
        """A graph that holds for these inputs.

        Raises:
            ConversionError: the forward cannot be taken down, or only for sizes that are not known.
            UnsupportedOpError: operations of it have no lowering.
        """
        kind = (training, structure, tuple(map(_kind, leaves)))
        known = self._graphs[kind]
        for _, graph in list(known):
            if graph.accepts(leaves):
                return graph
        with _one_at_a_time:
            for _, graph in known:  # another thread may have taken it down
                if graph.accepts(leaves):
                    return graph
            shapes = [None if framework_of(leaf) is None else static_shape(leaf) for leaf in leaves]
            graph = _taken(module, leaves, shapes, structure, [earlier for earlier, _ in known], training)
            known.insert(0, (shapes, graph))
            return graph


def _kind(leaf: Any) -> Any:
    if framework_of(leaf) is None:
        return type(leaf), leaf if getattr(leaf, "__hash__", None) else repr(leaf)
    return dtype_name(leaf.dtype), len(static_shape(leaf) or ())


def _taken(
    module: torch.nn.Module,
    leaves: Sequence[Any],
    shapes: Shapes,
    structure: TreeSpec,
    earlier: Sequence[Shapes],
    training: bool,
) -> Graph:
    unknown = {(leaf, axis) for leaf, axis, size in _sizes(shapes) if size is None}
    changing = {
        (leaf, axis) for past in earlier for leaf, axis, size in _sizes(shapes) if (past[leaf] or ())[axis] != size
    }
    failures: list[ConversionError] = []
    pinned: list[Graph] = []
    for sizes in (_EXAMPLES if unknown else _EXAMPLES[:1]) if unknown | changing else ():
        if sizes is _EXAMPLES[-1] and not pinned:
            break  # a forward that loops over its input would take so long an example down step by step
        take = functools.partial(_captured, module, leaves, shapes, structure, unknown | changing, training, sizes)
        try:
            graph = _for_more_sizes(take) if unknown else take()
        except ConversionError as error:
            failures.append(error)
            continue
        if graph.accepts(leaves):
            if not unknown or not graph.pins or any(graph.pins == other.pins for other in pinned):
                return graph  # what is pinned alike by two examples does not come from them
            pinned.append(graph)
        failures.append(ConversionError(_fixed(module, graph, sorted(unknown))))
    if len(pinned) == 1:  # no other example could be taken: it asks of the sizes that come
        return pinned[0]
    if unknown:
        raise failures[0]
    return _captured(module, leaves, shapes, structure, set(), training)


def _for_more_sizes(take: Callable[[], Graph]) -> Graph:
    """The graph that `take` takes down, without the shortcuts for one size that the module leaves out when traced."""
    with Tracing(answer=False) as tracing:
        graph = take()
    if not (tracing.asked and graph.decisions):
        return graph
    with Tracing(answer=True):
        other = take()
    return other if other.structure == graph.structure and len(other.decisions) < len(graph.decisions) else graph


def _sizes(shapes: Shapes) -> Iterator[tuple[int, int, int | None]]:
    for leaf, shape in enumerate(shapes):
        for axis, size in enumerate(shape or ()):
            yield leaf, axis, size


def _captured(
    module: torch.nn.Module,
    leaves: Sequence[Any],
    shapes: Shapes,
    structure: TreeSpec,
    dynamic: set[tuple[int, int]],
    training: bool,
    sizes: tuple[int, int, int] = _EXAMPLES[0],
) -> Graph:
    device = next((tensor.device for tensor in (*module.parameters(), *module.buffers())), torch.device("cpu"))

    def examples(whole: torch.dtype) -> list[Any]:
        return [
            leaf
            if shape is None
            else torch.zeros(
                [_example(size, axis, shape, (place, axis) in dynamic, sizes) for axis, size in enumerate(shape)],
                dtype=whole if (dtype := torch_dtype(leaf.dtype)) is torch.int32 else dtype,
                device=device,
            )
            for place, (leaf, shape) in enumerate(zip(leaves, shapes, strict=True))
        ]

    def captured(whole: torch.dtype) -> Graph:
        return capture(module, examples(whole), structure, dynamic, training=training)

    if not any(framework_of(leaf) and torch_dtype(leaf.dtype) is torch.int32 for leaf in leaves):
        return captured(torch.int64)
    if any(framework_of(leaf) == "jax" for leaf in leaves):  # without x64 it holds torch's int64 so
        try:
            return captured(torch.int64)
        except ConversionError as error:
            try:
                return captured(torch.int32)  # some of torch's operations ask for it, as those that take pivots
            except ConversionError:
                raise error from None
    try:
        return captured(torch.int32)
    except ConversionError:
        return captured(torch.int64)  # TensorFlow's users index by int32, which many of torch's operations refuse


def _example(
    size: int | None, axis: int, shape: tuple[int | None, ...], is_open: bool, sizes: tuple[int, int, int]
) -> int:
    """An open axis must not be 1 when it is taken down: it would count as fixed."""
    if isinstance(size, int):
        return max(size, 2) if is_open else size
    batch, length, side = sizes
    return batch if axis == 0 else side if len(shape) > 3 else length


def _fixed(module: torch.nn.Module, graph: Graph, unknown: Sequence[tuple[int, int]]) -> str:
    fixed = [
        f"axis {axis} of input {leaf} at {sizes[axis]}"
        for leaf, axis in unknown
        if isinstance((sizes := graph.sizes[leaf] or ())[axis], int)
    ]
    pins = [f"{pin.lhs} at {pin.rhs} of sizes {graph.sizes}" for pin in graph.pins]
    return (
        f"{type(module).__name__} cannot be converted for sizes that are not known: torch.export fixed "
        f"{', '.join(fixed + pins) or 'some of them'}. Give these axes their sizes, or change the lines of the forward "
        f"that depend on them."
    )
