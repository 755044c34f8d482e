"""The keys and values that an attention has seen, for generation token by token."""

from __future__ import annotations

import math
from typing import NamedTuple

from bridge import ops
from bridge.typing import Array, DType

__all__ = ["KeyValueCache"]


class KeyValueCache(NamedTuple):
    """Keys and values of a fixed length, of which the first `position` are filled.

    It is a value: an attention takes one and returns the next. It is a pytree of every framework, and its shapes
    never change, so that a compiled step of generation is traced once.

    Attributes:
        keys: `(N, H, max_length, E)`.
        values: `(N, H, max_length, E)`.
        position: a tensor of one int32.

    >>> cache = nn.KeyValueCache.empty(torch.ones(2, 5, 8), num_heads=2, max_length=16, head_dim=4)
    >>> cache.keys.shape, int(cache.position)
    (torch.Size([2, 2, 16, 4]), 0)
    >>> cache = cache.append(torch.ones(2, 2, 5, 4), torch.ones(2, 2, 5, 4))
    >>> int(cache.position), cache.keys.sum(-1)[0, 0, 3:7]
    (5, tensor([4., 4., 0., 0.]))
    """

    keys: Array
    values: Array
    position: Array

    @classmethod
    def empty(
        cls, like: Array, num_heads: int, max_length: int, head_dim: int, *, dtype: DType | None = None
    ) -> KeyValueCache:
        """A cache that holds nothing yet.

        Args:
            like: `(N, *)`: the cache is of its batch, framework and device.
            num_heads: of the keys and values.
            max_length: how many it can hold.
            head_dim: the features of each.
            dtype: that of `like` by default.
        """
        shape = (ops.shape(like)[0], num_heads, max_length, head_dim)
        keys, values = (ops.zeros_like(like, dtype=dtype, shape=shape) for _ in range(2))
        return cls(keys, values, ops.zeros_like(like, dtype="int32", shape=()))

    def append(self, keys: Array, values: Array) -> KeyValueCache:
        """The cache with further keys and values behind those that it holds.

        Args:
            keys: `(N, H, L, E)`.
            values: `(N, H, L, E)`.

        Raises:
            ValueError: they are longer than the whole cache.

        What does not fit behind the others is an error too. Only JAX cannot raise it, as the position is traced: there
        the keys and values become NaN, and so does every answer from then on.
        """
        length, room = ops.shape(keys)[-2], ops.shape(self.keys)[-2]
        if isinstance(length, int) and isinstance(room, int) and length > room:
            raise ValueError(f"KeyValueCache expected at most its max_length of {room} keys, got {length}")
        end = ops.astype(ops.add(self.position, length), self.position.dtype)
        fits = ops.less_equal(end, room)
        filled = [
            ops.slice_update(whole, (0, 0, self.position, 0), ops.where(fits, new, math.nan))
            for whole, new in ((self.keys, keys), (self.values, values))
        ]
        return KeyValueCache(filled[0], filled[1], end)

    def rewound(self) -> KeyValueCache:
        """The cache with nothing in it, to be filled again."""
        return self._replace(position=ops.zeros_like(self.position))
