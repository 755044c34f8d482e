"""Which of TensorFlow's two sets of kernels for the CPU run: its own, or oneDNN's."""

import functools


@functools.cache
def onednn_runs() -> bool:
    """TensorFlow leaves oneDNN out on processors without AVX512-VNNI or its like, and where TF_ENABLE_ONEDNN_OPTS=0.

    It says so in no public place. What is done without oneDNN is right with it too, so that is the answer of a release
    which has moved this one.
    """
    try:
        from tensorflow.python.util import _pywrap_util_port
    except ImportError:
        return False
    return bool(_pywrap_util_port.IsMklEnabled())
