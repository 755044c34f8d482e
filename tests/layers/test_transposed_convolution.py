"""The `output_size` of transposed convolutions: chosen, refused, and unknown until it runs."""

import pytest
import tensorflow as tf
import torch

from bridge import layers as nn
from bridge import ops
from tests.helpers import FRAMEWORKS, assert_close, to_framework


def layers(**kwargs):
    torch.manual_seed(0)
    ours = nn.ConvTranspose2d(2, 3, 3, stride=(3, 2), padding=1, **kwargs)
    theirs = torch.nn.ConvTranspose2d(2, 3, 3, stride=(3, 2), padding=1, **kwargs)
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("size", [(10, 7), (12, 8), (1, 3, 11, 8), torch.Size((11, 7))], ids=str)
def test_each_open_size_equals_torchs(size, framework):
    ours, theirs = layers()
    x = torch.randn(1, 2, 4, 4)
    assert_close(ours(to_framework(x, framework), output_size=size), theirs(x, output_size=size).detach())


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_size_that_is_not_open_is_refused(framework):
    layer, x = nn.ConvTranspose2d(2, 3, 3, stride=2), to_framework(torch.ones(1, 2, 4, 4), framework)
    with pytest.raises(ValueError, match=r"^ConvTranspose2d\(2, 3.* from \[9, 9\] to \[10, 10\] .*got \[9, 11\]"):
        layer(x, output_size=[9, 11])
    with pytest.raises(ValueError, match=r"expected an output_size of 2 sizes, or of 4 with batch.*got \[9\]"):
        layer(x, output_size=[9])


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_padding_that_takes_all_is_an_input_error(framework):
    layer = nn.ConvTranspose1d(2, 3, 2, padding=1)
    with pytest.raises(
        ValueError, match=r"^ConvTranspose1d\(2, .* with L of which the padding \(1,\) leaves some, got"
    ):
        layer(to_framework(torch.ones(1, 2, 1), framework))


def test_sizes_unknown_to_tensorflow_until_it_runs():
    ours, theirs = layers()
    signature = [tf.TensorSpec((None, 2, None, None)), tf.TensorSpec((None, None, None, None))]

    @tf.function(input_signature=signature, autograph=False)
    def upsample(x, like):
        return ours(x, output_size=ops.shape(like)[2:])

    for rows, columns in ((10, 7), (11, 8), (12, 7)):
        x = torch.randn(2, 2, 4, 4)
        answer = upsample(to_framework(x, "tensorflow"), tf.zeros((1, 1, rows, columns)))
        assert_close(answer, theirs(x, output_size=(rows, columns)).detach())
    for rows, columns in ((9, 7), (13, 7), (10, 9)):
        with pytest.raises(tf.errors.InvalidArgumentError):
            upsample(to_framework(torch.randn(2, 2, 4, 4), "tensorflow"), tf.zeros((1, 1, rows, columns)))


def test_sizes_that_torch_exports_as_symbols():
    ours, theirs = layers()
    x, axis = torch.randn(2, 2, 4, 4), torch.export.Dim("rows", min=2, max=50)

    class Upsample(torch.nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer = layer

        def forward(self, x):
            return self.layer(x, output_size=[3 * x.shape[2] - 1, 8])

    exported = torch.export.export(Upsample(ours), (x,), dynamic_shapes=({2: axis},), strict=False).module()
    longer = torch.randn(2, 2, 7, 4)
    assert torch.equal(exported(longer), theirs(longer, output_size=[20, 8]))
