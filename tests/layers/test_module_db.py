"""PyTorch's own samples of its modules through our layers: bit for bit in torch, near in JAX and TensorFlow."""

from __future__ import annotations

import copy
import dataclasses
import warnings
from typing import Any

import numpy
import pytest
import torch

from bridge import layers
from tests import sweep
from tests.layers.case import settle
from tests.layers.cases import SAMPLES_LACKING, WITHOUT_ENTRY, classes, is_torchs
from tests.layers.steps import STEPS, Call, assert_near_torch, in_each_framework, torch_step

with warnings.catch_warnings():  # torch says that it would like hypothesis
    warnings.simplefilter("ignore", ImportWarning)
    from torch.testing._internal.common_modules import module_db

# What torch says of its own classes just as well.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{message}")
    for message in (
        "LSTM with projections is not supported with oneDNN:UserWarning",
        "reduction. 'mean' divides the total loss by both the batch size and the support size:UserWarning",
        "enable_nested_tensor is True, but self.use_nested_tensor is False:UserWarning",
        "linear_cross_entropy. ``options`` ignored:UserWarning",
    )
]

_AT_MOST = 6
"""Samples of a class in each mode: evenly spread over what `module_db` has, as some classes have hundreds."""


@dataclasses.dataclass(frozen=True)
class Sample:
    """What a module is constructed with and called with."""

    label: str
    name: str
    training: bool
    outermost: bool
    construction: Any
    call: Any
    dtype: torch.dtype

    def modules(self) -> tuple[torch.nn.Module, torch.nn.Module]:
        """The layer, and torch's own with the same weights."""
        built = []
        for namespace in (torch.nn, layers):
            args, kwargs = copy.deepcopy((self.construction.args, self.construction.kwargs))
            torch.manual_seed(5)
            module = getattr(namespace, self.name)(*args, **kwargs).to(self.dtype).train(self.training)
            settle(module, *self.call.args, **self.call.kwargs)
            built.append(module)
        theirs, ours = built
        ours.load_state_dict(theirs.state_dict(), strict=True)
        return ours, theirs

    def arguments(self) -> Call:
        """What it is called with; of what torch marks as fixed, such as targets, some have no gradient."""
        return Call(tuple(self.call.args), dict(self.call.kwargs), as_marked=True)

    def reason_to_lack(self, framework: str) -> str | None:
        """Why the framework cannot run it, if it cannot."""
        made, called = self.construction, self.call
        for lacking in SAMPLES_LACKING.get(self.name, ()):
            if framework in lacking.frameworks and lacking.holds(made.args, made.kwargs, called.args, called.kwargs):
                return lacking.reason
        return None


def _samples(dtype: torch.dtype) -> list[Sample]:
    found = []
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for info in module_db:
            name = info.module_cls.__name__
            if name not in layers.__all__ or info.module_cls is not getattr(torch.nn, name, None):
                continue
            if dtype not in info.dtypes or name in WITHOUT_ENTRY:
                continue
            for training in (False, True):
                every = list(info.module_inputs_func(info, "cpu", dtype, True, training))
                chosen = sorted({round(place) for place in numpy.linspace(0, len(every) - 1, _AT_MOST)})
                for place in chosen:
                    label = f"{name}-{'train' if training else 'eval'}-{place}"
                    sample = every[place]
                    found.append(
                        Sample(
                            label,
                            name,
                            training,
                            place in (chosen[0], chosen[-1]),
                            sample.constructor_input,
                            sample.forward_input,
                            dtype,
                        )
                    )
    return found


SAMPLES = _samples(torch.float32)
DOUBLE = _samples(torch.float64)


def _parameters(samples: list[Sample], suffix: str = "") -> list[Any]:
    """The samples as values of a parameter: all but the first and the last of a class are left to a sweep."""
    return [pytest.param(each, id=each.label + suffix, marks=() if each.outermost else sweep.MARK) for each in samples]


def test_every_layer_has_samples_or_a_reason():
    sampled = {sample.name for sample in SAMPLES}
    wanted = {name for name in classes() if is_torchs(name)}
    assert sampled | set(WITHOUT_ENTRY) == wanted
    assert not sampled & set(WITHOUT_ENTRY)


def test_no_sample_draws_random_numbers_in_training():
    # Were there dropout, other frameworks could not draw torch's numbers: those samples would need a list of their own.
    for sample in SAMPLES:
        rates = [getattr(part, "dropout", 0) for part in sample.modules()[0].modules()]
        assert not (sample.training and any(getattr(rate, "p", rate) for rate in rates))


@pytest.mark.parametrize("sample", [*_parameters(SAMPLES), *_parameters(DOUBLE, "-float64")])
def test_torch_is_equal_bit_for_bit(sample):
    ours, theirs = sample.modules()
    (received, _), (expected, _) = torch_step(ours, sample.arguments()), torch_step(theirs, sample.arguments())
    for mine, torchs in (
        (received.outputs, expected.outputs),
        (received.gradients, expected.gradients),
        (list(ours.state_dict().values()), list(theirs.state_dict().values())),
    ):
        assert len(mine) == len(torchs)
        for one, other in zip(mine, torchs, strict=True):
            assert torch.isfinite(other).all()
            assert torch.equal(one, other)


@pytest.mark.parametrize("sample", _parameters(SAMPLES))
@in_each_framework
def test_other_frameworks_agree_with_torch(sample, framework, modes):
    ours, theirs = sample.modules()
    if sample.reason_to_lack(framework) is not None:
        with pytest.raises(Exception, match=r"."):
            _compare(sample, framework, ours, theirs, compiled=modes[0])
        return
    before = copy.deepcopy(ours.state_dict())
    for compiled in modes:
        _compare(sample, framework, ours, copy.deepcopy(theirs), compiled=compiled)
    assert all(torch.equal(tensor, before[name]) for name, tensor in ours.state_dict().items())


def _compare(sample: Sample, framework: str, ours: Any, theirs: Any, *, compiled: bool) -> None:
    expected, cotangents = torch_step(theirs, sample.arguments())
    step = STEPS[framework]
    assert_near_torch(step(ours, sample.arguments(), cotangents, training=sample.training, compiled=compiled), expected)
