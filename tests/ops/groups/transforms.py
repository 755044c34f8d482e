"""Cases for functions of functions; derivatives worked out by hand are the reference."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats
from tests.ops.strategies import SEEDS, array


def _energy(x: Any) -> Any:
    return ops.sum(ops.sin(x) * x)


def _slope(x: torch.Tensor) -> torch.Tensor:
    return torch.cos(x) * x + torch.sin(x)


def _of(function: Any, *options: Any, **named: Any) -> Any:
    """Calls the op on a function, and what comes of it on the case's arguments."""
    return lambda op: op(function, *options, **named)


OF_TWO_TENSORS = {"torch compiled": "torch.compile mistakes the context of an autograd.Function of several tensors"}


def _two_answers(x: Any, y: Any) -> Any:
    return (x * y, x + y), lambda first, second: (first * y + second, first * x + 3 * second)


def _pulled(op: Any) -> Any:
    """The answer of `x * y, x` and what two ones and twos pull back."""

    def run(x: Any, y: Any) -> Any:
        value, pull = op(lambda x, y: {"product": x * y, "x": x}, x, y)
        return value, pull({"product": ops.ones_like(x), "x": 2 * ops.ones_like(x)})

    return run


def _transforms() -> dict[str, list[Case]]:
    x, y, matrix = floats(3), floats(3), floats(3, 2)
    diagonal = lambda x: torch.diag(2 * x)  # noqa: E731
    return {
        "checkpoint": [
            case(_slope, x).but(via=lambda op: ops.grad(op(_energy))),
            case(lambda x, k: torch.tanh(x) * k, x, k=2).but(via=_of(lambda x, k: ops.tanh(x) * k)),
        ],
        "compile": [
            case(lambda x, times: x * times, x, times=3).but(via=_of(lambda x, times: x * times)),
            case(lambda pair, flag: pair["a"] + 1, {"a": x}, True).but(
                via=_of(lambda pair, flag: pair["a"] + (1 if flag else 0))
            ),
        ],
        "custom_gradient": [
            case(torch.exp, x).but(via=lambda op: op(lambda x: (ops.exp(x), lambda upstream: upstream * ops.exp(x)))),
            # The gradient that it gives is no derivative, so finite differences do not show it.
            case(lambda x, y: (x * y, x + y), x, y).but(via=_of(_two_answers), smooth=False, lacking=OF_TWO_TENSORS),
        ],
        "grad": [
            case(_slope, x).but(via=_of(_energy)),
            case(lambda x, y: (y, x), x, y).but(via=_of(lambda x, y: ops.sum(x * y), (0, 1))),
            case(lambda x, y: x, x, y).but(via=_of(lambda x, y: ops.sum(x * y), argnums=1)),
            case(lambda p: {"b": [torch.ones_like(p["b"][0])], "w": 2 * p["w"]}, {"b": [y], "w": x}).but(
                via=_of(lambda p: ops.sum(p["w"] * p["w"]) + ops.sum(p["b"][0]))
            ),
            case(lambda x: (2 * x, x + 1), x).but(via=_of(lambda x: (ops.sum(x * x), x + 1), has_aux=True)),
            case(lambda x: 6 * x, x).but(via=lambda op: op(lambda x: ops.sum(op(lambda x: ops.sum(x * x * x))(x)))),
        ],
        "jacobian": [
            case(diagonal, x).but(via=_of(ops.square)),
            case(lambda x, y: torch.diag(x), x, y).but(via=_of(lambda x, y: x * y, 1)),
            case(lambda x: (diagonal(x), torch.ones(3)), x).but(via=_of(lambda x: (x * x, ops.sum(x)))),
            case(lambda x: torch.diag(6 * x), x).but(via=lambda op: op(op(lambda x: ops.sum(x * x * x)))),
        ],
        "jvp": [
            case(lambda x, v: (torch.sin(x), torch.cos(x) * v), x, y).but(
                via=lambda op: lambda x, v: op(ops.sin, (x,), (v,))
            ),
            case(lambda x, v: (x * v, v * v + x * x), x, y).but(
                via=lambda op: lambda x, v: op(lambda a, b: a * b, (x, v), (v, x))
            ),
            case(lambda x, v: (x * x, 2 * x * v, x), x, y).but(
                via=lambda op: lambda x, v: op(lambda x: (x * x, x), (x,), (v,), has_aux=True)
            ),
        ],
        "value_and_grad": [
            case(lambda x: (torch.sum(torch.sin(x) * x), _slope(x)), x).but(via=_of(_energy)),
            case(lambda x, y: (torch.dot(x, y), (y, x)), x, y).but(via=_of(lambda x, y: ops.sum(x * y), (0, 1))),
            case(lambda x: ((torch.sum(x * x), x), 2 * x), x).but(via=_of(lambda x: (ops.sum(x * x), x), has_aux=True)),
        ],
        "vectorize": [
            case(lambda x, y: x + y, matrix, floats(2)).but(via=_of(lambda x, y: x + y)),
            case(lambda a, b: a @ b, floats(4, 3, 2), floats(2)).but(via=_of(ops.matmul, signature="(m,n),(n)->(m)")),
            case(lambda x, k: x * k, matrix, 3).but(via=_of(lambda x, k: x * k, excluded={1})),
            case(lambda x: (x.sum(-1), x), floats(2, 1, 3)).but(
                via=_of(lambda x: (ops.sum(x), x), signature="(n)->(),(n)")
            ),
        ],
        "vjp": [
            case(lambda x, y: ({"product": x * y, "x": x}, (y + 2, x)), x, y).but(via=_pulled),
            case(lambda x: (2 * x,), x).but(via=lambda op: lambda x: op(ops.square, x)[1](ops.ones_like(x))),
            case(lambda x: (x * x, x), x).but(via=lambda op: lambda x: op(lambda x: (x * x, x), x, has_aux=True)[::2]),
        ],
        "vmap": [
            case(lambda x, y: (x * y).sum(1), matrix, floats(3, 2)).but(via=_of(lambda x, y: ops.sum(x * y))),
            case(lambda x, y: x * y, matrix, floats(2)).but(via=_of(lambda x, y: x * y, (0, None))),
            case(lambda x: x * 2, matrix).but(via=_of(lambda x: x * 2, 1, 1)),
            case(lambda x: {"it": (x,), "sum": x.sum(1)}, matrix).but(
                via=_of(lambda x: {"it": (x,), "sum": ops.sum(x)})
            ),
            case(lambda x: 2 * x, matrix).but(via=lambda op: op(ops.grad(lambda x: ops.sum(x * x)))),
        ],
    }


CASES = _transforms()


@st.composite
def _drawn(draw: Any, reference: Any, via: Any, count: int = 1) -> Case:
    """Cases of one array or two of the same shape and dtype."""
    shape, dtype = draw(st.sampled_from(((1,), (4,), (2, 3), (2, 1, 3)))), draw(st.sampled_from(("float32", "float64")))
    return case(reference, *(array(shape, dtype, -2, 2, draw(SEEDS)) for _ in range(count))).but(via=via)


def _jacobian_of_squares(x: torch.Tensor) -> torch.Tensor:
    return torch.diag(2 * x.flatten()).reshape(*x.shape, *x.shape)


GENERATED = {
    "grad": _drawn(_slope, _of(_energy)),
    "jacobian": _drawn(_jacobian_of_squares, _of(ops.square)),
    "jvp": _drawn(
        lambda x, v: (torch.sin(x), torch.cos(x) * v), lambda op: lambda x, v: op(ops.sin, (x,), (v,)), count=2
    ),
    "value_and_grad": _drawn(lambda x: (torch.sum(torch.sin(x) * x), _slope(x)), _of(_energy)),
    "vjp": _drawn(lambda x, y: ({"product": x * y, "x": x}, (y + 2, x)), _pulled, count=2),
    "vmap": _drawn(
        lambda x, y: (x * y).flatten(1).sum(1) if x.ndim > 1 else x * y, _of(lambda x, y: ops.sum(x * y)), count=2
    ),
}
