"""Every layer comes back from its configuration, and takes the `dtype` and `device` that torch.nn's class takes."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest
import torch
from torch.nn.parameter import is_lazy
from torch.utils._pytree import tree_leaves

from bridge import layers
from tests.layers.case import Case
from tests.layers.cases import CASES, ids, is_torchs

# torch says it of its own LSTM.
pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN:UserWarning")

# What torch says of its own classes just as well.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{message}")
    for message in ("`NLLLoss2d` has been deprecated:FutureWarning", "`nn.Container` is deprecated:FutureWarning")
]

_each = pytest.mark.parametrize("case", CASES, ids=ids(CASES))

KEYWORDS = {"dtype": torch.float64, "device": torch.device("meta")}


def _built(case: Case, layer: Any) -> Any:
    """The layer, called once where its weights wait for the shape of an input."""
    if any(getattr(module, "_needs_build", False) for module in layer.modules()):
        case.run(layer, *case.inputs())
    return layer


def _config(layer: Any) -> dict[str, Any] | None:
    """The configuration through JSON; `None` where it refuses, which it may for what JSON cannot hold alone."""
    try:
        return json.loads(json.dumps(layer.get_config()))
    except TypeError as error:
        if "cannot be written to a configuration" not in str(error):
            raise
        given = [leaf for module in layer.modules() for leaf in tree_leaves(getattr(module, "_constructed_with", ()))]
        assert any(map(_is_unwritable, given)), given
        return None


def _is_unwritable(value: Any) -> bool:
    foreign = isinstance(value, torch.nn.Module) and not hasattr(value, "get_config")
    return torch.is_tensor(value) or inspect.isroutine(value) or foreign


def _state(module: torch.nn.Module) -> dict[str, Any]:
    return {
        name: ("not known yet" if is_lazy(tensor) else tuple(tensor.shape), tensor.dtype, tensor.device.type)
        for name, tensor in module.state_dict().items()
        if torch.is_tensor(tensor)
    }


@_each
def test_it_comes_back_from_its_configuration(case):
    layer = case.build(layers)
    config = _config(layer)
    if config is None:
        return
    twin = type(layer).from_config(config)
    assert type(twin) is type(layer)
    assert _config(twin) == config
    if "num_bins" not in config:  # boundaries that were learned come with the state_dict
        assert _state(_built(case, twin)) == _state(_built(case, layer))
    assert repr(twin) == repr(layer)


def test_layers_of_plain_arguments_have_one():
    without = {case.name for case in CASES if _config(case.build(layers)) is None}
    with_one = {case.name for case in CASES if _config(case.build(layers)) is not None}
    assert {"Linear", "Conv2d", "LSTM", "Sequential", "ModuleDict", "ConvNeXtBlock", "Normalization"} <= with_one
    assert without >= {"Lambda", "ParameterList", "ParameterDict"}


def _constructed(cls: Any, like: Any, keyword: str) -> Any:
    """One more layer of the arguments of another, and the keyword; `None` where the constructor does not take it."""
    args, kwargs = like._constructed_with
    try:
        return cls(*args, **{**kwargs, keyword: KEYWORDS[keyword]})
    except TypeError as error:
        if "unexpected keyword argument" not in str(error):
            raise
        return None


@_each
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_it_takes_the_keywords_that_torch_takes(case, keyword):
    if case.name == "Container":
        pytest.skip("it takes modules by keyword, under any name")
    layer = case.build(layers)
    made = _constructed(type(layer), layer, keyword)
    if is_torchs(case.name):
        theirs = _constructed(getattr(torch.nn, case.name), layer, keyword)
        assert (made is None) == (theirs is None)
        assert made is None or _state(made) == _state(theirs)
    elif made is None:  # what has no tensors of its own needs no keyword
        assert not _own_tensors(layer)
    elif keyword == "dtype":
        assert {tensor.dtype for tensor in _own_tensors(made) if tensor.is_floating_point()} <= {torch.float64}
    else:
        assert all(tensor.is_meta for tensor in _own_tensors(made))
    if made is not None and (config := _config(made)) is not None:
        assert keyword in config or case.name == "Identity"
        assert "num_bins" in config or _state(type(made).from_config(config)) == _state(made)


def _own_tensors(layer: Any) -> list[torch.Tensor]:
    """What its `state_dict` holds, but for the tensors of modules that it was given."""
    modules = [leaf for leaf in tree_leaves(layer._constructed_with) if isinstance(leaf, torch.nn.Module)]
    given = {tensor.data_ptr() for module in modules for tensor in module.state_dict().values()}
    return [tensor for tensor in layer.state_dict().values() if tensor.is_meta or tensor.data_ptr() not in given]
