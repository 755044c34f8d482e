"""Proves that a file that was read back is a function of NumPy arrays, and that what is no such file is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest
import tensorflow as tf

import bridge
from bridge import InputSpec
from bridge import layers as nn
from tests.helpers import assert_close

PATHS = {"saved_model": "model", "openvino": "model.xml"}
EACH_FORMAT = pytest.mark.parametrize("format", PATHS)

FIRST, SECOND, THIRD = (numpy.full((2, 3), value, "float32") for value in (1, 10, 100))


class Weighing(nn.Module):
    """A model whose inputs, not in the order of the alphabet, all have one shape and count differently."""

    def forward(self, zeta: Any, alpha: Any, mid: Any) -> Any:
        return {"weighed": zeta + 2 * alpha + 3 * mid, "difference": zeta - alpha}


def opened(format: str, folder: Path, model: Any = None, names: tuple[str, ...] = ("zeta", "alpha", "mid")) -> Any:
    path = folder / PATHS[format]
    inputs = [InputSpec(("batch", 3), "float32", name) for name in names]
    getattr(bridge.export, format)(model or Weighing(), path, inputs)
    return bridge.export.load(str(path))


@EACH_FORMAT
def test_arrays_by_position_are_in_the_order_of_forward(tmp_path: Path, format: str) -> None:
    model = opened(format, tmp_path)
    assert tuple(model.inputs) == ("zeta", "alpha", "mid")
    assert sorted(model.outputs) == ["difference", "weighed"]
    expected = {"weighed": numpy.full((2, 3), 321.0, "float32"), "difference": numpy.full((2, 3), -9.0, "float32")}
    for answers in (
        model(FIRST, SECOND, THIRD),
        model(mid=THIRD, zeta=FIRST, alpha=SECOND),
        model(FIRST, mid=THIRD, alpha=SECOND),
        model.run({"mid": THIRD, "zeta": FIRST, "alpha": SECOND}),
    ):
        assert answers.keys() == expected.keys()
        assert all(type(array) is numpy.ndarray for array in answers.values())
        assert all(numpy.array_equal(answers[name], expected[name]) for name in expected)


@EACH_FORMAT
def test_one_output_comes_alone_and_is_not_overwritten_by_the_next_call(tmp_path: Path, format: str) -> None:
    model = opened(format, tmp_path, nn.ReLU(), ("x",))
    answer = model(FIRST)
    assert type(answer) is numpy.ndarray
    model(x=SECOND)
    numpy.testing.assert_array_equal(answer, FIRST)


@EACH_FORMAT
def test_other_layouts_and_number_types_are_converted(tmp_path: Path, format: str) -> None:
    model = opened(format, tmp_path, nn.ReLU(), ("x",))
    wide = numpy.arange(24, dtype="float32").reshape(6, 4)
    for given in (
        wide[::2, :3],
        wide[:3].T[:2, ::-1],
        FIRST.astype("float64"),
        FIRST.astype("int64"),
        [[1.0, 2.0, 3.0]],
    ):
        assert_close(model(given), numpy.asarray(given, "float32"))


@EACH_FORMAT
@pytest.mark.parametrize(
    ("args", "kwargs", "received"),
    [
        ((FIRST, SECOND), {}, r"got 2 by position and \[\]$"),
        ((FIRST,), {"alpha": SECOND}, r"got 1 by position and \['alpha'\]$"),
        ((FIRST, SECOND, THIRD, THIRD), {}, r"got 4 by position and \[\]$"),
        ((FIRST, SECOND), {"zeta": THIRD}, r"got 2 by position and \['zeta'\]$"),
        ((FIRST, SECOND), {"extra": THIRD}, r"got 2 by position and \['extra'\]$"),
    ],
    ids=["missing", "missing by name", "too many", "twice", "unexpected"],
)
def test_wrong_inputs_are_refused(
    loaded: dict[str, Any], format: str, args: tuple[Any, ...], kwargs: dict[str, Any], received: str
) -> None:
    with pytest.raises(TypeError, match=r"^the model expected the inputs \['zeta', 'alpha', 'mid'\], " + received):
        loaded[format](*args, **kwargs)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {format: opened(format, tmp_path_factory.mktemp(format)) for format in PATHS}


def test_the_runtimes_own_object_is_there(loaded: dict[str, Any]) -> None:
    assert loaded["saved_model"].wrapped.signatures["serving_default"](
        zeta=tf.constant(FIRST), alpha=tf.constant(SECOND), mid=tf.constant(THIRD)
    )["weighed"].shape == (2, 3)
    assert [port.get_any_name() for port in loaded["openvino"].wrapped.inputs] == ["zeta", "alpha", "mid"]


def test_a_saved_model_that_bridge_did_not_write(tmp_path: Path) -> None:
    class Theirs(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None,), tf.float32, name) for name in ("b", "a")])
        def serve(self, b: Any, a: Any) -> Any:
            return {"answer": 2 * a + b}

    theirs = Theirs()
    tf.saved_model.save(theirs, str(tmp_path / "theirs"), signatures={"serving_default": theirs.serve})
    model = bridge.export.load(tmp_path / "theirs")
    assert model.inputs == ("a", "b"), "TensorFlow keeps no other order than that of the names"
    one, ten = numpy.ones(1, "float32"), numpy.full(1, 10, "float32")
    assert model(one, ten).item() == model(b=ten, a=one).item() == 12


def test_a_saved_model_that_serves_nothing(tmp_path: Path) -> None:
    tf.saved_model.save(tf.Module(), str(tmp_path / "mute"))
    with pytest.raises(ValueError, match=r"mute expected the signature 'serving_default', has \[\]$"):
        bridge.export.load(tmp_path / "mute")


@EACH_FORMAT
def test_a_damaged_file(tmp_path: Path, format: str) -> None:
    opened(format, tmp_path, nn.Linear(3, 2), ("x",))
    kind = {"saved_model": "SavedModel", "openvino": "OpenVINO model"}[format]
    damaged = [path for path in tmp_path.rglob("*") if path.suffix in (".pb", ".xml", ".bin") or ".data-" in path.name]
    damaged = [path for path in damaged if path.name != "fingerprint.pb"]
    assert len(damaged) == 2
    for path in damaged:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(ValueError, match=rf"is not a whole {kind} \((.|\n)*\)\. Get the file again\.$"):
            bridge.export.load(tmp_path / PATHS[format])
        path.write_bytes(whole)
    bridge.export.load(tmp_path / PATHS[format])


def test_what_is_no_exported_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "empty").mkdir()
    for name in ("notes.txt", "empty"):
        with pytest.raises(
            ValueError,
            match=rf"{name} is neither a SavedModel's folder, nor an \.xml of OpenVINO, nor a \.safetensors file$",
        ):
            bridge.export.load(tmp_path / name)
    with pytest.raises(FileNotFoundError, match="nothing_here does not exist$"):
        bridge.export.load(tmp_path / "nothing_here")


def test_a_model_for_a_format_that_needs_none(tmp_path: Path) -> None:
    opened("openvino", tmp_path, nn.ReLU(), ("x",))
    with pytest.raises(TypeError, match=r"only a safetensors file is loaded into a model; .*model\.xml is not one"):
        bridge.export.load(tmp_path / "model.xml", nn.ReLU())
