"""Proves that files appear whole or not at all, that nothing is lost, and that a report says what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch._subclasses import FakeTensor

import bridge
from bridge import ExportError, InputSpec, ops
from bridge import layers as nn

PATHS = {"saved_model": "model/1", "openvino": "model.xml", "safetensors": "model.safetensors"}
NAMES = {"saved_model": "SavedModel", "openvino": "OpenVINO", "safetensors": "safetensors"}
SPEC = [InputSpec(("batch", 3), "float32", "features")]

EACH_FORMAT = pytest.mark.parametrize("format", PATHS)


def export(format: str, model: torch.nn.Module, folder: Path, inputs: Any = SPEC, **options: Any) -> Any:
    return getattr(bridge.export, format)(model, folder / PATHS[format], inputs, **options)


def contents(folder: Path) -> dict[str, bytes | None]:
    """All that is in a folder, files and folders."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


class Unfaithful(nn.Module):
    """A model that answers otherwise to whoever captures it, and from call to call."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 2)
        self.calls = 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        if self.is_replica or torch.compiler.is_exporting() or isinstance(x, FakeTensor):
            return self.linear(x) + 1.0
        return self.linear(x) + 0.01 * self.calls


@EACH_FORMAT
@pytest.mark.parametrize("folder_or_text", [str, Path])
def test_a_new_file_appears_with_nothing_beside_it(tmp_path: Path, format: str, folder_or_text: type) -> None:
    path = folder_or_text(tmp_path / "new" / PATHS[format])
    report = getattr(bridge.export, format)(nn.Linear(3, 2), path, SPEC)
    files = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert files == {str(file.path.relative_to(tmp_path / "new")) for file in report.files}
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]


@EACH_FORMAT
def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    monkeypatch.chdir(tmp_path)
    name = PATHS[format].replace("/", "_")
    report = getattr(bridge.export, format)(nn.Linear(3, 2), name, SPEC)
    assert report.path == Path(name)
    assert (tmp_path / name).exists()


@EACH_FORMAT
def test_what_exists_is_refused(tmp_path: Path, format: str) -> None:
    export(format, nn.Linear(3, 2), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(
        FileExistsError, match=r"exists; nothing was written\. Choose another path, or pass overwrite=True\.$"
    ):
        export(format, nn.Linear(3, 2), tmp_path)
    assert contents(tmp_path) == before


def test_weights_of_openvino_that_exist_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_text("precious")
    with pytest.raises(FileExistsError, match=r"model\.bin exists"):
        export("openvino", nn.Linear(3, 2), tmp_path)
    assert contents(tmp_path) == {"model.bin": b"precious"}


@EACH_FORMAT
def test_overwrite_replaces_all_of_it(tmp_path: Path, format: str) -> None:
    export(format, nn.Linear(3, 2), tmp_path)
    if format == "saved_model":
        (tmp_path / "model" / "1" / "left_over").write_text("of the old one")
    model = nn.Linear(3, 2)
    report = export(format, model, tmp_path, overwrite=True)
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {file.path for file in report.files}
    x = torch.randn(4, 3)
    if format == "safetensors":
        answer = bridge.export.load(report.path, nn.Linear(3, 2))(x)
    else:
        answer = torch.from_numpy(bridge.export.load(report.path)(x.numpy()))
    torch.testing.assert_close(answer, model(x))


@EACH_FORMAT
def test_what_differs_from_torch_leaves_nothing_behind(tmp_path: Path, format: str) -> None:
    message = (
        rf"^{NAMES[format]}: output 'output' at \{{'batch': 1\}} differs from torch's by .*, more than the .* allowed; "
        r"nothing was written\. Pass a larger tolerance if that will do\.$"
    )
    with pytest.raises(ExportError, match=message):
        export(format, Unfaithful(), tmp_path)
    assert contents(tmp_path) == {}


@EACH_FORMAT
def test_what_differs_from_torch_leaves_the_old_file(tmp_path: Path, format: str) -> None:
    export(format, nn.Linear(3, 2), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(ExportError):
        export(format, Unfaithful(), tmp_path, overwrite=True)
    assert contents(tmp_path) == before


def test_a_larger_tolerance_lets_it_pass(tmp_path: Path) -> None:
    report = export("saved_model", Unfaithful(), tmp_path, tolerance=2.0)
    assert 0.9 < report.largest_difference < 1.1


class Answering(nn.Module):
    """A model that answers a function of its input, which the frameworks may see differently."""

    def __init__(self, in_torch: Callable[[Any], Any], elsewhere: Callable[[Any], Any]) -> None:
        super().__init__()
        self.in_torch, self.elsewhere = in_torch, elsewhere

    def forward(self, x: Any) -> Any:
        return self.elsewhere(x) if self.is_replica else self.in_torch(x)


@pytest.mark.parametrize(
    ("in_torch", "elsewhere", "message"),
    [
        (lambda x: x, lambda x: x[:, :1], r"output 'output' at .* has shape \(1, 1\), torch's is \(1, 3\)"),
        (lambda x: x, lambda x: x + float("nan"), "output 'output' at .* differs from torch's by nan"),
        (lambda x: x * float("nan"), lambda x: x, "output 'output' at .* differs from torch's by nan"),
        (lambda x: (x, x), lambda x: x, r"expected the outputs \['output_0', 'output_1'\], got \['output'\]"),
        (lambda x: x, lambda x: x + float("inf"), "output 'output' at .* differs from torch's by inf"),
    ],
    ids=["shape", "nan", "torchs nan", "names", "inf"],
)
def test_what_counts_as_different(tmp_path: Path, in_torch: Any, elsewhere: Any, message: str) -> None:
    with pytest.raises(ExportError, match=f"^SavedModel: {message}"):
        export("saved_model", Answering(in_torch, elsewhere), tmp_path)
    assert contents(tmp_path) == {}


def test_what_torch_has_infinite_may_be_infinite(tmp_path: Path) -> None:
    both = lambda x: ops.where(x > 0, x * float("inf"), x)  # noqa: E731
    assert export("saved_model", Answering(both, both), tmp_path).largest_difference == 0


@pytest.mark.parametrize("format", ["saved_model", "openvino"])
def test_a_failing_conversion_leaves_nothing_behind(tmp_path: Path, format: str) -> None:
    class Failing(nn.Module):
        def forward(self, x: Any) -> Any:
            if self.is_replica or torch.compiler.is_exporting() or isinstance(x, FakeTensor):
                raise LookupError("only torch can do this")
            return x * 2

    with pytest.raises(LookupError, match="only torch can do this"):
        export(format, Failing(), tmp_path)
    assert contents(tmp_path) == {}


@EACH_FORMAT
def test_an_axis_that_the_model_cannot_vary(tmp_path: Path, format: str) -> None:
    inputs = [InputSpec(("batch", "channels"))]
    with pytest.raises(
        ValueError, match=r"^Linear cannot vary its dynamic axes to \{'batch': 1, 'channels': 2\}: torch itself"
    ) as caught:
        export(format, nn.Linear(3, 2), tmp_path, inputs)
    assert "expected an input of shape (*, 3), got (1, 2)" in str(caught.value)
    assert str(caught.value).endswith("with sizes that the model takes; nothing was written.")
    assert contents(tmp_path) == {}


class Pairs(nn.Module):
    """A model for even lengths."""

    def forward(self, x: Any) -> Any:
        return ops.sum(ops.reshape(x, (-1, 2)), axis=-1)


@pytest.mark.parametrize("format", ["saved_model", "safetensors"])
def test_sizes_that_the_model_takes(tmp_path: Path, format: str) -> None:
    inputs = [InputSpec(("length",))]
    with pytest.raises(ValueError, match="Pairs cannot vary its dynamic axes to {'length': 1}"):
        export(format, Pairs(), tmp_path, inputs)
    report = export(format, Pairs(), tmp_path, inputs, sizes={"length": [2, 6]})
    assert report.sizes == ({"length": 2}, {"length": 6})


def test_an_axis_that_takes_not_every_size_is_refused_by_torch_export(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"Pairs cannot vary a dynamic axis of \['length'\]: torch\.export says: "
    ) as caught:
        export("openvino", Pairs(), tmp_path, [InputSpec(("length",))], sizes={"length": [2, 6]})
    assert "Not all values of length" in str(caught.value)
    assert contents(tmp_path) == {}
    report = export("openvino", Pairs(), tmp_path, [InputSpec(("batch", 2))], sizes={"batch": [4, 3]})
    assert report.sizes == ({"batch": 4}, {"batch": 3})


def test_one_name_is_one_size_and_each_size_of_each_axis_comes_up(tmp_path: Path) -> None:
    class Both(nn.Module):
        def forward(self, x: Any, y: Any) -> Any:
            return x[:, :, :1] + y[:, None, :1]

    inputs = [InputSpec(("batch", None, 3), name="x"), InputSpec(("batch", "width"), name="y")]
    report = export("saved_model", Both(), tmp_path, inputs, sizes={"width": [4, 5]})
    assert all(case.keys() == {"batch", "x_axis_1", "width"} for case in report.sizes)
    for axis, sizes in {"batch": {1, 2, 7}, "x_axis_1": {1, 2, 7}, "width": {4, 5}}.items():
        assert {case[axis] for case in report.sizes} == sizes


@EACH_FORMAT
@pytest.mark.parametrize(
    ("inputs", "options", "error", "message"),
    [
        ([], {}, ValueError, r"a list of InputSpec, each with a name of its own, got \[\]"),
        ([InputSpec((2,)), InputSpec((2,))], {}, ValueError, r"each with a name of its own, got \['x', 'x'\]"),
        (InputSpec((2,)), {}, TypeError, "a list of InputSpec, one for each input, got InputSpec"),
        ([(None, 3)], {}, TypeError, r"a list of InputSpec, one for each input, got \[\(None, 3\)\]"),
        (
            SPEC,
            {"sizes": {"bach": [1]}},
            ValueError,
            r"sizes expected names of dynamic axes, \['batch'\], got \['bach'\]",
        ),
        ([InputSpec((2, 4))], {}, ValueError, r"Linear does not take inputs of the shapes \{'x': \(2, 4\)\}: "),
        (
            [InputSpec((2, 3), "int64")],
            {},
            ValueError,
            r"Linear does not take inputs of the shapes \{'x': \(2, 3\)\}: ",
        ),
    ],
)
def test_wrong_inputs(tmp_path: Path, format: str, inputs: Any, options: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        export(format, nn.Linear(3, 2), tmp_path, inputs, **options)
    assert contents(tmp_path) == {}


def test_outputs_that_are_no_tensors(tmp_path: Path) -> None:
    for answer, received in ((lambda x: (x, 3.0), "{'output_1': 'float'}"), (lambda x: None, "None")):
        with pytest.raises(TypeError, match=f"an export expected that Answering returns tensors, got {received}$"):
            export("saved_model", Answering(answer, answer), tmp_path)


@EACH_FORMAT
def test_the_report(tmp_path: Path, format: str) -> None:
    report = export(format, nn.Linear(3, 2), tmp_path)
    assert report.format == NAMES[format]
    assert report.path == tmp_path / PATHS[format]
    assert len(report.files) == {"saved_model": 5, "openvino": 2, "safetensors": 1}[format]
    assert all(file.bytes == file.path.stat().st_size for file in report.files)
    assert report.bytes == sum(file.bytes for file in report.files) >= 8 * 4
    assert 0 < report.seconds < 60
    assert 0 <= report.largest_difference < 1e-5
    assert report.sizes == ({"batch": 1}, {"batch": 2}, {"batch": 7})
    assert str(report) == (
        f"{report.format}: {report.path}, {len(report.files)} files, {report.bytes} bytes, {report.seconds:.2f} s, "
        f"largest difference from torch {report.largest_difference:.1e} at batch=1; batch=2; batch=7"
    )


def test_the_report_of_fixed_sizes(tmp_path: Path) -> None:
    report = export("saved_model", nn.Linear(3, 2), tmp_path, [InputSpec((2, 3))])
    assert report.sizes == ({},)
    assert str(report).endswith(f"largest difference from torch {report.largest_difference:.1e}")
