"""What the poolings share: the check of the input; channels come before the spatial axes, as in torch.nn."""

from __future__ import annotations

from typing import Any, ClassVar

from bridge import Layer
from bridge.shapes import static_shape
from bridge.typing import Array

__all__: list[str] = []

_AXES = {1: "L", 2: "H, W", 3: "D, H, W"}


class Pooling(Layer):
    """The base of the poolings, which know over how many axes they go."""

    spatial: ClassVar[int]

    def check_shapes(self, input: Array, *args: Any, **kwargs: Any) -> None:
        shape, axes = static_shape(input), _AXES[self.spatial]
        self.expect(
            shape is None or len(shape) in (self.spatial + 1, self.spatial + 2),
            f"(N, C, {axes}) or (C, {axes})",
            input,
            f"Channels come before the {self.spatial} axes that are pooled.",
        )
