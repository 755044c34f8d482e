"""Cases for Fourier transforms; NumPy is the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.strategies import ALL, SEEDS, array, arrays, of_an_axis

DTYPES = ("float32", "float64", "complex64", "int32", "uint8", "bool")
REAL = ("float32", "float64", "int32", "uint8", "bool")


def _single(function: Callable[..., Any]) -> Callable[..., Any]:
    """A transform of NumPy's, which answers in double precision but of float32."""

    def reference(x: Any, **options: Any) -> Any:
        return function(x if x.dtype in ("float64", "complex128") else x.astype(_wider(x)), **options)

    return by_numpy(reference)


def _wider(x: Any) -> str:
    return "complex64" if x.dtype.kind == "c" else "float32"


def _of_one_axis(function: Callable[..., Any], inputs: list[numpy.ndarray]) -> list[Case]:
    reference, x = _single(function), inputs[0]
    options: list[dict[str, Any]] = [
        {"axis": 0, "n": 2},
        {"axis": 1, "n": 7},
        {"axis": -2, "norm": "ortho"},
        {"n": 5, "norm": "forward"},
        {"n": 4, "norm": "backward"},
        {"n": 3, "norm": "ortho"},
    ]
    return [case(reference, x) for x in inputs] + [case(reference, x, **option) for option in options]


def _of_two_axes(function: Callable[..., Any], inputs: list[numpy.ndarray]) -> list[Case]:
    reference, x = _single(function), inputs[0]
    options: list[dict[str, Any]] = [
        {"axes": (0, 2), "norm": "ortho"},
        {"axes": (-1, 0), "s": (3, 5)},
        {"axes": (1, 2), "s": (5, 2), "norm": "forward"},
    ]
    return [case(reference, x) for x in inputs] + [case(reference, x, **option) for option in options]


def _of_axes(function: Callable[..., Any], inputs: list[numpy.ndarray]) -> list[Case]:
    reference, x = _single(function), inputs[0]
    options: list[dict[str, Any]] = [
        {"axes": (1,)},
        {"axes": (0, 1, 2, 3), "s": (2, 3, 4, 5), "norm": "ortho"},
        {"axes": (3, 1, 0, 2), "norm": "forward"},
        {"axes": (2, 1), "s": (-1, 3)},
        {"axes": (2, 3), "s": (6, 4), "norm": "ortho"},
    ]
    return [case(reference, x) for x in inputs] + [case(reference, x, **option) for option in options]


def _transforms() -> dict[str, list[Case]]:
    whole = {"fft": numpy.fft.fft, "ifft": numpy.fft.ifft, "irfft": numpy.fft.irfft, "hfft": numpy.fft.hfft}
    half = {"rfft": numpy.fft.rfft, "ihfft": numpy.fft.ihfft}
    three, four = (3, 4, 5), (2, 3, 4, 5)
    of_three, of_four = complexes(*three), complexes(*four)
    others = [floats(2, 3), integers(4), bools(1, 5)]
    two = {name: getattr(numpy.fft, name) for name in ("fft2", "ifft2", "irfft2")}
    several = {name: getattr(numpy.fft, name) for name in ("fftn", "ifftn", "irfftn")}
    return {
        **{f"fft.{name}": _of_one_axis(function, [of_three, *others]) for name, function in whole.items()},
        **{f"fft.{name}": _of_one_axis(function, [floats(*three), *others]) for name, function in half.items()},
        **{f"fft.{name}": _of_two_axes(function, [of_three, floats(2, 3)]) for name, function in two.items()},
        "fft.rfft2": _of_two_axes(numpy.fft.rfft2, [floats(*three), integers(2, 3)]),
        **{f"fft.{name}": _of_axes(function, [of_four, floats(2, 3)]) for name, function in several.items()},
        "fft.rfftn": _of_axes(numpy.fft.rfftn, [floats(*four), integers(2, 3)]),
    }


def _frequencies() -> dict[str, list[Case]]:
    options: list[dict[str, Any]] = [{}, {"d": 0.25}, {"d": 2, "dtype": "float64"}]
    return {
        f"fft.{name}": [
            case(_with_dtype(getattr(numpy.fft, name)), n, **option) for n in (1, 2, 5, 8) for option in options
        ]
        for name in ("fftfreq", "rfftfreq")
    }


def _with_dtype(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's frequencies as a tensor of a dtype."""
    return lambda n, d=1.0, dtype="float32": torch.tensor(function(n, d).astype(dtype))


def _shifts() -> dict[str, list[Case]]:
    inputs = [floats(4, 5), integers(3), complexes(1, 2, 3), floats(0, 3)]
    options: list[dict[str, Any]] = [{"axes": 0}, {"axes": (1, 0)}, {"axes": (-1,)}, {"axes": [0]}]
    return {
        f"fft.{name}": [case(by_numpy(function), x) for x in inputs]
        + [case(by_numpy(function), inputs[0], **option) for option in options]
        for name, function in {"fftshift": numpy.fft.fftshift, "ifftshift": numpy.fft.ifftshift}.items()
    }


CASES = {**_transforms(), **_frequencies(), **_shifts()}

NOT_DIFFERENTIABLE = IN_A_LAYER = {"fft.fftfreq", "fft.rfftfreq"}

NORMS = st.sampled_from(["backward", "ortho", "forward"])
LENGTHS = st.none() | st.integers(2, 6)
SHAPES = ((4,), (2, 3), (2, 3, 4), (5, 2, 2, 3))


def _along_an_axis(name: str, dtypes: tuple[str, ...]) -> st.SearchStrategy[Case]:
    return of_an_axis(getattr(numpy.fft, name), dtypes, shapes=SHAPES, n=LENGTHS, norm=NORMS)


@st.composite
def _along_axes(draw: Any, name: str, dtypes: tuple[str, ...], count: int | None = None) -> Case:
    shape = draw(st.sampled_from(SHAPES[1:]))
    number = draw(st.integers(1, len(shape))) if count is None else count
    axes = tuple(draw(st.permutations(range(len(shape))))[:number])
    s = draw(st.none() | st.lists(st.integers(2, 5), min_size=number, max_size=number).map(tuple))
    x = array(shape, draw(st.sampled_from(dtypes)), -4, 4, draw(SEEDS))
    return case(by_numpy(getattr(numpy.fft, name)), x, axes=axes, s=s, norm=draw(NORMS))


@st.composite
def _drawn_frequencies(draw: Any, name: str) -> Case:
    options = {"d": draw(st.sampled_from((1.0, 0.25, 3))), "dtype": draw(st.sampled_from(("float32", "float64")))}
    return case(_with_dtype(getattr(numpy.fft, name)), draw(st.integers(1, 40)), **options).but(tolerance=2e-5)


@st.composite
def _shifted(draw: Any, name: str) -> Case:
    x = draw(arrays(ALL, SHAPES))
    some = st.lists(st.integers(-x.ndim, -1), min_size=1, unique=True).map(tuple)
    return case(by_numpy(getattr(numpy.fft, name)), x, axes=draw(st.none() | st.integers(-x.ndim, x.ndim - 1) | some))


GENERATED = {
    **{f"fft.{name}": _along_an_axis(name, DTYPES) for name in ("fft", "ifft", "irfft", "hfft")},
    **{f"fft.{name}": _along_an_axis(name, REAL) for name in ("rfft", "ihfft")},
    **{f"fft.{name}": _along_axes(name, DTYPES, 2) for name in ("fft2", "ifft2", "irfft2")},
    **{f"fft.{name}": _along_axes(name, DTYPES) for name in ("fftn", "ifftn", "irfftn")},
    **{f"fft.{name}": _drawn_frequencies(name) for name in ("fftfreq", "rfftfreq")},
    **{f"fft.{name}": _shifted(name) for name in ("fftshift", "ifftshift")},
    "fft.rfft2": _along_axes("rfft2", REAL, 2),
    "fft.rfftn": _along_axes("rfftn", REAL),
}


def _one(op: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, n=None, dim=-1, norm="backward": op(x, n=n, axis=dim, norm=norm)


def _several(op: Callable[..., Any], last: tuple[int, int] | None = None) -> Callable[..., Any]:
    def transform(x: Any, s: Any = None, dim: Any = last, norm: str = "backward") -> Any:
        return op(x, s=s, axes=(dim,) if isinstance(dim, int) else dim, norm=norm)

    return transform


OP_INFOS = {
    **{f"fft.{name}": _one(getattr(ops.fft, name)) for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")},
    **{f"fft.{name}": _several(getattr(ops.fft, name), (-2, -1)) for name in ("fft2", "ifft2", "rfft2", "irfft2")},
    **{f"fft.{name}": _several(getattr(ops.fft, name)) for name in ("fftn", "ifftn", "rfftn", "irfftn")},
    "fft.fftshift": lambda x, dim=None: ops.fft.fftshift(x, axes=dim),
    "fft.ifftshift": lambda x, dim=None: ops.fft.ifftshift(x, axes=dim),
}
