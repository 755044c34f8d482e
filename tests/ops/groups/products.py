"""Cases for products of matrices and tensors; NumPy is the reference."""

from __future__ import annotations

import numpy

from tests.ops.case import Case, by_numpy, case, floats, integers


def _products() -> dict[str, list[Case]]:
    matmul = by_numpy(numpy.matmul)
    return {
        "matmul": [
            case(matmul, floats(2, 3), floats(3, 4)),
            case(matmul, floats(3), floats(3)),
            case(matmul, floats(3), floats(2, 3, 4)),
            case(matmul, floats(2, 2, 3), floats(3)),
            case(matmul, floats(5, 1, 2, 3), floats(2, 3, 1)),
            case(matmul, floats(0, 3), floats(3, 2)),
            case(matmul, floats(2, 0), floats(0, 3)),
            case(matmul, integers(2, 3, dtype="int32"), integers(3, 2, dtype="int32")),
        ],
        "matrix_transpose": [
            case(by_numpy(numpy.matrix_transpose), x) for x in (floats(2, 3, 4), floats(1, 2), integers(0, 3))
        ],
    }


CASES = _products()
