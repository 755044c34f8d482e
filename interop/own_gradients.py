"""Forwards that ask for gradients themselves, by `torch.autograd.grad` or `torch.func`, or that use `torch.vmap`.

Energy models have forces, and physics-informed networks residuals, which are gradients. `torch.export` records above
autograd and loses these. What operations such a forward runs, those of its gradients included, is recorded below
autograd, and exported in its place.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch._dynamo.source import ConstantSource
from torch._functorch import eager_transforms
from torch._subclasses import FakeTensor, FakeTensorMode
from torch.autograd import forward_ad
from torch.export import ExportedProgram
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.experimental.symbolic_shapes import DimDynamic, ShapeEnv, StatelessSymbolicContext
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.utils.stateless import _reparametrize_module
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_flatten, tree_leaves, tree_map, tree_unflatten

from bridge.interop.replacements import Replacing

_aten = torch.ops.aten
_STOPPING = (torch.detach, torch.Tensor.detach, torch.Tensor.detach_, torch.Tensor.data.__get__, torch.autograd.grad)  # type: ignore[attr-defined]


@contextlib.contextmanager
def leaving_no_transform() -> Iterator[None]:
    """Within it `torch.export` may fail inside a transform of `torch.func`, which it would leave switched on."""
    depth, level = torch._C._functorch.get_dynamic_layer_stack_depth(), forward_ad._current_level
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):  # it says that there is no such level
            torch._C._exit_dual_level(level=level + 1)
        torch._C._functorch.pop_dynamic_layer_stack_and_undo_to_depth(depth)


def refuse_transforms(exported: ExportedProgram) -> ExportedProgram:
    """A program as it is.

    Raises:
        RuntimeError: it holds transforms of `torch.func` or a `torch.vmap`, which stand in it as functions of Python.
    """
    for node in exported.graph.nodes:
        if "functorch" in getattr(node.target, "__module__", ""):
            raise RuntimeError(f"torch.export keeps {node.target.__name__} as it is")
    return exported


def say_in_operations(
    module: torch.nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any], dynamic: Iterable[tuple[int, int]]
) -> None:
    """Gives a module a forward that runs the recorded operations in place of its own.

    Args:
        module: a copy, of which the forward is replaced.
        args: examples of what it takes.
        kwargs: likewise.
        dynamic: the axes that are left open, each as the place of its leaf and its number.
    """
    leaves, structure = tree_flatten((args, dict(kwargs)))
    places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, torch.Tensor)]
    sizes = ShapeEnv()
    fakes = _Fakes(sizes)
    named = {name: fakes.of(tensor, []) for name, tensor in _held(module).items()}
    inputs = [fakes.of(leaves[place], [axis for leaf, axis in dynamic if leaf == place]) for place in places]
    forward = module.forward
    answers: Any = None

    def run(named: dict[str, torch.Tensor], inputs: list[torch.Tensor]) -> list[Any]:
        nonlocal answers
        given = dict(zip(places, map(_followed, inputs), strict=True))
        args, kwargs = tree_unflatten([given.get(place, leaf) for place, leaf in enumerate(leaves)], structure)
        with _reparametrize_module(module, named, tie_weights=True), Replacing(), _MarkingStops(), _marking_unwrapped():
            output, answers = tree_flatten(forward(*args, **kwargs))
            for name, buffer in module.named_buffers():
                if buffer is not named[name]:  # it was assigned anew
                    named[name].copy_(buffer)
        return output

    with sdpa_kernel(SDPBackend.MATH):  # the gradient of the fused attention is one operation, which has no gradient
        graph = make_fx(run, tracing_mode="symbolic")(named, inputs)
    _keep_marked_stops(graph)
    guards = sizes.produce_guards_expression(inputs)

    @functools.wraps(forward)
    def replayed(*args: Any, **kwargs: Any) -> Any:
        now = tree_leaves((args, {name: kwargs[name] for name in structure.children()[1].context}))
        tensors = [now[place] for place in places]
        if guards is not None and not sizes.evaluate_guards_expression(guards, tensors):
            raise ValueError(f"the forward goes another way unless {guards}")
        return tree_unflatten(graph(_held(module), tensors), answers)

    module.forward = replayed


class _Fakes:
    """Makes tensors without values."""

    def __init__(self, sizes: ShapeEnv) -> None:
        self._mode = FakeTensorMode(shape_env=sizes, allow_non_fake_inputs=True)
        self._count = 0

    def of(self, tensor: torch.Tensor, open_axes: Sequence[int]) -> FakeTensor:
        self._count += 1
        axes = [DimDynamic.DYNAMIC if axis in open_axes else DimDynamic.STATIC for axis in range(tensor.ndim)]
        context: Any = StatelessSymbolicContext(dynamic_sizes=axes)
        source = ConstantSource(f"tensor_{self._count}")
        return self._mode.from_tensor(tensor, symbolic_context=context, source=source)


def _held(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


def _followed(input: torch.Tensor) -> torch.Tensor:
    """An input that asks for a gradient, which another framework may ask for; one that may be changed in place."""
    return input.requires_grad_().clone() if input.is_floating_point() or input.is_complex() else input


class _MarkingStops(TorchFunctionMode):
    """Marks where a forward stops gradients, by `detach`, `torch.no_grad` or `create_graph=False`.

    Below autograd nothing tells them from what autograd itself detaches to keep for its backward.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        answer = func(*args, **(kwargs or {}))
        given = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        if not any(map(_is_followed, given)):
            return answer

        def marked(one: Any) -> Any:
            stops = isinstance(one, torch.Tensor) and one.is_floating_point() and not _is_followed(one)
            if not stops or any(one is tensor for tensor in given):
                return one
            is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor(one)
            if is_wrapped and func not in _STOPPING and torch.is_grad_enabled():
                return one  # such as zeros_like
            return _mark()(one)

        return tree_map(marked, answer)


@contextlib.contextmanager
def _marking_unwrapped() -> Iterator[None]:
    """Marks what comes out of a transform of `torch.func` under `torch.no_grad`: no function of torch brings it out."""
    unwrap, thread = eager_transforms._unwrap_for_grad, threading.get_ident()

    def marking(tensor: torch.Tensor, level: int) -> torch.Tensor:
        one = unwrap(tensor, level)
        stops = threading.get_ident() == thread and one.is_floating_point() and not _is_followed(one)
        return _mark()(one) if stops else one

    eager_transforms._unwrap_for_grad = marking
    try:
        yield
    finally:
        eager_transforms._unwrap_for_grad = unwrap


@functools.cache
def _mark() -> torch.library.CustomOpDef:
    """An operation that lets nothing through to autograd nor to a transform of `torch.func` but the values."""

    @torch.library.custom_op("bridge::stop_gradient", mutates_args=())
    def stop_gradient(x: torch.Tensor) -> torch.Tensor:
        return x.clone()

    stop_gradient.register_fake(torch.empty_like)
    stop_gradient.register_vmap(lambda info, in_dims, x: (stop_gradient(x), in_dims[0]))
    return stop_gradient


def _is_followed(tensor: torch.Tensor) -> bool:
    """Whether a gradient goes to a tensor, in any of the transforms of `torch.func` around it."""
    while not tensor.requires_grad:
        if not torch._C._functorch.is_functorch_wrapped_tensor(tensor):
            return False
        tensor = torch._C._functorch.get_unwrapped(tensor)
    return True


def _keep_marked_stops(graph: GraphModule) -> None:
    for node in graph.graph.nodes:
        if node.target is _aten.detach.default:
            node.replace_all_uses_with(node.args[0])
            graph.graph.erase_node(node)
        elif str(node.target) == "bridge.stop_gradient.default":
            node.target = _aten.detach.default
    graph.graph.eliminate_dead_code()
    graph.recompile()
