"""Feed-forward networks, plain and gated."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from bridge import Layer, ops
from bridge.layers.dropout import Dropout
from bridge.layers.linear import Linear
from bridge.shapes import static_shape
from bridge.typing import Array, Device, DType

__all__ = ["GEGLU", "FeedForward", "SwiGLU"]

ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "gelu": ops.gelu,
    "gelu_tanh": lambda x: ops.gelu(x, approximate="tanh"),
    "relu": ops.relu,
    "silu": ops.silu,
    "squared_relu": lambda x: ops.square(ops.relu(x)),
}


class _FeedForward(Layer):
    """What the feed-forward networks share: their sizes, their last step, and the check of the input."""

    def __init__(
        self, embed_dim: int, hidden_dim: int, dropout: float, bias: bool, device: Device, dtype: DType | None
    ) -> None:
        super().__init__()
        for name, size in (("embed_dim", embed_dim), ("hidden_dim", hidden_dim)):
            if size <= 0:
                raise ValueError(f"{type(self).__name__} expected {name} to be positive, got {size}")
        self.embed_dim = embed_dim
        self.hidden_dim = hidden_dim
        self.up_proj = Linear(embed_dim, hidden_dim, bias=bias, device=device, dtype=dtype)
        self.down_proj = Linear(hidden_dim, embed_dim, bias=bias, device=device, dtype=dtype)
        self.dropout = Dropout(dropout)

    def reset_parameters(self) -> None:
        """Draws all weights anew, as `Linear` does."""
        for module in self.children():
            if isinstance(module, Linear):
                module.reset_parameters()

    def check_shapes(self, input: Array) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or (len(shape) > 0 and shape[-1] in (None, self.embed_dim)),
            f"(*, {self.embed_dim})",
            input,
            f"Make its last axis {self.embed_dim} long, or build the layer with another embed_dim.",
        )


class FeedForward(_FeedForward):
    """`down_proj(activation(up_proj(input)))`: the feed-forward network of a transformer.

    Args:
        embed_dim: E.
        hidden_dim: `4 * embed_dim` by default.
        activation: "gelu", "gelu_tanh", "relu", "silu" or "squared_relu".
        dropout: how many of the hidden features are dropped in training.
        bias: whether both maps have one.
        device: of the weights.
        dtype: of the weights.

    Shape:
        Input and output `(*, embed_dim)`.

    Raises:
        ValueError: a size is not positive, or there is no such activation.
        InputShapeError: the input's last axis is not `embed_dim`.

    Reference: Vaswani et al., Attention Is All You Need, https://arxiv.org/abs/1706.03762

    >>> nn.FeedForward(8)(torch.ones(2, 5, 8)).shape
    torch.Size([2, 5, 8])
    """

    def __init__(
        self,
        embed_dim: int,
        hidden_dim: int | None = None,
        *,
        activation: str = "gelu",
        dropout: float = 0.0,
        bias: bool = True,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"FeedForward expected an activation of {', '.join(ACTIVATIONS)}, got {activation!r}")
        super().__init__(embed_dim, 4 * embed_dim if hidden_dim is None else hidden_dim, dropout, bias, device, dtype)
        self.activation = activation

    def forward(self, input: Array) -> Array:
        self.check_shapes(input)  # so that this layer is named, not one within it
        return self.down_proj(self.dropout(ACTIVATIONS[self.activation](self.up_proj(input))))

    def extra_repr(self) -> str:
        return f"activation={self.activation!r}"


class _GatedFeedForward(_FeedForward):
    """What the gated networks share: a second map into the hidden features, which is activated and lets through."""

    activation: ClassVar[str]

    def __init__(
        self,
        embed_dim: int,
        hidden_dim: int | None = None,
        *,
        dropout: float = 0.0,
        bias: bool = False,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        hidden_dim = max(1, 8 * embed_dim // 3) if hidden_dim is None else hidden_dim
        super().__init__(embed_dim, hidden_dim, dropout, bias, device, dtype)
        self.gate_proj = Linear(embed_dim, hidden_dim, bias=bias, device=device, dtype=dtype)

    def forward(self, input: Array) -> Array:
        self.check_shapes(input)
        gate = ACTIVATIONS[self.activation](self.gate_proj(input))
        return self.down_proj(self.dropout(gate * self.up_proj(input)))


class SwiGLU(_GatedFeedForward):
    """`down_proj(silu(gate_proj(input)) * up_proj(input))`: the feed-forward network of Llama.

    The three weights are named as in Llama.

    Args:
        embed_dim: E.
        hidden_dim: two thirds of `4 * embed_dim` by default, so that there are as many weights as in `FeedForward`.
        dropout: how many of the hidden features are dropped in training.
        bias: whether the maps have one.
        device: of the weights.
        dtype: of the weights.

    Shape:
        Input and output `(*, embed_dim)`.

    Raises:
        ValueError: a size is not positive.
        InputShapeError: the input's last axis is not `embed_dim`.

    Reference: Shazeer, GLU Variants Improve Transformer, https://arxiv.org/abs/2002.05202

    >>> nn.SwiGLU(8)(torch.ones(2, 5, 8)).shape
    torch.Size([2, 5, 8])
    """

    activation = "silu"


class GEGLU(_GatedFeedForward):
    """`down_proj(gelu(gate_proj(input)) * up_proj(input))`.

    Args, shapes and errors are those of `SwiGLU`.

    Reference: Shazeer, GLU Variants Improve Transformer, https://arxiv.org/abs/2002.05202

    >>> nn.GEGLU(8, 16)(torch.ones(2, 5, 8)).shape
    torch.Size([2, 5, 8])
    """

    activation = "gelu"
