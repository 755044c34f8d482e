"""Several tensors made into one, as layers: the merging layers of Keras."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"]


class _Merge(Layer):
    """What the merging layers share: they take tensors one by one, or in one list or tuple."""

    def forward(self, *inputs: Any) -> Array:
        return self._merge(self._tensors(inputs))

    def _merge(self, tensors: Sequence[Array]) -> Array:
        raise NotImplementedError

    def _tensors(self, inputs: tuple[Any, ...]) -> Sequence[Array]:
        tensors = inputs[0] if len(inputs) == 1 and isinstance(inputs[0], list | tuple) else inputs
        if not tensors:
            raise ValueError(f"{self} expected at least one tensor, got none")
        return tensors


class _Elementwise(_Merge):
    """What those share that work element by element."""

    function: ClassVar[Callable[..., Array]]

    def _merge(self, tensors: Sequence[Array]) -> Array:
        self.check_shapes(*tensors)  # the layer is named, not its op
        return functools.reduce(type(self).function, tensors)

    def check_shapes(self, *inputs: Any) -> None:
        first, *others = self._tensors(inputs)
        for other in others:
            self.expect(
                _broadcast(static_shape(first), static_shape(other)),
                f"that broadcasts with {static_shape(other)}",
                first,
                "Give tensors of one shape, or with axes of 1.",
            )


def _broadcast(first: tuple[int | None, ...] | None, second: tuple[int | None, ...] | None) -> bool:
    if first is None or second is None:
        return True
    pairs = zip(reversed(first), reversed(second), strict=False)
    return all(a == b or a in (1, None) or b in (1, None) for a, b in pairs)


class Add(_Elementwise):
    """The sum of all inputs, which broadcast: `keras.layers.Add` for every framework.

    Shape:
        Inputs that broadcast, one by one or in a list; output their common shape.

    Raises:
        InputShapeError: the inputs do not broadcast.

    >>> nn.Add()(torch.ones(2), torch.ones(2))
    tensor([2., 2.])
    """

    function = staticmethod(ops.add)


class Subtract(_Elementwise):
    """The first input less the second: `keras.layers.Subtract` for every framework.

    Shape:
        Two inputs that broadcast, one by one or in a list; output their common shape.

    Raises:
        InputShapeError: the inputs do not broadcast.
        ValueError: there are not two.

    >>> nn.Subtract()(torch.ones(2), torch.ones(2))
    tensor([0., 0.])
    """

    function = staticmethod(ops.subtract)

    def _merge(self, tensors: Sequence[Array]) -> Array:
        if len(tensors) != 2:
            raise ValueError(f"{self} expected two tensors, got {len(tensors)}")
        return super()._merge(tensors)


class Multiply(_Elementwise):
    """The product of all inputs, which broadcast: `keras.layers.Multiply` for every framework.

    Shape:
        Inputs that broadcast, one by one or in a list; output their common shape.

    Raises:
        InputShapeError: the inputs do not broadcast.

    >>> nn.Multiply()(torch.full((2,), 3.0), torch.full((2,), 2.0))
    tensor([6., 6.])
    """

    function = staticmethod(ops.multiply)


class Average(_Elementwise):
    """The mean of all inputs, which broadcast: `keras.layers.Average` for every framework.

    Shape:
        Inputs that broadcast, one by one or in a list; output their common shape.

    Raises:
        InputShapeError: the inputs do not broadcast.

    >>> nn.Average()(torch.ones(2), torch.zeros(2))
    tensor([0.5000, 0.5000])
    """

    function = staticmethod(ops.add)

    def _merge(self, tensors: Sequence[Array]) -> Array:
        return super()._merge(tensors) / len(tensors)


class Maximum(_Elementwise):
    """The largest of all inputs at each place: `keras.layers.Maximum` for every framework.

    Shape:
        Inputs that broadcast, one by one or in a list; output their common shape.

    Raises:
        InputShapeError: the inputs do not broadcast.

    >>> nn.Maximum()(torch.ones(2), torch.zeros(2))
    tensor([1., 1.])
    """

    function = staticmethod(ops.maximum)


class Minimum(_Elementwise):
    """The smallest of all inputs at each place: `keras.layers.Minimum` for every framework.

    Shape:
        Inputs that broadcast, one by one or in a list; output their common shape.

    Raises:
        InputShapeError: the inputs do not broadcast.

    >>> nn.Minimum()(torch.ones(2), torch.zeros(2))
    tensor([0., 0.])
    """

    function = staticmethod(ops.minimum)


class Concatenate(_Merge):
    """All inputs one behind the other along an axis: `keras.layers.Concatenate` for every framework.

    Args:
        axis: along which they are joined; 1 for the channels of images.

    Shape:
        Inputs of one shape but along `axis`, one by one or in a list.

    Raises:
        InputShapeError: the inputs differ in another axis, or have no such axis.

    >>> nn.Concatenate()(torch.ones(2, 3), torch.ones(2, 1)).shape
    torch.Size([2, 4])
    """

    def __init__(self, axis: int = -1) -> None:
        super().__init__()
        self.axis = axis

    def _merge(self, tensors: Sequence[Array]) -> Array:
        return ops.concat(list(tensors), axis=self.axis)

    def check_shapes(self, *inputs: Any) -> None:
        first, *others = self._tensors(inputs)
        shape = static_shape(first)
        self.expect(
            shape is None or -len(shape) <= self.axis < len(shape),
            f"with an axis {self.axis}",
            first,
            "Build the layer with an axis that the inputs have.",
        )
        for other in others:
            self.expect(
                self._alike(shape, static_shape(other)),
                f"like {static_shape(other)} but for axis {self.axis}",
                first,
                "Give tensors that differ along that axis alone.",
            )

    def _alike(self, first: tuple[int | None, ...] | None, second: tuple[int | None, ...] | None) -> bool:
        if first is None or second is None:
            return True
        if len(first) != len(second):
            return False
        pairs = list(zip(first, second, strict=True))
        pairs[self.axis] = None, None
        return all(a == b or None in (a, b) for a, b in pairs)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"
