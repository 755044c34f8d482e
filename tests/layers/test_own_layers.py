"""Layers of our own, which no class of torch.nn stands behind, under all that PyTorch does with a module."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
import tensorflow as tf
import torch
from torch.utils._pytree import tree_leaves

from bridge import layers
from bridge.interop import tf as bridge_tf
from tests.helpers import assert_close
from tests.layers.case import Case, Runner
from tests.layers.cases import CASES, ids, is_torchs, one_of_each_class

OWN = [case for case in CASES if not is_torchs(case.name)]

_each = pytest.mark.parametrize("case", OWN, ids=ids(OWN))
_one_each = pytest.mark.parametrize("case", one_of_each_class(OWN))


def _runner(case: Case, training: bool = False) -> Runner:
    torch.manual_seed(1)
    return Runner(case.build(layers), case.run).train(training)


def _inputs(case: Case) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(2)
    return tuple(case.inputs())


def _run(function: Any, *inputs: torch.Tensor) -> list[Any]:
    torch.manual_seed(3)
    return [leaf for leaf in tree_leaves(function(*inputs)) if leaf is not None]


def _assert_same(actual: list[Any], expected: list[Any]) -> None:
    assert len(actual) == len(expected) > 0
    for received, wanted in zip(actual, expected, strict=True):
        assert torch.isfinite(wanted).all()
        assert received.dtype == wanted.dtype
        assert torch.equal(received, wanted)


@_one_each
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_compiles_in_one_graph(case, training):
    if "compile" in case.refused:
        pytest.skip(case.refused["compile"])
    runner, inputs = _runner(case, training), _inputs(case)
    expected = _run(copy.deepcopy(runner), *inputs)
    torch._dynamo.reset()
    _assert_same(_run(torch.compile(runner, fullgraph=True, backend="eager"), *inputs), expected)


@_each
def test_exports(case):
    if "export" in case.refused:
        pytest.skip(case.refused["export"])
    runner, inputs = _runner(case), _inputs(case)
    program = torch.export.export(runner, inputs, strict=False)
    _assert_same(_run(program.module(), *inputs), _run(runner, *inputs))


@_each
def test_copies_and_pickles(case):
    runner, inputs = _runner(case, True), _inputs(case)
    twins = copy.deepcopy(runner.layer), pickle.loads(pickle.dumps(runner.layer))
    expected = _run(copy.deepcopy(runner), *inputs)
    for twin in twins:
        assert repr(twin) == repr(runner.layer)
        assert not {id(tensor) for tensor in twin.parameters()} & {id(tensor) for tensor in runner.parameters()}
        _assert_same(_run(Runner(twin, case.run), *inputs), expected)


@_each
def test_a_state_comes_back(case):
    runner, inputs = _runner(case), _inputs(case)
    torch.manual_seed(7)
    fresh = Runner(case.build(layers), case.run).eval()
    fresh.load_state_dict(runner.state_dict(), strict=True)
    _assert_same(_run(fresh, *inputs), _run(runner, *inputs))


@_each
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16], ids=str)
def test_other_dtypes(case, dtype):
    runner, inputs = _runner(case), _inputs(case)
    expected = _run(runner, *inputs)
    cast = tuple(x.to(dtype) if x.is_floating_point() else x for x in inputs)
    received = _run(copy.deepcopy(runner).to(dtype), *cast)
    for one, other in zip(received, expected, strict=True):
        assert one.shape == other.shape
        if one.is_floating_point() and dtype == torch.float64:
            assert_close(one.float(), other.float())


@_each
def test_the_batch_of_a_tf_function_may_be_unknown(case):
    if "tensorflow" in case.lacking:
        pytest.skip(case.lacking["tensorflow"])
    runner, inputs = _runner(case), _inputs(case)
    if len({x.shape[:1] for x in inputs}) > 1 or inputs[0].ndim < 2:
        pytest.skip("its inputs do not begin with one batch axis")
    arrays = [tf.constant(x.numpy()) for x in inputs]
    signature = [tf.TensorSpec([None, *array.shape[1:]], array.dtype) for array in arrays]
    received = tf.function(bridge_tf.as_module(runner), input_signature=signature)(*arrays)
    assert_close([leaf for leaf in tree_leaves(received) if leaf is not None], _run(runner, *inputs))
