"""A `torch.autograd.Function` in a forward that is taken down: as one operation, which keeps its own backward.

`torch.export` would take down what its `forward` does, and so lose its `backward`: a straight-through estimator would
have no gradient, a reversed one the wrong sign.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.autograd.function import Function, FunctionCtx, _is_setup_context_defined, _SingleLevelFunction
from torch.distributions.dirichlet import _Dirichlet
from torch.fx import GraphModule
from torch.utils._pytree import TreeSpec, tree_flatten, tree_leaves, tree_map, tree_unflatten
from torch.utils.checkpoint import CheckpointFunction

from bridge.errors import ConversionError, TorchOnlyError
from bridge.running import running

Tensors = Sequence[torch.Tensor]


class Call:
    """One call of a Function, of which the tensors are left open.

    Attributes:
        forward: a module, from the tensors to those that the Function answers with.
        backward: a module, from the tensors and the gradients by the answers that `differentiable_answers` names, to
            the gradients by the tensors that `differentiable` names.
    """

    def __init__(self, function: type[Function], args: Sequence[Any]) -> None:
        from bridge.interop.converter import convert  # it is what takes this down

        self._function = function
        leaves, self._structure = tree_flatten(list(args))
        self._fixed = [None if _is_tensor(leaf) else _fixed(leaf) for leaf in leaves]
        self._open = [place for place, leaf in enumerate(leaves) if _is_tensor(leaf)]
        self.tensors: list[torch.Tensor] = [leaves[place] for place in self._open]
        owners = [number for number, arg in enumerate(args) for leaf in tree_leaves(arg) if _is_tensor(leaf)]
        self.differentiable = [place for place, tensor in enumerate(self.tensors) if _has_gradient(tensor)]
        self._arguments = [owners[place] for place in self.differentiable]
        self._answer: tuple[TreeSpec, list[Any]] | None = None
        self.differentiable_answers: list[int] = []
        self.forward, self.backward = convert(_Forward(self)), convert(_Backward(self))

    def run(self, tensors: Tensors) -> tuple[_Context, list[torch.Tensor]]:
        """Runs the Function's forward, and gives its context and the tensors of its answer."""
        leaves = list(self._fixed)
        for place, tensor in zip(self._open, tensors, strict=True):
            leaves[place] = tensor
        context, answer = _run(self._function, tree_unflatten(leaves, self._structure))
        if getattr(context, "dirty_tensors", ()):
            raise ConversionError(
                f"{self._function.__name__} cannot be converted: it changes its input in place (ctx.mark_dirty), where "
                f"JAX and TensorFlow have no such thing. Let its forward answer with a new tensor."
            )
        found, structure = tree_flatten(answer)
        answers = [leaf for leaf in found if _is_tensor(leaf)]
        self._answer = structure, [None if _is_tensor(leaf) else leaf for leaf in found]
        self._is_tensor = [_is_tensor(leaf) for leaf in found]
        self.differentiable_answers = [place for place, tensor in enumerate(answers) if _has_gradient(tensor)]
        return context, answers

    def gradients(self, tensors: Tensors, upstream: Tensors) -> list[torch.Tensor]:
        """Runs the Function's backward."""
        context, answers = self.run(tensors)
        given = [torch.zeros_like(answer) for answer in answers]
        silent = getattr(context, "non_differentiable", ())
        for place, gradient in zip(self.differentiable_answers, upstream, strict=True):
            if not any(answers[place] is one for one in silent):
                given[place] = gradient
        if any(saved is answer for saved in context.to_save for answer in answers):
            # A second derivative goes through an answer that was saved by this backward, once more.
            again = dict(zip(map(id, answers), _as_operation(self, tensors), strict=True))
            context.to_save = tuple(again.get(id(saved), saved) for saved in context.to_save)
        remaining = iter(given)
        by_answer = [next(remaining) if is_tensor else None for is_tensor in self._is_tensor]
        found = self._function.backward(context, *by_answer)
        by_argument = found if isinstance(found, tuple) else (found,)
        pairs = zip(self._arguments, self.differentiable, strict=True)
        # Of a tensor in a list PyTorch takes no gradient.
        return [
            _like(by_argument[owner] if context.needs_input_grad[owner] else None, tensors[place])
            for owner, place in pairs
        ]

    def answer(self, tensors: Tensors) -> Any:
        """The Function's answer, with the tensors that another run gave."""
        assert self._answer is not None
        structure, leaves = self._answer
        remaining = iter(tensors)
        filled = [
            next(remaining) if is_tensor else leaf for is_tensor, leaf in zip(self._is_tensor, leaves, strict=True)
        ]
        return tree_unflatten(filled, structure)


def _run(function: type[Function], args: Sequence[Any]) -> tuple[_Context, Any]:
    """The forward, as PyTorch runs it. Its own way of leaving gradients out would not be seen in a graph."""
    context = _Context(tuple(map(_has_gradient, args)))
    with torch.no_grad():
        if not _is_setup_context_defined(function.setup_context):
            return context, function.forward(context, *args)
        answer = function.forward(*args)
        function.setup_context(context, tuple(args), answer)
        return context, answer


class _Context(FunctionCtx):
    """What a Function keeps from its forward for its backward."""

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self.to_save: tuple[Any, ...] = ()

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        return self.to_save


class _Forward(torch.nn.Module):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call

    def forward(self, *tensors: torch.Tensor) -> list[torch.Tensor]:
        return self.call.run(tensors)[1]


class _Backward(torch.nn.Module):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call

    def forward(self, tensors: Tensors, upstream: Tensors) -> list[torch.Tensor]:
        return self.call.gradients(tensors, upstream)


def _fixed(leaf: Any) -> Any:
    """A size that is open becomes what it is: the graph then holds for it alone."""
    if isinstance(leaf, torch.SymInt):
        return int(leaf)
    if isinstance(leaf, torch.SymFloat):
        return float(leaf)
    return bool(leaf) if isinstance(leaf, torch.SymBool) else leaf


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)


def _has_gradient(value: Any) -> bool:
    return _is_tensor(value) and (value.is_floating_point() or value.is_complex())


def _like(gradient: torch.Tensor | None, tensor: torch.Tensor) -> torch.Tensor:
    """As autograd takes what a backward gives: of no gradient zeros, of a broadcast one the sum."""
    if gradient is None:
        return torch.zeros_like(tensor)
    return gradient.sum_to_size(tensor.shape).to(tensor.dtype)


class _State(threading.local):
    calls: dict[int, Call] | None = None
    """Those of the capture that runs in this thread, by their numbers."""
    refuses = False


_state = _State()
_numbers = itertools.count()
_lock = threading.Lock()
_watching = 0


@contextlib.contextmanager
def recording() -> Iterator[dict[int, Call]]:
    """Within it, in this thread, a call of a Function becomes one operation `bridge::custom_function` of a graph."""
    before, _state.calls = _state.calls, {}
    try:
        with _watched():
            yield _state.calls
    finally:
        _state.calls = before


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """Within it, in this thread, a Function refuses tensors that are not torch's, which its forward may well take."""
    before, _state.refuses = _state.refuses, True
    try:
        with _watched():
            yield
    finally:
        _state.refuses = before


@contextlib.contextmanager
def _watched() -> Iterator[None]:
    """`Function.apply` cannot be overridden from without, and a model may keep `apply` itself: so what it calls is."""
    global _watching
    with _lock:
        _watching += 1
        _SingleLevelFunction.apply = classmethod(_apply)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        with _lock:
            _watching -= 1
            if not _watching:
                del _SingleLevelFunction.apply  # type: ignore[attr-defined]


def _apply(cls: type[Function], *args: Any, **kwargs: Any) -> Any:
    if _state.refuses and running.framework != "torch":
        remedy = "Run the model as it is by bridge.interop.convert."
        raise TorchOnlyError(f"torch.autograd.Function {cls.__name__}", running.framework, remedy)
    # What torch.library makes of the operation itself is no call of the model's.
    is_ours = _state.calls is not None and cls.__module__ != "torch._library.autograd"
    if is_ours and cls is CheckpointFunction:
        function, _, *inputs = args
        return function(*inputs)
    if is_ours and cls is _Dirichlet:
        return torch._sample_dirichlet(*args)  # whose lowering has the gradient
    if not is_ours or not torch.is_grad_enabled() or not any(map(_has_gradient, args)):
        return super(_SingleLevelFunction, cls).apply(*args, **kwargs)  # type: ignore[misc]
    leaves = tree_leaves(list(args))
    if held := [tensor for leaf in leaves if callable(leaf) for tensor in _held(leaf)]:
        _, answer = _run(cls, args)
        sources = filter(_has_gradient, [*leaves, *held])
        refused = functools.partial(_Refused.apply, cls.__name__, *sources)
        return tree_map(lambda leaf: refused(leaf) if _has_gradient(leaf) else leaf, answer)
    call = Call(cls, args)
    return call.answer(_as_operation(call, call.tensors))


class _Refused(Function):
    """What a function made of its sources, without a gradient by any of them."""

    @staticmethod
    def forward(ctx: Any, name: str, *tensors: torch.Tensor) -> torch.Tensor:
        ctx.name = name
        return tensors[-1].clone()

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> Any:
        raise ConversionError(
            f"{ctx.name} has no gradient: it is given a function or a module that holds tensors, which a backward "
            f"taken down by itself would not know. Give it the tensors themselves."
        )


def _held(value: Any) -> list[torch.Tensor]:
    """The tensors that a function or a module brings with it."""
    tensors, found, seen = [], [value], set()
    while found:
        one = found.pop()
        if id(one) in seen:  # a function may hold itself
            continue
        seen.add(id(one))
        if _is_tensor(one):
            tensors.append(one)
        elif isinstance(one, torch.nn.Module):
            found += [*one.parameters(), *one.buffers()]
        elif isinstance(one, functools.partial):
            found += tree_leaves([one.func, one.args, one.keywords])
        elif isinstance(one, types.MethodType):
            found += [one.__self__, one.__func__]
        elif isinstance(one, types.FunctionType):
            found += tree_leaves([[cell.cell_contents for cell in one.__closure__ or ()], one.__defaults__])
    return tensors


def _as_operation(call: Call, tensors: Tensors) -> list[torch.Tensor]:
    number = next(_numbers)
    _calls()[number] = call
    return _operation()(list(tensors), number)


def _calls() -> dict[int, Call]:
    assert _state.calls is not None, "a call is recorded, and run, within `recording` alone"
    return _state.calls


@functools.cache
def _operation() -> Callable[..., list[torch.Tensor]]:
    """torch hears of it at the first capture."""

    @torch.library.custom_op("bridge::custom_function", mutates_args=())
    def custom_function(tensors: Sequence[torch.Tensor], number: int) -> list[torch.Tensor]:
        return [answer.clone() for answer in _calls()[number].run(tensors)[1]]

    @custom_function.register_fake
    def shapes_of(tensors: Sequence[torch.Tensor], number: int) -> list[torch.Tensor]:
        return [torch.empty_like(answer) for answer in _calls()[number].run(tensors)[1]]

    return custom_function


def name_calls(program: GraphModule, calls: dict[int, Call]) -> None:
    """Notes each call itself beside its number."""
    for module in program.modules():
        for node in module.graph.nodes if isinstance(module, GraphModule) else ():
            if str(node.target) == "bridge.custom_function.default":
                node.meta["call"] = calls[node.args[1]]
