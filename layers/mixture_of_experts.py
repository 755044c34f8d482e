"""A mixture of experts: feed-forward networks, of which a few serve each token."""

from __future__ import annotations

import math
from fractions import Fraction

import torch

from bridge import Layer, ops
from bridge.dtypes import dtype_name
from bridge.layers.feed_forward import ACTIVATIONS
from bridge.layers.linear import Linear
from bridge.ops.creation import arange_like
from bridge.shapes import static_shape
from bridge.typing import Array, Device, DType

__all__ = ["MixtureOfExperts"]


class _Experts(Layer):
    """Gated feed-forward networks whose weights stand in one tensor, an expert a row."""

    def __init__(
        self, num_experts: int, embed_dim: int, hidden_dim: int, activation: str, device: Device, dtype: DType | None
    ) -> None:
        super().__init__()
        self.activation = activation
        made = {"device": device, "dtype": dtype}
        self.gate_up_proj = torch.nn.Parameter(torch.empty(num_experts, 2 * hidden_dim, embed_dim, **made))
        self.down_proj = torch.nn.Parameter(torch.empty(num_experts, embed_dim, hidden_dim, **made))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for weight in (self.gate_up_proj, self.down_proj):
            bound = 1 / math.sqrt(weight.shape[-1])  # as in `Linear`
            torch.nn.init.uniform_(weight, -bound, bound)

    def forward(self, tokens: Array) -> Array:
        """`(X, C, E)`, tokens for each of the X experts, or `(C, E)` for all of them, to `(X, C, E)`."""
        gate, up = ops.split(ops.matmul(tokens, ops.swapaxes(self.gate_up_proj, 1, 2)), 2, axis=-1)
        return ops.matmul(ACTIVATIONS[self.activation](gate) * up, ops.swapaxes(self.down_proj, 1, 2))

    def extra_repr(self) -> str:
        experts, embed_dim, hidden_dim = self.down_proj.shape
        return f"{experts}, {embed_dim}, hidden_dim={hidden_dim}, activation={self.activation!r}"


class MixtureOfExperts(Layer):
    """A router sends each token to the `top_k` of X gated feed-forward networks that it finds most probable.

    No shape depends on a value. Without a capacity every expert runs on every token, and the weights of all but
    `top_k` are zero: exact, at X / top_k times the work. With a `capacity_factor` each expert runs on a fixed number
    of tokens, and what comes later than that, first choices before second ones, passes it by.

    The `state_dict` is that of the Mixtral block in Hugging Face transformers 5.

    Args:
        embed_dim: E.
        hidden_dim: of each expert.
        num_experts: X.
        top_k: how many experts serve a token.
        capacity_factor: each expert takes `ceil(capacity_factor * top_k * tokens / X)`; `None` for all.
        normalize: whether the weights of the experts chosen are made to sum to 1; by default if `top_k` is more than
            1, as with one expert the router would learn nothing from it.
        activation: as in `FeedForward`.
        device: of the weights.
        dtype: of the weights.

    Shape:
        Input and output `(*, embed_dim)`.

    Raises:
        ValueError: a size or the `capacity_factor` is not positive, there are fewer experts than `top_k`, or there is
            no such activation.
        InputShapeError: the input's last axis is not `embed_dim`.

    Reference: Fedus et al., Switch Transformers, https://arxiv.org/abs/2101.03961; Jiang et al., Mixtral of Experts,
    https://arxiv.org/abs/2401.04088

    >>> moe = nn.MixtureOfExperts(8, 16, num_experts=4)
    >>> output, loss = moe(torch.ones(2, 5, 8), need_loss=True)
    >>> output.shape, loss.shape
    (torch.Size([2, 5, 8]), torch.Size([]))
    """

    def __init__(
        self,
        embed_dim: int,
        hidden_dim: int,
        num_experts: int,
        top_k: int = 2,
        *,
        capacity_factor: float | None = None,
        normalize: bool | None = None,
        activation: str = "silu",
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        for name, size in (("embed_dim", embed_dim), ("hidden_dim", hidden_dim)):
            if size <= 0:
                raise ValueError(f"MixtureOfExperts expected {name} to be positive, got {size}")
        if not 0 < top_k <= num_experts:
            raise ValueError(f"MixtureOfExperts expected top_k from 1 to num_experts={num_experts}, got {top_k}")
        if capacity_factor is not None and capacity_factor <= 0:
            raise ValueError(f"MixtureOfExperts expected capacity_factor to be positive, got {capacity_factor}")
        if activation not in ACTIVATIONS:
            raise ValueError(f"MixtureOfExperts expected an activation of {', '.join(ACTIVATIONS)}, got {activation!r}")
        self.embed_dim = embed_dim
        self.num_experts = num_experts
        self.top_k = top_k
        self.capacity_factor = capacity_factor
        self.normalize = top_k > 1 if normalize is None else normalize
        self.gate = Linear(embed_dim, num_experts, bias=False, device=device, dtype=dtype)
        self.experts = _Experts(num_experts, embed_dim, hidden_dim, activation, device, dtype)

    def reset_parameters(self) -> None:
        """Draws all weights anew, as `Linear` does."""
        self.gate.reset_parameters()
        self.experts.reset_parameters()

    def forward(self, input: Array, need_loss: bool = False) -> Array | tuple[Array, Array]:
        """Runs each token through its experts.

        Args:
            input: `(*, E)`.
            need_loss: whether to answer the load balancing loss too.

        Returns:
            The output; with `need_loss` also the number to be added, times 0.01 or so, to what training minimises: X
            times the sum over experts of the choices that fell on one, by token, times its mean probability. It is
            least, and `top_k`, where all are chosen equally often.
        """
        self.check_shapes(input)  # of another size it would be cut into tokens all the same
        tokens = ops.reshape(input, (-1, self.embed_dim))
        computed = "float64" if dtype_name(tokens.dtype) == "float64" else "float32"
        probabilities = ops.softmax(ops.astype(self.gate(tokens), computed), -1)
        weights, indices = ops.top_k(probabilities, self.top_k)
        if self.normalize:
            weights = weights / ops.sum(weights, axis=-1, keepdims=True)
        chosen = ops.astype(ops.one_hot(indices, self.num_experts), computed)  # (T, top_k, X)
        combined = ops.sum(chosen * ops.expand_dims(weights, -1), axis=1)
        if self.capacity_factor is None:
            weighted = ops.astype(combined, tokens.dtype)
            output = ops.einsum("xte,tx->te", self.experts(tokens), weighted)
        else:
            places = self._places(chosen, self._capacity(ops.shape(tokens)[0]))
            given = ops.einsum("txc,te->xce", ops.astype(places, tokens.dtype), tokens)
            weighted = ops.astype(places * ops.expand_dims(combined, -1), tokens.dtype)
            output = ops.einsum("xce,txc->te", self.experts(given), weighted)
        output = ops.reshape(output, ops.shape(input))
        if not need_loss:
            return output
        share = ops.mean(ops.sum(chosen, axis=1), axis=0)
        return output, self.num_experts * ops.sum(share * ops.mean(probabilities, axis=0))

    def _capacity(self, tokens: Array) -> Array:
        """Of each expert; in whole numbers, as the count of tokens may be a symbol."""
        factor = Fraction(self.capacity_factor or 0).limit_denominator(1000)
        return -(-tokens * self.top_k * factor.numerator // (self.num_experts * factor.denominator))

    def _places(self, chosen: Array, capacity: Array) -> Array:
        """`(T, X, C)`, 1 where a token is the c-th of an expert: all first choices come before the second ones."""
        by_choice = ops.reshape(ops.swapaxes(chosen, 0, 1), (-1, self.num_experts))
        nth = ops.cumulative_sum(by_choice, axis=0) - by_choice  # those before it; what is not chosen has no place
        cells = ops.astype(arange_like(chosen, capacity), chosen.dtype)
        taken = ops.expand_dims(by_choice, -1) * ops.astype(ops.equal(ops.expand_dims(nth, -1), cells), chosen.dtype)
        return ops.sum(ops.reshape(taken, (self.top_k, -1, self.num_experts, capacity)), axis=0)

    def check_shapes(self, input: Array, need_loss: bool = False) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or (len(shape) > 0 and shape[-1] in (None, self.embed_dim)),
            f"(*, {self.embed_dim})",
            input,
            f"Make its last axis {self.embed_dim} long, or build the layer with another embed_dim.",
        )

    def extra_repr(self) -> str:
        return f"top_k={self.top_k}, capacity_factor={self.capacity_factor}, normalize={self.normalize}"
