"""A table of layers: for each class, constructions that differ, and what each is called with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import torch
from torch.nn.utils.rnn import pack_padded_sequence


def _call(module: torch.nn.Module, *inputs: Any) -> Any:
    return module(*inputs)


@dataclasses.dataclass(frozen=True)
class Case:
    """How to build a layer from `torch.nn` or `bridge.layers`, how to run it, and new inputs for it.

    `refused` has, for what torch.nn's own class cannot do either, the words of the error.
    """

    name: str
    build: Callable[[ModuleType], torch.nn.Module]
    inputs: Callable[[], tuple[torch.Tensor, ...]]
    run: Callable[..., Any] = _call
    refused: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Runner(torch.nn.Module):
    """A layer with the way to run it, as containers have no forward; on copies, into which a layer may write."""

    def __init__(self, layer: torch.nn.Module, run: Callable[..., Any]) -> None:
        super().__init__()
        self.layer = layer
        self.run = run

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self.run(self.layer, *(x.clone() for x in inputs))


CASES: list[Case] = []


def _add(
    name: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    inputs: Any,
    run: Callable[..., Any] = _call,
    **refused: str,
) -> None:
    if not callable(inputs):
        shapes = inputs if isinstance(inputs, list) else [inputs]
        inputs = lambda: tuple(torch.randn(shape) for shape in shapes)  # noqa: E731
    CASES.append(Case(name, lambda nn: getattr(nn, name)(*args, **kwargs), inputs, run, refused))


# Activations, and layers without weights.
_IN_PLACE = {"hooks": "is a view and is being modified inplace"}
for _name in ("ReLU", "GELU", "SiLU", "Tanh", "Sigmoid"):
    _add(_name, (), {}, (3, 4))
for _name in ("ReLU", "SiLU"):
    _add(_name, (), {"inplace": True}, (3, 4), **_IN_PLACE)
_add("GELU", (), {"approximate": "tanh"}, (3, 4))
_add("Identity", (1, "ignored"), {"ignored": True}, (3, 4))
for _dim in (0, 1, -1):
    _add("Softmax", (_dim,), {}, (2, 3, 4))
_add("Dropout", (), {}, (5, 8))
_add("Dropout", (0.3,), {"inplace": True}, (5, 8), **_IN_PLACE)
_add("Dropout", (1.0,), {}, (5, 8))
_add("Flatten", (), {}, (2, 3, 4))
_add("Flatten", (0, -2), {}, (2, 3, 4))

# Linear maps and look-ups.
_add("Linear", (4, 3), {}, (2, 4))
_add("Linear", (4, 3), {"bias": False}, (2, 5, 4))
_add("Linear", (4, 3), {}, (4,))
for _kwargs, _refused in (
    ({}, {}),
    ({"padding_idx": 2}, {}),
    ({"max_norm": 0.5}, {"vmap": "aten::embedding_renorm_"}),  # writes into the weight that the samples share
    ({"sparse": True}, {"vmap": "'SparseCPU' backend"}),
    ({"scale_grad_by_freq": True}, {}),
):
    _add("Embedding", (6, 3), _kwargs, lambda: (torch.tensor([[1, 2, 2], [5, 0, 3]]),), **_refused)

# Convolutions.
for _kwargs in (
    {},
    {"bias": False, "stride": 2, "padding": 1},
    {"groups": 2, "dilation": 2},
    {"padding": "same", "dilation": 2},
    {"padding": "valid"},
    {"padding": 1, "padding_mode": "reflect"},
    {"padding": 2, "padding_mode": "circular"},
    {"padding": "same", "padding_mode": "replicate"},
):
    _add("Conv1d", (2, 4, 3), _kwargs, (2, 2, 7))
    _add("Conv2d", (2, 4, 3), _kwargs, (2, 2, 6, 7))
_add("Conv1d", (2, 4, 3), {}, (2, 7))
_add("Conv2d", (2, 4, (1, 3)), {"stride": (2, 1), "padding": (0, 2)}, (2, 6, 7))

# Normalisations.
for _kwargs, _refused in (
    ({}, {}),
    ({"affine": False}, {}),
    ({"track_running_stats": False}, {}),
    ({"momentum": None}, {"compile": "data-dependent expression"}),  # its factor is read from num_batches_tracked
    ({"eps": 0.1, "momentum": 1.0}, {}),
):
    _add("BatchNorm1d", (3,), _kwargs, (4, 3), **_refused)
    _add("BatchNorm2d", (3,), _kwargs, (4, 3, 2, 3), **_refused)
_add("BatchNorm1d", (3,), {}, (4, 3, 5))
for _kwargs in ({}, {"elementwise_affine": False}, {"bias": False}, {"eps": 0.1}):
    _add("LayerNorm", ((3, 4),), _kwargs, (2, 3, 4))
for _kwargs in ({}, {"elementwise_affine": False}, {"eps": 0.1}):
    _add("RMSNorm", (4,), _kwargs, (2, 3, 4))
for _kwargs in ({}, {"affine": False}, {"eps": 0.1}):
    _add("GroupNorm", (2, 4), _kwargs, (2, 4, 3))

# Poolings.
for _kwargs in ({}, {"stride": 2, "padding": 1, "ceil_mode": True}):
    _add("MaxPool2d", (3,), {**_kwargs, "return_indices": bool(_kwargs)}, (2, 3, 6, 7))
    _add("AvgPool2d", (3,), {**_kwargs, "count_include_pad": not _kwargs}, (2, 3, 6, 7))
_add("MaxPool2d", ((2, 1),), {"dilation": 2}, (3, 6, 7))
_add("AvgPool2d", ((2, 3),), {"divisor_override": 5}, (3, 6, 7))
for _size in (1, (2, 3), (None, 4)):
    _add("AdaptiveAvgPool2d", (_size,), {}, (2, 3, 5, 7))


# Attention.
def _attend(**kwargs: Any) -> Callable[..., Any]:
    return lambda module, *inputs: module(*inputs, **kwargs)


_FLOAT_MASK = torch.linspace(-1, 1, 12).reshape(3, 4)
_CAUSAL = torch.triu(torch.ones(3, 4, dtype=torch.bool), 1)
_PADDING = torch.tensor([[False, False, True, False], [False, False, False, True]])
_QKV = [(3, 2, 8), (4, 2, 8), (4, 2, 8)]
for _kwargs, _run in (
    ({}, _call),
    ({"bias": False, "dropout": 0.4}, _call),
    ({"add_bias_kv": True}, _attend(key_padding_mask=_PADDING)),
    ({"add_zero_attn": True}, _attend(attn_mask=_CAUSAL)),
    ({}, _attend(key_padding_mask=_PADDING, attn_mask=_CAUSAL, average_attn_weights=False)),
    ({"dropout": 0.4}, _attend(need_weights=False)),
):
    _add("MultiheadAttention", (8, 2), _kwargs, _QKV, _run)
_add(
    "MultiheadAttention",
    (8, 2),
    {},
    _QKV,
    lambda module, query, *others: module(query, *others, attn_mask=_FLOAT_MASK.to(query.dtype), need_weights=False),
)
_add("MultiheadAttention", (8, 2), {"kdim": 5, "vdim": 6}, [(3, 2, 8), (4, 2, 5), (4, 2, 6)])
_add("MultiheadAttention", (8, 2), {"batch_first": True}, [(2, 3, 8), (2, 4, 8), (2, 4, 8)])
_add("MultiheadAttention", (8, 2), {"batch_first": True}, (2, 3, 8), lambda module, x: module(x, x, x))
_add("MultiheadAttention", (8, 2), {"batch_first": True}, [(3, 8), (4, 8), (4, 8)])

# Recurrence.
for _kwargs in ({}, {"bidirectional": True, "bias": False}, {"num_layers": 2, "dropout": 0.5, "batch_first": True}):
    _add("LSTM", (3, 4), _kwargs, (5, 2, 3))
_add(
    "LSTM",
    (3, 4),
    {"num_layers": 2, "proj_size": 2, "bidirectional": True},
    (5, 2, 3),
    vmap="output with shape .* doesn't match the broadcast shape",  # its projections are computed in place
)
_add("LSTM", (3, 4), {"batch_first": True}, (5, 3))
_add("LSTM", (3, 4), {}, [(5, 2, 3), (1, 2, 4), (1, 2, 4)], lambda module, x, h, c: module(x, (h, c)))


def _packed(module: torch.nn.Module, x: torch.Tensor) -> Any:
    output, states = module(pack_padded_sequence(x, [5, 3]))
    return output.data, output.batch_sizes, states


_add(
    "LSTM",
    (3, 4),
    {"bidirectional": True},
    (5, 2, 3),
    _packed,
    compile="function `pack_padded_sequence`",
    export="got FakeTensor",
    vmap="calling .item.. on a Tensor",
    hooks="no backward hook is called for a PackedSequence",
)

# Losses.
_WEIGHT = torch.tensor([0.5, 2.0, 1.0, 0.1])
for _kwargs in (
    {},
    {"weight": _WEIGHT, "ignore_index": 1},
    {"reduction": "sum", "label_smoothing": 0.2},
    {"reduction": "none", "weight": _WEIGHT, "label_smoothing": 0.1},
):
    _add("CrossEntropyLoss", (), _kwargs, lambda: (torch.randn(3, 4), torch.tensor([1, 3, 0])))
    _add("CrossEntropyLoss", (), _kwargs, lambda: (torch.randn(2, 4, 3), torch.tensor([[1, 3, 0], [0, 2, 2]])))
for _kwargs in ({}, {"weight": _WEIGHT, "reduction": "none"}, {"label_smoothing": 0.2, "reduction": "sum"}):
    _add("CrossEntropyLoss", (), _kwargs, lambda: (torch.randn(3, 4), torch.rand(3, 4).softmax(-1)))
for _reduction in ("mean", "sum", "none"):
    _add("MSELoss", (), {"reduction": _reduction}, [(3, 4), (3, 4)])


# Containers.
def _build_mlp(nn: ModuleType) -> torch.nn.Module:
    return nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.GELU(), nn.Dropout(0.2), nn.Linear(6, 3), nn.Softmax(-1))


def _build_cnn(nn: ModuleType) -> torch.nn.Module:
    features = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.MaxPool2d(2))
    return nn.Sequential(features, nn.AdaptiveAvgPool2d((2, 1)), nn.Flatten(), nn.Linear(8, 3))


MLP = Case("Sequential", _build_mlp, lambda: (torch.randn(2, 4),))
CNN = Case("Sequential", _build_cnn, lambda: (torch.randn(2, 2, 6, 6),))


def _in_turn(layers: Any, x: torch.Tensor) -> torch.Tensor:
    for layer in layers.values() if hasattr(layers, "values") else layers:
        x = layer(x)
    return x


def _multiplied(parameters: Any, x: torch.Tensor) -> torch.Tensor:
    for parameter in parameters.values() if hasattr(parameters, "values") else parameters:
        x = x * parameter
    return x


def _a_row() -> tuple[torch.Tensor, ...]:
    return (torch.randn(2, 4),)


CASES += [
    MLP,
    CNN,
    Case("ModuleList", lambda nn: nn.ModuleList([nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 2)]), _a_row, _in_turn),
    Case("ModuleDict", lambda nn: nn.ModuleDict({"linear": nn.Linear(4, 4), "act": nn.SiLU()}), _a_row, _in_turn),
    Case("ParameterList", lambda nn: nn.ParameterList([torch.randn(4), torch.randn(2, 1)]), _a_row, _multiplied),
    Case("ParameterDict", lambda nn: nn.ParameterDict({"a": torch.randn(4), "b": torch.randn(1)}), _a_row, _multiplied),
]
