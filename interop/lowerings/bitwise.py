"""Operations on the bits of whole numbers."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers

lowers("aten.bitwise_and", "aten.__and__")(ops.bitwise_and)
lowers("aten.bitwise_or", "aten.__or__")(ops.bitwise_or)
lowers("aten.bitwise_xor", "aten.__xor__")(ops.bitwise_xor)
lowers("aten.bitwise_not")(ops.bitwise_not)
lowers("aten.bitwise_left_shift", "aten.__lshift__")(ops.bitwise_left_shift)
lowers("aten.bitwise_right_shift", "aten.__rshift__")(ops.bitwise_right_shift)
