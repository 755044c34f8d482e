"""Proves that a SavedModel is served by TensorFlow alone, in its native operations, as torch answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf
import torch
from tensorflow.core.protobuf import saved_model_pb2

import bridge
from bridge import InputSpec
from bridge import layers as nn
from tests.export.serving import Served, serve, served
from tests.helpers import assert_close
from tests.interop.compare import assert_untouched, snapshot
from tests.interop.models import MODELS, cnn

OPENER = """
import tensorflow as tf

def open_file(path):
    loaded = tf.saved_model.load(path)  # which must live as long as its signatures
    serve = loaded.signatures["serving_default"]
    def run(arrays):
        answers = serve(**{name: tf.constant(array) for name, array in arrays.items()})
        return {name: tensor.numpy() for name, tensor in answers.items()}
    run.loaded = loaded
    return {}, run
"""

NAMES = [*MODELS, "retrieval"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("saved_model")


@pytest.fixture(scope="module")
def models(folder: Path) -> dict[str, Served]:
    """The models, exported under `folder`, with the answers of TensorFlow in a process of its own."""
    models = served()
    for name, model in models.items():
        report = bridge.export.saved_model(model.tested, folder / name / "1", model.specs)
        assert report.largest_difference < 1e-5
    serve(OPENER, {name: folder / name / "1" for name in models}, models, folder)
    return models


def graph_of(path: Path) -> saved_model_pb2.MetaGraphDef:
    saved = saved_model_pb2.SavedModel.FromString((path / "saved_model.pb").read_bytes())
    (graph,) = saved.meta_graphs
    return graph


@pytest.mark.parametrize("name", NAMES)
def test_served_by_tensorflow_alone_as_torch_answers(models: dict[str, Served], name: str) -> None:
    models[name].assert_answers_are_torchs()


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_is_tensorflows_own(models: dict[str, Served], folder: Path, name: str) -> None:
    graph = graph_of(folder / name / "1")
    nodes = [
        *graph.graph_def.node,
        *(node for function in graph.graph_def.library.function for node in function.node_def),
    ]
    operations = {node.op for node in nodes}
    assert len(operations) > 10
    assert not {
        operation for operation in operations if "PyFunc" in operation or "Xla" in operation or "Custom" in operation
    }
    functions = {function.signature.name for function in graph.graph_def.library.function}
    known = set(tf.raw_ops.__dict__) | functions
    assert operations <= known, "operations that TensorFlow does not know"


def test_signatures_keep_names_dtypes_fixed_sizes_and_dynamic_axes(models: dict[str, Served], folder: Path) -> None:
    graph = graph_of(folder / "retrieval" / "1")
    assert list(graph.meta_info_def.tags) == ["serve"]
    signature = graph.signature_def["serving_default"]
    inputs = {name: tf.TensorSpec.from_spec(spec_of(info)) for name, info in signature.inputs.items()}
    assert inputs == {
        "ids": tf.TensorSpec((None, None), tf.int64),
        "picture": tf.TensorSpec((None, 6), tf.float32),
        "keep": tf.TensorSpec((None, None), tf.float32),
    }
    assert set(signature.outputs) == {"scores", "words"}
    signature = graph_of(folder / "cnn" / "1").signature_def["serving_default"]
    assert spec_of(signature.inputs["cnn_input"]) == tf.TensorSpec((None, 1, 8, 8), tf.float32)
    assert set(signature.outputs) == {"output"}


def spec_of(info: object) -> tf.TensorSpec:
    return tf.TensorSpec(tf.TensorShape(info.tensor_shape), tf.dtypes.as_dtype(info.dtype))


def test_the_command_line_that_users_check_with(models: dict[str, Served], folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tensorflow.python.tools.saved_model_cli",
        "show",
        "--dir",
        folder / "retrieval" / "1",
    ]
    done = subprocess.run(
        [*command, "--tag_set", "serve", "--signature_def", "serving_default"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for line in (
        "inputs['ids'] tensor_info:",
        "inputs['picture'] tensor_info:",
        "inputs['keep'] tensor_info:",
        "outputs['scores'] tensor_info:",
        "outputs['words'] tensor_info:",
        "shape: (-1, 6)",
        "Method name is: tensorflow/serving/predict",
    ):
        assert line in done.stdout


def test_a_model_in_train_mode_stays_as_it_is_and_is_exported_in_eval_mode(tmp_path: Path) -> None:
    model = cnn(nn, dropout=0.5).train()
    model[0].eval()
    for seed in range(3):
        model(MODELS["cnn"].inputs(4, seed))
    before = snapshot(model)
    bridge.export.saved_model(model, tmp_path / "1", [InputSpec((None, 1, 8, 8))])
    assert_untouched(model, before)
    twin = cnn(torch.nn)
    twin.load_state_dict(model.state_dict())
    x = MODELS["cnn"].inputs()
    assert_close(bridge.export.load(tmp_path / "1")(x.numpy()), twin.eval()(x), 1e-4)


def test_a_tied_weight_is_stored_once(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Embedding(200, 64), nn.Linear(64, 200, bias=False))
    model[1].weight = model[0].weight
    report = bridge.export.saved_model(model, tmp_path / "1", [InputSpec(("batch",), "int64", "ids")])
    stored = sum(file.bytes for file in report.files if ".data-" in file.path.name)
    assert 4 * 200 * 64 <= stored < 1.1 * 4 * 200 * 64
    ids = torch.tensor([1, 5])
    assert_close(bridge.export.load(tmp_path / "1")(ids.numpy()), model[0].weight[ids] @ model[0].weight.T, 1e-4)


def test_several_outputs_are_numbered(tmp_path: Path) -> None:
    class Two(nn.Module):
        def forward(self, x):
            return x + 1, {"twice": 2 * x, "more": (x, x * 3)}

    bridge.export.saved_model(Two(), tmp_path / "1", [InputSpec((None, 2))])
    x = torch.randn(3, 2).numpy()
    answers = bridge.export.load(tmp_path / "1")(x)
    expected = {"output_0": x + 1, "output_1_twice": 2 * x, "output_1_more_0": x, "output_1_more_1": 3 * x}
    assert answers.keys() == expected.keys()
    for name, array in expected.items():
        assert_close(answers[name], array)


def test_an_unbuilt_layer_is_refused(tmp_path: Path) -> None:
    class Scale(nn.Module):
        def build(self, shape: tuple[int, ...]) -> None:
            self.add_weight("scale", shape[-1:], init=2.0)

        def forward(self, x):
            return x * self.scale

    model = Scale()
    with pytest.raises(ValueError, match="an export expected a Scale whose weights exist"):
        bridge.export.saved_model(model, tmp_path / "1", [InputSpec((None, 2))])
    assert not list(model.parameters())
    assert not list(tmp_path.iterdir())
