"""Where tensors go in a model, as boxes and edges: from a recorded graph, from a call, or from the tree of modules."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from bridge.frameworks import leaves
from bridge.inference import answers, axes_of, example_sizes, map_values, shape_words
from bridge.model import Model
from bridge.program import Ref
from bridge.replica import is_waiting
from bridge.tables import Argument


@dataclasses.dataclass(frozen=True)
class Box:
    """One box of a picture.

    Attributes:
        kind: `"input"`, `"layer"`, `"function"`, `"output"` or `"module"`.
        name: of the layer in the model, of the function, the input or the output.
        type: the class of a layer, else empty.
        shape: of what it answers, in words; empty where that is not known.
    """

    kind: str
    name: str
    type: str = ""
    shape: str = ""

    @property
    def lines(self) -> list[str]:
        """Its text."""
        return [line for line in (self.name, self.type, self.shape) if line]


Graph = tuple[tuple[Box, ...], tuple[tuple[int, int], ...]]


def of_model(model: Model) -> Graph:
    """The graph that a `bridge.Model` runs."""
    boxes = [Box("input", spec.name, shape=shape_words(spec.shape)) for spec in model.input_specs]
    edges = []
    for step in model.steps:
        edges += [(index, len(boxes)) for index in _indices((step.args, step.kwargs))]
        shape = shape_words(step.axes) if step.axes is not None else ""
        if step.layer is None:
            boxes.append(Box("function", getattr(step.function, "__name__", type(step.function).__name__), "", shape))
        else:
            boxes.append(Box("layer", step.layer, type(model.get_submodule(step.layer)).__name__, shape))
    return _with_outputs(boxes, edges, model.output_template, model.output_shapes)


def _indices(template: Any) -> list[int]:
    found: list[Any] = []
    map_values(found.append, template)
    return list(dict.fromkeys(leaf.index for leaf in found if isinstance(leaf, Ref)))


def _with_outputs(boxes: list[Box], edges: list[tuple[int, int]], template: Any, shapes: Any) -> Graph:
    """The graph with a box for each tensor that is answered."""
    refs = [leaf for leaf in leaves(template) if isinstance(leaf, Ref)]
    words: list[str] = []
    _collect(shapes, template, words)
    for place, (ref, shape) in enumerate(zip(refs, words, strict=True)):
        edges.append((ref.index, len(boxes)))
        boxes.append(Box("output", f"output_{place}" if len(refs) > 1 else "output", shape=shape))
    return tuple(boxes), tuple(dict.fromkeys(edges))


def _collect(shapes: Any, template: Any, words: list[str]) -> None:
    if isinstance(template, Ref):
        words.append(shape_words(shapes))
    elif isinstance(template, dict):
        for key, item in template.items():
            _collect(shapes[key], item, words)
    elif isinstance(template, list | tuple):
        for shape, item in zip(shapes, template, strict=True):
            _collect(shape, item, words)


def of_children(model: torch.nn.Module) -> Graph:
    """Which modules lie within which."""
    places: dict[str, int] = {}
    boxes: list[Box] = []
    edges: list[tuple[int, int]] = []
    for name, module in model.named_modules():
        places[name] = len(boxes)
        if name:
            edges.append((places[name.rpartition(".")[0]], len(boxes)))
        boxes.append(Box("module", name.rpartition(".")[2], type(module).__name__))
    return tuple(boxes), tuple(edges)


def of_calls(model: torch.nn.Module, arguments: Any) -> Graph:
    """The layers and functions that a call comes to, found on fake tensors.

    Args:
        model: any module.
        arguments: of the call, with an `Argument` for each tensor.
    """
    if any(is_waiting(module) for module in model.modules()):
        with torch.random.fork_rng(devices=[]):
            model = copy.deepcopy(model)
            return _of_calls(model, arguments)
    return _of_calls(model, arguments)


def _of_calls(model: torch.nn.Module, arguments: Any) -> Graph:
    runs = []
    for run in (0, 1):
        runs.append(map_values(functools.partial(_exemplified, functools.partial(_size, run)), arguments))
    if runs[0] == runs[1]:
        del runs[1]
    found = answers(_traced, model, runs)
    first, second = found[0], found[-1]
    boxes, edges = [], []
    for place, ((kind, name, type_name, sources, output), other) in enumerate(
        zip(first["calls"], second["calls"], strict=True)
    ):
        shape = axes_of(output, other[4])
        boxes.append(Box(kind, name, type_name, "" if shape is None else shape_words(shape)))
        edges += [(source, place) for source in sources]
    template = map_values(lambda place: None if place is None else Ref(place), first["answer"])
    return _with_outputs(boxes, edges, template, axes_of(first["output"], second["output"]))


def _size(run: int, size: Any) -> int:
    return example_sizes(size)[run]


def _exemplified(sizing: Any, leaf: Any) -> Any:
    return leaf.example(sizing) if isinstance(leaf, Argument) else leaf


class _Trace(TorchFunctionMode):
    """Watches which tensor comes from which call."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str, str, list[int], Any]] = []
        self.makers: dict[int, int] = {}
        self.kept: list[Any] = []  # so that no other tensor gets the id of one that is gone
        self.depth = 0

    def sources(self, values: Any) -> list[int]:
        """The calls that made the tensors among some values."""
        made = (self.makers.get(id(leaf)) for leaf in leaves(values) if isinstance(leaf, torch.Tensor))
        return list(dict.fromkeys(place for place in made if place is not None))

    def add(self, kind: str, name: str, type_name: str, inputs: Any, output: Any) -> None:
        """Takes down a call, from which the tensors in its output come."""
        self.calls.append((kind, name, type_name, self.sources(inputs), output))
        for leaf in leaves(output):
            if isinstance(leaf, torch.Tensor):
                self.makers[id(leaf)] = len(self.calls) - 1
                self.kept.append(leaf)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", str(func)).strip("_")
        inputs = (args, kwargs or {})
        if self.depth == 0 and name != "get" and self.sources(inputs) and _holds_tensor(output):
            self.add("function", name, "", inputs, output)
        return output


def _holds_tensor(output: Any) -> bool:
    return any(isinstance(leaf, torch.Tensor) for leaf in leaves(output))


def _traced(model: torch.nn.Module, *args: Any, **kwargs: Any) -> dict[str, Any]:
    trace = _Trace()
    _add_inputs(trace, args, kwargs)
    for name, module in model.named_modules():
        if name and _is_one_box(module):
            _watch(trace, name, module)
    alone = not any(True for _ in model.children())
    with trace:
        output = _as_one(trace, model, args, kwargs) if alone else model(*args, **kwargs)
    answer = map_values(lambda leaf: trace.makers.get(id(leaf)) if isinstance(leaf, torch.Tensor) else None, output)
    return {"calls": trace.calls, "answer": answer, "output": output}


def _add_inputs(trace: _Trace, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    tensors = [leaf for leaf in leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    for place, tensor in enumerate(tensors):
        trace.add("input", f"input_{place}" if len(tensors) > 1 else "input", "", (), tensor)


def _as_one(trace: _Trace, model: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    trace.depth += 1
    output = model(*args, **kwargs)
    trace.add("layer", type(model).__name__, "", (args, kwargs), output)
    return output


def _is_one_box(module: torch.nn.Module) -> bool:
    """Whether a module is one box: a layer of torch.nn or Bridge that is no container, or one without modules in it."""
    if isinstance(module, torch.nn.Sequential | torch.nn.ModuleList | torch.nn.ModuleDict | Model):
        return False
    home = type(module).__module__
    return home.startswith(("torch.nn.modules.", "bridge.layers.")) or not any(True for _ in module.children())


def _watch(trace: _Trace, name: str, module: torch.nn.Module) -> None:
    given: list[Any] = []

    def enter(_: Any, args: Any, kwargs: Any) -> None:
        given.append((args, kwargs))
        trace.depth += 1

    def leave(_: Any, args: Any, kwargs: Any, output: Any) -> None:
        trace.depth -= 1
        inputs = given.pop()
        if trace.depth == 0:
            trace.add("layer", name, type(module).__name__, inputs, output)

    module.register_forward_pre_hook(enter, prepend=True, with_kwargs=True)
    module.register_forward_hook(leave, with_kwargs=True)


def widths_of(boxes: Sequence[Box]) -> list[float]:
    """How wide each box must be for its text, in pixels."""
    return [max(7.2 * max(map(len, box.lines), default=1) + 24, 60) for box in boxes]
