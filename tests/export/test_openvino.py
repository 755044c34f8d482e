"""Proves that an OpenVINO file runs in OpenVINO alone as torch answers, with its names, sizes and float32 weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import bridge
from bridge import ExportError, InputSpec
from bridge import layers as nn
from tests.export.serving import Served, serve, served
from tests.helpers import assert_close
from tests.interop.compare import assert_untouched, snapshot
from tests.interop.models import MODELS, cnn

OPENER = """
import openvino

def open_file(path):
    model = openvino.Core().read_model(path)
    compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    def run(arrays):
        answers = compiled(arrays)
        return {port.get_any_name(): answers[port] for port in compiled.outputs}
    about = {
        kind: {port.get_any_name(): [str(port.partial_shape), port.element_type.to_string()] for port in ports}
        for kind, ports in (("inputs", model.inputs), ("outputs", model.outputs))
    }
    about["constants"] = sorted(
        {node.get_element_type().to_string() for node in model.get_ops() if node.get_type_name() == "Constant"}
    )
    return about, run
"""

NAMES = ["mlp", "cnn", "transformer", "retrieval"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("openvino")


@pytest.fixture(scope="module")
def models(folder: Path) -> dict[str, Served]:
    """The models, exported under `folder`, with the answers of OpenVINO in a process of its own."""
    models = {name: model for name, model in served().items() if name in NAMES}
    for name, model in models.items():
        report = bridge.export.openvino(model.tested, folder / f"{name}.xml", model.specs)
        assert report.largest_difference < 1e-5
    serve(OPENER, {name: folder / f"{name}.xml" for name in models}, models, folder)
    return models


@pytest.mark.parametrize("name", NAMES)
def test_served_by_openvino_alone_as_torch_answers(models: dict[str, Served], name: str) -> None:
    models[name].assert_answers_are_torchs()


def test_names_dtypes_fixed_sizes_and_dynamic_axes_are_kept(models: dict[str, Served]) -> None:
    assert models["cnn"].about["inputs"] == {"cnn_input": ["[?,1,8,8]", "f32"]}
    assert models["cnn"].about["outputs"] == {"output": ["[?,3]", "f32"]}
    assert models["transformer"].about["inputs"] == {"transformer_input": ["[?,5]", "i64"]}
    assert models["retrieval"].about["inputs"] == {
        "ids": ["[?,?]", "i64"],
        "picture": ["[?,6]", "f32"],
        "keep": ["[?,?]", "f32"],
    }
    assert models["retrieval"].about["outputs"] == {"scores": ["[?,?,1]", "f32"], "words": ["[?,?,8]", "f32"]}


def test_weights_are_float32(models: dict[str, Served], folder: Path) -> None:
    parameters = sum(tensor.numel() for tensor in models["mlp"].tested.parameters())
    assert 4 * parameters <= (folder / "mlp.bin").stat().st_size < 4 * parameters + 200
    for model in models.values():
        assert "f32" in model.about["constants"]
        assert not {"f16", "bf16"} & set(model.about["constants"])


# Capturing any LSTM, torch.export speaks of the list that torch.nn.LSTM keeps of its own weights.
@pytest.mark.filterwarnings("ignore:The tensor attributes self._flat_weights")
def test_an_axis_that_the_model_cannot_vary_is_named(tmp_path: Path) -> None:
    """The ATen operation of an LSTM has the length of its sequence written into the graph."""
    model = nn.LSTM(6, 5, batch_first=True)
    with pytest.raises(
        ValueError, match=r"LSTM cannot vary a dynamic axis of \['length'\]: torch\.export says: "
    ) as caught:
        bridge.export.openvino(model, tmp_path / "lstm.xml", [InputSpec((2, "length", 6))])
    assert str(caught.value).endswith("Give the axis a fixed size in its InputSpec; nothing was written.")
    assert not list(tmp_path.iterdir())
    bridge.export.openvino(model, tmp_path / "lstm.xml", [InputSpec((2, 4, 6))])
    x = torch.randn(2, 4, 6)
    twin = torch.nn.LSTM(6, 5, batch_first=True)
    twin.load_state_dict(model.state_dict())
    output, (hidden, cell) = twin(x)
    answers = bridge.export.load(tmp_path / "lstm.xml")(x.numpy())
    assert_close(answers, {"output_0": output, "output_1_0": hidden, "output_1_1": cell}, 1e-4)


def test_a_model_in_train_mode_stays_as_it_is_and_is_exported_in_eval_mode(tmp_path: Path) -> None:
    model = cnn(nn, dropout=0.5).train()
    model[0].eval()
    for seed in range(3):
        model(MODELS["cnn"].inputs(4, seed))
    before = snapshot(model)
    bridge.export.openvino(model, tmp_path / "cnn.xml", [InputSpec((None, 1, 8, 8))])
    assert_untouched(model, before)
    twin = cnn(torch.nn)
    twin.load_state_dict(model.state_dict())
    x = MODELS["cnn"].inputs()
    assert_close(bridge.export.load(tmp_path / "cnn.xml")(x.numpy()), twin.eval()(x), 1e-4)


def test_a_plain_torch_module(tmp_path: Path) -> None:
    """What goes through torch.export need not be written in Bridge."""

    class Plain(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convolution = torch.nn.ConvTranspose2d(1, 2, 3)

        def forward(self, first: torch.Tensor, *more: torch.Tensor) -> dict[str, torch.Tensor]:
            return {"sum": self.convolution(first + more[0]), "running": more[1].cumsum(-1)}

    model = Plain()
    specs = [InputSpec(("batch", 1, 4, 4), "float32", name) for name in ("a", "b", "c")]
    bridge.export.openvino(model, tmp_path / "plain.xml", specs)
    a, b, c = torch.randn(3, 5, 1, 4, 4)
    assert_close(bridge.export.load(tmp_path / "plain.xml")(a.numpy(), b.numpy(), c.numpy()), model(a, b, c), 1e-4)


class Returning(torch.nn.Module):
    """A model that answers what a function makes of its input."""

    def __init__(self, function: Callable[[torch.Tensor], Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> Any:
        return self.function(x)


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda x: {"x": x + 1}, ValueError, r"one name for one tensor, but \['x'\] name an input and an output"),
        (lambda x: {"same": x, "more": x + 1}, ExportError, "the output 'same' is an input as it came: leave it out"),
        (
            torch.linalg.eigvals,
            ExportError,
            "OpenVINO cannot convert Returning; nothing was written: (.|\n)*linalg_eig",
        ),
    ],
)
def test_what_openvino_cannot_hold_is_said(tmp_path: Path, function: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        bridge.export.openvino(Returning(function), tmp_path / "model.xml", [InputSpec((3, 3))])
    assert not list(tmp_path.iterdir())


def test_the_path_must_end_in_xml(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"bridge\.export\.openvino expected a path that ends in \.xml, got .*model\.onnx"
    ):
        bridge.export.openvino(nn.Linear(3, 2), tmp_path / "model.onnx", [InputSpec((None, 3))])


def test_the_loaded_model_outlives_its_file(tmp_path: Path) -> None:
    bridge.export.openvino(nn.Linear(3, 2), tmp_path / "linear.xml", [InputSpec((None, 3))])
    loaded = bridge.export.load(tmp_path / "linear.xml")
    x = torch.randn(2, 3).numpy()
    before = loaded(x)
    (tmp_path / "linear.bin").write_bytes(bytes((tmp_path / "linear.bin").stat().st_size))
    (tmp_path / "linear.xml").unlink()
    assert_close(loaded(x), before, 0)
