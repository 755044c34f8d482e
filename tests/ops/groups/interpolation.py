"""Cases for interpolation; PyTorch is the reference."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from hypothesis import strategies as st

from bridge import ops
from tests.ops.case import Case, case, floats, integers
from tests.ops.strategies import FLOATING, SEEDS, array


def _interpolation() -> list[Case]:
    resized, line, image, volume = F.interpolate, floats(2, 3, 5), floats(2, 3, 5, 4), floats(1, 2, 3, 4, 2)
    return [
        case(resized, image, 7),
        case(resized, image, (10, 8)),
        case(resized, image, None, 2),
        case(resized, line, scale_factor=1.5, mode="nearest"),
        case(resized, volume, scale_factor=(2, 1.5, 0.5), mode="nearest"),
        case(resized, integers(1, 2, 4, 4, dtype="uint8"), 3),
        *(case(resized, x, 3, mode="nearest-exact") for x in (line, image, volume)),
        case(resized, image, scale_factor=(0.6, 2.7), mode="nearest-exact"),
        *(case(resized, x, 3, mode="area") for x in (line, image, volume)),
        case(resized, image, scale_factor=0.5, mode="area"),
        case(resized, image, (5, 4), mode="bilinear"),
        case(resized, floats(1, 1, 1, 3), (4, 5), mode="bilinear", align_corners=True),
        # torch's own gradient is that of a copy, which this is not
        case(resized, floats(1, 1, 3, 3), scale_factor=1.3, mode="bicubic").but(gradient=False),
        case(resized, floats(1, 1, 3, 3), scale_factor=1.3, mode="nearest"),
        case(resized, floats(1, 1, 2, 300), (3, 900), mode="bilinear").but(tolerance=1e-4),  # so coarse are coordinates
        *(case(resized, image, (3, 9), mode=mode, antialias=True) for mode in ("bilinear", "bicubic", "lanczos")),
        case(resized, image, (1, 3), mode="bilinear", align_corners=True, antialias=True),
        *(
            case(resized, x, mode=mode, **options)
            for x, mode in ((line, "linear"), (image, "bilinear"), (image, "bicubic"), (volume, "trilinear"))
            for options in _OPTIONS
        ),
    ]


_OPTIONS: tuple[dict[str, Any], ...] = (
    {"size": 3},
    {"size": 7, "align_corners": True},
    {"size": 1, "align_corners": True},
    {"scale_factor": 1.7},
    {"scale_factor": 1.7, "recompute_scale_factor": True},
    {"scale_factor": 0.5, "align_corners": True},
)

CASES = {"interpolate": _interpolation()}


@st.composite
def _interpolated(draw: Any) -> Case:
    modes = ("nearest", "nearest-exact", "area", "bilinear", "bicubic")
    shape = draw(st.sampled_from(((1, 1, 1, 1), (2, 1, 3, 5), (1, 2, 6, 4), (0, 2, 3, 3))))
    mode = draw(st.sampled_from(modes if shape[0] else modes[3:]))  # torch takes an empty batch in some modes alone
    x = array(shape, draw(st.sampled_from(FLOATING)), -4, 4, draw(SEEDS))
    return case(F.interpolate, x, draw(st.sampled_from(((1, 1), (3, 5), (2, 7), (12, 4)))), mode=mode)


GENERATED = {"interpolate": _interpolated()}

OP_INFOS = {"nn.functional.interpolate": ops.interpolate}
