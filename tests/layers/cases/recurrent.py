"""Cases of the layers in `layers/recurrent.py`."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.utils.rnn import pack_padded_sequence

from bridge import layers as nn
from bridge import ops
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


def _packed(module: torch.nn.Module, x: torch.Tensor) -> Any:
    output, states = module(pack_padded_sequence(x, [5, 3]))
    return output.data, output.batch_sizes, states


_PACKING: dict[str, Any] = {
    "lacking": dict.fromkeys(("jax", "tensorflow"), "a PackedSequence is torch's; give lengths"),
    "compile": "function `pack_padded_sequence`",
    "export": "got FakeTensor",
    "vmap": "calling .item.. on a Tensor",
}

_IN_PLACE = "output with shape .* doesn't match the broadcast shape"

for _name in ("RNN", "GRU", "LSTM"):
    _lacks = {} if _name == "LSTM" else {"vmap": _IN_PLACE}  # torch's write into the states that they begin with
    add(_name, (3, 4), {}, (5, 2, 3), **_lacks)
    add(_name, (3, 4), {"bidirectional": True, "bias": False}, (5, 2, 3), **_lacks)
    add(_name, (3, 4), {"num_layers": 2, "dropout": 0.5, "batch_first": True}, (5, 2, 3), random=True, **_lacks)
    add(_name, (3, 4), {"num_layers": 2, "bidirectional": True, "batch_first": True}, (1, 2, 3), **_lacks)
    add(_name, (3, 4), {"batch_first": True}, (5, 3), **_lacks)
    _hooks = {"hooks": "no backward hook is called for a PackedSequence"} if _name == "LSTM" else {}  # one has states
    add(_name, (3, 4), {"bidirectional": True}, (5, 2, 3), _packed, **_PACKING, **_hooks)
for _name in ("RNN", "GRU"):
    add(_name, (3, 4), {}, [(5, 2, 3), (1, 2, 4)])
    add(_name, (3, 4), {}, [(5, 3), (1, 4)])
add("RNN", (3, 4, 2), {"nonlinearity": "relu", "bidirectional": True}, (5, 2, 3), vmap=_IN_PLACE)
add("LSTM", (3, 4), {}, [(5, 2, 3), (1, 2, 4), (1, 2, 4)], lambda module, x, h, c: module(x, (h, c)))
add(
    "LSTM",
    (3, 4),
    {"num_layers": 2, "proj_size": 2, "bidirectional": True},
    (5, 2, 3),
    vmap=_IN_PLACE,  # its projections are computed in place
)
add(
    "RNNBase",
    ("GRU", 3, 4),
    {"num_layers": 2},
    (2, 3),
    lambda module, x: ops.linear(ops.linear(x, module.weight_ih_l0)[:, :4], module.weight_hh_l1),
    hooks="no backward hook is called for a PackedSequence",  # nor for a class without a forward
)

WITHOUT_ENTRY = {"RNNBase": "it has no forward"}
ANY_SHAPE = {"RNNBase"}
WRONG_SHAPES = {
    "GRU": (lambda: nn.GRU(4, 3), [(5, 2, 6)], "(L, N, 4) or (L, 4)"),
    "LSTM": (lambda: nn.LSTM(4, 3), [(5, 2, 6)], "(L, N, 4) or (L, 4)"),
    "RNN": (lambda: nn.RNN(4, 3, batch_first=True), [(5, 2, 6)], "(N, L, 4) or (L, 4)"),
}
