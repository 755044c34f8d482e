"""Layers for every framework: `from bridge import layers as nn` in place of `from torch import nn`.

Each is its torch.nn class, with its constructor, initialisation and `state_dict`, and a forward in `bridge.ops`.

The examples in the docstrings assume `import torch` and `from bridge import layers as nn`.
"""

from torch.nn import Parameter, init

from bridge import Layer
from bridge.layers.activation import GELU, Dropout, Flatten, Identity, ReLU, Sigmoid, SiLU, Softmax, Tanh
from bridge.layers.attention import MultiheadAttention
from bridge.layers.container import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from bridge.layers.convolution import Conv1d, Conv2d
from bridge.layers.linear import Embedding, Linear
from bridge.layers.loss import CrossEntropyLoss, MSELoss
from bridge.layers.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
from bridge.layers.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from bridge.layers.recurrent import LSTM

Module = Layer

__all__ = [
    "GELU",
    "LSTM",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "Flatten",
    "GroupNorm",
    "Identity",
    "LayerNorm",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiheadAttention",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "RMSNorm",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "init",
]
