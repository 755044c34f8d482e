"""The errors that Bridge raises on its own account, each with what a caller may catch it as."""

from __future__ import annotations


class MixedFrameworksError(TypeError):
    """Tensors of two frameworks met in one operation or one layer call."""


class InputShapeError(ValueError, RuntimeError):
    """A layer or an op got an input of a shape that it does not take.

    It is both a `ValueError` and a `RuntimeError`, because torch.nn raises one or the other by the layer.
    """


class AxisError(ValueError, IndexError):
    """An op got an axis that its input does not have; NumPy's `AxisError` is both of these too."""


class UnsupportedOpError(NotImplementedError):
    """A framework lacks an operation, or one option of it.

    Args:
        operation: what was asked for, such as `"max_pool2d with return_indices=True"`.
        framework: the framework that lacks it.
        remedy: what to do instead, as a whole sentence.
    """

    def __init__(self, operation: str, framework: str, remedy: str) -> None:
        super().__init__(f"bridge.ops: {framework} has no {operation}. {remedy}")
        self.operation = operation
        self.framework = framework
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.operation, self.framework, self.remedy)


class TorchOnlyError(UnsupportedOpError):
    """A forward that runs in another framework reached for a function or a tensor method of PyTorch's own."""


class ConversionError(RuntimeError):
    """A module's forward cannot be taken down as a graph; the message names the line that stands in the way."""


class MissingExtraError(ImportError):
    """An optional dependency is not installed; the message names the extra that brings it."""


class ExportError(RuntimeError):
    """An export did not come about, or its result differs from torch's; nothing was left behind."""
