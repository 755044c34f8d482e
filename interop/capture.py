"""A module's forward as a graph of ATen operations, taken down by `torch.export` and made ready to run anywhere."""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch.export import Dim, ExportedProgram, ShapesCollection
from torch.fx import GraphModule, Node
from torch.utils._pytree import TreeSpec, tree_unflatten

from bridge.errors import ConversionError
from bridge.interop import caches, custom_functions, own_gradients
from bridge.interop.capture_errors import explained
from bridge.interop.graph import Graph
from bridge.interop.lowerings import lowering_of
from bridge.interop.mode_copy import ModeCopy
from bridge.interop.replaced_batch_norm import count_in_tensors
from bridge.interop.replaced_len import open_lengths
from bridge.interop.replacements import Replacing
from bridge.running import running_in


def capture(
    module: torch.nn.Module,
    leaves: Sequence[Any],
    structure: TreeSpec,
    dynamic: Iterable[tuple[int, int]],
    *,
    training: bool,
) -> Graph:
    """Runs `module` on tensors without values, and takes down what it does.

    Args:
        module: any module; it is not changed.
        leaves: what `forward` takes, as `torch.utils._pytree` flattens `(args, kwargs)`: a tensor as an example of its
            shape and dtype, anything else as it is.
        structure: how the leaves are nested.
        dynamic: the axes that the graph leaves open, each as the place of its leaf and its number.
        training: the mode to take down.

    Raises:
        ConversionError: the forward cannot be taken down; the message names the line.
    """
    args, kwargs = tree_unflatten(list(leaves), structure)
    caches.tell_torch(module)
    shapes = _open_axes(leaves, dynamic)
    with running_in("torch"), warnings.catch_warnings(), custom_functions.recording() as calls:
        warnings.simplefilter("ignore")  # what torch.export says of its own workings
        exported = _exported_in_mode(module, training, args, kwargs, shapes, dynamic)
        stop_gradients(exported.graph_module)
        if not is_lowered(exported.graph_module):  # PyTorch runs it once more, which takes longer than the export
            exported = exported.run_decompositions(decompositions())
        custom_functions.name_calls(exported.graph_module, calls)
        drop_checks(exported.graph_module)
        say_known_sizes(exported.graph_module)
        return Graph.of(exported)


def _name_keywords(module: torch.nn.Module, given: Iterable[str]) -> None:
    """Names what a forward takes as `**kwargs`: `torch.export` counts it twice where it leaves axes open."""
    forward = module.forward
    parameters = inspect.signature(forward).parameters
    unnamed = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in given if name not in parameters]
    if unnamed:
        named = [one for one in parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]

        @functools.wraps(forward)
        def naming(*args: Any, **kwargs: Any) -> Any:
            return forward(*args, **kwargs)

        naming.__signature__ = inspect.Signature([*named, *unnamed])  # type: ignore[attr-defined]
        module.forward = naming


def _open_axes(leaves: Sequence[Any], dynamic: Iterable[tuple[int, int]]) -> ShapesCollection | None:
    shapes = ShapesCollection()
    by_leaf = itertools.groupby(sorted(dynamic), key=lambda axis: axis[0])
    for leaf, axes in by_leaf:
        shapes[leaves[leaf]] = {number: Dim.AUTO for _, number in axes}
    return shapes if len(shapes) else None


def _exported_in_mode(
    module: torch.nn.Module,
    training: bool,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    shapes: ShapesCollection | None,
    dynamic: Iterable[tuple[int, int]],
) -> ExportedProgram:
    copy = ModeCopy(module, training, emptied=True)
    if copy.has_emptied:
        with contextlib.suppress(ConversionError):
            exported = _exported(copy.module, args, kwargs, shapes, dynamic)
            if copy.is_refilled:
                return exported
        copy = ModeCopy(module, training, emptied=False)
    return _exported(copy.module, args, kwargs, shapes, dynamic)


def _exported(
    module: torch.nn.Module,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    shapes: ShapesCollection | None,
    dynamic: Iterable[tuple[int, int]],
) -> ExportedProgram:
    _name_keywords(module, kwargs)
    count_in_tensors(module)

    def export(strict: bool) -> ExportedProgram:
        given: Any = shapes  # its annotation does not know of collections
        with own_gradients.leaving_no_transform():
            exported = torch.export.export(module, args, dict(kwargs), dynamic_shapes=given, strict=strict)
        return own_gradients.refuse_transforms(exported)

    def export_as_it_runs() -> ExportedProgram:
        with Replacing(), open_lengths() if shapes else contextlib.nullcontext():
            return export(strict=False)

    try:
        return export_as_it_runs()
    except Exception as first:
        with contextlib.suppress(Exception):  # the first error speaks of the model's own code
            return export(strict=True)
        with contextlib.suppress(Exception), own_gradients.leaving_no_transform():
            own_gradients.say_in_operations(module, args, kwargs, dynamic)
            return export_as_it_runs()
        raise explained(module, first) from first


def stop_gradients(program: GraphModule) -> None:
    """Detaches what comes out of a region under `torch.no_grad`: PyTorch's decompositions would forget the region.

    Regions stand in each other and in the branches of `torch.cond`.
    """
    for module in program.modules():
        for node in module.graph.nodes if isinstance(module, GraphModule) else ():
            if str(node.target) == "wrap_with_set_grad_enabled" and not node.args[0]:
                _detach_answers(getattr(module, node.args[1].target))


def _detach_answers(region: GraphModule) -> None:
    (output,) = region.graph.find_nodes(op="output")

    def detached(answer: Node) -> Node:
        if not isinstance(answer.meta.get("val"), torch.Tensor):
            return answer
        with region.graph.inserting_before(output):
            node = region.graph.call_function(torch.ops.aten.detach.default, (answer,))
        node.meta = dict(answer.meta)
        return node

    output.args = torch.fx.map_arg(output.args, detached)
    region.recompile()


def drop_checks(program: GraphModule) -> None:
    """Takes away what only raises, which a graph cannot, and what stood there for its sake alone.

    It is for graphs in which nothing is changed in place.
    """
    for module in program.modules():
        if isinstance(module, GraphModule):
            for node in module.graph.nodes:
                if _only_checks(node):
                    module.graph.erase_node(node)
            module.graph.eliminate_dead_code()


_CHECKS = frozenset(
    {
        "aten._assert_tensor_metadata.default",
        "aten._assert_async.msg",
        "aten._assert_scalar.default",
        "aten.sym_constrain_range.default",
        "aten.sym_constrain_range_for_size.default",
    }
)


def _only_checks(node: Node) -> bool:
    return str(node.target) in _CHECKS


def say_known_sizes(program: GraphModule) -> None:
    """Puts the size that torch knows in place of a -1: TensorFlow does not find it beside sizes that are open."""
    for module in program.modules():
        for node in module.graph.nodes if isinstance(module, GraphModule) else ():
            if str(node.target) in _RESHAPES and -1 in node.args[1]:
                sizes = zip(node.args[1], node.meta["val"].shape, strict=True)
                known = [size if asked == -1 and type(size) is int else asked for asked, size in sizes]
                node.update_arg(1, known)


_RESHAPES = frozenset({"aten.view.default", "aten.reshape.default", "aten._unsafe_view.default"})


def is_lowered(program: GraphModule) -> bool:
    """Whether each operation has a lowering, and none changes a tensor: then nothing is left to decompose."""
    nodes = [node for module in program.modules() if isinstance(module, GraphModule) for node in module.graph.nodes]
    return all(
        _only_checks(node) or (lowering_of(str(node.target)) is not None and not _changes_a_tensor(node))
        for node in nodes
        if node.op == "call_function" and isinstance(node.target, torch._ops.OperatorBase)
    )


def _changes_a_tensor(node: Node) -> bool:
    if str(node.target) == "aten.detach_.default" and not node.all_input_nodes[0].meta["val"].requires_grad:
        return False  # a constant, which torch.export detaches
    return isinstance(node.target, torch._ops.OpOverload) and node.target._schema.is_mutable


@functools.cache
def decompositions() -> dict[torch._ops.OperatorBase, Callable[..., Any]]:
    """PyTorch's own decompositions, of every operation without a lowering."""
    table: dict[Any, Any] = dict(torch._decomp.global_decomposition_table["post_autograd"])
    table |= dict(torch.export.default_decompositions().items())
    return {operation: function for operation, function in table.items() if lowering_of(str(operation)) is None}
