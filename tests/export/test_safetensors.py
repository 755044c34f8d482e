"""Proves that weights go through a safetensors file bit for bit, and that a bad file leaves a model as it was."""

from __future__ import annotations

import json
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy
import pytest
import safetensors
import safetensors.numpy
import safetensors.torch
import torch

import bridge
from bridge import InputSpec
from bridge import layers as nn
from tests.interop.compare import assert_untouched, snapshot
from tests.interop.models import MODELS, cnn


class Mixed(nn.Module):
    """Weights of several dtypes and layouts, some tied, some not in the `state_dict`."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(7, 4)
        self.head = nn.Linear(4, 7)
        self.head.weight = self.embedding.weight
        self.half = nn.Linear(4, 4).to(torch.float16)
        self.brain = nn.Linear(4, 4).to(torch.bfloat16)
        self.norm = nn.BatchNorm1d(4)
        self.transposed = nn.Parameter(torch.randn(3, 5).T)
        self.register_buffer("count", torch.tensor(2**40 + 1))
        self.register_buffer("flags", torch.tensor([True, False]))
        self.register_buffer("odd", torch.tensor([float("nan"), float("inf"), -0.0]))
        self.register_buffer("fleeting", torch.ones(2), persistent=False)

    def forward(self, ids: Any) -> Any:
        return self.head(self.norm(self.embedding(ids)))


def bits(tensor: torch.Tensor) -> bytes:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def header_of(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])


def test_the_official_reader_finds_every_bit(tmp_path: Path) -> None:
    model, path = Mixed(), tmp_path / "mixed.safetensors"
    bridge.export.safetensors(model, path)
    state = model.state_dict()
    tied = {"embedding.weight", "head.weight"}
    header = header_of(path)
    metadata = header.pop("__metadata__")
    assert metadata["format"] == "pt"
    assert len(tied & set(header)) == 1, "tied weights are written once"
    assert set(header) | tied == set(state)
    assert {header[name]["dtype"] for name in ("brain.weight", "half.bias", "count", "flags")} == {
        "BF16",
        "F16",
        "I64",
        "BOOL",
    }
    with safetensors.safe_open(path, "pt") as file:
        for name in header:
            assert bits(file.get_tensor(name)) == bits(state[name]), name
    numpys = [name for name in header if "brain" not in name]  # NumPy has no bfloat16
    with safetensors.safe_open(path, "np") as file:
        for name in numpys:
            array = file.get_tensor(name)
            assert array.tobytes() == bits(state[name]), name
            assert array.dtype == state[name].detach().numpy().dtype


def test_a_whole_file_for_numpy(tmp_path: Path) -> None:
    model = MODELS["cnn"].pair()[1]
    bridge.export.safetensors(model, tmp_path / "cnn.safetensors")
    arrays = safetensors.numpy.load_file(tmp_path / "cnn.safetensors")
    assert arrays.keys() == model.state_dict().keys()
    for name, tensor in model.state_dict().items():
        numpy.testing.assert_array_equal(arrays[name], tensor.numpy(), strict=True)


def test_load_into_a_fresh_model(tmp_path: Path) -> None:
    model, path = Mixed(), tmp_path / "mixed.safetensors"
    model(torch.tensor([1, 2, 3]))  # moves the statistics
    report = bridge.export.safetensors(model, path, [InputSpec(("batch",), "int64", "ids")])
    assert report.largest_difference == 0
    fresh = Mixed()
    parameter = fresh.transposed
    assert bridge.export.load(path, fresh) is fresh
    assert fresh.transposed is parameter
    assert fresh.head.weight is fresh.embedding.weight
    for name, tensor in model.state_dict().items():
        assert bits(fresh.state_dict()[name]) == bits(tensor), name
    ids = torch.tensor([0, 6])
    assert torch.equal(fresh.eval()(ids), model.eval()(ids))
    twin = MODELS["mlp"].make(torch.nn)  # a plain module of torch, too
    source = MODELS["mlp"].pair()[0]
    bridge.export.safetensors(source, tmp_path / "mlp.safetensors")
    bridge.export.load(tmp_path / "mlp.safetensors", twin)
    assert torch.equal(twin(MODELS["mlp"].inputs()), source(MODELS["mlp"].inputs()))


def test_what_others_wrote_is_read(tmp_path: Path) -> None:
    source, path = cnn(torch.nn), tmp_path / "model.safetensors"
    safetensors.torch.save_file(source.state_dict(), path)
    loaded = bridge.export.load(path, cnn(nn))
    for name, tensor in source.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor)
    safetensors.torch.load_model(loaded, path)  # and the other way round: what Bridge wrote
    bridge.export.safetensors(loaded, tmp_path / "ours.safetensors")
    safetensors.torch.load_model(source, tmp_path / "ours.safetensors")


def test_the_model_stays_as_it_is(tmp_path: Path) -> None:
    model = cnn(nn, dropout=0.5).train()
    before = snapshot(model)
    report = bridge.export.safetensors(model, tmp_path / "cnn.safetensors", [InputSpec((None, 1, 8, 8))])
    assert_untouched(model, before)
    assert report.largest_difference <= 1e-6
    assert [size for case in report.sizes for size in case.values()] == [1, 2, 7]


@pytest.mark.parametrize("kept", [0, 4, 8, 100, -1])
def test_a_truncated_file(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cnn.safetensors"
    bridge.export.safetensors(cnn(nn), path)
    path.write_bytes(path.read_bytes()[:kept])
    assert_refused(path, cnn(nn), f"{path.name} is not a whole safetensors file")


@pytest.mark.parametrize("content", [b"PK\x03\x04 a zip file, as torch.save writes", b"\xff" * 64, b"{}", bytes(100)])
def test_a_foreign_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    assert_refused(
        path, cnn(nn), r"is not a whole safetensors file .* The model was not changed; get the file again\.$"
    )


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (tmp_path / "sprung").touch, ()

    path = tmp_path / "model.safetensors"
    torch.save(Trap(), path)
    assert_refused(path, cnn(nn), "is not a whole safetensors file")
    assert not (tmp_path / "sprung").exists()


def assert_refused(path: Path, model: torch.nn.Module, message: str) -> pytest.ExceptionInfo[ValueError]:
    before = snapshot(model)
    with pytest.raises(ValueError, match=message) as caught:
        bridge.export.load(path, model)
    assert_untouched(model, before)
    return caught


def test_all_wrong_names_and_shapes_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    other = nn.Sequential(
        OrderedDict([("0", nn.Conv2d(1, 5, 3)), ("1", nn.BatchNorm2d(4)), ("extra", nn.Linear(2, 2))])
    )
    del other[1].running_var
    bridge.export.safetensors(other, path)
    caught = assert_refused(path, cnn(nn), "Sequential cannot take these parameters and buffers:")
    for fault in (
        "unexpected parameter 'extra.weight'",
        "unexpected parameter 'extra.bias'",
        "parameter '0.weight' expected shape (4, 1, 3, 3), got (5, 1, 3, 3)",
        "parameter '0.bias' expected shape (4,), got (5,)",
        "missing parameter '9.weight' of shape (3, 8)",
        "missing buffer '1.running_var' of shape (4,)",
    ):
        assert fault in str(caught.value)
    assert "1.running_mean" not in str(caught.value)


def test_arguments_of_load(tmp_path: Path) -> None:
    path = tmp_path / "cnn.safetensors"
    with pytest.raises(FileNotFoundError, match=r"cnn\.safetensors does not exist$"):
        bridge.export.load(path, cnn(nn))
    bridge.export.safetensors(cnn(nn), path)
    with pytest.raises(TypeError, match=r"holds weights alone: pass the model to load them into, load\(path, model\)$"):
        bridge.export.load(path)


def test_an_unbuilt_layer_is_refused(tmp_path: Path) -> None:
    class Scale(nn.Module):
        def build(self, shape: tuple[int, ...]) -> None:
            self.add_weight("scale", shape[-1:])

    with pytest.raises(ValueError, match="an export expected a Scale whose weights exist"):
        bridge.export.safetensors(Scale(), tmp_path / "scale.safetensors")
    assert not list(tmp_path.iterdir())
