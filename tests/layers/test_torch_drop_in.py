"""Every layer in the place of its torch.nn class: the same bits under all that PyTorch does with it."""

from __future__ import annotations

import contextlib
import copy
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from torch.nn.parameter import is_lazy
from torch.utils._pytree import tree_leaves, tree_map

from bridge import layers
from tests.layers import cases
from tests.layers.case import Case, Runner, settle
from tests.layers.cases.container import CNN, MLP

pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{message}")
    for message in (
        # What torch says of its own classes just as well.
        "LSTM with projections is not supported with oneDNN:UserWarning",
        "Full backward hook is firing when gradients are computed with respect to module outputs:UserWarning",
        "There is a performance drop because we have not yet implemented the batching rule:UserWarning",
        r"The tensor attributes? self\.layer\._flat_weights.* assigned during export:UserWarning",
        "`NLLLoss2d` has been deprecated:FutureWarning",
        "reduction. 'mean' divides the total loss by both the batch size and the support size:UserWarning",
        "The PyTorch API of nested tensors is in prototype stage:UserWarning",
        # Inductor uses torch's own deprecated names.
        "`torch.jit.script_method` is deprecated:DeprecationWarning",
    )
]

CASES = [case for case in cases.CASES if cases.is_torchs(case.name)]

_each = pytest.mark.parametrize("case", CASES, ids=cases.ids(CASES))
_one_each = pytest.mark.parametrize("case", cases.one_of_each_class(CASES))


def _pair(case: Case, training: bool) -> tuple[Runner, Runner]:
    """The layer and torch's own, each built from one seed."""
    runners = []
    for namespace in (layers, torch.nn):
        torch.manual_seed(1)
        runners.append(Runner(case.build(namespace), case.run).train(training))
    return runners[0], runners[1]


def _settled_pair(case: Case, inputs: tuple[torch.Tensor, ...]) -> tuple[Runner, Runner]:
    """The pair in eval mode, lazy layers with the weights that functions of torch's ask for."""
    ours, theirs = _pair(case, False)
    for runner in (ours, theirs):
        torch.manual_seed(3)
        settle(runner, *inputs)
    return ours, theirs


def _inputs(case: Case) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(2)
    return tuple(x.requires_grad_() if x.is_floating_point() else x for x in case.inputs())


def _run(function: Callable[..., Any], *inputs: torch.Tensor) -> Any:
    torch.manual_seed(3)
    return function(*inputs)


def _gradients(runner: Runner, inputs: tuple[torch.Tensor, ...], outputs: Any) -> list[torch.Tensor]:
    outputs = [leaf for leaf in tree_leaves(outputs) if leaf is not None and leaf.requires_grad]
    wanted = [leaf for leaf in (*runner.parameters(), *inputs) if leaf.requires_grad]
    if not outputs:
        return []
    torch.manual_seed(4)
    found = torch.autograd.grad(outputs, wanted, [torch.randn_like(leaf) for leaf in outputs], allow_unused=True)
    return [torch.zeros_like(leaf) if grad is None else grad for leaf, grad in zip(wanted, found, strict=True)]


def _assert_same(actual: Any, expected: Any) -> None:
    actual, expected = tree_leaves(actual), tree_leaves(expected)
    assert len(actual) == len(expected) > 0
    for received, wanted in zip(actual, expected, strict=True):
        if wanted is None:
            assert received is None
            continue
        received, wanted = received.detach().to_dense(), wanted.detach().to_dense()
        assert torch.isfinite(wanted).all()
        assert received.dtype == wanted.dtype
        assert torch.equal(received, wanted), f"{received} is not {wanted}"


def _assert_same_state(actual: torch.nn.Module, expected: torch.nn.Module) -> None:
    received, wanted = actual.state_dict(), expected.state_dict()
    assert list(received) == list(wanted)
    assert [name for name in received if is_lazy(received[name])] == [name for name in wanted if is_lazy(wanted[name])]
    there = [name for name in wanted if not is_lazy(wanted[name])]
    if there:
        _assert_same([received[name] for name in there], [wanted[name] for name in there])


def _refused(case: Case, subject: str, training: bool, attempt: Callable[[Runner], Any]) -> bool:
    """Whether torch.nn's class cannot do it; then ours fails for the same reason."""
    if subject not in case.refused:
        return False
    for runner in _pair(case, training):
        with pytest.raises(Exception, match=case.refused[subject]):
            attempt(runner)
    return True


def _comparison(case: Case, subject: str, training: bool, attempt: Callable[[Runner], Any]) -> Callable[..., None]:
    """Equal to the bit; or near, where torch.nn's class cannot do it and ours takes another way."""
    if subject not in case.beyond:
        return _assert_same
    with pytest.raises(Exception, match=case.beyond[subject]):
        attempt(_pair(case, training)[1])
    return torch.testing.assert_close


def test_every_layer_has_a_case():
    assert {case.name for case in cases.CASES} == set(cases.classes())


def test_module_parameter_and_init_are_torchs():
    assert issubclass(layers.Module, torch.nn.Module)
    assert layers.Parameter is torch.nn.Parameter
    assert layers.init is torch.nn.init


@_each
def test_is_torchs_own_kind(case):
    ours, theirs = (runner.layer for runner in _pair(case, True))
    assert isinstance(ours, getattr(torch.nn, case.name))
    assert repr(ours) == repr(theirs)
    _assert_same_state(ours, theirs)  # the same initialisation from the same seed
    with torch.no_grad():
        for parameter in ours.parameters():
            if is_lazy(parameter):
                continue
            parameter.mul_(2).add_(1)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    _assert_same_state(theirs, ours)
    fresh = case.build(layers)
    fresh.load_state_dict(theirs.state_dict(), strict=True)
    _assert_same_state(fresh, ours)


@_each
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_answers_gradients_and_buffers_are_equal(case, training):
    ours, theirs = _pair(case, training)
    inputs = _inputs(case)
    for _ in range(2):  # a second step on the statistics of the first
        outputs, expected = _run(ours, *inputs), _run(theirs, *inputs)
        _assert_same(outputs, expected)
        grads, wanted = _gradients(ours, inputs, outputs), _gradients(theirs, inputs, expected)
        assert len(grads) == len(wanted) > 0
        _assert_same(grads, wanted)
    with torch.no_grad():
        _assert_same(_run(ours, *inputs), _run(theirs, *inputs))
    _assert_same_state(ours, theirs)


def _allow_rnn(case: Case) -> Any:
    """torch.nn.LSTM itself compiles only where Dynamo is told to let recurrent networks in."""
    return (
        torch._dynamo.config.patch(allow_rnn=True) if case.name in ("RNN", "LSTM", "GRU") else contextlib.nullcontext()
    )


def _compile(runner: Runner, backend: str) -> Callable[..., Any]:
    torch._dynamo.reset()
    return torch.compile(runner, fullgraph=True, backend=backend)


def _compiled_and_expected(case: Case, backend: str, training: bool) -> list[list[Any]]:
    """Outputs, gradients and state after the step: compiled, and torch.nn's without."""
    ours, theirs = _pair(case, training)
    inputs = _inputs(case)
    found = []
    for runner, function in ((ours, _compile(ours, backend)), (theirs, theirs)):
        outputs = _run(function, *inputs)
        found.append([outputs, _gradients(runner, inputs, outputs), list(runner.state_dict().values())])
    return found


@_one_each
def test_compiles_in_one_graph(case):
    inputs = _inputs(case)

    def attempt(runner: Runner) -> Any:
        return _run(_compile(runner, "eager"), *inputs)

    with _allow_rnn(case):
        if not _refused(case, "compile", True, attempt):
            compare = _comparison(case, "compile", True, attempt)
            compare(*_compiled_and_expected(case, "eager", training=True))


@pytest.mark.parametrize("case", [MLP, CNN], ids=["mlp", "cnn"])
def test_inductor_compiles(case):
    # Inductor fuses, so it rounds otherwise; in training it has its own random numbers, so the MLP is in eval mode.
    actual, expected = _compiled_and_expected(case, "inductor", training=case is CNN)
    torch.testing.assert_close(actual, expected)
    assert all(torch.isfinite(leaf).all() for leaf in tree_leaves(actual))


@_one_each
def test_exports(case):
    inputs = tuple(x.detach() for x in _inputs(case))
    ours, theirs = _settled_pair(case, inputs)

    def export(runner: Runner) -> Any:
        return torch.export.export(runner, inputs, strict=False)

    if not _refused(case, "export", False, export):
        compare = _comparison(case, "export", False, export)
        compare(_run(export(ours).module(), *inputs), _run(theirs, *inputs))


def _per_sample_gradients(runner: Runner, inputs: tuple[torch.Tensor, ...]) -> Any:
    """Gradients by the parameters and the first input for each of two samples, by torch.func."""
    params, buffers = dict(runner.named_parameters()), dict(runner.named_buffers())

    def loss(params: Mapping[str, torch.Tensor], *inputs: torch.Tensor) -> torch.Tensor:
        outputs = torch.func.functional_call(runner, (dict(params), buffers), inputs)
        return sum(leaf.sin().sum() for leaf in tree_leaves(outputs) if leaf is not None and leaf.is_floating_point())

    by_input = (1,) if inputs[0].is_floating_point() else ()
    gradient = torch.func.grad(loss, argnums=(0, *by_input))
    stacked = [torch.stack([x.detach(), x.detach().flip(0)]) for x in inputs]
    return torch.func.vmap(gradient, in_dims=(None, *(0 for _ in inputs)))(params, *stacked)


@_each
def test_functional_call_under_grad_and_vmap(case):
    inputs = _inputs(case)
    ours, theirs = _settled_pair(case, inputs)
    if _refused(case, "vmap", False, lambda runner: _per_sample_gradients(runner, inputs)):
        return
    _assert_same(_per_sample_gradients(ours, inputs), _per_sample_gradients(theirs, inputs))


@_each
@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))], ids=["deepcopy", "pickle"]
)
def test_copies_and_pickles(case, duplicate):
    if duplicate is copy.deepcopy and _refused(case, "deepcopy", True, lambda runner: duplicate(runner.layer)):
        return
    ours, theirs = _pair(case, True)
    twin = duplicate(ours.layer)
    assert type(twin) is type(ours.layer)
    assert not {id(tensor) for tensor in twin.parameters()} & {id(tensor) for tensor in ours.parameters()}
    inputs = _inputs(case)
    runner = Runner(twin, case.run)
    outputs, expected = _run(runner, *inputs), _run(theirs, *inputs)
    _assert_same(outputs, expected)
    _assert_same(_gradients(runner, inputs, outputs), _gradients(theirs, inputs, expected))
    _assert_same_state(runner, theirs)


@_each
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16], ids=str)
def test_other_dtypes(case, dtype):
    inputs = tuple(x.detach().to(dtype).requires_grad_() if x.is_floating_point() else x for x in _inputs(case))
    if dtype is torch.bfloat16 and _refused(case, "dtypes", True, lambda runner: _run(runner.to(dtype), *inputs)):
        return
    ours, theirs = (runner.to(dtype) for runner in _pair(case, True))
    outputs, expected = _run(ours, *inputs), _run(theirs, *inputs)
    _assert_same(outputs, expected)
    _assert_same(_gradients(ours, inputs, outputs), _gradients(theirs, inputs, expected))
    _assert_same_state(ours, theirs)


def _run_with_hooks(runner: Runner, inputs: tuple[torch.Tensor, ...]) -> list[Any]:
    """Outputs and gradients, all doubled by hooks on the way in and out, and what the backward hooks were given."""
    heard: list[Any] = []
    runner.layer.register_forward_pre_hook(lambda module, args: tree_map(_doubled, args))
    runner.layer.register_forward_hook(lambda module, args, output: tree_map(_doubled, output))
    runner.layer.register_full_backward_pre_hook(lambda module, outward: heard.extend(outward))
    runner.layer.register_full_backward_hook(lambda module, inward, outward: heard.extend(inward + outward))
    outputs = _run(runner, *inputs)
    gradients = _gradients(runner, inputs, outputs)
    assert heard, "no backward hook is called for a PackedSequence"
    return [outputs, gradients, heard]


_hookable = [case for case in CASES if not case.name.endswith(("List", "Dict"))]  # those are never called


@pytest.mark.parametrize("case", _hookable, ids=cases.ids(_hookable))
def test_hooks_see_and_change_the_same(case):
    inputs = _inputs(case)
    if not _refused(case, "hooks", True, lambda runner: _run_with_hooks(runner, inputs)):
        _assert_same(*(_run_with_hooks(runner, inputs) for runner in _pair(case, True)))


def _doubled(value: Any) -> Any:
    return value * 2 if torch.is_tensor(value) and value.is_floating_point() else value
