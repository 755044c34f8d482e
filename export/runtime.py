"""An exported file in its official runtime, as a function from NumPy to NumPy."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy

Arrays = Mapping[str, numpy.ndarray]


@dataclasses.dataclass(frozen=True)
class Runtime:
    """A loaded model: call it with NumPy arrays, by position in the order of `inputs` or by name.

    It answers the one output there is, or a dict of them by name.

    Attributes:
        inputs: the names of the inputs.
        outputs: the names of the outputs.
        run: from a dict of all inputs to a dict of all outputs.
        wrapped: the runtime's own object, for what it alone can do.
    """

    inputs: Sequence[str]
    outputs: Sequence[str]
    run: Callable[[Arrays], Arrays]
    wrapped: Any

    def __call__(self, *args: numpy.ndarray, **kwargs: numpy.ndarray) -> numpy.ndarray | dict[str, numpy.ndarray]:
        """Runs the model.

        Raises:
            TypeError: inputs are missing or unexpected.
        """
        given = dict(zip(self.inputs, args, strict=False)) | kwargs
        if len(args) + len(kwargs) != len(self.inputs) or set(given) != set(self.inputs):
            raise TypeError(
                f"the model expected the inputs {list(self.inputs)}, got {len(args)} by position and {sorted(kwargs)}"
            )
        answers = self.run({name: numpy.asarray(array) for name, array in given.items()})
        return answers[self.outputs[0]] if len(self.outputs) == 1 else dict(answers)
