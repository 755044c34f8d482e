"""Our cases of every layer in JAX and TensorFlow, eager and compiled, beside the same layer in torch.

For a class of torch.nn the reference is torch's own class with the same weights. For a layer of our own it is the layer
on torch tensors, which the test of its family compares with a reference that is not ours.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch

from bridge import layers
from bridge.interop.foreign import holds_torchs_own
from tests.layers.case import Case, Runner, settle
from tests.layers.cases import CASES, is_torchs, one_of_each_class
from tests.layers.steps import STEPS, Call, assert_near_torch, in_each_framework, torch_step

# What torch says of its own classes just as well.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{message}")
    for message in (
        "LSTM with projections is not supported with oneDNN:UserWarning",
        "`NLLLoss2d` has been deprecated:FutureWarning",
        "reduction. 'mean' divides the total loss by both the batch size and the support size:UserWarning",
        "`nn.Container` is deprecated:FutureWarning",
    )
]


def _pair(case: Case, training: bool) -> tuple[Runner, Runner]:
    """The layer, and the reference with the same weights."""
    torch.manual_seed(1)
    ours = Runner(case.build(layers), case.run).train(training)
    settle(ours, *case.inputs())
    if not is_torchs(case.name):
        return ours, copy.deepcopy(ours)
    theirs = Runner(case.build(torch.nn), case.run).train(training)
    settle(theirs, *case.inputs())  # a lazy layer of torch's that loads its weights would not know its size
    theirs.load_state_dict(ours.state_dict(), strict=True)
    return ours, theirs


def _call(case: Case) -> Call:
    torch.manual_seed(2)
    return Call(tuple(case.inputs()), {})


@pytest.mark.parametrize("case", one_of_each_class(CASES))
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@in_each_framework
def test_it_agrees_with_torch(case, framework, modes, training):
    if training and case.random:
        pytest.skip("it draws random numbers, which no two frameworks draw alike")
    ours, theirs = _pair(case, training)
    if framework in case.lacking:
        with pytest.raises(Exception, match=r"."):
            _compared(case, framework, ours, theirs, training=training, compiled=modes[0])
        return
    before = copy.deepcopy(ours.state_dict())
    for compiled in modes:
        _compared(case, framework, ours, copy.deepcopy(theirs), training=training, compiled=compiled)
    after = ours.state_dict()
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items() if torch.is_tensor(tensor))


@pytest.mark.parametrize("case", one_of_each_class(CASES))
def test_it_runs_as_it_is(case):
    """Not by a conversion, which would take what PyTorch makes of it."""
    module = case.build(layers)
    # The distance of TripletMarginWithDistanceLoss, unless it is given another, is a layer of torch.nn.
    calls_torchs = type(getattr(module, "distance_function", None)) is torch.nn.PairwiseDistance
    assert holds_torchs_own(module) == calls_torchs


def _compared(case: Case, framework: str, ours: Any, theirs: Any, *, training: bool, compiled: bool) -> None:
    expected, cotangents = torch_step(theirs, _call(case))
    received = STEPS[framework](ours, _call(case), cotangents, training=training, compiled=compiled)
    assert_near_torch(received, expected, case.tolerance)
