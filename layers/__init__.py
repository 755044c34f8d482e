"""Layers for every framework: `from bridge import layers as nn` in place of `from torch import nn`.

Each class of torch.nn is here with its constructor, initialisation and `state_dict`, and a forward in `bridge.ops`;
beside them stand layers of our own. `Parameter`, `Buffer`, `init` and `functional` are torch's own.

The examples in the docstrings assume `import torch` and `from bridge import layers as nn`.
"""

from torch.nn import Buffer, Parameter, UninitializedBuffer, UninitializedParameter, functional, init

from bridge import Layer
from bridge.layers import (
    activation,
    adaptive_pooling,
    adaptive_softmax,
    alibi,
    attention,
    average_pooling,
    batch_norm,
    classification_loss,
    composition,
    container,
    convnext,
    convolution,
    ctc_loss,
    discretization,
    distance,
    drop_path,
    dropout,
    einsum_dense,
    embedding,
    feature_normalization,
    feed_forward,
    folding,
    gated_activation,
    grouped_query_attention,
    hard_activation,
    instance_norm,
    kv_cache,
    layer_norm,
    layer_scale,
    lazy,
    linear,
    local_response_norm,
    mamba,
    max_pooling,
    merging,
    mixture_of_experts,
    noise,
    padding,
    patch_embedding,
    preprocessing,
    ranking_loss,
    recurrent,
    recurrent_cells,
    regression_loss,
    rotary,
    separable_convolution,
    shaping,
    smooth_activation,
    softmax,
    squeeze_excitation,
    transformer,
    transformer_block,
    transposed_convolution,
    unpooling,
    upsampling,
    utils,
)
from bridge.layers.activation import *
from bridge.layers.adaptive_pooling import *
from bridge.layers.adaptive_softmax import *
from bridge.layers.alibi import *
from bridge.layers.attention import *
from bridge.layers.average_pooling import *
from bridge.layers.batch_norm import *
from bridge.layers.classification_loss import *
from bridge.layers.composition import *
from bridge.layers.container import *
from bridge.layers.convnext import *
from bridge.layers.convolution import *
from bridge.layers.ctc_loss import *
from bridge.layers.discretization import *
from bridge.layers.distance import *
from bridge.layers.drop_path import *
from bridge.layers.dropout import *
from bridge.layers.einsum_dense import *
from bridge.layers.embedding import *
from bridge.layers.feature_normalization import *
from bridge.layers.feed_forward import *
from bridge.layers.folding import *
from bridge.layers.gated_activation import *
from bridge.layers.grouped_query_attention import *
from bridge.layers.hard_activation import *
from bridge.layers.instance_norm import *
from bridge.layers.kv_cache import *
from bridge.layers.layer_norm import *
from bridge.layers.layer_scale import *
from bridge.layers.lazy import *
from bridge.layers.linear import *
from bridge.layers.local_response_norm import *
from bridge.layers.mamba import *
from bridge.layers.max_pooling import *
from bridge.layers.merging import *
from bridge.layers.mixture_of_experts import *
from bridge.layers.noise import *
from bridge.layers.padding import *
from bridge.layers.patch_embedding import *
from bridge.layers.preprocessing import *
from bridge.layers.ranking_loss import *
from bridge.layers.recurrent import *
from bridge.layers.recurrent_cells import *
from bridge.layers.regression_loss import *
from bridge.layers.rotary import *
from bridge.layers.separable_convolution import *
from bridge.layers.shaping import *
from bridge.layers.smooth_activation import *
from bridge.layers.softmax import *
from bridge.layers.squeeze_excitation import *
from bridge.layers.transformer import *
from bridge.layers.transformer_block import *
from bridge.layers.transposed_convolution import *
from bridge.layers.unpooling import *
from bridge.layers.upsampling import *

# Behind the layers that it wraps.
from bridge.layers import lora as lora  # isort: skip

Module = Layer

__all__ = [
    "Buffer",
    "Module",
    "Parameter",
    "UninitializedBuffer",
    "UninitializedParameter",
    "functional",
    "init",
    "lora",
    "utils",
    *activation.__all__,
    *adaptive_pooling.__all__,
    *adaptive_softmax.__all__,
    *alibi.__all__,
    *attention.__all__,
    *average_pooling.__all__,
    *batch_norm.__all__,
    *classification_loss.__all__,
    *composition.__all__,
    *container.__all__,
    *convnext.__all__,
    *convolution.__all__,
    *ctc_loss.__all__,
    *discretization.__all__,
    *distance.__all__,
    *drop_path.__all__,
    *dropout.__all__,
    *einsum_dense.__all__,
    *embedding.__all__,
    *feature_normalization.__all__,
    *feed_forward.__all__,
    *folding.__all__,
    *gated_activation.__all__,
    *grouped_query_attention.__all__,
    *hard_activation.__all__,
    *instance_norm.__all__,
    *kv_cache.__all__,
    *layer_norm.__all__,
    *layer_scale.__all__,
    *lazy.__all__,
    *linear.__all__,
    *local_response_norm.__all__,
    *mamba.__all__,
    *max_pooling.__all__,
    *merging.__all__,
    *mixture_of_experts.__all__,
    *noise.__all__,
    *padding.__all__,
    *patch_embedding.__all__,
    *preprocessing.__all__,
    *ranking_loss.__all__,
    *recurrent.__all__,
    *recurrent_cells.__all__,
    *regression_loss.__all__,
    *rotary.__all__,
    *separable_convolution.__all__,
    *shaping.__all__,
    *smooth_activation.__all__,
    *softmax.__all__,
    *squeeze_excitation.__all__,
    *transformer.__all__,
    *transformer_block.__all__,
    *transposed_convolution.__all__,
    *unpooling.__all__,
    *upsampling.__all__,
]
