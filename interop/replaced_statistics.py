"""Covariances and least squares for `bridge.interop.replacements`, without a look at values."""

from __future__ import annotations

from typing import Any

import torch


def cov(
    input: torch.Tensor,
    *,
    correction: int = 1,
    fweights: torch.Tensor | None = None,
    aweights: torch.Tensor | None = None,
) -> torch.Tensor:
    """`torch.cov`, which looks whether weights are negative, and whether there is more than nothing to divide by."""
    if input.ndim > 2:
        raise RuntimeError(f"cov(): expected input to have two or fewer dimensions but got {input.ndim}")
    x = input if input.ndim == 2 else input.reshape(1, -1)
    x = x if x.is_floating_point() or x.is_complex() else x.to(torch.get_default_dtype())
    given = [
        weights if weights.is_floating_point() else weights.to(x.real.dtype)
        for weights in (fweights, aweights)
        if weights is not None
    ]
    weights = given[0] * given[-1] if len(given) == 2 else given[0] if given else x.real.new_ones(x.shape[1])
    total = weights.sum()
    average = (x * weights).sum(1, keepdim=True) / total
    lost = correction * (weights * given[-1]).sum() / total if aweights is not None else correction
    centred = x - average
    products = (centred * weights) @ centred.mH
    return (products / (total - lost).clamp_min(0)).squeeze()


def corrcoef(input: torch.Tensor) -> torch.Tensor:
    """`torch.corrcoef`, which is made of `torch.cov`."""
    covariance = cov(input)
    if covariance.ndim == 0:
        return covariance / covariance
    deviations = covariance.diagonal().real.sqrt()
    ratios = covariance / deviations[:, None] / deviations[None, :]
    if ratios.is_complex():
        return torch.complex(ratios.real.clip(-1, 1), ratios.imag.clip(-1, 1))
    return ratios.clip(-1, 1)


def lstsq(input: torch.Tensor, b: torch.Tensor, rcond: float | None = None, *, driver: str | None = None) -> Any:
    """`torch.linalg.lstsq`, whose residuals have a shape that follows from the rank.

    They are NaN where torch leaves them out because the rank is not full.
    """
    # gelsy counts as 0 what is small beside the largest; gels takes the rank to be full.
    rtol = 0.0 if driver == "gels" else rcond
    is_vector = b.ndim == 1 or (input.ndim - 1 == b.ndim and b.shape == input.shape[:-1])
    columns = b.unsqueeze(-1) if is_vector else b
    solution = torch.linalg.pinv(input, rtol=rtol) @ columns
    singular_values = torch.linalg.svdvals(input).detach()
    rank = torch.linalg.matrix_rank(input.detach(), rtol=rtol)
    residuals = input.real.new_empty((0,))
    rows, size = input.shape[-2:]
    if rows > size:
        residuals = (columns - input @ solution).abs().square().sum(-2)
        if driver != "gels":
            residuals = torch.where((rank == size)[..., None], residuals, torch.nan)
    nothing, no_rank = singular_values.new_empty((0,)), rank.new_empty((0,))
    return torch.return_types.linalg_lstsq(  # type: ignore[attr-defined]
        (
            solution.squeeze(-1) if is_vector else solution,
            residuals,
            no_rank if driver == "gels" else rank,
            singular_values if driver in ("gelsd", "gelss") else nothing,
        )
    )
