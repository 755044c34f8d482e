"""Overrides of `bridge.ops.inspection` for PyTorch."""

import numpy
import torch

from bridge.typing import Array

default_device = torch.get_default_device


def size(x: Array, /) -> int:
    return x.numel()


def convert_to_numpy(x: Array, /) -> numpy.ndarray:
    x = x.detach().cpu().resolve_conj().resolve_neg()
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()


def devices() -> list[torch.device]:
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    count = 0 if accelerator is None else torch.accelerator.device_count()
    return [torch.device("cpu"), *(torch.device(accelerator.type, index) for index in range(count))]  # type: ignore[union-attr]
