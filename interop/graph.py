"""A captured graph as a list of calls of `bridge.ops`, for the arrays of any framework."""

from __future__ import annotations

import dataclasses
import operator
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sympy
import torch
from torch.export import ExportedProgram
from torch.export.graph_signature import ConstantArgument, InputKind, OutputKind
from torch.fx import GraphModule, Node
from torch.fx.experimental.symbolic_shapes import ShapeGuard
from torch.utils._pytree import TreeSpec, tree_unflatten

from bridge import program
from bridge.errors import ConversionError, UnsupportedOpError
from bridge.frameworks import framework_of
from bridge.interop.lowered import Unknown, function_of
from bridge.interop.unsupported import refuse_unknown
from bridge.program import Held, Ref, Step
from bridge.shapes import static_shape

_UNUSED = frozenset({"device", "layout", "memory_format", "non_blocking", "pin_memory", "requires_grad"})
"""Arguments that say where and how torch lays a tensor out."""


_TORCH = str(Path(torch.__file__).parent)


@dataclasses.dataclass(frozen=True)
class Graph:
    """What a module's forward does, in one mode and for one kind of input.

    Args:
        steps: the calls, in order.
        outputs: a template of the flat answers.
        structure: how the answers are nested.
        constants: tensors made in the forward, by name.
        changed: the name of each buffer that the forward changes, with a template of its new value.
        sizes: the size of each axis of each input; a SymPy expression where it is open, `None` for what is no tensor.
        guards: what must hold of the open sizes.
        decisions: those of the guards by which the graph would be another: where the module's own code asked, and where
            a size that is computed was 1. The others are what PyTorch's operations took for granted, most of all that
            a size is not 1.
    """

    steps: Sequence[Step]
    outputs: Any
    structure: TreeSpec
    constants: Mapping[str, torch.Tensor]
    changed: Mapping[str, Any]
    sizes: Sequence[tuple[Any, ...] | None]
    guards: Sequence[sympy.Basic]
    decisions: Sequence[sympy.Basic]

    @classmethod
    def of(cls, exported: ExportedProgram) -> Graph:
        """The graph of an exported and decomposed program.

        Raises:
            UnsupportedOpError: operations have no lowering; the message lists them all.
            ConversionError: the module keeps a tensor that it has computed from its parameters.
        """
        signature = exported.graph_signature
        inputs = [spec.arg.name for spec in signature.input_specs if spec.kind is InputKind.USER_INPUT]
        named = {
            spec.arg.name: None if spec.kind is InputKind.TOKEN else Held(spec.target or "")
            for spec in signature.input_specs
            if spec.kind is not InputKind.USER_INPUT
        }
        tensors = exported.state_dict | exported.constants  # which has the buffers that are not persistent
        own = {
            _memory(tensors[spec.target]): Held(spec.target)
            for spec in signature.input_specs
            if spec.kind in (InputKind.PARAMETER, InputKind.BUFFER) and tensors[spec.target].numel()
        }
        constants = {
            spec.arg.name: own.get(_memory(tensors[spec.target]), Held(spec.target))
            for spec in signature.input_specs
            if spec.kind is InputKind.CONSTANT_TENSOR
        }
        held_alone = {held.name: tensors[held.name] for held in constants.values() if held not in own.values()}
        _refuse_computed(held_alone)
        named |= constants
        unknown: list[Unknown] = []
        steps, answers = lower(exported.graph_module, inputs, named, unknown)
        refuse_unknown(unknown)
        changed, outputs = {}, []
        for spec, answer in zip(signature.output_specs, answers, strict=True):
            if spec.kind is OutputKind.BUFFER_MUTATION:
                changed[spec.target] = answer
            elif spec.kind is OutputKind.USER_OUTPUT:
                outputs.append(spec.arg.value if isinstance(spec.arg, ConstantArgument) else answer)
            elif spec.kind not in (OutputKind.USER_INPUT_MUTATION, OutputKind.TOKEN):  # the caller's stay as they are
                raise UnsupportedOpError(
                    f"forward that changes the parameter {spec.target}",
                    "a pure function",
                    "Make it a buffer, whose new value is handed out.",
                )
        placeholders = [node for node in exported.graph.nodes if node.op == "placeholder" and node.name in inputs]
        metas = [node.meta.get("val") for node in placeholders]
        guards = _guards(metas)
        return cls(
            program.with_ends(steps, len(inputs), [outputs, changed]),
            outputs,
            exported.call_spec.out_spec,
            held_alone,
            changed,
            [_sizes(meta) for meta in metas],
            [*_bounds(exported.range_constraints), *(expression for _, expression in guards)],
            [expression for guard, expression in guards if _is_the_modules(guard) or _is_one(expression)],
        )

    @property
    def pins(self) -> frozenset[sympy.Basic]:
        """Those of the decisions by which a number that comes from a size left open is just this one."""
        equalities = [decision for decision in self.decisions if isinstance(decision, sympy.Eq)]
        return frozenset(one for one in equalities if any(side.is_number for side in one.args))

    def accepts(self, leaves: Sequence[Any]) -> bool:
        """Whether the graph holds for inputs of these shapes; a size that is not known counts as any."""
        pairs = [
            pair
            for leaf, sizes in zip(leaves, self.sizes, strict=True)
            if framework_of(leaf) is not None and sizes is not None
            for pair in zip(static_shape(leaf) or (), sizes, strict=True)
        ]
        if any(
            isinstance(expected, int) and not (isinstance(size, int) and size == expected) for size, expected in pairs
        ):
            return False
        open_sizes = [(size, expected) for size, expected in pairs if isinstance(size, int) and expected != size]
        found = {symbol: sympy.Integer(size) for size, symbol in open_sizes if isinstance(symbol, sympy.Symbol)}
        expressions = [(size, expected.xreplace(found)) for size, expected in open_sizes]
        if any(value.is_number and value != size for size, value in expressions):
            return False
        return all(guard.xreplace(found) != sympy.false for guard in self.guards)

    def run(self, leaves: Sequence[Any], held: Callable[[str], Any]) -> tuple[Any, dict[str, Any]]:
        """Makes the calls.

        Args:
            leaves: the inputs, flat.
            held: gives the parameter, buffer or constant of a name.

        Returns:
            What the forward answers, and the new values of the buffers that it changes.
        """
        answers, changed = program.run(self.steps, [self.outputs, self.changed], leaves, {}, held)
        return tree_unflatten(answers, self.structure), changed


def _refuse_computed(constants: Mapping[str, torch.Tensor]) -> None:
    for name, tensor in constants.items():
        if tensor.grad_fn is not None:
            raise ConversionError(
                f"The module cannot be converted: it keeps {name}, a tensor that an earlier call has computed from its "
                f"parameters, and which in a graph would not follow them. Empty it before the conversion."
            )


def _memory(tensor: torch.Tensor) -> tuple[Any, ...]:
    """What tells a tensor of the module that the forward reaches otherwise than through it, as by a bound method."""
    return tensor.data_ptr(), tensor.dtype, tensor.shape, tensor.stride()


def lower(
    module: GraphModule, inputs: Sequence[str], named: Mapping[str, Any], unknown: list[Unknown]
) -> tuple[list[Step], Any]:
    """The calls of a graph, and a template of what it answers.

    Args:
        module: with a graph in which nothing is changed in place or checked.
        inputs: the names of its placeholders that a call fills, in order.
        named: a template for each other placeholder.
        unknown: takes the operations that have no lowering; what comes back is of no use if there are any.
    """
    places: dict[str, Any] = {name: Ref(index) for index, name in enumerate(inputs)} | dict(named)
    steps: list[Step] = []
    answers: Any = None

    def template(value: Any) -> Any:
        return torch.fx.map_arg(value, lambda node: places.get(node.name))

    for node in module.graph.nodes:
        if node.op == "get_attr":
            places[node.name] = _attribute(module, str(node.target), unknown)
        elif node.op == "output":
            answers = template(node.args[0])
        elif node.op == "call_function" and node.target is operator.getitem and _leads_into(node, places):
            before = places[node.args[0].name]
            places[node.name] = Ref(before.index, (*before.path, node.args[1]))
        elif node.op == "call_function":
            function = function_of(node)
            if isinstance(function, Unknown):
                unknown.append(function)
                continue
            kwargs = {key: value for key, value in node.kwargs.items() if key not in _UNUSED}
            places[node.name] = Ref(len(inputs) + len(steps))
            steps.append(Step(None, function, template(tuple(node.args)), template(kwargs)))
    return steps, answers


def _attribute(module: GraphModule, name: str, unknown: list[Unknown]) -> Any:
    value = operator.attrgetter(name)(module)
    if isinstance(value, GraphModule):  # a branch or a body, for an operation of higher order
        inputs = [node.name for node in value.graph.nodes if node.op == "placeholder"]
        return SubGraph(*lower(value, inputs, {}, unknown))
    return value


class SubGraph:
    """A branch or a body as a function of its inputs."""

    def __init__(self, steps: Sequence[Step], outputs: Any) -> None:
        self.steps = steps
        self.outputs = outputs

    def __call__(self, *inputs: Any) -> Any:
        return program.run(self.steps, self.outputs, inputs, {}, lambda name: None)


def _leads_into(node: Node, places: Mapping[str, Any]) -> bool:
    return isinstance(node.args[0], Node) and isinstance(places.get(node.args[0].name), Ref)


def _sizes(meta: Any) -> tuple[Any, ...] | None:
    if not isinstance(meta, torch.Tensor):
        return None
    expressions = (size if isinstance(size, int) else size.node.expr for size in meta.shape)
    return tuple(int(one) if isinstance(one, int | sympy.Integer) else one for one in expressions)


def _bounds(ranges: Mapping[Any, Any]) -> list[sympy.Basic]:
    bounds = [sympy.Ge(symbol, values.lower) for symbol, values in ranges.items()]
    return bounds + [sympy.Le(symbol, values.upper) for symbol, values in ranges.items() if values.upper.is_finite]


def _guards(metas: Sequence[Any]) -> list[tuple[ShapeGuard, sympy.Basic]]:
    """What was asked of the open sizes, and in the symbols that stand for them now, as some were found to be equal."""
    fake = next((meta.fake_mode for meta in metas if isinstance(meta, torch._subclasses.FakeTensor)), None)
    environment = getattr(fake, "shape_env", None)
    return [(guard, environment.replace(guard.expr)) for guard in environment.guards] if environment else []


def _is_one(expression: sympy.Basic) -> bool:
    return isinstance(expression, sympy.Eq) and sympy.S.One in expression.args


def _is_the_modules(guard: ShapeGuard) -> bool:
    """Whether code outside PyTorch asked, as `if x.shape[1] > 8` does."""
    frame = guard.sloc.framework_loc
    return isinstance(frame, traceback.FrameSummary) and not frame.filename.startswith(_TORCH)
