"""safetensors: the weights alone, under the names of the `state_dict`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import safetensors as safetensors_library
import safetensors.torch as safetensors_torch
import torch

from bridge import ExportError, InputSpec
from bridge.export.cases import cases, evaluation_copy, named_outputs
from bridge.export.files import aside, check_free, put
from bridge.export.report import Report, files_under
from bridge.export.verify import verify
from bridge.interop.weights import write_back
from bridge.replica import slots
from bridge.typing import Array


def safetensors(
    model: torch.nn.Module,
    path: str | Path,
    inputs: Sequence[InputSpec] | None = None,
    *,
    overwrite: bool = False,
    sizes: Mapping[str, Sequence[int]] | None = None,
) -> Report:
    """Writes the weights to one safetensors file, as the Hugging Face hub has them, and reads them back to verify.

    Args:
        model: any `torch.nn.Module`; tied parameters are written once.
        path: the file to write.
        inputs: the inputs of `forward`, in order, for a comparison of the outputs too: a copy of the model gets the
            weights of the file. The weights themselves are always compared, bit for bit.
        overwrite: replace what is at `path`.
        sizes: for a dynamic axis, by name, the sizes to verify in place of 1, 2 and 7.

    Raises:
        FileExistsError: `path` exists.
        ExportError: what was read back differs.

    >>> report = bridge.export.safetensors(nn.Linear(3, 2), folder / "linear.safetensors")
    >>> report.largest_difference
    0.0
    """
    started, path = time.perf_counter(), Path(path)
    check_free(path, overwrite)
    copy = evaluation_copy(model)
    compared = () if inputs is None else cases(copy, inputs, sizes)
    with aside(path) as folder:
        safetensors_torch.save_model(model, str(folder / path.name), metadata={"format": "pt"})
        with torch.no_grad():
            for tensor in copy.state_dict().values():
                tensor.zero_()  # so that a weight which the file lacks cannot pass
        load_safetensors(folder / path.name, copy)
        _compare_weights(model, copy)
        difference = verify(
            "safetensors",
            compared,
            lambda arrays: {
                name: tensor.detach().numpy()
                for name, tensor in named_outputs(copy(*map(torch.from_numpy, arrays.values()))).items()
            },
            tolerance=1e-6,  # the weights are the same to the bit; torch's own sums are not, from run to run
        )
        put(folder / path.name, path, overwrite)
    return Report(
        "safetensors",
        path,
        files_under(path),
        time.perf_counter() - started,
        difference,
        tuple(case.sizes for case in compared),
    )


def _compare_weights(model: torch.nn.Module, copy: torch.nn.Module) -> None:
    read = copy.state_dict()
    for name, tensor in model.state_dict().items():
        if not torch.equal(_bits(tensor), _bits(read[name])):
            raise ExportError(f"safetensors: {name!r} came back changed; nothing was written")


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.reshape(-1).view(torch.uint8)  # NaN differs from itself, its bits do not


def load_safetensors(path: Path, model: torch.nn.Module) -> None:
    """Writes the weights of a file into `model`.

    Raises:
        ValueError: the file is truncated or of another format, or its names and shapes are not the model's; then the
            model is as it was.
    """
    try:
        tensors: dict[str, Array] = safetensors_torch.load_file(path)
    except safetensors_library.SafetensorError as error:
        raise ValueError(
            f"{path} is not a whole safetensors file ({error}). The model was not changed; get the file again."
        ) from error
    buffers = {name for name, _ in slots(model, "_buffers")}
    write_back(
        model,
        {name: tensor for name, tensor in tensors.items() if name not in buffers},
        {name: tensor for name, tensor in tensors.items() if name in buffers},
        lambda tensor: tensor,
    )
