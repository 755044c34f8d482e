"""What PyTorch's users call on layers, as `nn.utils`: `torch.nn.utils`, whose functions take our layers as its own.

Whatever computes a weight from others before a call is computed in every framework: `parametrizations.weight_norm`,
`parametrizations.spectral_norm` and `parametrizations.orthogonal`, a parametrization of one's own whose forward is
written in `bridge.ops`, under `parametrize.register_parametrization`; the older `weight_norm` and `spectral_norm`;
and the methods of `prune`. What normalises by power iteration moves its vectors in training as running statistics
move: in place in torch, in `new_buffers` elsewhere.

The rest works on PyTorch's parameters and gradients: `clip_grad_norm_`, `clip_grad_value_`, `parameters_to_vector`,
`vector_to_parameters`, `fuse_conv_bn_eval`, `skip_init`, `rnn`, `stateless`.

>>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
>>> layer(jax.numpy.ones((4, 3))).shape
(4, 2)
"""

from torch.nn.utils import (
    clip_grad_norm,
    clip_grad_norm_,
    clip_grad_value_,
    clip_grads_with_norm_,
    convert_conv2d_weight_memory_format,
    convert_conv3d_weight_memory_format,
    fuse_conv_bn_eval,
    fuse_conv_bn_weights,
    fuse_linear_bn_eval,
    fuse_linear_bn_weights,
    get_total_norm,
    parameters_to_vector,
    parametrizations,
    parametrize,
    prune,
    remove_spectral_norm,
    remove_weight_norm,
    rnn,
    skip_init,
    spectral_norm,
    stateless,
    vector_to_parameters,
    weight_norm,
)

__all__ = [
    "clip_grad_norm",
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "convert_conv2d_weight_memory_format",
    "convert_conv3d_weight_memory_format",
    "fuse_conv_bn_eval",
    "fuse_conv_bn_weights",
    "fuse_linear_bn_eval",
    "fuse_linear_bn_weights",
    "get_total_norm",
    "parameters_to_vector",
    "parametrizations",
    "parametrize",
    "prune",
    "remove_spectral_norm",
    "remove_weight_norm",
    "rnn",
    "skip_init",
    "spectral_norm",
    "stateless",
    "vector_to_parameters",
    "weight_norm",
]
