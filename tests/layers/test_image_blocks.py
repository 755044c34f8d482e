"""PatchEmbedding, SqueezeExcitation, the separable convolutions, LayerScale and ConvNeXtBlock beside their papers."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
import torch
import torch.nn.functional as F

import bridge
from bridge import layers as nn
from tests.helpers import assert_close
from tests.layers.keras_reference import answer, keras


def _compare(layer: torch.nn.Module, reference: Any, *shape: int) -> None:
    """Outputs and gradients in both modes, for several examples and for one."""
    for count in (3, 1):
        x = torch.randn(count, *shape, requires_grad=True)
        wanted = [x, *layer.parameters()]
        for training in (True, False):
            outputs = [layer.train(training)(x), reference(x)]
            cotangent = torch.randn_like(outputs[0])
            assert_close(outputs[0], outputs[1])
            received, expected = (torch.autograd.grad(output, wanted, cotangent) for output in outputs)
            assert_close(received, expected, 1e-4)


@pytest.mark.parametrize("patch", [4, (2, 4)])
def test_patch_embedding_maps_each_patch(patch):
    layer = nn.PatchEmbedding(patch, 3, 6)
    height, width = layer.patch_size

    def reference(x):
        patches = x.unfold(2, height, height).unfold(3, width, width)  # (N, C, rows, columns, height, width)
        patches = patches.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)
        return patches @ layer.projection.weight.flatten(1).T + layer.projection.bias

    _compare(layer, reference, 3, 8, 12)


def test_patch_embedding_normalises_and_keeps_the_grid():
    torch.manual_seed(0)
    normed = nn.PatchEmbedding(4, 3, 6, norm=nn.LayerNorm(6), bias=False)
    assert sorted(normed.state_dict()) == ["norm.bias", "norm.weight", "projection.weight"]

    def reference(x):
        patches = F.conv2d(x, normed.projection.weight, None, 4).flatten(2).mT
        return F.layer_norm(patches, (6,), normed.norm.weight, normed.norm.bias)

    _compare(normed, reference, 3, 8, 4)
    grid = nn.PatchEmbedding(4, 3, 6, flatten=False)
    assert grid(torch.ones(2, 3, 8, 12)).shape == (2, 6, 2, 3)


def test_patch_embedding_exports_with_a_dynamic_batch_and_size():
    layer = nn.PatchEmbedding(4, 3, 6)
    dynamic = {0: torch.export.Dim("batch"), 2: 4 * torch.export.Dim("rows", min=1, max=64)}
    program = torch.export.export(layer, (torch.ones(2, 3, 8, 8),), dynamic_shapes=(dynamic,))
    x = torch.randn(3, 3, 16, 8)
    assert_close(program.module()(x), layer(x))


@pytest.mark.parametrize("activations", [{}, {"activation": nn.SiLU(), "scale_activation": nn.Tanh()}])
def test_squeeze_excitation_follows_its_paper(activations):
    layer = nn.SqueezeExcitation(6, 2, **activations)
    between, last = (F.silu, torch.tanh) if activations else (torch.relu, torch.sigmoid)

    def reference(x):
        squeezed = F.adaptive_avg_pool2d(x, 1).flatten(1)
        hidden = between(F.linear(squeezed, layer.fc1.weight[..., 0, 0], layer.fc1.bias))
        return x * last(F.linear(hidden, layer.fc2.weight[..., 0, 0], layer.fc2.bias))[..., None, None]

    _compare(layer, reference, 6, 5, 4)
    assert list(layer.state_dict()) == ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"]
    assert layer.fc1.weight.shape == (2, 6, 1, 1)


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize(
    ("options", "theirs"),
    [
        ({}, {}),
        ({"stride": 2, "bias": False}, {"strides": 2, "use_bias": False}),
        ({"padding": "same", "dilation": 2, "depth_multiplier": 3}, {}),
    ],
)
def test_separable_convolutions_are_those_of_keras(rank, options, theirs):
    layer = (nn.DepthwiseSeparableConv1d, nn.DepthwiseSeparableConv2d)[rank - 1](4, 5, 3, **options)
    keras_class = (keras.layers.SeparableConv1D, keras.layers.SeparableConv2D)[rank - 1]
    same = options.get("padding", "valid")
    reference = keras_class(
        5,
        3,
        padding=same,
        dilation_rate=options.get("dilation", 1),
        depth_multiplier=options.get("depth_multiplier", 1),
        data_format="channels_last",
        **theirs,
    )
    x = torch.randn(2, 4, *(9, 8)[:rank])
    channels_last = x.movedim(1, -1).numpy()
    reference.build(channels_last.shape)
    depthwise, pointwise, *bias = (parameter.detach().numpy() for parameter in layer.parameters())
    multiplier = options.get("depth_multiplier", 1)
    depthwise = numpy.moveaxis(depthwise.reshape(4, multiplier, *depthwise.shape[2:]), (0, 1), (-2, -1))
    pointwise = numpy.moveaxis(pointwise, (0, 1), (-1, -2))
    reference.set_weights([depthwise, pointwise, *bias])
    assert_close(layer(x), numpy.moveaxis(answer(reference, channels_last), -1, 1))


def test_separable_convolutions_have_the_gradients_of_two_convolutions():
    layer = nn.DepthwiseSeparableConv2d(4, 5, 3, 2, 1, depth_multiplier=2)

    def reference(x):
        between = F.conv2d(x, layer.depthwise.weight, None, 2, 1, groups=4)
        return F.conv2d(between, layer.pointwise.weight, layer.pointwise.bias)

    _compare(layer, reference, 4, 7, 6)


def test_layer_scale_multiplies_features():
    layer = nn.LayerScale(3, 0.5)
    assert layer.weight.tolist() == [0.5] * 3
    torch.nn.init.normal_(layer.weight)
    _compare(layer, lambda x: x * layer.weight, 4, 3)
    for axis in (1, -3):
        layer = nn.LayerScale(3, 0.5, axis=axis)
        torch.nn.init.normal_(layer.weight)
        _compare(layer, lambda x, layer=layer: x * layer.weight[:, None, None], 3, 2, 5)
    layer.reset_parameters()
    assert layer.weight.tolist() == [0.5] * 3


@pytest.mark.parametrize("scale", [0.5, None])
def test_convnext_block_follows_its_paper(scale):
    layer = nn.ConvNeXtBlock(4, layer_scale=scale)

    def reference(x):  # the order of operations of the authors' own code
        branch = F.conv2d(x, layer.depthwise.weight, layer.depthwise.bias, padding=3, groups=4).permute(0, 2, 3, 1)
        branch = F.layer_norm(branch, (4,), layer.norm.weight, layer.norm.bias, 1e-6)
        branch = F.linear(F.gelu(F.linear(branch, *layer.expand.parameters())), *layer.reduce.parameters())
        return x + (branch if scale is None else layer.scale.weight * branch).permute(0, 3, 1, 2)

    _compare(layer, reference, 4, 9, 8)
    assert layer.expand.weight.shape == (16, 4)


def test_convnext_block_starts_near_the_identity():
    x = torch.randn(2, 4, 8, 8)
    assert_close(nn.ConvNeXtBlock(4)(x), x, 1e-4)
    assert nn.ConvNeXtBlock(4, kernel_size=3)(x).shape == x.shape
    dropped = nn.ConvNeXtBlock(4, drop_path=1.0, layer_scale=1.0)
    assert torch.equal(dropped(x), x)
    assert not torch.equal(dropped.eval()(x), x)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.ConvNeXtBlock(4, kernel_size=4), "ConvNeXtBlock expected an odd kernel_size, got 4"),
        (lambda: nn.ConvNeXtBlock(4, drop_path=1.5), "DropPath expected a probability p from 0 to 1, got 1.5"),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        make()


@pytest.mark.parametrize("shape", [(3, 8, 8), (2, 2, 8, 8), (2, 3, 8, 6), (2, 3, 0, 4)])
def test_patches_that_do_not_fill_the_image_are_refused(shape):
    with pytest.raises(bridge.InputShapeError, match="H a multiple of 4 and W of 4"):
        nn.PatchEmbedding(4, 3, 6)(torch.ones(shape))
