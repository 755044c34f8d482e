"""A learned factor for each feature, which starts near zero."""

from __future__ import annotations

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["LayerScale"]


class LayerScale(Layer):
    """Multiplies each feature by a learned factor that starts near zero, so that a residual branch starts near none.

    Args:
        num_features: how many features there are.
        init_value: what every factor starts as.
        axis: where the features are; 1 for images with the channels first.
        device: where the factors lie.
        dtype: of the factors.

    Shape:
        Input and output `(*, num_features)`, or with as many features along another `axis`.

    Attributes:
        weight: `(num_features,)`, the factors.

    Raises:
        InputShapeError: the input has another number of features along `axis`.

    Reference: Touvron et al., Going deeper with Image Transformers, https://arxiv.org/abs/2103.17239

    >>> nn.LayerScale(2, init_value=0.1)(torch.ones(1, 2))
    tensor([[0.1000, 0.1000]], grad_fn=<MulBackward0>)
    """

    def __init__(
        self,
        num_features: int,
        init_value: float = 1e-5,
        *,
        axis: int = -1,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.init_value = init_value
        self.axis = axis
        self.weight = torch.nn.Parameter(torch.empty(num_features, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Fills the factors with `init_value`."""
        torch.nn.init.constant_(self.weight, self.init_value)

    def forward(self, input: Array) -> Array:
        if not self._fits(input):
            self.check_shapes(input)  # a single feature would broadcast
        behind = input.ndim - 1 - self.axis % input.ndim
        return input * (ops.reshape(self.weight, (self.num_features,) + (1,) * behind) if behind else self.weight)

    def _fits(self, input: Array) -> bool:
        shape = static_shape(input)
        if shape is None:
            return True
        return -len(shape) <= self.axis < len(shape) and shape[self.axis] in (None, self.num_features)

    def check_shapes(self, input: Array) -> None:
        where = f"(*, {self.num_features})" if self.axis == -1 else f"of {self.num_features} along axis {self.axis}"
        self.expect(
            self._fits(input),
            where,
            input,
            f"Make its axis {self.axis} {self.num_features} long, or build the layer with other num_features.",
        )

    def extra_repr(self) -> str:
        return f"{self.num_features}, init_value={self.init_value}, axis={self.axis}"
