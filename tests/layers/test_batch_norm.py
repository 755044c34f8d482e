"""Batch normalisation under torch's tools: synchronised, and fused into a convolution."""

import copy

import pytest
import torch
from torch.nn.utils.fusion import fuse_conv_bn_eval

from bridge import layers as nn
from tests.helpers import FRAMEWORKS, assert_close, to_framework


def network():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), torch.nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU()))
    return model.append(nn.Sequential(nn.BatchNorm2d(2, affine=False, momentum=None)))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_converted_model_is_ours_and_computes_the_same(framework):
    plain, x = network(), torch.randn(4, 2, 5, 5)
    weights = dict(plain.named_parameters())
    model = nn.SyncBatchNorm.convert_sync_batchnorm(copy.deepcopy(plain))
    assert type(model[1]) is type(model[3][0]) is nn.SyncBatchNorm
    assert type(model[0]) is nn.Conv2d
    assert list(dict(model.named_parameters())) == list(weights)
    assert model[1].get_config()["num_features"] == 3
    assert model[3][0].momentum is None
    assert_close(model(to_framework(x, framework)), plain(x).detach())
    assert_close(model.state_dict(), plain.state_dict())


def test_torchs_own_batch_norm_becomes_ours_with_its_very_weights():
    norm = torch.nn.BatchNorm3d(2, eps=0.1).eval()
    converted = nn.SyncBatchNorm.convert_sync_batchnorm(norm)
    assert type(converted) is nn.SyncBatchNorm
    assert converted.weight is norm.weight
    assert converted.running_var is norm.running_var
    assert not converted.training
    x = torch.randn(3, 2, 2, 2, 2)
    assert torch.equal(converted(x), norm(x))


def test_torchs_conversion_takes_our_layers():
    plain, x = network(), torch.randn(4, 2, 5, 5)
    model = torch.nn.SyncBatchNorm.convert_sync_batchnorm(copy.deepcopy(plain))
    assert isinstance(model[1], torch.nn.SyncBatchNorm)
    assert torch.equal(model(x), plain(x))


def test_in_a_process_group_torch_synchronises(tmp_path):
    layer, x = nn.SyncBatchNorm(3), torch.randn(4, 3)
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    try:
        with pytest.raises(ValueError, match="SyncBatchNorm expected input tensor to be on GPU"):
            layer(x)
        assert torch.equal(layer.eval()(x), torch.nn.SyncBatchNorm(3).eval()(x))
    finally:
        torch.distributed.destroy_process_group()


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("transposed", [False, True], ids=["plain", "transposed"])
def test_a_convolution_and_a_batch_norm_fuse_into_a_convolution_of_ours(transposed, axes, framework):
    torch.manual_seed(0)
    kind = f"Conv{'Transpose' if transposed else ''}{axes}d"
    convolution = getattr(nn, kind)(2, 3, 2)
    norm = getattr(nn, f"BatchNorm{axes}d")(3)
    x = torch.randn(4, 2, *(4,) * axes)
    norm(convolution(x))  # statistics other than the first
    fused = fuse_conv_bn_eval(convolution.eval(), norm.eval(), transpose=transposed)
    assert type(fused) is getattr(nn, kind)
    assert_close(fused(to_framework(x, framework)), norm(convolution(x)).detach())
