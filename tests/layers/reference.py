"""A layer of our own beside a formula from its paper, on torch tensors; and how often a step is traced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._pytree import tree_leaves

from tests.helpers import COMPILERS, assert_close


def assert_is(
    layer: torch.nn.Module, formula: Callable[..., Any], *inputs: torch.Tensor, tolerance: float = 1e-5, **options: Any
) -> None:
    """Asserts that `layer(*inputs, **options)` is `formula(*inputs)`, with the same gradients.

    Gradients are taken by every parameter and by every input of floating point.
    """
    torch.manual_seed(5)
    leaves = [x.requires_grad_() for x in inputs if x.is_floating_point()] + list(layer.parameters())
    found = []
    for function in (lambda *x: layer(*x, **options), formula):
        outputs = [leaf for leaf in tree_leaves(function(*inputs)) if leaf is not None]
        roots = [leaf for leaf in outputs if leaf.requires_grad]
        torch.manual_seed(6)
        cotangents = [torch.randn_like(leaf) for leaf in roots]
        gradients = torch.autograd.grad(roots, leaves, cotangents, allow_unused=True)
        found.append(
            (outputs, [torch.zeros_like(x) if g is None else g for x, g in zip(leaves, gradients, strict=True)])
        )
    (outputs, gradients), (expected, wanted) = found
    assert_close(outputs, expected, tolerance)
    largest = max(float(gradient.abs().max()) for gradient in wanted)
    assert largest > 0
    for gradient, other in zip(gradients, wanted, strict=True):  # one that cancels to zero is rounding alone
        assert torch.isfinite(gradient).all()
        assert (gradient - other).abs().max() <= 10 * tolerance * largest


def counted(framework: str, function: Callable[..., Any]) -> tuple[Callable[..., Any], list[int]]:
    """`function` compiled, and a list that grows with each trace."""
    traces: list[int] = []

    def traced(*args: Any) -> Any:
        traces.append(1)
        return function(*args)

    if framework != "torch":
        return COMPILERS[framework](traced), traces

    def count(graph: Any, _: Any) -> Any:
        traces.append(1)
        return graph.forward

    torch._dynamo.reset()
    return torch.compile(function, backend=count, fullgraph=True, dynamic=False), traces
