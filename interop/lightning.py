"""A model, a loss and an optimizer as a `lightning.LightningModule`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import torch

from bridge.optional import require

if TYPE_CHECKING:
    import lightning
else:
    lightning = require("lightning", extra="lightning", purpose="bridge.interop.lightning")

__all__ = ["LitModule"]

Metric = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class LitModule(lightning.LightningModule):
    """Trains `model` with `lightning.Trainer`; batches are `(inputs, target)`, and inputs may be a tuple or a dict.

    It logs `train_loss`, `val_loss`, `test_loss`, and each metric as `val_<name>` and `test_<name>`.

    Args:
        model: any `torch.nn.Module`.
        loss: `loss(prediction, target)`, such as `bridge.layers.CrossEntropyLoss()`.
        optimizer: takes the parameters and gives what `configure_optimizers` may return: an optimizer, or a dict with
            its scheduler. `functools.partial(torch.optim.Adam, lr=1e-3)` is one; Adam by default.
        metrics: `metric(prediction, target)` by name, a function or a `torchmetrics.Metric`.
        engine: what computes; `"torch"`.

    Attributes:
        model: the model given, itself.

    Raises:
        ValueError: there is no such engine.

    >>> module = LitModule(nn.Linear(3, 2), loss=nn.MSELoss(), optimizer=torch.optim.SGD)
    >>> loss = module.training_step((torch.zeros(4, 3), module.model(torch.zeros(4, 3)).detach()), 0)
    >>> float(loss.detach())
    0.0
    """

    def __init__(
        self,
        model: torch.nn.Module,
        *,
        loss: Callable[[Any, Any], torch.Tensor],
        optimizer: Callable[[Iterable[torch.nn.Parameter]], Any] = torch.optim.Adam,
        metrics: Mapping[str, Metric] | None = None,
        engine: Literal["torch"] = "torch",
    ) -> None:
        super().__init__()
        if engine != "torch":
            raise ValueError(f"LitModule expected the engine 'torch', got {engine!r}")
        self.model = model
        self.loss = loss
        self._optimizer = optimizer
        self._metrics = dict(metrics or {})
        modules = {name: metric for name, metric in self._metrics.items() if isinstance(metric, torch.nn.Module)}
        # Registered, so that Lightning moves their state between devices; one set a stage, so that none mixes.
        self._metric_modules = torch.nn.ModuleDict(
            {f"{stage}_{name}": _clone(metric) for stage in ("val", "test") for name, metric in modules.items()}
        )

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the model answers."""
        return self.model(*args, **kwargs)

    def training_step(self, batch: Any, batch_index: int) -> torch.Tensor:
        """The loss of one batch, logged as `train_loss`."""
        loss, _, _ = self._evaluate(batch)
        if self._trainer is not None:
            self.log("train_loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: Any, batch_index: int) -> None:
        """Logs `val_loss` and the metrics of one batch."""
        self._log_all("val", batch)

    def test_step(self, batch: Any, batch_index: int) -> None:
        """Logs `test_loss` and the metrics of one batch."""
        self._log_all("test", batch)

    def predict_step(self, batch: Any, batch_index: int) -> Any:
        """What the model answers to one batch, with or without its target."""
        return self._call_model(batch[0] if isinstance(batch, list | tuple) and len(batch) == 2 else batch)

    def configure_optimizers(self) -> Any:
        """The optimizer of all parameters that are trained."""
        return self._optimizer([parameter for parameter in self.parameters() if parameter.requires_grad])

    def _log_all(self, stage: str, batch: Any) -> None:
        loss, prediction, target = self._evaluate(batch)
        self.log(f"{stage}_loss", loss, prog_bar=True, batch_size=len(target))
        modules = dict(self._metric_modules.items())
        for name, given in self._metrics.items():
            key = f"{stage}_{name}"
            metric: Any = modules.get(key, given)
            if hasattr(metric, "update"):  # a torchmetrics.Metric, which Lightning computes at the stage's end
                metric.update(prediction, target)
                value = metric
            else:
                value = metric(prediction, target)
            self.log(key, value, prog_bar=True, batch_size=len(target))

    def _evaluate(self, batch: Any) -> tuple[torch.Tensor, Any, Any]:
        inputs, target = batch
        prediction = self._call_model(inputs)
        return self.loss(prediction, target), prediction, target

    def _call_model(self, inputs: Any) -> Any:
        if isinstance(inputs, Mapping):
            return self.model(**inputs)
        return self.model(*inputs) if isinstance(inputs, list | tuple) else self.model(inputs)


def _clone(metric: torch.nn.Module) -> torch.nn.Module:
    """A metric of torchmetrics with a state of its own; another module as it is."""
    if not hasattr(metric, "clone"):
        return metric
    clone: Any = metric.clone()  # type: ignore[operator]
    clone.reset()
    return clone
