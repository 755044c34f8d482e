"""Convolutions with channels last, each in the form that XLA makes quickest.

Its compiler for CPUs has a quick convolution only where all channels meet. Where they meet in groups, one convolution
for each group takes a third of the time, and a gradient by it a fiftieth; where an element is the sum of few products,
a sum of shifted images is quicker still, which becomes one loop.
"""

import functools
import itertools
import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero
from jax.experimental.xla_metadata import set_xla_metadata

from bridge.backends.jax.promotion import wide

_FEW = 27
"""Products in an element of the output, up to which a sum of shifted images is quicker."""

_FEW_IN_GROUPS = 72

_FEW_OF_EACH = 4
"""Outputs of each channel, where channels are by themselves, up to which each is computed apart."""

_MANY_GROUPS = 64
"""Groups above which a convolution for each would take long to compile: 0.05 s each, with its gradient."""


class Form(NamedTuple):
    """How a kernel lies over images, an entry for each of their axes, and in how many groups their channels meet."""

    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    input_dilation: tuple[int, ...]
    kernel_dilation: tuple[int, ...]
    groups: int


def convolve(images: jax.Array, kernel: jax.Array, form: Form) -> jax.Array:
    """`lax.conv_general_dilated` of images `(N, *spatial, C)` by a kernel `(*sizes, C / groups, outputs)`."""
    if jax.default_backend() != "cpu":
        return _whole(form, images, kernel)
    sizes_are_known = all(isinstance(size, int) for size in images.shape[1:])
    if not sizes_are_known or 0 in images.shape or images.dtype != kernel.dtype:  # of two dtypes, lax's error
        return _by_group(form, images, kernel)
    if max(form.input_dilation) > 1 and max(form.stride + form.kernel_dilation) == 1:
        return _by_phase(form, images, kernel)
    products, channels, outputs = math.prod(kernel.shape[:-1]), images.shape[-1], kernel.shape[-1]
    if products > (_FEW if form.groups == 1 else _FEW_IN_GROUPS):
        return _by_group(*_padded_before(form, images, kernel))
    dtype, multiple = images.dtype, outputs // form.groups
    images, kernel = images.astype(wide(dtype)), kernel.astype(wide(dtype))
    if not 1 < form.groups == channels or multiple > _FEW_OF_EACH:
        return _shifted_unless_differentiated(form, images, kernel).astype(dtype)
    each = [_shifted(form, images, kernel[..., place::multiple]).astype(dtype) for place in range(multiple)]
    return each[0] if multiple == 1 else jnp.stack(each, -1).reshape(*each[0].shape[:-1], outputs)


def _by_phase(form: Form, images: jax.Array, kernel: jax.Array) -> jax.Array:
    """Without the zeros between the images' elements: which of the kernel's places fall on these alternates.

    Each alternative is an output of its own of one convolution, and they are interleaved: the sub-pixel convolution of
    Shi et al., https://arxiv.org/abs/1609.07009.
    """
    steps, groups = form.input_dilation, form.groups
    edges, cuts = [], []
    for size, span, step, (before, after) in zip(
        images.shape[1:-1], kernel.shape[:-2], steps, form.padding, strict=True
    ):
        length = (size - 1) * step + 1 + before + after - (span - 1)
        first, last = -(before // step), -((before - length + 1) // step)
        edges.append((-first, last + -(-span // step) - size))
        start = step - 1 - before - step * first
        cuts.append(slice(start, start + length))
    ones = (1,) * len(steps)
    phases = convolve(images, _kernel_of_phases(kernel, steps, groups), Form(ones, tuple(edges), ones, ones, groups))
    return _interleaved(phases, steps, groups)[:, *cuts]


def _kernel_of_phases(kernel: jax.Array, steps: tuple[int, ...], groups: int) -> jax.Array:
    """`(*sizes, inputs, groups * outputs)` to `(*(size / step), inputs, groups * steps * outputs)`."""
    *spans, inputs, outputs = kernel.shape
    counts = [-(-span // step) for span, step in zip(spans, steps, strict=True)]
    ends = [(0, count * step - span, 0) for count, step, span in zip(counts, steps, spans, strict=True)]
    kernel = lax.pad(kernel, jnp.zeros((), kernel.dtype), [*ends, (0, 0, 0), (0, 0, 0)])
    pairs = [size for pair in zip(counts, steps, strict=True) for size in pair]
    kernel = kernel.reshape(*pairs, inputs, groups, outputs // groups)
    rank = len(pairs)
    kernel = jnp.flip(kernel, range(1, rank, 2))  # the last phase is the first element after a step
    kernel = kernel.transpose(*range(0, rank, 2), rank, rank + 1, *range(1, rank, 2), rank + 2)
    return kernel.reshape(*counts, inputs, -1)


def _interleaved(phases: jax.Array, steps: tuple[int, ...], groups: int) -> jax.Array:
    """`(N, *sizes, groups * steps * outputs)` to `(N, *(size * step), groups * outputs)`."""
    batch, *sizes, channels = phases.shape
    outputs = channels // math.prod(steps)
    phases = phases.reshape(batch, *sizes, groups, *steps, outputs // groups)
    group = len(sizes) + 1
    pairs = [axis for place in range(1, group) for axis in (place, group + place)]
    phases = phases.transpose(0, *pairs, group, phases.ndim - 1)
    return phases.reshape(batch, *(size * step for size, step in zip(sizes, steps, strict=True)), outputs)


def _padded_before(form: Form, images: jax.Array, kernel: jax.Array) -> tuple[Form, jax.Array, jax.Array]:
    """The same convolution, its padding done if the output is larger than the images.

    The kernel's gradient is a convolution by the output's, which takes ten times as long where that is the larger.
    """
    axes = zip(images.shape[1:-1], kernel.shape[:-2], form.kernel_dilation, form.padding, strict=True)
    grows = any(sum(both) > (span - 1) * step and size >= span for size, span, step, both in axes)
    if not grows or max(form.stride + form.input_dilation) > 1:
        return form, images, kernel
    return form._replace(padding=((0, 0),) * len(form.padding)), _padded(form, images), kernel


def _whole(form: Form, images: jax.Array, kernel: jax.Array) -> jax.Array:
    letters = "DHW"[3 - len(form.stride) :]
    return lax.conv_general_dilated(
        images,
        kernel,
        form.stride,
        form.padding,
        form.input_dilation,
        form.kernel_dilation,
        (f"N{letters}C", f"{letters}IO", f"N{letters}C"),
        form.groups,
    )


def _by_group(form: Form, images: jax.Array, kernel: jax.Array) -> jax.Array:
    if not 1 < form.groups <= _MANY_GROUPS:
        return _whole(form, images, _gradient_first(kernel))
    parts = zip(jnp.split(images, form.groups, -1), jnp.split(kernel, form.groups, -1), strict=True)
    return jnp.concatenate([_whole(form._replace(groups=1), *part) for part in parts], -1)


@jax.custom_jvp
def _gradient_first(kernel: jax.Array) -> jax.Array:
    """The kernel itself, whose gradient has one step more to go, a copy.

    XLA runs first what most steps wait for. Else it runs the gradients of images and kernel side by side, each on all
    cores: they drive each other from the caches, and take an eighth longer.
    """
    return kernel


_gradient_first.defjvp(lambda primals, tangents: (primals[0], lax.optimization_barrier(tangents[0])))


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _shifted_unless_differentiated(form: Form, images: jax.Array, kernel: jax.Array) -> jax.Array:
    return _sum_of_shifted(form, images, kernel)


@functools.partial(_shifted_unless_differentiated.defjvp, symbolic_zeros=True)
def _by_group_jvp(
    form: Form, primals: tuple[jax.Array, jax.Array], tangents: tuple[jax.Array | SymbolicZero, ...]
) -> tuple[jax.Array, jax.Array]:
    images, kernel = primals
    by_images, by_kernel = (lambda x: _by_group(form, x, kernel)), (lambda x: _by_group(form, images, x))
    return _by_group(form, images, kernel), _sum_of_moving(tangents, by_images, by_kernel)


def _sum_of_moving(
    tangents: tuple[jax.Array | SymbolicZero, ...], *maps: Callable[[jax.Array], jax.Array]
) -> jax.Array:
    """The sum of the linear maps of those tangents that are not zero, of which there is one at least."""
    moving = zip(tangents, maps, strict=True)
    return functools.reduce(jnp.add, [of(each) for each, of in moving if not isinstance(each, SymbolicZero)])


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _shifted(form: Form, images: jax.Array, kernel: jax.Array) -> jax.Array:
    """Of channels by themselves, with one output of each.

    The gradients that JAX finds in the sum itself take two to five times as long as those below.
    """
    return _sum_of_shifted(form, images, kernel)


@functools.partial(_shifted.defjvp, symbolic_zeros=True)
def _shifted_jvp(
    form: Form, primals: tuple[jax.Array, jax.Array], tangents: tuple[jax.Array | SymbolicZero, ...]
) -> tuple[jax.Array, jax.Array]:
    images, kernel = primals
    output = _shifted(form, images, kernel)
    gradient = functools.partial(_gradient_of_images, form, images.shape[1:-1], kernel)

    def by_images(moved: jax.Array) -> jax.Array:
        # The transpose of what shall be the gradient, so that this comes out when it is transposed again.
        with _apart():
            return jax.vjp(gradient, output)[1](moved)[0]

    return output, _sum_of_moving(tangents, by_images, functools.partial(_place_by_place, form, images))


def _gradient_of_images(form: Form, sizes: tuple[int, ...], kernel: jax.Array, gradient: jax.Array) -> jax.Array:
    """A convolution of the output's gradient by the mirrored kernel."""
    *spans, _, _ = kernel.shape
    reaches = [(size - 1) * step + 1 for size, step in zip(gradient.shape[1:-1], form.stride, strict=True)]
    padding = tuple(
        ((span - 1) * apart - before, (size - 1) * step + 1 - reach + before)
        for span, apart, (before, _), size, step, reach in zip(
            spans, form.kernel_dilation, form.padding, sizes, form.input_dilation, reaches, strict=True
        )
    )
    back = Form(form.input_dilation, padding, form.stride, form.kernel_dilation, form.groups)
    return _sum_of_shifted(back, gradient, jnp.flip(kernel, range(len(spans))))


def _place_by_place(form: Form, images: jax.Array, kernel: jax.Array) -> jax.Array:
    """The same in a loop, whose gradient is a loop too: the kernel's places one after another, nothing kept."""
    *spans, _, channels = kernel.shape
    padded = _padded(form, images)
    lengths = _lengths(form, padded, spans)
    steps = [range(0, span * step, step) for span, step in zip(spans, form.kernel_dilation, strict=True)]
    places = jnp.asarray(list(itertools.product(*steps)))

    @functools.partial(jax.checkpoint, prevent_cse=False)
    def part(starts: jax.Array, weights: jax.Array) -> jax.Array:
        window = lax.dynamic_slice(padded, (0, *starts, 0), (padded.shape[0], *lengths, channels))
        return window[:, *(slice(None, None, step) for step in form.stride)] * weights

    weights = kernel.reshape(-1, channels)
    others = (places[1:], weights[1:])
    return lax.scan(lambda total, other: (total + part(*other), None), part(places[0], weights[0]), others)[0]


def _sum_of_shifted(form: Form, images: jax.Array, kernel: jax.Array) -> jax.Array:
    with _apart():
        return _loop(form, images, kernel)


def _apart() -> AbstractContextManager[None]:
    """Where XLA compiles a jitted function by itself.

    Else it repeats the sum in each loop that follows, reads moved axes in it, or hands it on term by term to the
    library (YNNPACK) that makes the convolution or product after it.
    """
    return set_xla_metadata(inlineable="false")


@functools.partial(jax.jit, static_argnums=0)
def _loop(form: Form, images: jax.Array, kernel: jax.Array) -> jax.Array:
    """The sum over the kernel's places of the images below that place, each times its weights."""
    *spans, inputs, outputs = kernel.shape
    padded = _padded(form, images)
    lengths = _lengths(form, padded, spans)
    parts = []
    for place in itertools.product(*map(range, spans)):
        starts = [index * step for index, step in zip(place, form.kernel_dilation, strict=True)]
        cut = (slice(s, s + length, step) for s, length, step in zip(starts, lengths, form.stride, strict=True))
        window = padded[:, *cut]
        for channel in range(inputs):
            repeated = jnp.repeat(window[..., channel::inputs], outputs // form.groups, -1)
            parts.append(repeated * kernel[*place, channel])
    return functools.reduce(jnp.add, parts)


def _padded(form: Form, images: jax.Array) -> jax.Array:
    edges = [(*both, step - 1) for both, step in zip(form.padding, form.input_dilation, strict=True)]
    return lax.pad(images, jnp.zeros((), images.dtype), [(0, 0, 0), *edges, (0, 0, 0)])


def _lengths(form: Form, padded: jax.Array, spans: list[int]) -> list[int]:
    """How far the windows of one place in the kernel reach along each axis."""
    sizes = zip(padded.shape[1:-1], spans, form.kernel_dilation, strict=True)
    return [size - (span - 1) * step for size, span, step in sizes]
