"""`Layer`: a `torch.nn.Module` that also answers JAX, TensorFlow and NumPy arrays, and applies without state."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import torch
from torch.compiler import is_dynamo_compiling

from bridge import config
from bridge.direct import call_directly
from bridge.dtypes import torch_dtype
from bridge.errors import InputShapeError
from bridge.frameworks import TORCH_TYPES, common_framework, leaves
from bridge.replica import adopt_built
from bridge.shapes import static_shape
from bridge.stateless import stateless_apply
from bridge.typing import Array, DType

_PLAIN_TYPES = TORCH_TYPES | {type(None), bool, int, float, str, torch.Size, torch.dtype}
"""Argument types that need no look: a call with these alone is torch's."""


class _Signature:
    """The signature of a class that of its constructor, which `__new__` hides from `inspect.signature`."""

    def __get__(self, instance: Any, owner: type) -> inspect.Signature:
        if instance is not None:
            raise AttributeError("a layer is called with what its forward takes")
        signature = inspect.signature(owner.__init__)  # type: ignore[misc]
        return signature.replace(parameters=list(signature.parameters.values())[1:])


class Layer(torch.nn.Module):
    """The base class of every layer, in the place of `torch.nn.Module`.

    Write `forward` in `bridge.ops` and the layer runs in every framework: called with torch tensors it is an ordinary
    module; called with JAX, TensorFlow or NumPy arrays it answers in kind, with its present weights;
    `stateless_apply` is the pure function for training loops of other frameworks.

    A layer whose weights depend on its input's shape creates them in `build`, which runs before the first call.

    >>> class RMSNorm(bridge.Layer):
    ...     def build(self, input_shape):
    ...         self.add_weight("scale", (input_shape[-1],), init="ones")
    ...
    ...     def forward(self, x):
    ...         return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-6) * self.scale
    >>> layer = RMSNorm()
    >>> layer(torch.ones(2, 4)).shape, type(layer(numpy.ones((2, 4), "float32")))
    (torch.Size([2, 4]), <class 'numpy.ndarray'>)
    """

    autograph_info__: ClassVar[dict[str, Any]] = {}
    # As `bridge.autograph.unconverted` has it, for a layer called inside a tf.function.

    __signature__ = _Signature()

    is_replica: ClassVar[bool] = False
    """Whether this is a bound replica, whose leaves are the arrays of a `stateless_apply`."""

    is_converted: ClassVar[bool] = False
    """Whether what it holds is written for PyTorch and converted."""

    draws_in_eval: ClassVar[bool] = False
    """Whether `forward` draws random numbers in eval mode too."""
    full_precision: ClassVar[bool] = False
    """Whether its own parameters and buffers stay as they are in a `MixedPrecision` module."""

    _needs_build: bool = False
    _constructed_with: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        layer = super().__new__(cls)
        layer.__dict__["_constructed_with"] = args, kwargs
        return layer

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._needs_build = cls.build is not Layer.build

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._needs_build:
            self._build_from(args, kwargs)
        if is_dynamo_compiling():
            return super().__call__(*args, **kwargs)
        if _PLAIN_TYPES.issuperset(map(type, args)) and (
            not kwargs or _PLAIN_TYPES.issuperset(map(type, kwargs.values()))
        ):
            try:
                return super().__call__(*args, **kwargs)
            except Exception as error:
                self._explain(error, args, kwargs)
                raise
        return self._call_any(args, kwargs)

    def _call_any(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        named = [(f"argument {position}", value) for position, value in enumerate(args)] + list(kwargs.items())
        framework = common_framework(named, type(self).__name__)
        if framework == "symbolic":
            from bridge.symbolic import call_layer  # there is a symbolic tensor, and so it is loaded

            return call_layer(self, args, kwargs)
        if self.is_replica and framework not in (None, "torch"):
            self.check_shapes(*args, **kwargs)  # other frameworks broadcast what torch refuses
            return super().__call__(*args, **kwargs)
        if framework in (None, "torch") or self.is_replica:
            try:
                return super().__call__(*args, **kwargs)
            except Exception as error:
                self._explain(error, args, kwargs)
                raise
        return call_directly(self, framework, args, kwargs)

    def check_shapes(self, *args: Any, **kwargs: Any) -> None:
        """Raises an `InputShapeError` if `forward` does not take inputs of these shapes; to be overridden.

        It has the signature of `forward`. With torch tensors it runs only once `forward` has failed, to name the
        layer, what it expected and what came; `expect` says it.
        """

    def expect(self, holds: bool, expected: str, received: Array, remedy: str) -> None:
        """Raises an `InputShapeError` unless `holds`.

        Args:
            holds: whether the input will do.
            expected: the shape that the layer takes, such as `"(*, 4)"`.
            received: the input that came.
            remedy: what to do, as a whole sentence.
        """
        if not holds:
            raise InputShapeError(
                f"{self} expected an input of shape {expected}, got {static_shape(received)}. {remedy}"
            )

    def _explain(self, error: Exception, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not isinstance(error, InputShapeError):
            try:
                self.check_shapes(*args, **kwargs)
            except InputShapeError as better:
                raise better from error
            except Exception:  # the arguments are too odd even to be checked: torch's own error stands
                return

    def stateless_apply(
        self,
        params: Mapping[str, Array],
        buffers: Mapping[str, Array],
        *args: Any,
        rng: Array | None = None,
        training: bool | None = None,
        **kwargs: Any,
    ) -> tuple[Any, dict[str, Array]]:
        """Runs the layer on the arrays given in place of its own: see `bridge.stateless_apply`."""
        return stateless_apply(self, params, buffers, *args, rng=rng, training=training, **kwargs)

    def update_buffer(self, name: str, value: Array) -> None:
        """Gives a buffer its new value in `forward`: in place in torch, handed out in `new_buffers` by a replica.

        Args:
            name: a buffer of this layer.
            value: of the buffer's shape; what torch's own operation has already written in place is left as it is.
        """
        buffer = self._buffers[name]
        if self.is_replica:
            self._buffers[name] = value
        elif value is not buffer:
            buffer.copy_(value.detach())  # type: ignore[union-attr]

    def build(self, *input_shapes: tuple[int, ...]) -> None:
        """Creates the weights by `add_weight`; to be overridden by a layer whose weights depend on its input.

        Args:
            *input_shapes: the shape of each tensor among the arguments of the first call, in order.
        """

    def _build_from(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if is_dynamo_compiling():
            raise RuntimeError("a layer must be called once before it is compiled, to be built")
        if self.is_replica:
            self.__dict__["_awaited"][0]._build_from(args, kwargs)
            adopt_built(self)
            return
        tensors = [leaf for leaf in leaves((args, kwargs)) if hasattr(leaf, "shape")]
        device = next((leaf.device for leaf in tensors if isinstance(leaf, torch.Tensor)), None)
        with torch.device(device or torch.get_default_device()):
            self.build(*(static_shape(leaf) for leaf in tensors))  # type: ignore[arg-type]
        self._needs_build = False

    def add_weight(
        self,
        name: str,
        shape: tuple[int, ...],
        init: str | float | Callable[[torch.Tensor], Any] = "zeros",
        *,
        dtype: DType | None = None,
        requires_grad: bool = True,
    ) -> torch.nn.Parameter:
        """Registers a new parameter and returns it.

        Args:
            name: the attribute and the key in the `state_dict`.
            shape: its sizes.
            init: the name of a function of `torch.nn.init` without its underscore (`"ones"`, `"xavier_uniform"`), a
                number that fills it, or a function that writes into the tensor given.
            dtype: torch's default dtype unless another is given.
            requires_grad: whether it is trained.

        Raises:
            ValueError: `torch.nn.init` has no such function.

        >>> bridge.Layer().add_weight("scale", (2,), init="ones")
        Parameter containing:
        tensor([1., 1.], requires_grad=True)
        """
        if isinstance(init, str) and not hasattr(torch.nn.init, f"{init}_"):
            raise ValueError(
                f"{type(self).__name__}.add_weight({name!r}) expected an init that torch.nn.init has, such as 'zeros' "
                f"or 'xavier_uniform', got {init!r}"
            )
        tensor = torch.empty(shape, dtype=None if dtype is None else torch_dtype(dtype))
        if isinstance(init, str):
            getattr(torch.nn.init, f"{init}_")(tensor)
        elif callable(init):
            with torch.no_grad():
                init(tensor)
        else:
            tensor.fill_(init)
        self.register_parameter(name, torch.nn.Parameter(tensor, requires_grad=requires_grad))
        return self._parameters[name]  # type: ignore[return-value]

    def get_config(self) -> dict[str, Any]:
        """The arguments that the layer was constructed with, by name, as values that JSON can hold.

        Layers among them are nested, with their own configurations.

        Raises:
            TypeError: an argument is of a kind that cannot be written down; override this method and `from_config`.

        >>> bridge.layers.Linear(3, 2, bias=False).get_config()
        {'in_features': 3, 'out_features': 2, 'bias': False}
        """
        args, kwargs = self._constructed_with
        return config.arguments(type(self), args, kwargs)

    @classmethod
    def from_config(cls, values: Mapping[str, Any]) -> Self:
        """A new layer, freshly initialised, from what `get_config` gave.

        >>> bridge.layers.Linear.from_config({"in_features": 3, "out_features": 2})
        Linear(in_features=3, out_features=2, bias=True)
        """
        args, kwargs = config.call_arguments(cls, values)
        return cls(*args, **kwargs)
