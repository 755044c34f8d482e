"""Which framework a call belongs to, at a glance and by a close look."""

import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch

import bridge
from bridge import ops
from bridge.dtypes import dtype_name
from bridge.frameworks import framework_at_a_glance, framework_of
from bridge.running import computing_in, running_in

ONES = {"torch": torch.ones(2), "jax": jnp.ones(2), "tensorflow": tf.ones(2), "numpy": numpy.ones(2)}


@pytest.fixture(autouse=True)
def _known() -> None:
    for value in (*ONES.values(), 1, 1.5, "axis", None, True):
        framework_of(value)


@pytest.mark.parametrize("framework", ONES)
def test_a_glance_sees_tensors_at_the_top_and_in_one_container(framework):
    x = ONES[framework]
    assert framework_at_a_glance((x, 1), {"axis": None}) == framework
    assert framework_at_a_glance(([x, x],), {}) == framework
    assert framework_at_a_glance((1,), {"out": (1.5, x)}) == framework


@pytest.mark.parametrize(
    "args",
    [
        (),
        (1, None),
        (ONES["jax"], ONES["numpy"]),
        (ONES["tensorflow"], [ONES["jax"]]),
        (ONES["jax"], {"x": ONES["tensorflow"]}),
        (ONES["jax"], [[ONES["tensorflow"]]]),
    ],
)
def test_a_glance_says_nothing_of_what_takes_a_closer_look(args):
    framework_of({})  # asked of a container, it is none, and must stay unseen
    framework_of([])
    assert framework_at_a_glance(args, {}) is None


def test_a_type_never_seen_takes_a_closer_look():
    class Novel(torch.Tensor):
        pass

    x = torch.ones(2).as_subclass(Novel)
    assert framework_at_a_glance((x,), {}) is None
    assert framework_of(x) == "torch"
    assert framework_at_a_glance((x,), {}) == "torch"


@pytest.mark.parametrize("nest", [lambda x: x, lambda x: [x], lambda x: [[x]]], ids=["bare", "list", "nested"])
def test_two_frameworks_are_refused_by_every_way_in(nest):
    with pytest.raises(bridge.MixedFrameworksError, match=r"jax \(.*tensorflow|tensorflow \(.*jax"):
        ops.concat([ONES["jax"], *nest(ONES["tensorflow"])] if nest(1) != 1 else [ONES["jax"], ONES["tensorflow"]])
    with pytest.raises(bridge.MixedFrameworksError):
        ops.add(ONES["tensorflow"], ONES["jax"])


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_what_one_call_has_shown_is_not_taken_for_another(framework):
    x, other = ONES[framework], ONES["tensorflow" if framework == "jax" else "jax"]
    for one, two in ((x, x), (x, 1), (x, ONES["numpy"])):
        for _ in range(2):  # the second finds what the first has left
            assert framework_of(ops.add(one, two)) == framework
    for _ in range(2):
        with pytest.raises(bridge.MixedFrameworksError):
            ops.add(x, other)
        with pytest.raises(ValueError, match=r"ops\.sum.*axis 5|ops\.sum.*axis=5"):
            ops.sum(x, axis=5)
    with running_in("torch"), computing_in("float16"):
        half = ops.astype(x, "float16")
        assert dtype_name(ops.softmax(half, axis=0).dtype) == "float16"
