"""A selective state space model."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch

from bridge import Layer, ops
from bridge.dtypes import dtype_name
from bridge.layers.convolution import Conv1d
from bridge.layers.linear import Linear
from bridge.shapes import static_shape
from bridge.typing import Array, Device, DType

__all__ = ["Mamba", "MambaState"]

_LEAST_TIME_STEP = 1e-4


class MambaState(NamedTuple):
    """What a `Mamba` keeps of all that it has seen; its size does not grow.

    Attributes:
        conv: `(N, D, conv_kernel - 1)`, the last inputs of the convolution.
        ssm: `(N, D, state_size)`, the state of the state space model, in float32 at least.

    >>> state = nn.Mamba(4).empty_state(torch.ones(2, 5, 4))
    >>> state.conv.shape, state.ssm.shape
    (torch.Size([2, 8, 3]), torch.Size([2, 8, 16]))
    """

    conv: Array
    ssm: Array


class Mamba(Layer):
    """A causal convolution, then `h = exp(dt * A) * h + dt * B * x` and `y = C @ h + D * x`, where x chooses dt, B, C.

    The sequence goes through in chunks: within one by an associative scan, from one to the next by a loop, so that in
    JAX and TensorFlow the compiled program is as large for every length. `torch.compile` unrolls that loop: give it
    `chunk_size=None`, where the program grows with the logarithm of the length.

    The `state_dict` is that of `MambaMixer` in Hugging Face transformers.

    Args:
        embed_dim: E.
        state_size: the numbers kept for each inner feature.
        conv_kernel: the length of the convolution.
        expand: the inner features D are `expand * embed_dim`.
        time_step_rank: the size that dt is computed from; `ceil(embed_dim / 16)` by default.
        bias: whether the projections in and out have one.
        conv_bias: whether the convolution has one.
        time_step_min: the least dt at initialisation.
        time_step_max: the largest dt at initialisation.
        chunk_size: the length of a chunk; the more, the more memory. `None` is the whole length, which must be known.
        device: of the weights.
        dtype: of the weights.

    Shape:
        Input and output `(N, L, embed_dim)`.

    Raises:
        ValueError: a size is not positive, or the time steps are not in order.
        InputShapeError: the input has other axes or features.

    Reference: Gu and Dao, Mamba, https://arxiv.org/abs/2312.00752

    >>> mamba, x = nn.Mamba(4), torch.randn(1, 3, 4)
    >>> state, steps = mamba.empty_state(x), []
    >>> for token in x.split(1, dim=1):
    ...     output, state = mamba(token, state)
    ...     steps.append(output)
    >>> torch.allclose(mamba(x), torch.cat(steps, 1), atol=1e-6)
    True
    """

    def __init__(
        self,
        embed_dim: int,
        state_size: int = 16,
        conv_kernel: int = 4,
        expand: int = 2,
        time_step_rank: int | None = None,
        *,
        bias: bool = False,
        conv_bias: bool = True,
        time_step_min: float = 0.001,
        time_step_max: float = 0.1,
        chunk_size: int | None = 64,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        rank = math.ceil(embed_dim / 16) if time_step_rank is None else time_step_rank
        sizes = {"embed_dim": embed_dim, "state_size": state_size, "conv_kernel": conv_kernel, "expand": expand}
        for name, size in {**sizes, "time_step_rank": rank, "chunk_size": chunk_size or 1}.items():
            if size <= 0:
                raise ValueError(f"Mamba expected {name} to be positive, got {size}")
        if not 0 < time_step_min <= time_step_max:
            raise ValueError(
                f"Mamba expected time_step_min and time_step_max positive and in order, got {time_step_min} and "
                f"{time_step_max}"
            )
        self.embed_dim = embed_dim
        self.state_size = state_size
        self.conv_kernel = conv_kernel
        self.inner_dim = expand * embed_dim
        self.time_step_rank = rank
        self.time_step_range = time_step_min, time_step_max
        self.chunk_size = chunk_size
        made: dict[str, Any] = {"device": device, "dtype": dtype}
        self.conv1d = Conv1d(self.inner_dim, self.inner_dim, conv_kernel, groups=self.inner_dim, bias=conv_bias, **made)
        self.in_proj = Linear(embed_dim, 2 * self.inner_dim, bias=bias, **made)
        self.x_proj = Linear(self.inner_dim, rank + 2 * state_size, bias=False, **made)
        self.dt_proj = Linear(rank, self.inner_dim, **made)
        self.A_log = torch.nn.Parameter(torch.empty(self.inner_dim, state_size, **made))
        self.D = torch.nn.Parameter(torch.empty(self.inner_dim, **made))
        self.out_proj = Linear(self.inner_dim, embed_dim, bias=bias, **made)
        self._reset_dynamics()

    def reset_parameters(self) -> None:
        """Draws all weights anew, as the paper does."""
        for module in (self.conv1d, self.in_proj, self.x_proj, self.dt_proj, self.out_proj):
            module.reset_parameters()
        self._reset_dynamics()

    @torch.no_grad()
    def _reset_dynamics(self) -> None:
        """A is -1, -2 and so on, dt is drawn evenly by its logarithm, and its bias is what softplus makes it from."""
        self.A_log.copy_(torch.arange(1, self.state_size + 1).log().expand_as(self.A_log))
        torch.nn.init.ones_(self.D)
        bound = self.time_step_rank**-0.5
        torch.nn.init.uniform_(self.dt_proj.weight, -bound, bound)
        least, largest = (math.log(step) for step in self.time_step_range)
        steps = torch.empty_like(self.dt_proj.bias).uniform_(least, largest).exp().clamp(min=_LEAST_TIME_STEP)
        self.dt_proj.bias.copy_(steps + torch.log(-torch.expm1(-steps)))

    def empty_state(self, like: Array) -> MambaState:
        """The state before anything was seen, of the batch, framework and device of `like`, `(N, *)`."""
        batch = ops.shape(like)[0]
        conv = ops.zeros_like(like, shape=(batch, self.inner_dim, self.conv_kernel - 1))
        return MambaState(
            conv, ops.zeros_like(like, dtype=_computed(like), shape=(batch, self.inner_dim, self.state_size))
        )

    def forward(self, input: Array, state: MambaState | None = None) -> Array | tuple[Array, MambaState]:
        """Runs the sequence.

        Args:
            input: `(N, L, E)`; for one step of generation L is 1.
            state: what earlier calls have seen, of `empty_state` or of the last call.

        Returns:
            The output; with a state also the state as it is now.
        """
        self.check_shapes(input, state)  # so that this layer is named, not one within it
        before = self.empty_state(input) if state is None else state
        x, gate = ops.split(self.in_proj(input), 2, axis=-1)
        seen = ops.concat([ops.astype(before.conv, x.dtype), ops.swapaxes(x, 1, 2)], axis=-1)
        x = ops.swapaxes(ops.silu(self.conv1d(seen)), 1, 2)
        rank, size = self.time_step_rank, self.state_size
        dt, b, c = ops.split(self.x_proj(x), (rank, rank + size), axis=-1)
        y, ssm = self._selective_scan(x, ops.softplus(self.dt_proj(dt)), b, c, before.ssm)
        y = ops.astype(y, x.dtype) + x * self.D
        output = self.out_proj(y * ops.silu(gate))
        if state is None:
            return output
        conv = seen[..., 1 - self.conv_kernel :] if self.conv_kernel > 1 else before.conv
        # Copies, as views would hold on to the whole sequence, and their strides would have torch compile again.
        return output, MambaState(ops.copy(conv), ops.copy(ssm))

    def _selective_scan(self, x: Array, dt: Array, b: Array, c: Array, first: Array) -> tuple[Array, Array]:
        """`y` of `(N, L, D)`, and the last state."""
        computed = _computed(x)
        length = ops.shape(x)[1]
        chunk = length if self.chunk_size is None else self.chunk_size
        if isinstance(length, int):
            chunk = max(1, min(chunk, length))
        rates = -ops.exp(ops.astype(self.A_log, computed))

        def step(state: Array, inputs: tuple[Array, ...]) -> tuple[Array, Array]:
            x, dt, b, c = inputs
            decay = ops.exp(ops.expand_dims(dt, -1) * rates)  # (N, chunk, D, state_size)
            added = ops.expand_dims(dt * x, -1) * ops.expand_dims(b, -2)
            decay, added = ops.associative_scan(_then, (decay, added), axis=1)
            states = decay * ops.expand_dims(state, 1) + added
            return states[:, -1], ops.einsum("ncds,ncs->ncd", states, c)

        # What the last chunk is filled up with has dt = 0, which leaves the state as it is.
        inputs = tuple(_chunked(ops.astype(tensor, computed), chunk) for tensor in (x, dt, b, c))
        last, chunks = ops.scan(step, ops.astype(first, computed), inputs)
        y = ops.reshape(ops.swapaxes(chunks, 0, 1), (ops.shape(x)[0], -1, self.inner_dim))
        return y[:, :length], last

    def check_shapes(self, input: Array, state: MambaState | None = None) -> None:
        shape = static_shape(input)
        self.expect(
            shape is None or (len(shape) == 3 and shape[-1] in (None, self.embed_dim)),
            f"(N, L, {self.embed_dim})",
            input,
            f"Make its last axis {self.embed_dim} long, or build the layer with another embed_dim.",
        )
        if state is not None:
            sizes = {"conv": self.conv_kernel - 1, "ssm": self.state_size}
            for name, size in sizes.items():
                held = static_shape(getattr(state, name))
                self.expect(
                    held is None or (len(held) == 3 and held[1:] == (self.inner_dim, size)),
                    f"(N, {self.inner_dim}, {size}) as the {name} of its state",
                    getattr(state, name),
                    "Make the state by empty_state of this layer.",
                )

    def extra_repr(self) -> str:
        return f"{self.embed_dim}, state_size={self.state_size}, conv_kernel={self.conv_kernel}"


def _computed(x: Array) -> str:
    """The dtype that the state is computed in."""
    return "float64" if dtype_name(x.dtype) == "float64" else "float32"


def _then(first: tuple[Array, Array], second: tuple[Array, Array]) -> tuple[Array, Array]:
    """Two steps of `h = decay * h + added` as one."""
    return first[0] * second[0], first[1] * second[0] + second[1]


def _chunked(tensor: Array, chunk: int) -> Array:
    """`(N, L, F)` to `(chunks, N, chunk, F)`, filled up with zeros."""
    batch, length, features = ops.shape(tensor)
    missing = -length % chunk
    if not (isinstance(missing, int) and missing == 0):
        tensor = ops.concat([tensor, ops.zeros_like(tensor, shape=(batch, missing, features))], axis=1)
    chunks = ops.reshape(tensor, (batch, (length + missing) // chunk, chunk, features))
    return ops.swapaxes(chunks, 0, 1)
