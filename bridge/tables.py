"""`summary`: what a model is made of, as data and as a table. Nothing is computed, and the model stays as it is."""

from __future__ import annotations

import copy
import dataclasses
import functools
import html
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch.nn.parameter import UninitializedTensorMixin  # type: ignore[attr-defined]

from bridge.dtypes import dtype_name, torch_dtype
from bridge.frameworks import framework_of, leaves
from bridge.inference import UNIT, Example, answers, axes_of, example_sizes, map_values, shape_words
from bridge.replica import is_waiting
from bridge.shapes import static_shape
from bridge.spec import InputSpec

COLUMNS = ("name", "type", "output shape", "parameters", "trainable", "multiply-adds")


@dataclasses.dataclass(frozen=True)
class Row:
    """One module of a model.

    Attributes:
        name: its path in the model, as in the `state_dict`; empty for the model itself.
        type: its class.
        output_shape: a tuple of sizes, in which a dynamic one is `None` or the name of its axis; a list or a dict of
            shapes where it answers several tensors, with `None` for what is no tensor; `None` where it was not called.
        parameters: how many numbers it holds itself, in parameters that no earlier row holds.
        trainable: how many of them are trained.
        multiply_adds: of its own operations, all its calls together; `None` where that is not known.
        calls: how often it is called.
    """

    name: str
    type: str
    output_shape: Any
    parameters: int
    trainable: int
    multiply_adds: int | None
    calls: int

    @property
    def depth(self) -> int:
        """How many modules it lies within."""
        return self.name.count(".") + 1 if self.name else 0

    def cells(self) -> tuple[str, ...]:
        """Its texts, in the order of `COLUMNS`."""
        label = "  " * max(0, self.depth - 1) + self.name.rpartition(".")[2]
        shape = "-" if self.calls == 0 else shape_words(self.output_shape)
        times = f" (called {self.calls} times)" if self.calls > 1 else ""
        numbers = self.parameters, self.trainable, self.multiply_adds
        return label, self.type + times, shape, *("-" if number is None else f"{number:,}" for number in numbers)


@dataclasses.dataclass(frozen=True)
class Summary:
    """What `bridge.summary` answers; each column of numbers adds up to its total.

    `print` shows a table of plain text, `rich.print` one of rich, a notebook one of HTML.

    Attributes:
        rows: the model itself, and each module in it once.
        parameters: how many numbers all parameters hold, those that are shared once.
        trainable: how many of them are trained.
        multiply_adds: of one call; `None` where that is not known.
        bytes: what parameters and buffers take.
    """

    rows: tuple[Row, ...]
    parameters: int
    trainable: int
    multiply_adds: int | None
    bytes: int

    @property
    def total(self) -> str:
        """The totals in words."""
        count = "" if self.multiply_adds is None else f", {self.multiply_adds:,} multiply-adds"
        return f"{self.parameters:,} parameters, {self.trainable:,} trainable, {self.bytes:,} bytes{count}"

    def __str__(self) -> str:
        table = [COLUMNS, *(row.cells() for row in self.rows)]
        widths = [max(len(line[column]) for line in table) for column in range(len(COLUMNS))]
        lines = [
            "  ".join(
                cell.ljust(width) if column < 3 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in table
        ]
        rule = "-" * max(map(len, lines))
        return "\n".join([lines[0], rule, *lines[1:], rule, self.total])

    __repr__ = __str__

    def __rich__(self) -> Any:
        from rich.table import Table  # asked for by rich itself

        table = Table(caption=self.total, caption_justify="left")
        for place, column in enumerate(COLUMNS):
            table.add_column(column, justify="left" if place < 3 else "right")
        for row in self.rows:
            table.add_row(*(cell.replace("[", r"\[") for cell in row.cells()))
        return table

    def _repr_html_(self) -> str:
        def line(tag: str, cells: Sequence[str]) -> str:
            styles = ["text-align: left; white-space: pre"] * 3 + ["text-align: right"] * 3
            inside = "".join(
                f'<{tag} style="{style}">{html.escape(cell)}</{tag}>' for style, cell in zip(styles, cells, strict=True)
            )
            return f"<tr>{inside}</tr>"

        body = "".join(line("td", row.cells()) for row in self.rows)
        return (
            f"<table><thead>{line('th', COLUMNS)}</thead><tbody>{body}</tbody></table><p>{html.escape(self.total)}</p>"
        )


def summary(model: torch.nn.Module, inputs: Any = None, *, depth: int | None = None) -> Summary:
    """What a model is made of: for each module its output's shape, its parameters and its multiply-adds.

    The model runs on PyTorch's fake tensors, so that nothing is computed and no memory is taken, and stays as it is;
    a layer that waits for the shape of its first input is built in a copy.

    Multiply-adds are what `torch.utils.flop_counter` counts: matrix products, convolutions and attention, in the mode
    that the model is in. A dynamic first axis, as of the batch, counts as one; where other axes are dynamic, or the
    number does not grow in proportion, it is not known.

    Args:
        model: any module; a `bridge.Model` knows its inputs.
        inputs: the arguments of a call: a tensor, an `InputSpec` or a shape, a list or tuple of these, or a dict of
            these by the names of `forward`. A shape's dtype is float32. Without inputs only parameters are counted.
        depth: how deep to look; a module that lies deeper counts for the one it lies in.

    Raises:
        TypeError: `model` is no module, or `inputs` are of another kind.
        InputShapeError: the model does not take inputs of these shapes.

    >>> model = bridge.layers.Sequential(bridge.layers.Linear(784, 10), bridge.layers.ReLU())
    >>> bridge.summary(model, (None, 784))
    name  type        output shape  parameters  trainable  multiply-adds
    --------------------------------------------------------------------
          Sequential  (None, 10)             0          0              0
    0     Linear      (None, 10)         7,850      7,850          7,840
    1     ReLU        (None, 10)             0          0              0
    --------------------------------------------------------------------
    7,850 parameters, 7,850 trainable, 31,400 bytes, 7,840 multiply-adds
    """
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"bridge.summary expected a torch.nn.Module, got {type(model).__name__}")
    arguments = call_arguments(model, inputs)
    if arguments is not None and any(is_waiting(module) for module in model.modules()):
        with torch.random.fork_rng(devices=[]):
            model = copy.deepcopy(model)
            measured = _measured(model, arguments, depth)
    else:
        measured = {} if arguments is None else _measured(model, arguments, depth)
    rows = tuple(_rows(model, measured, depth))
    counts = [row.multiply_adds for row in rows]
    total = None if arguments is None or None in counts else sum(count or 0 for count in counts)
    held = {id(tensor): tensor for tensor in [*model.parameters(), *model.buffers()] if not _is_empty(tensor)}
    return Summary(
        rows,
        sum(row.parameters for row in rows),
        sum(row.trainable for row in rows),
        total,
        sum(tensor.numel() * tensor.element_size() for tensor in held.values()),
    )


@dataclasses.dataclass(frozen=True)
class Argument:
    """A tensor among the arguments of a call: its axes, as `InputSpec` has them, and its dtype."""

    axes: tuple[int | str | None, ...]
    dtype: torch.dtype

    def example(self, size: Any) -> Example:
        """The tensor when `size` gives the size of each axis."""
        return Example(tuple(map(size, self.axes)), self.dtype)


def call_arguments(model: torch.nn.Module, inputs: Any) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """The arguments of a call, with an `Argument` for each tensor; `None` where none are known.

    Raises:
        TypeError: `inputs` are of another kind.
    """
    if inputs is None:
        inputs = getattr(model, "input_specs", None)
    if inputs is None:
        return None
    if isinstance(inputs, Mapping):
        return (), {name: _argument(value) for name, value in inputs.items()}
    if isinstance(inputs, list | tuple) and not _is_shape(inputs):
        return tuple(map(_argument, inputs)), {}
    return (_argument(inputs),), {}


def _is_shape(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(size is None or isinstance(size, int | str) for size in value)


def _argument(value: Any) -> Any:
    if _is_shape(value):
        value = InputSpec(tuple(value))
    if isinstance(value, InputSpec):
        return Argument(value.shape, torch_dtype(value.dtype))
    if framework_of(value) is not None:
        return Argument(static_shape(value) or (), torch_dtype(dtype_name(value.dtype)))
    if isinstance(value, list | tuple):
        return type(value)(map(_argument, value))
    if isinstance(value, Mapping):
        return {key: _argument(item) for key, item in value.items()}
    raise TypeError(
        f"expected inputs that are tensors, shapes or InputSpec, one or a list or dict of them, got {value!r}"
    )


@dataclasses.dataclass(frozen=True)
class _Measure:
    output: Any
    calls: int
    multiply_adds: int | None


def _measured(model: torch.nn.Module, arguments: Any, depth: int | None) -> dict[str, _Measure]:
    """For each module that is called, by its first name: what it answers, how often, and its own multiply-adds."""
    given = [leaf for leaf in leaves(arguments) if isinstance(leaf, Argument)]
    dynamic = [(place, size) for each in given for place, size in enumerate(each.axes) if not isinstance(size, int)]
    sizings: list[Callable[[Any], int]] = [functools.partial(_size_in_run, 0)]
    if dynamic:
        sizings.append(functools.partial(_size_in_run, 1))
        # All dynamic axes alike: three sizes show whether the number grows in proportion.
        sizings += [functools.partial(_size_or, count * UNIT) for count in (1, 2, 3)]
    runs = [map_values(functools.partial(_exemplified, sizing), arguments) for sizing in sizings]
    first, *others = answers(_Observed(depth), model, runs)
    second = others[0] if others else first
    measured = {}
    for name, (output, calls, count) in first.items():
        if dynamic:
            ones, twos, threes = (run[name][2] for run in others[1:])
            known = threes - twos == twos - ones and not any(place for place, _ in dynamic)
            count = ones - (twos - ones) * (UNIT - 1) // UNIT if known else -1
        measured[name] = _Measure(axes_of(output, second[name][0]), calls, None if count < 0 else count // 2)
    return measured


def _size_in_run(run: int, size: int | str | None) -> int:
    return example_sizes(size)[run]


def _size_or(dynamic: int, size: int | str | None) -> int:
    return size if isinstance(size, int) else dynamic


def _exemplified(sizing: Callable[[Any], int], leaf: Any) -> Any:
    return leaf.example(sizing) if isinstance(leaf, Argument) else leaf


class _Observed:
    """Calls a module and watches the modules in it; answers by name with the output, the calls and the flops."""

    def __init__(self, depth: int | None) -> None:
        self.depth = depth

    def __call__(self, model: torch.nn.Module, *args: Any, **kwargs: Any) -> dict[str, list[Any]]:
        from torch.utils.flop_counter import FlopCounterMode

        found: dict[str, list[Any]] = {}
        with FlopCounterMode(display=False, custom_mapping=_formulas()) as counter:
            stack = [[0, 0]]
            for name, module in model.named_modules():
                if self.depth is not None and name and name.count(".") >= self.depth:
                    continue

                def enter(*_: Any) -> None:
                    stack.append([counter.get_total_flops(), 0])

                def leave(_: Any, __: Any, output: Any, name: str = name) -> None:
                    before, inside = stack.pop()
                    flops = counter.get_total_flops() - before
                    stack[-1][1] += flops
                    row = found.setdefault(name, [output, 0, 0])
                    row[1] += 1
                    row[2] += flops - inside

                module.register_forward_pre_hook(enter, prepend=True)
                module.register_forward_hook(leave)
            model(*args, **kwargs)
        return found


def _formulas() -> dict[Any, Any]:
    """Flops of what torch.utils.flop_counter does not know: attention and recurrence as the CPU has them.

    Each takes the shapes of the tensors that the operation takes.
    """
    from torch.utils.flop_counter import sdpa_flop_count

    def attention(query: Any, key: Any, value: Any, *args: Any, **kwargs: Any) -> int:
        return sdpa_flop_count(query, key, value)

    def whole_attention(query: Any, key: Any, value: Any, size: int, heads: int, *args: Any, **kwargs: Any) -> int:
        split = [(shape[0], heads, shape[1], size // heads) for shape in (query, key, value)]
        projections = 2 * size * size * (2 * math.prod(query[:2]) + math.prod(key[:2]) + math.prod(value[:2]))
        return projections + sdpa_flop_count(*split)

    def encoder_layer(inputs: Any, size: int, heads: int, *args: Any, **kwargs: Any) -> int:
        inner = args[11][0]  # of the first map of the feed-forward part: (inner, size)
        return whole_attention(inputs, inputs, inputs, size, heads) + 4 * math.prod(inputs[:2]) * inner * size

    def recurrence(inputs: Any, by_input: Any, by_state: Any, *args: Any, **kwargs: Any) -> int:
        return 2 * inputs[0] * inputs[1] * (math.prod(by_input) + math.prod(by_state))

    aten = torch.ops.aten
    return {
        aten._scaled_dot_product_flash_attention_for_cpu: attention,
        aten._native_multi_head_attention: whole_attention,
        aten._transformer_encoder_layer_fwd: encoder_layer,
        aten.mkldnn_rnn_layer: recurrence,
    }


def _is_empty(tensor: torch.Tensor) -> bool:
    return isinstance(tensor, UninitializedTensorMixin)


def _rows(model: torch.nn.Module, measured: Mapping[str, _Measure], depth: int | None) -> Iterator[Row]:
    counted: set[int] = set()
    for name, module in model.named_modules():
        level = name.count(".") + 1 if name else 0
        if depth is not None and level > depth:
            continue
        whole = depth is not None and level == depth
        own = {id(p): p for p in module.parameters(recurse=whole) if id(p) not in counted and not _is_empty(p)}
        counted |= own.keys()
        measure = measured.get(name, _Measure(None, 0, 0 if measured else None))
        yield Row(
            name,
            type(module).__name__,
            measure.output,
            sum(parameter.numel() for parameter in own.values()),
            sum(parameter.numel() for parameter in own.values() if parameter.requires_grad),
            measure.multiply_adds,
            measure.calls,
        )
