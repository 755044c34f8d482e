"""A linear map over any axes, written as an equation."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import re
from collections.abc import Sequence
from typing import Any

import torch

from bridge import Layer, ops
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["EinsumDense"]


class EinsumDense(Layer):
    """`einsum(equation, input, weight) + bias`: `keras.layers.EinsumDense` for every framework.

    The weights are made at the first call, or at once from `input_shape`, or by `build`, or by `load_state_dict`.

    Args:
        equation: the axes of the input, the weight and the output: `"ab,bc->ac"`, with an ellipsis before or behind
            the letters of input and output or without one.
        output_shape: the sizes of the output, without its first axis, the batch, and without those of an ellipsis
            (of an ellipsis before the letters the batch is part); `None` for a size that is the input's.
        bias_axes: letters of the output along which a bias is added; none by default.
        input_shape: what `build` takes, to make the weights at once.
        device: where the weights lie; by default that of the first input.
        dtype: of the weights.

    Shape:
        Input and output as the equation says.

    Attributes:
        weight: Keras's `kernel`, Glorot-uniform at first.
        bias: zeros at first; `None` without `bias_axes`.

    Raises:
        ValueError: the equation is of another form, a letter has no size, or sizes contradict each other.
        InputShapeError: the input's axes are not those that the weights were made for.

    >>> layer = nn.EinsumDense("abc,cde->abde", (None, 2, 4), bias_axes="de")
    >>> layer(torch.ones(5, 6, 8)).shape, layer.weight.shape, layer.bias.shape
    (torch.Size([5, 6, 2, 4]), torch.Size([8, 2, 4]), torch.Size([2, 4]))
    """

    weight: Any
    bias: Any

    def __init__(
        self,
        equation: str,
        output_shape: int | Sequence[int | None],
        bias_axes: str | None = None,
        *,
        input_shape: Sequence[int | None] | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        letters = _read(equation, bias_axes or "")
        super().__init__()
        self._letters = letters
        self.equation = equation
        self.output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.bias_axes = bias_axes
        self._device, self._dtype = device, dtype
        self.register_parameter("weight", None)
        self.register_parameter("bias", None)
        if input_shape is not None:
            self.build(tuple(input_shape))

    def build(self, input_shape: tuple[int | None, ...]) -> None:  # type: ignore[override]
        """Makes the weights.

        Args:
            input_shape: of the input; `None` for a size that no weight depends on.

        Raises:
            ValueError: a letter has no size, or sizes contradict each other.

        >>> layer = nn.EinsumDense("...x,xy->...y", 64)
        >>> layer.build((None, 32))
        >>> layer.weight.shape
        torch.Size([32, 64])
        """
        weight, bias = self._shapes(tuple(input_shape))
        with self._placed():
            self.add_weight("weight", weight, dtype=self._dtype)
            if bias is not None:
                self.add_weight("bias", bias, dtype=self._dtype)
        self.reset_parameters()
        self._needs_build = False

    def _placed(self) -> contextlib.AbstractContextManager[Any]:
        """Within it, new tensors lie on the device asked for."""
        return contextlib.nullcontext() if self._device is None else torch.device(self._device)

    def reset_parameters(self) -> None:
        """Draws the weight anew, Glorot-uniform, and fills the bias with zeros; before they exist it does nothing."""
        if self.weight is None:
            return
        sizes = dict(zip(self._letters.weight, self.weight.shape, strict=True))
        outward = math.prod(size for letter, size in sizes.items() if letter in self._letters.output)
        inward = math.prod(size for letter, size in sizes.items() if letter not in self._letters.output)
        limit = math.sqrt(6 / max(1, inward + outward))
        torch.nn.init.uniform_(self.weight, -limit, limit)
        if self.bias is not None:
            torch.nn.init.zeros_(self.bias)

    def forward(self, input: Array) -> Array:
        output = ops.einsum(self.equation, input, self.weight)
        return output if self.bias is None else output + self.bias

    def _shapes(self, input_shape: tuple[int | None, ...]) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
        """The shapes of weight and bias."""
        letters = self._letters
        elided = len(input_shape) - len(letters.input)
        if elided < 0 or (elided > 0 and not letters.ellipsis):
            raise ValueError(f"{self} expected an input shape of {len(letters.input)} axes, got {input_shape}")
        before = letters.ellipsis == "before"
        of_input = dict(zip(letters.input, input_shape[elided if before else 0 :], strict=False))
        sizes = of_input | self._output_sizes(of_input)
        missing = [letter for letter in letters.weight if sizes.get(letter) is None]
        missing += [letter for letter in self.bias_axes or "" if sizes.get(letter) is None]
        if missing:
            raise ValueError(
                f"{self} has no size for {', '.join(missing)}: give it in output_shape, or an input shape that has "
                f"one, where this is {input_shape}"
            )
        weight = tuple(sizes[letter] for letter in letters.weight)
        if not self.bias_axes:
            return weight, None  # type: ignore[return-value]
        first = min(letters.output.index(letter) for letter in self.bias_axes)
        bias = tuple(sizes[letter] if letter in self.bias_axes else 1 for letter in letters.output[first:])
        return weight, bias + (1,) * (0 if before else elided)  # type: ignore[return-value]

    def _output_sizes(self, of_input: dict[str, int | None]) -> dict[str, int | None]:
        """The size that `output_shape` gives each letter of the output, else the input's."""
        letters = self._letters.output if self._letters.ellipsis == "before" else self._letters.output[1:]
        if len(letters) != len(self.output_shape):
            raise ValueError(f"{self} expected an output_shape of {len(letters)} sizes, one each for {letters!r}")
        sizes = dict(zip(letters, self.output_shape, strict=True))
        for letter, size in sizes.items():
            if size is not None and of_input.get(letter) not in (None, size):
                raise ValueError(
                    f"{self} expected the size of {letter!r} to be one in input and output, got {of_input[letter]} "
                    f"in the input and {size} in output_shape"
                )
        return {letter: of_input.get(letter) if size is None else size for letter, size in sizes.items()}

    def check_shapes(self, input: Array) -> None:
        shape, letters = static_shape(input), self._letters
        known = dict(zip(letters.weight, self.weight.shape, strict=True))
        elided = 0 if shape is None else len(shape) - len(letters.input)
        axes = [str(known.get(letter, letter)) for letter in letters.input]
        axes[len(axes) if letters.ellipsis == "behind" else 0 : 0] = ["*"] if letters.ellipsis else []
        own = () if shape is None else shape[elided if letters.ellipsis == "before" else 0 :]
        self.expect(
            shape is None
            or (
                (elided == 0 or (elided > 0 and letters.ellipsis != ""))
                and all(
                    size in (None, known.get(letter, size)) for letter, size in zip(letters.input, own, strict=False)
                )
            ),
            f"({', '.join(axes)})",
            input,
            "Give it the axes of the equation, in the sizes that the weights were made for.",
        )

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any) -> None:
        names = ("weight", "bias") if self.bias_axes else ("weight",)
        if self._needs_build and all(f"{prefix}{name}" in state_dict for name in names):
            with self._placed():
                for name in names:
                    self.add_weight(name, tuple(state_dict[f"{prefix}{name}"].shape), dtype=self._dtype)
            self._needs_build = False
        super()._load_from_state_dict(state_dict, prefix, *args)

    def extra_repr(self) -> str:
        return f"{self.equation!r}, output_shape={self.output_shape}, bias_axes={self.bias_axes!r}"


@dataclasses.dataclass(frozen=True)
class _Letters:
    """The letters of an equation, and whether an ellipsis stands `"before"` or `"behind"` them, or `""` nowhere."""

    input: str
    weight: str
    output: str
    ellipsis: str


_FORMS = {
    "": r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)",
    "before": r"\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)",
    "behind": r"([a-zA-Z]+)\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.",
}


def _read(equation: str, bias_axes: str) -> _Letters:
    for ellipsis, form in _FORMS.items():
        if found := re.fullmatch(form, equation.replace(" ", "")):
            letters = _Letters(found[1], found[2], found[3], ellipsis)
            break
    else:
        raise ValueError(
            f"EinsumDense expected an equation such as 'ab,bc->ac', '...a,ab->...b' or 'ab...,bc->ac...', "
            f"got {equation!r}"
        )
    for letter in letters.weight:
        if letter not in letters.input + letters.output:
            raise ValueError(
                f"EinsumDense expected the weight's letter {letter!r} in input or output, got {equation!r}"
            )
    for letter in letters.output:
        if letter not in letters.input + letters.weight:
            raise ValueError(
                f"EinsumDense expected the output's letter {letter!r} in input or weight, got {equation!r}"
            )
    for letter in bias_axes:
        if letter not in letters.output:
            raise ValueError(
                f"EinsumDense expected bias_axes among the output's letters, got {letter!r} of {bias_axes!r}"
            )
    return letters
