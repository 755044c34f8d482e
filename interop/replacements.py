"""Functions of torch that read the values of a tensor, said otherwise while a forward is taken down."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from bridge import ops
from bridge.interop import replaced_batch_norm, replaced_statistics, replaced_values, value_checks
from bridge.interop.lowerings.losses import REDUCTIONS
from bridge.interop.replaced_numbers import Numbers


class Replacing(TorchFunctionMode):
    """Within it these functions do what a graph can hold."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = Numbers()

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        return self._numbers.call(func, _replacements().get(func, func), args, kwargs or {})


@functools.cache
def _replacements() -> dict[Any, Callable[..., Any]]:
    return {
        # It refuses a negative variance, which it has to look for.
        torch.nn.functional.gaussian_nll_loss: ops.gaussian_nll_loss,
        # It wants the momentum as a number.
        torch.nn.functional.batch_norm: replaced_batch_norm.batch_norm,
        # It reads the lengths, and torch has no shape of it without values.
        torch.nn.functional.ctc_loss: _ctc_loss,
        torch.ctc_loss: _ctc_loss,
        # They look whether weights are negative, and at the rank.
        torch.cov: replaced_statistics.cov,
        torch.Tensor.cov: replaced_statistics.cov,
        torch.corrcoef: replaced_statistics.corrcoef,
        torch.Tensor.corrcoef: replaced_statistics.corrcoef,
        torch.linalg.lstsq: replaced_statistics.lstsq,
        # They read values for an answer, or for a size.
        torch.equal: replaced_values.equal,
        torch.Tensor.equal: replaced_values.equal,
        torch.allclose: replaced_values.allclose,
        torch.Tensor.allclose: replaced_values.allclose,
        torch.combinations: replaced_values.combinations,
        torch.narrow: replaced_values.narrow,
        torch.Tensor.narrow: replaced_values.narrow,
        # They take numbers, not sizes.
        torch.linspace: replaced_values.linspace,
        torch.tensor: replaced_values.tensor,
        torch.as_tensor: replaced_values.as_tensor,
        # torch.export does not follow what is written there.
        torch.Tensor.data.__get__: torch.Tensor.detach,  # type: ignore[attr-defined]
        torch.Tensor.data.__set__: _set_data,  # type: ignore[attr-defined]
        # Python asks for values that are not there.
        torch.Tensor.__bool__: lambda self: value_checks.ask(self, lambda: torch.Tensor.__bool__(self)),
        torch.Tensor.item: lambda self: value_checks.ask(self, lambda: torch.Tensor.item(self)),
    }


def _set_data(self: torch.Tensor, values: torch.Tensor) -> None:
    self.detach().copy_(values)


def _ctc_loss(
    log_probs: torch.Tensor,
    targets: torch.Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str | int = "mean",
    zero_infinity: bool = False,
) -> torch.Tensor:
    lengths = (torch.as_tensor(given, device=targets.device) for given in (input_lengths, target_lengths))
    name = reduction if isinstance(reduction, str) else REDUCTIONS[reduction]
    return _opaque_ctc_loss()(log_probs, targets, *lengths, blank, name, zero_infinity)


@functools.cache
def _opaque_ctc_loss() -> Callable[..., torch.Tensor]:
    """One node of the graph, which `bridge.interop.lowerings` knows; torch hears of it at the first capture."""

    @torch.library.custom_op("bridge::ctc_loss", mutates_args=())
    def ctc_loss(
        log_probs: torch.Tensor,
        targets: torch.Tensor,
        input_lengths: torch.Tensor,
        target_lengths: torch.Tensor,
        blank: int,
        reduction: str,
        zero_infinity: bool,
    ) -> torch.Tensor:
        options = (blank, reduction, zero_infinity)
        return torch.nn.functional.ctc_loss(log_probs, targets, input_lengths, target_lengths, *options)

    @ctc_loss.register_fake
    def shape_of(log_probs: torch.Tensor, *others: Any) -> torch.Tensor:
        each = others[-2] == "none" and log_probs.ndim == 3
        return log_probs.new_empty(log_probs.shape[1:2] if each else ())

    return ctc_loss
