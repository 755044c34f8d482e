"""Normalisation in groups whose sizes TensorFlow does not know until it runs."""

from __future__ import annotations

import pytest
import tensorflow as tf
import torch
from torch.nn import functional as F

from bridge import ops
from tests.helpers import assert_close, to_framework

NORMS = {
    "group_norm": (lambda x: ops.group_norm(x, 2), lambda x: F.group_norm(x, 2)),
    "instance_norm": (ops.instance_norm, F.instance_norm),
}


@pytest.mark.parametrize("name", NORMS)
def test_all_sizes_are_open(name):
    ours, theirs = NORMS[name]
    compiled = tf.function(ours, input_signature=[tf.TensorSpec((None, None, None, None))], autograph=False)
    for shape in ((2, 4, 5, 3), (1, 6, 2, 2)):
        x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
        assert_close(compiled(to_framework(x, "tensorflow")), theirs(x))
