"""`Model`: a layer made of a graph, which was written down by calling layers and ops on symbolic tensors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import torch

from bridge import config, program
from bridge.dtypes import dtype_name, torch_dtype
from bridge.errors import InputShapeError
from bridge.frameworks import leaves, tree_map
from bridge.inference import shape_words
from bridge.layer import Layer
from bridge.program import Held, Ref, Step
from bridge.shapes import static_shape
from bridge.spec import InputSpec
from bridge.symbolic import Input, Node, Symbolic, SymbolicTensor, constant


class Model(Layer):
    """The layer that takes `inputs` to `outputs`, by the calls that made these of those.

    It holds the layers under names made of their classes (`linear`, `linear_1`, ...), each once however often it is
    called; torch tensors that stood beside symbolic ones are its buffers, and parameters its parameters. Like every
    layer it runs in every framework, and is called on symbolic tensors in its turn.

    It is called with a tensor for each input, in order, with keywords by the names of the inputs, or with one list or
    dict as `inputs` is; it answers in the structure of `outputs`.

    Args:
        inputs: a symbolic tensor, or a list, tuple or dict of them: from `bridge.Input`, or from within a graph.
        outputs: what the model answers: a symbolic tensor, or lists, tuples and dicts of them.

    Raises:
        TypeError: something else than symbolic tensors came; or, in a call, the wrong number of inputs.
        ValueError: an output needs an input that is not among `inputs`, no output needs one of `inputs`, or two
            inputs are one or have one name.
        InputShapeError: in a call, an input is of another shape.

    >>> tokens = bridge.Input((None, 5), "int64", name="tokens")
    >>> features = bridge.Input((None, 3), name="features")
    >>> h = ops.mean(bridge.layers.Embedding(10, 4)(tokens), axis=1)
    >>> model = bridge.Model([tokens, features], bridge.layers.Linear(7, 2)(ops.concat([h, features], axis=-1)))
    >>> model(torch.zeros(2, 5, dtype=torch.int64), torch.ones(2, 3)).shape
    torch.Size([2, 2])
    >>> [name for name, _ in model.named_parameters()]
    ['embedding.weight', 'linear.weight', 'linear.bias']
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        super().__init__()
        self._constructed_with = (), {}  # symbolic tensors, which live no longer than the graph is being written
        self.inputs_of_structure = isinstance(inputs, list | tuple | Mapping)
        self._specs, given = _checked_inputs(inputs)
        _check_outputs(outputs)
        nodes = _ordered(given, outputs, self._specs)
        places = {tensor.key: Ref(place) for place, tensor in enumerate(given)}
        indices = {node.turn: len(given) + place for place, node in enumerate(nodes)}
        names: dict[int, str] = {}

        def template(value: Any) -> Any:
            def leaf(value: Any) -> Any:
                if isinstance(value, Symbolic):
                    return places.get(value.key) or Ref(indices[value.node.turn], value.path)
                tensor = constant(value)
                return value if tensor is None else Held(self._hold(value, tensor, names))

            return program.map_values(leaf, value)

        steps = []
        for node in nodes:
            layer = self._name_layer(node.target, names) if isinstance(node.target, torch.nn.Module) else None
            function = node.target if layer is None else None
            steps.append(Step(layer, function, template(node.args), template(node.kwargs), node.axes))
        self._outputs = template(outputs)
        self._steps = program.with_ends(steps, len(given), self._outputs)
        self._output_axes = tree_map(lambda tensor: tensor.axes, outputs)

    def _name_layer(self, layer: torch.nn.Module, names: dict[int, str]) -> str:
        if id(layer) not in names:
            names[id(layer)] = self._free_name(_snake_case(type(layer).__name__))
            self.add_module(names[id(layer)], layer)
        return names[id(layer)]

    def _hold(self, value: Any, tensor: torch.Tensor, names: dict[int, str]) -> str:
        if id(value) not in names:
            if isinstance(tensor, torch.nn.Parameter):
                names[id(value)] = self._free_name("parameter")
                self.register_parameter(names[id(value)], tensor)
            else:
                names[id(value)] = self._free_name("constant")
                self.register_buffer(names[id(value)], tensor)
        return names[id(value)]

    def _free_name(self, base: str) -> str:
        name, count = base, 0
        while hasattr(self, name):
            count += 1
            name = f"{base}_{count}"
        return name

    @property
    def input_specs(self) -> list[InputSpec]:
        """The inputs, as `bridge.export` takes them."""
        return list(self._specs)

    @property
    def output_shapes(self) -> Any:
        """The shapes of what it answers, in its structure: a dynamic axis is `None`, or the name that it was given."""
        return self._output_axes

    @property
    def steps(self) -> list[Step]:
        """The calls that it makes, in order."""
        return list(self._steps)

    @property
    def output_template(self) -> Any:
        """What it answers, with a `Ref` in the place of each tensor."""
        return self._outputs

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """Makes the calls that were written down."""
        tensors = self._arranged(inputs, named)
        self._check(tensors)
        return program.run(self._steps, self._outputs, tensors, self._modules, self.__getattr__)

    def _arranged(self, inputs: tuple[Any, ...], named: Mapping[str, Any]) -> list[Any]:
        """The tensors in the order of the inputs."""
        positional: Sequence[Any] = inputs
        if len(inputs) == 1 and not named and isinstance(inputs[0], Mapping):
            positional, named = (), inputs[0]
        given = list(leaves(positional)) if self.inputs_of_structure or len(positional) > 1 else list(positional)
        names = [spec.name for spec in self._specs]
        remaining = names[len(given) :]
        if len(given) > len(names) or set(named) != set(remaining):
            received = f"{len(given)} by position" + (f" and {', '.join(map(repr, named))} by name" if named else "")
            raise TypeError(
                f"{type(self).__name__} expected {len(names)} input{'s' * (len(names) != 1)} "
                f"({', '.join(names)}), got {received}"
            )
        return given + [named[name] for name in remaining]

    def _check(self, tensors: Sequence[Any]) -> None:
        sizes: dict[str, int] = {}
        for spec, tensor in zip(self._specs, tensors, strict=True):
            shape = static_shape(tensor) if hasattr(tensor, "shape") else None
            if shape is None:
                continue
            if len(shape) != len(spec.shape):
                self._refuse(spec, shape, "It counts all axes, the batch too.")
            for expected, received in zip(spec.shape, shape, strict=True):
                if isinstance(expected, str) and isinstance(received, int):
                    expected = sizes.setdefault(expected, received)
                if isinstance(expected, int) and received is not None and received != expected:
                    self._refuse(spec, shape, f"One of its axes must be {expected} long.")

    def _refuse(self, spec: InputSpec, shape: tuple[Any, ...], remedy: str) -> None:
        raise InputShapeError(
            f"{type(self).__name__} expected {shape_words(spec.shape)} as its input {spec.name!r}, "
            f"got {tuple(shape)}. {remedy}"
        )

    def get_config(self) -> dict[str, Any]:
        """The graph and the configurations of its layers, as values that JSON can hold.

        Tensors that stood beside symbolic ones are written with their values, as they are part of the graph.

        Raises:
            TypeError: an argument of a call, or of a layer's constructor, cannot be written down.
        """
        where = type(self).__name__
        held = [*self._parameters.items(), *self._buffers.items()]
        return {
            "inputs": [[list(spec.shape), spec.dtype, spec.name] for spec in self._specs],
            "structured": self.inputs_of_structure,
            "layers": {name: config.encode(layer, f"{where}.{name}") for name, layer in self._modules.items()},
            "held": {name: _values(tensor) for name, tensor in held if tensor is not None},
            "steps": [
                {
                    "call": step.layer if step.function is None else program.function_name(step.function),
                    "function": step.layer is None,
                    "args": program.encode(step.args, f"{where}, in a call of {step.layer or step.function}"),
                    "kwargs": program.encode(step.kwargs, f"{where}, in a call of {step.layer or step.function}"),
                }
                for step in self._steps
            ],
            "outputs": program.encode(self._outputs, where),
        }

    @classmethod
    def from_config(cls, values: Mapping[str, Any]) -> Self:
        """A new model, with layers freshly initialised, from what `get_config` gave."""
        inputs = [Input(shape, dtype, name) for shape, dtype, name in values["inputs"]]
        layers = {name: config.decode(layer) for name, layer in values["layers"].items()}
        held = {name: _tensor(tensor) for name, tensor in values["held"].items()}
        steps = [
            Step(
                None if step["function"] else step["call"],
                program.function_named(step["call"]) if step["function"] else None,
                program.decode(step["args"]),
                program.decode(step["kwargs"]),
            )
            for step in values["steps"]
        ]
        outputs = program.run(steps, program.decode(values["outputs"]), inputs, layers, held.__getitem__)
        return cls(inputs if values["structured"] else inputs[0], outputs)


def _values(tensor: torch.Tensor) -> dict[str, Any]:
    flat = tensor.detach().cpu()
    if flat.is_complex():
        flat = torch.view_as_real(flat)
    return {
        "shape": list(tensor.shape),
        "dtype": dtype_name(tensor.dtype),
        "values": flat.flatten().tolist(),
        "trained": tensor.requires_grad if isinstance(tensor, torch.nn.Parameter) else None,
    }


def _tensor(values: Mapping[str, Any]) -> torch.Tensor:
    dtype = torch_dtype(values["dtype"])
    if dtype.is_complex:
        flat = torch.view_as_complex(torch.tensor(values["values"], dtype=dtype.to_real()).reshape(-1, 2))
    else:
        flat = torch.tensor(values["values"], dtype=dtype)
    tensor = flat.reshape(values["shape"])
    return tensor if values["trained"] is None else torch.nn.Parameter(tensor, requires_grad=values["trained"])


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _checked_inputs(inputs: Any) -> tuple[list[InputSpec], list[SymbolicTensor]]:
    given: list[Any] = list(leaves(inputs))
    keys = list(inputs) if isinstance(inputs, Mapping) else [None] * len(given)
    others = [type(tensor).__name__ for tensor in given if not isinstance(tensor, SymbolicTensor)]
    if others or not given or len(keys) != len(given):
        raise TypeError(
            f"bridge.Model expected inputs that are symbolic tensors, one or a list or dict of them, from "
            f"bridge.Input, got {', '.join(others) or inputs}"
        )
    if len({tensor.key for tensor in given}) < len(given):
        raise ValueError("bridge.Model expected each input once, got one twice")
    explicit = [key or tensor.name for key, tensor in zip(keys, given, strict=True)]
    doubled = sorted({name for name in explicit if name is not None and explicit.count(name) > 1})
    if doubled:
        raise ValueError(f"bridge.Model expected inputs with names of their own, got {', '.join(doubled)} twice")
    free = (name for name in _default_names() if name not in explicit)
    names = [name if name is not None else next(free) for name in explicit]
    return [InputSpec(tensor.axes, tensor.dtype, name) for tensor, name in zip(given, names, strict=True)], given


def _default_names() -> Iterator[str]:
    count = 0
    while True:
        yield f"input_{count}" if count else "input"
        count += 1


def _check_outputs(outputs: Any) -> None:
    given = list(leaves(outputs))
    others = [f"output {place} is {type(leaf).__name__}" for place, leaf in enumerate(given) if not _is_tensor(leaf)]
    if others or not given:
        raise TypeError(
            f"bridge.Model expected outputs that are symbolic tensors, made of its inputs by layers and ops; "
            f"{', '.join(others) or 'there are none'}"
        )


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, SymbolicTensor)


def _ordered(given: list[SymbolicTensor], outputs: Any, specs: list[InputSpec]) -> list[Node]:
    """The calls between inputs and outputs, in the order in which they were made."""
    stops, found, used = {tensor.key for tensor in given}, dict[int, Node](), set[Any]()
    missing: dict[int, SymbolicTensor] = {}
    waiting = list(leaves(outputs))
    while waiting:
        value: Any = waiting.pop()
        if value.key in stops:
            used.add(value.key)
        elif value.node.target is None:
            missing[value.node.turn] = value
        elif value.node.turn not in found:
            found[value.node.turn] = value.node
            inside: list[Any] = []
            program.map_values(inside.append, (value.node.args, value.node.kwargs))
            waiting += [leaf for leaf in inside if isinstance(leaf, Symbolic)]
    if missing:
        named = ", ".join(repr(missing[turn]) for turn in sorted(missing))
        raise ValueError(
            f"bridge.Model: its outputs need {named}, not among its inputs ({', '.join(spec.name for spec in specs)}). "
            f"Add it to the inputs."
        )
    idle = [spec.name for spec, tensor in zip(specs, given, strict=True) if tensor.key not in used]
    if idle:
        raise ValueError(f"bridge.Model: no output depends on its input {', '.join(idle)}. Leave it out, or use it.")
    return [found[turn] for turn in sorted(found)]
