"""The language that layers are written in: flat, backend-neutral functions.

Array functions have NumPy's names and meaning, neural-network functions those of `torch.nn.functional`; the word is
always `axis`. An op runs in the framework of the tensors that it is given: torch in, torch out, and likewise JAX,
TensorFlow and NumPy. Mixed dtypes promote as in PyTorch.

The examples in the docstrings assume `import torch` and `from bridge import ops`.
"""

from bridge.ops import (
    activation,
    attention,
    control,
    convolution,
    creation,
    elementwise,
    linear_maps,
    losses,
    manipulation,
    normalization,
    pooling,
    products,
    recurrent,
    reductions,
    regularization,
    transforms,
)
from bridge.ops.activation import *
from bridge.ops.attention import *
from bridge.ops.control import *
from bridge.ops.convolution import *
from bridge.ops.creation import *
from bridge.ops.elementwise import *
from bridge.ops.linear_maps import *
from bridge.ops.losses import *
from bridge.ops.manipulation import *
from bridge.ops.normalization import *
from bridge.ops.pooling import *
from bridge.ops.products import *
from bridge.ops.recurrent import *
from bridge.ops.reductions import *
from bridge.ops.regularization import *
from bridge.ops.transforms import *

__all__ = [
    *activation.__all__,
    *attention.__all__,
    *control.__all__,
    *convolution.__all__,
    *creation.__all__,
    *regularization.__all__,
    *elementwise.__all__,
    *linear_maps.__all__,
    *losses.__all__,
    *manipulation.__all__,
    *normalization.__all__,
    *pooling.__all__,
    *products.__all__,
    *recurrent.__all__,
    *reductions.__all__,
    *transforms.__all__,
]
