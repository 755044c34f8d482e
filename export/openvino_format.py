"""OpenVINO's intermediate representation, for Intel's CPUs, GPUs and NPUs."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
import torch
from torch.export.dynamic_shapes import refine_dynamic_shapes_from_suggested_fixes

from bridge import ExportError, InputSpec
from bridge.export.cases import Case, axis_name, cases, evaluation_copy
from bridge.export.files import aside, check_free, put, reading
from bridge.export.report import Report, files_under
from bridge.export.runtime import Runtime
from bridge.export.verify import verify
from bridge.optional import require


def openvino(
    model: torch.nn.Module,
    path: str | Path,
    inputs: Sequence[InputSpec],
    *,
    overwrite: bool = False,
    sizes: Mapping[str, Sequence[int]] | None = None,
    tolerance: float = 1e-4,
) -> Report:
    """Writes `<name>.xml` and `<name>.bin` in eval mode, with float32 weights, and verifies them against torch.

    The model passes through `torch.export` and OpenVINO's own converter. Outputs are called `output`, or `output_0` and
    on, or by the keys of a dict.

    OpenVINO sends telemetry when it converts; `opt_in_out --opt_out` switches that off.

    Args:
        model: any `torch.nn.Module` that `torch.export` captures.
        path: the file to write, which ends in `.xml`.
        inputs: the inputs of `forward`, in order.
        overwrite: replace what is at `path`.
        sizes: for a dynamic axis, by name, the sizes to verify in place of 1, 2 and 7.
        tolerance: the largest difference allowed, relative to the largest output if that is above 1. It is measured
            in float32; by default OpenVINO computes in bfloat16 on processors that have it.

    Raises:
        FileExistsError: `path` exists, or its `.bin`.
        ValueError: `path` does not end in `.xml`, an input and an output have one name, or the model cannot vary a
            dynamic axis.
        ExportError: OpenVINO cannot convert the model, or the file's answers differ from torch's.
        MissingExtraError: OpenVINO is not installed.

    >>> spec = bridge.InputSpec(("batch", 3), "float32", "features")
    >>> report = bridge.export.openvino(nn.Linear(3, 2), folder / "linear.xml", [spec])
    >>> [file.path.name for file in report.files], report.largest_difference < 1e-5
    (['linear.xml', 'linear.bin'], True)
    """
    ov = require("openvino", extra="openvino", purpose="bridge.export.openvino")
    started, path = time.perf_counter(), Path(path)
    if path.suffix != ".xml":
        raise ValueError(f"bridge.export.openvino expected a path that ends in .xml, got {path}")
    weights = path.with_suffix(".bin")
    for file in (path, weights):
        check_free(file, overwrite)
    copy = evaluation_copy(model)
    compared = cases(copy, inputs, sizes)
    _check_names(inputs, compared[0])
    captured = _capture(copy, inputs, compared)
    try:
        converted = ov.convert_model(captured)
    except Exception as error:  # its exceptions have no class in common
        raise ExportError(f"OpenVINO cannot convert {type(model).__name__}; nothing was written: {error}") from error
    _restore_names_and_sizes(ov, converted, inputs, compared[0])
    with aside(path) as folder:
        ov.save_model(converted, folder / path.name, compress_to_fp16=False)
        difference = verify("OpenVINO", compared, load_openvino(folder / path.name).run, tolerance)
        put(folder / weights.name, weights, overwrite)
        put(folder / path.name, path, overwrite)  # last: the .xml is what readers look for
    return Report(
        "OpenVINO",
        path,
        files_under(path) + files_under(weights),
        time.perf_counter() - started,
        difference,
        tuple(case.sizes for case in compared),
    )


def _check_names(specs: Sequence[InputSpec], case: Case) -> None:
    clashing = sorted({spec.name for spec in specs} & set(case.outputs))
    if clashing:
        raise ValueError(
            f"OpenVINO has one name for one tensor, but {clashing} name an input and an output: give the InputSpec "
            f"another name; nothing was written"
        )


def _capture(model: torch.nn.Module, specs: Sequence[InputSpec], compared: Sequence[Case]) -> Any:
    """The model's graph from torch.export, with the dynamic axes of the specs."""
    # torch.export takes a size of 1 for a constant, even one that it computes: the example is the largest case.
    example = max(compared, key=lambda case: (-list(case.sizes.values()).count(1), sum(case.sizes.values())))
    names = {axis_name(spec, axis) for spec in specs for axis in range(len(spec.shape))} - {None}
    dimensions = {name: torch.export.Dim(name) for name in names if name is not None}
    dynamic = tuple(
        {axis: dimensions[name] for axis in range(len(spec.shape)) if (name := axis_name(spec, axis)) is not None}
        for spec in specs
    )
    arguments = tuple(tensor.clone() for tensor in example.inputs.values())
    shapes = _for_forward(model, dynamic)
    try:
        return _exported(model, arguments, shapes)
    except (torch._dynamo.exc.UserError, ValueError, RuntimeError, AssertionError) as error:
        if not dimensions:
            raise
        raise ValueError(
            f"{type(model).__name__} cannot vary a dynamic axis of {sorted(dimensions)}: torch.export says: {error}\n"
            f"Give the axis a fixed size in its InputSpec; nothing was written."
        ) from error


def _exported(model: torch.nn.Module, arguments: tuple[torch.Tensor, ...], shapes: Any) -> Any:
    """The program; where the model bounds an axis, as positions do that stand in a table, within these bounds."""
    try:
        return torch.export.export(model, arguments, dynamic_shapes=shapes, strict=False)
    except torch._dynamo.exc.UserError as error:
        said = str(error).split("\n\n")[0]
        fixes = said.partition("Suggested fixes:")[2].strip().splitlines()
        if not fixes or not all(re.match(r"\s*(\w+) = Dim\('\1', m(in|ax)=", fix) for fix in fixes):
            raise  # an axis would be fixed, or take some sizes alone
        bounded = refine_dynamic_shapes_from_suggested_fixes(said, shapes)
        return torch.export.export(model, arguments, dynamic_shapes=bounded, strict=False)


def _for_forward(model: torch.nn.Module, dynamic: tuple[dict[int, Any], ...]) -> Any:
    """The dynamic axes in the structure of `forward`'s signature, where `*args` takes a tuple of its own."""
    import inspect

    parameters = inspect.signature(model.forward).parameters.values()
    for place, parameter in enumerate(parameters):
        if parameter.kind is parameter.VAR_POSITIONAL:
            return *dynamic[:place], dynamic[place:]
    return dynamic


def _restore_names_and_sizes(ov: Any, converted: Any, specs: Sequence[InputSpec], case: Case) -> None:
    """The converter loses the names and the fixed sizes of an exported program."""
    for port, spec in zip(converted.inputs, specs, strict=True):
        port.get_tensor().set_names({spec.name})
    for port, name in zip(converted.outputs, case.outputs, strict=True):
        if port.get_node().input_value(0).get_node().get_type_name() == "Parameter":
            raise ExportError(
                f"OpenVINO has one name for one tensor, but the output {name!r} is an input as it came: leave it out "
                f"of what forward returns; nothing was written"
            )
        port.get_tensor().set_names({name})
    converted.reshape(
        {
            port: ov.PartialShape([size if isinstance(size, int) else -1 for size in spec.shape])
            for port, spec in zip(converted.inputs, specs, strict=True)
        }
    )


def load_openvino(path: Path) -> Runtime:
    """A model in OpenVINO on the CPU, computing in float32."""
    ov = require("openvino", extra="openvino", purpose="bridge.export.load of an OpenVINO file")
    # Read with mmap off: the files may move or go while the model lives.
    core = ov.Core()
    core.set_property({"ENABLE_MMAP": False})
    with reading(path, "OpenVINO model"):
        model = core.read_model(str(path))
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    inputs = tuple(port.get_any_name() for port in compiled.inputs)
    outputs = tuple(port.get_any_name() for port in compiled.outputs)

    def run(arrays: Mapping[str, numpy.ndarray]) -> dict[str, numpy.ndarray]:
        answers = compiled(dict(arrays))
        return {name: numpy.array(answers[port]) for name, port in zip(outputs, compiled.outputs, strict=True)}

    return Runtime(inputs, outputs, run, compiled)
