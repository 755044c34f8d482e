"""The language that layers are written in: flat, backend-neutral functions.

Array functions have NumPy's names and meaning, neural-network functions those of `torch.nn.functional`; the word is
always `axis`. An op runs in the framework of the tensors that it is given: torch in, torch out, and likewise JAX,
TensorFlow and NumPy. Mixed dtypes promote as in PyTorch.

`ops.linalg`, `ops.fft`, `ops.random` and `ops.image` are namespaces; what is used most of `ops.linalg` stands here too.

The examples in the docstrings assume `import torch` and `from bridge import ops`.
"""

from bridge.ops import (
    activation,
    arithmetic,
    attention,
    average_pooling,
    bitwise,
    classification_losses,
    comparison,
    constants,
    control,
    convolution,
    creation,
    ctc,
    distances,
    fft,
    folding,
    grid_sampling,
    image,
    indexing,
    inspection,
    interpolation,
    joining,
    keras_losses,
    linalg,
    linear_maps,
    manipulation,
    mathematics,
    matrices,
    max_pooling,
    nan_reductions,
    normalization,
    patterns,
    products,
    quantiles,
    random,
    ranges,
    ranking_losses,
    rearranging,
    recurrent,
    recurrent_cells,
    reductions,
    regression_losses,
    regularization,
    rounding,
    segments,
    sets,
    signal,
    sorting,
    statistics,
    transforms,
    unpooling,
    windows,
)
from bridge.ops.activation import *
from bridge.ops.arithmetic import *
from bridge.ops.attention import *
from bridge.ops.average_pooling import *
from bridge.ops.bitwise import *
from bridge.ops.classification_losses import *
from bridge.ops.comparison import *
from bridge.ops.constants import *
from bridge.ops.control import *
from bridge.ops.convolution import *
from bridge.ops.creation import *
from bridge.ops.ctc import *
from bridge.ops.distances import *
from bridge.ops.folding import *
from bridge.ops.grid_sampling import *
from bridge.ops.indexing import *
from bridge.ops.inspection import *
from bridge.ops.interpolation import *
from bridge.ops.joining import *
from bridge.ops.keras_losses import *
from bridge.ops.linalg import (
    cholesky,
    cholesky_inverse,
    det,
    eig,
    eigh,
    inv,
    logdet,
    lstsq,
    lu_factor,
    matrix_rank,
    norm,
    pinv,
    qr,
    slogdet,
    solve,
    solve_triangular,
    svd,
)
from bridge.ops.linear_maps import *
from bridge.ops.manipulation import *
from bridge.ops.mathematics import *
from bridge.ops.matrices import *
from bridge.ops.max_pooling import *
from bridge.ops.nan_reductions import *
from bridge.ops.normalization import *
from bridge.ops.patterns import *
from bridge.ops.products import *
from bridge.ops.quantiles import *
from bridge.ops.ranges import *
from bridge.ops.ranking_losses import *
from bridge.ops.rearranging import *
from bridge.ops.recurrent import *
from bridge.ops.recurrent_cells import *
from bridge.ops.reductions import *
from bridge.ops.regression_losses import *
from bridge.ops.regularization import *
from bridge.ops.rounding import *
from bridge.ops.segments import *
from bridge.ops.sets import *
from bridge.ops.signal import *
from bridge.ops.sorting import *
from bridge.ops.statistics import *
from bridge.ops.transforms import *
from bridge.ops.unpooling import *
from bridge.ops.windows import *

__all__ = [
    *activation.__all__,
    *arithmetic.__all__,
    *attention.__all__,
    *average_pooling.__all__,
    *bitwise.__all__,
    "cholesky",
    "cholesky_inverse",
    *classification_losses.__all__,
    *comparison.__all__,
    *constants.__all__,
    *control.__all__,
    *convolution.__all__,
    *creation.__all__,
    *ctc.__all__,
    "det",
    *distances.__all__,
    "eig",
    "eigh",
    "fft",
    *folding.__all__,
    *grid_sampling.__all__,
    "image",
    *indexing.__all__,
    *inspection.__all__,
    *interpolation.__all__,
    "inv",
    *joining.__all__,
    *keras_losses.__all__,
    "linalg",
    *linear_maps.__all__,
    "logdet",
    "lstsq",
    "lu_factor",
    *manipulation.__all__,
    *mathematics.__all__,
    *matrices.__all__,
    "matrix_rank",
    *max_pooling.__all__,
    *nan_reductions.__all__,
    "norm",
    *normalization.__all__,
    *patterns.__all__,
    "pinv",
    *products.__all__,
    "qr",
    *quantiles.__all__,
    "random",
    *ranges.__all__,
    *ranking_losses.__all__,
    *rearranging.__all__,
    *recurrent.__all__,
    *recurrent_cells.__all__,
    *reductions.__all__,
    *regression_losses.__all__,
    *regularization.__all__,
    *rounding.__all__,
    *segments.__all__,
    *sets.__all__,
    *signal.__all__,
    "slogdet",
    "solve",
    "solve_triangular",
    *sorting.__all__,
    *statistics.__all__,
    "svd",
    *transforms.__all__,
    *unpooling.__all__,
    *windows.__all__,
]
