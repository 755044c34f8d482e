"""SavedModel: native TensorFlow operations, for TF-Serving."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
import torch

from bridge import InputSpec
from bridge.export.cases import cases, evaluation_copy, named_outputs
from bridge.export.files import aside, check_free, put, reading
from bridge.export.report import Report, files_under
from bridge.export.runtime import Runtime
from bridge.export.verify import verify
from bridge.optional import require

_INPUT_NAMES = Path("assets.extra", "bridge_inputs.json")


def saved_model(
    model: torch.nn.Module,
    path: str | Path,
    inputs: Sequence[InputSpec],
    *,
    overwrite: bool = False,
    sizes: Mapping[str, Sequence[int]] | None = None,
    tolerance: float = 1e-4,
) -> Report:
    """Writes a SavedModel with the signature `serving_default`, in eval mode, and verifies it against torch.

    It holds native TensorFlow operations and needs neither Bridge nor torch to run. TF-Serving wants
    `<base>/<name>/<integer>/` as the path. Outputs are called `output`, or `output_0` and on, or by the keys of a dict.

    Args:
        model: any `torch.nn.Module`; one whose forward is not written in `bridge.ops` and `bridge.layers` is
            converted: see `bridge.interop.convert`.
        path: the folder to write.
        inputs: the inputs of `forward`, in order.
        overwrite: replace what is at `path`.
        sizes: for a dynamic axis, by name, the sizes to verify in place of 1, 2 and 7.
        tolerance: the largest difference allowed, relative to the largest output if that is above 1.

    Raises:
        FileExistsError: `path` exists.
        ValueError: the model does not run at the sizes of a dynamic axis.
        ExportError: the file's answers differ from torch's.
        MissingExtraError: TensorFlow is not installed.

    >>> spec = bridge.InputSpec(("batch", 3), "float32", "features")
    >>> report = bridge.export.saved_model(nn.Linear(3, 2), folder / "linear" / "1", [spec])
    >>> report.largest_difference < 1e-5
    True
    """
    tf = require("tensorflow", extra="tf", purpose="bridge.export.saved_model")
    from bridge.interop.tf import as_module

    started, path = time.perf_counter(), Path(path)
    check_free(path, overwrite)
    copy = evaluation_copy(model)
    compared = cases(copy, inputs, sizes)
    module = as_module(copy)
    signature = [
        tf.TensorSpec([size if isinstance(size, int) else None for size in spec.shape], spec.dtype, spec.name)
        for spec in inputs
    ]

    @tf.function(autograph=False)
    def serve(*tensors: Any) -> dict[str, Any]:
        return {name: tf.identity(tensor, name) for name, tensor in named_outputs(module(*tensors)).items()}

    concrete = serve.get_concrete_function(*signature)
    with aside(path) as folder:
        tf.saved_model.save(module, str(folder / "model"), signatures={"serving_default": concrete})
        _write_input_names(folder / "model", [spec.name for spec in inputs])
        difference = verify("SavedModel", compared, load_saved_model(folder / "model").run, tolerance)
        put(folder / "model", path, overwrite)
    return Report(
        "SavedModel",
        path,
        files_under(path),
        time.perf_counter() - started,
        difference,
        tuple(case.sizes for case in compared),
    )


def _write_input_names(path: Path, names: list[str]) -> None:
    # A signature is a mapping, in no order; assets.extra is where TensorFlow leaves room for what is not its own.
    (path / _INPUT_NAMES).parent.mkdir()
    (path / _INPUT_NAMES).write_text(json.dumps(names))


def _input_names(path: Path, named: Mapping[str, Any]) -> tuple[str, ...]:
    file = path / _INPUT_NAMES
    return tuple(json.loads(file.read_text()) if file.is_file() else sorted(named))


def load_saved_model(path: Path) -> Runtime:
    """The signature `serving_default` of a SavedModel, in TensorFlow.

    The order of the inputs is that of `forward` if Bridge wrote the file, else that of the alphabet.
    """
    tf = require("tensorflow", extra="tf", purpose="bridge.export.load of a SavedModel")
    with reading(path, "SavedModel"):
        loaded = tf.saved_model.load(str(path))
    if "serving_default" not in loaded.signatures:
        raise ValueError(f"{path} expected the signature 'serving_default', has {sorted(loaded.signatures)}")
    serve = loaded.signatures["serving_default"]
    _, named = serve.structured_input_signature

    def run(arrays: Mapping[str, numpy.ndarray]) -> dict[str, numpy.ndarray]:
        tensors = {name: tf.constant(array, named[name].dtype) for name, array in arrays.items()}
        return {name: tensor.numpy() for name, tensor in serve(**tensors).items()}

    return Runtime(_input_names(path, named), tuple(sorted(serve.structured_outputs)), run, loaded)
