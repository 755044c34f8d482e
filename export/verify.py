"""The one verifier that every format passes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy

from bridge import ExportError
from bridge.export.cases import Case


def verify(
    format: str,
    cases: Sequence[Case],
    run: Callable[[Mapping[str, numpy.ndarray]], Mapping[str, numpy.ndarray]],
    tolerance: float,
) -> float:
    """Compares what a runtime answers with torch.

    Args:
        format: the format's name, for the message.
        cases: inputs, with torch's outputs.
        run: the runtime, from inputs by name to outputs by name.
        tolerance: the largest difference allowed, relative to the largest value of an output if that is above 1.

    Returns:
        The largest absolute difference.

    Raises:
        ExportError: an output is missing, has another shape or is not finite where torch's is, or differs more.
    """
    largest = 0.0
    for case in cases:
        answers = run({name: tensor.numpy() for name, tensor in case.inputs.items()})
        if set(answers) != set(case.outputs):
            raise ExportError(f"{format}: expected the outputs {sorted(case.outputs)}, got {sorted(answers)}")
        for name, expected in case.outputs.items():
            largest = max(largest, _difference(format, name, case, expected, answers[name], tolerance))
    return largest


def _difference(
    format: str, name: str, case: Case, expected: numpy.ndarray, answer: numpy.ndarray, tolerance: float
) -> float:
    where = f"{format}: output {name!r}" + (f" at {case.sizes}" if case.sizes else "")
    if answer.shape != expected.shape:
        raise ExportError(f"{where} has shape {answer.shape}, torch's is {expected.shape}; nothing was written")
    if expected.size == 0:
        return 0.0
    wide = numpy.complex128 if numpy.iscomplexobj(expected) else numpy.float64
    expected, answer = expected.astype(wide), answer.astype(wide)
    same = (expected == answer) | (numpy.isnan(expected) & numpy.isnan(answer))
    with numpy.errstate(invalid="ignore"):
        differences = numpy.where(same, 0.0, numpy.abs(expected - answer))
    finite = numpy.abs(expected[numpy.isfinite(expected)])
    allowed = tolerance * max(1.0, float(finite.max(initial=0.0)))
    difference = float(differences.max())
    if not difference <= allowed:  # written so that a NaN fails
        raise ExportError(
            f"{where} differs from torch's by {difference:.2e}, more than the {allowed:.2e} allowed; nothing was "
            f"written. Pass a larger tolerance if that will do."
        )
    return difference
