"""Proves that `LitModule` trains in `lightning.Trainer` as a hand-written loop of torch would."""

from __future__ import annotations

import copy
import functools
from pathlib import Path
from typing import Any

import lightning
import pytest
import torch
import torch.nn.functional as F
import torchmetrics
from torch.utils.data import DataLoader

from bridge import layers as nn
from bridge.interop.lightning import LitModule
from tests.interop.compare import assert_untouched, snapshot
from tests.interop.models import MODELS, cnn

Batches = list[tuple[torch.Tensor, torch.Tensor]]

pytestmark = [
    # Lightning's advice to users: these tests train without validation, and need no workers to load their batches.
    pytest.mark.filterwarnings("ignore:You defined a `validation_step` but have no `val_dataloader`"),
    pytest.mark.filterwarnings("ignore:The '.*_dataloader' does not have many workers"),
]

SGD = functools.partial(torch.optim.SGD, lr=0.05, momentum=0.9)


def batches_of(count: int, batch: int = 8) -> Batches:
    model = MODELS["cnn"]
    return [(model.inputs(batch, seed), model.labels(batch, seed)) for seed in range(count)]


def loader_of(batches: list[Any]) -> DataLoader:
    return DataLoader(batches, batch_size=None)


def trainer_of(folder: Path, **options: Any) -> lightning.Trainer:
    return lightning.Trainer(
        accelerator="cpu",
        logger=False,
        default_root_dir=folder,
        enable_progress_bar=False,
        enable_model_summary=False,
        **({"enable_checkpointing": False} | options),
    )


class Losses(lightning.Callback):
    def __init__(self) -> None:
        self.values: list[float] = []

    def on_train_batch_end(self, trainer: Any, module: Any, outputs: Any, batch: Any, batch_index: int) -> None:
        self.values.append(outputs["loss"].item())


def train_by_hand(model: torch.nn.Module, batches: Batches) -> list[float]:
    optimizer, losses = SGD(model.parameters()), []
    model.train()
    for x, y in loader_of(batches):  # which draws from torch's generator, too
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_parameters_equal_those_of_a_loop_by_hand_bit_for_bit(tmp_path: Path) -> None:
    model = cnn(nn, dropout=0.3)
    by_hand = cnn(torch.nn, dropout=0.3)
    by_hand.load_state_dict(model.state_dict())
    losses = Losses()
    torch.manual_seed(5)
    trainer_of(tmp_path, max_epochs=1, callbacks=[losses]).fit(
        LitModule(model, loss=nn.CrossEntropyLoss(), optimizer=SGD), loader_of(batches_of(8))
    )
    torch.manual_seed(5)
    assert losses.values == train_by_hand(by_hand, batches_of(8))
    for name, tensor in by_hand.state_dict().items():
        assert torch.equal(model.state_dict()[name], tensor), name


def test_the_loss_falls_and_the_model_is_the_one_given(tmp_path: Path) -> None:
    model = cnn(nn)
    losses = Losses()
    module = LitModule(model, loss=nn.CrossEntropyLoss(), optimizer=functools.partial(torch.optim.Adam, lr=1e-2))
    assert module.model is model
    trainer_of(tmp_path, max_steps=20, callbacks=[losses]).fit(module, loader_of(batches_of(2) * 10))
    assert module.model is model
    assert len(losses.values) == 20
    assert sum(losses.values[-2:]) < 0.5 * sum(losses.values[:2])


def test_train_loss_is_logged_and_steps_are_counted(tmp_path: Path) -> None:
    trainer = trainer_of(tmp_path, max_steps=3)
    losses = Losses()
    trainer.callbacks.append(losses)
    trainer.fit(LitModule(cnn(nn), loss=nn.CrossEntropyLoss()), loader_of(batches_of(5)))
    assert trainer.global_step == 3
    assert trainer.callback_metrics["train_loss"].item() == losses.values[-1]


def mean_absolute_error(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return (prediction - target).abs().mean()


def regression(count: int, batch: int) -> Batches:
    generator = torch.Generator().manual_seed(count)
    return [
        (torch.randn(batch, 6, generator=generator), torch.randn(batch, 3, generator=generator)) for _ in range(count)
    ]


@pytest.mark.parametrize("stage", ["validate", "test"])
def test_metrics_are_those_of_all_batches(tmp_path: Path, stage: str) -> None:
    """R2 is no mean over batches, so a metric of torchmetrics must gather; a function's values are weighed by size."""
    model = MODELS["mlp"].pair()[1]
    module = LitModule(
        model,
        loss=nn.MSELoss(),
        metrics={"mae": mean_absolute_error, "mse": nn.MSELoss(), "r2": torchmetrics.R2Score()},
    )
    batches = [*regression(3, 8), *regression(1, 2)]
    before = snapshot(model)
    (logged,) = getattr(trainer_of(tmp_path), stage)(module, loader_of(batches), verbose=False)
    prefix = {"validate": "val", "test": "test"}[stage]
    assert set(logged) == {f"{prefix}_{name}" for name in ("loss", "mae", "mse", "r2")}
    predictions = torch.cat([model(x) for x, _ in batches]).detach()
    targets = torch.cat([y for _, y in batches])
    assert logged[f"{prefix}_loss"] == pytest.approx(F.mse_loss(predictions, targets).item(), rel=1e-5)
    assert logged[f"{prefix}_mse"] == pytest.approx(F.mse_loss(predictions, targets).item(), rel=1e-5)
    assert logged[f"{prefix}_mae"] == pytest.approx(F.l1_loss(predictions, targets).item(), rel=1e-5)
    residual = ((targets - predictions) ** 2).sum(0)
    total = ((targets - targets.mean(0)) ** 2).sum(0)
    assert logged[f"{prefix}_r2"] == pytest.approx((1 - residual / total).mean().item(), rel=1e-4)
    assert_untouched(model, before)


def test_metrics_of_validation_while_training(tmp_path: Path) -> None:
    metric = torchmetrics.Accuracy(task="multiclass", num_classes=3)
    metric.update(torch.tensor([0, 1]), torch.tensor([1, 1]))  # what it holds already counts for nothing here
    module = LitModule(cnn(nn), loss=nn.CrossEntropyLoss(), metrics={"accuracy": metric})
    trainer = trainer_of(tmp_path, max_epochs=2, num_sanity_val_steps=0)
    batches = batches_of(3)
    trainer.fit(module, loader_of(batches), loader_of(batches))
    with torch.no_grad():
        right = torch.cat([module.model.eval()(x).argmax(1) == y for x, y in batches])
    assert trainer.callback_metrics["val_accuracy"].item() == pytest.approx(right.float().mean().item())
    assert (metric.update_count, metric.compute().item()) == (1, 0.5), "the metric given is a pattern, left as it is"


def test_predict(tmp_path: Path) -> None:
    model = cnn(nn, dropout=0.5)
    module = LitModule(model, loss=nn.CrossEntropyLoss())
    batches = batches_of(2)
    expected = [copy.deepcopy(model).eval()(x) for x, _ in batches]
    for given in (batches, [x for x, _ in batches], [[x] for x, _ in batches]):
        predictions = trainer_of(tmp_path).predict(module, loader_of(given))
        assert all(torch.equal(*both) for both in zip(predictions, expected, strict=True))
    assert torch.equal(module.eval()(batches[0][0]), expected[0])


class TwoInputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(6, 3)

    def forward(self, x: Any, scale: Any) -> Any:
        return self.linear(x) * scale


@pytest.mark.parametrize("kind", [tuple, dict])
def test_several_inputs(tmp_path: Path, kind: type) -> None:
    model = TwoInputs()
    expected = copy.deepcopy(model)
    (x, y), scale = regression(1, 4)[0], torch.tensor(2.0)
    inputs = {"scale": scale, "x": x} if kind is dict else (x, scale)
    losses = Losses()
    module = LitModule(model, loss=nn.MSELoss(), optimizer=SGD)
    trainer = trainer_of(tmp_path, max_steps=1, callbacks=[losses])
    trainer.fit(module, loader_of([(inputs, y)]))
    assert losses.values == [F.mse_loss(expected(x, scale), y).item()]


def test_an_optimizer_with_its_scheduler(tmp_path: Path) -> None:
    def optimizer(parameters: Any) -> dict[str, Any]:
        adam = torch.optim.Adam(parameters, lr=1.0)
        return {
            "optimizer": adam,
            "lr_scheduler": {"scheduler": torch.optim.lr_scheduler.StepLR(adam, 1, 0.5), "interval": "step"},
        }

    trainer = trainer_of(tmp_path, max_steps=3)
    trainer.fit(LitModule(cnn(nn), loss=nn.CrossEntropyLoss(), optimizer=optimizer), loader_of(batches_of(3)))
    assert trainer.optimizers[0].param_groups[0]["lr"] == 0.125


def test_frozen_parameters_are_not_given_to_the_optimizer(tmp_path: Path) -> None:
    model = MODELS["mlp"].pair()[1]
    model[0].requires_grad_(False)
    frozen, free = model[0].weight.clone(), model[2].weight.detach().clone()
    trainer = trainer_of(tmp_path, max_steps=2)
    trainer.fit(
        LitModule(model, loss=nn.MSELoss(), optimizer=functools.partial(torch.optim.AdamW, weight_decay=0.1)),
        loader_of(regression(2, 4)),
    )
    assert len(trainer.optimizers[0].param_groups[0]["params"]) == 4
    assert torch.equal(model[0].weight, frozen)
    assert not torch.equal(model[2].weight, free)


@pytest.mark.filterwarnings("ignore:Checkpoint directory .* exists and is not empty")
def test_a_checkpoint_resumes_as_if_never_stopped(tmp_path: Path) -> None:
    def module() -> LitModule:
        return LitModule(copy.deepcopy(start), loss=nn.CrossEntropyLoss(), optimizer=SGD)

    start = cnn(nn)
    straight = module()
    trainer_of(tmp_path, max_epochs=2).fit(straight, loader_of(batches_of(4)))
    saving = trainer_of(tmp_path, max_epochs=1, enable_checkpointing=True)
    saving.fit(module(), loader_of(batches_of(4)))
    path = saving.checkpoint_callback.best_model_path
    assert Path(path).is_relative_to(tmp_path)
    saved = torch.load(path, weights_only=True)["state_dict"]
    assert set(saved) == {f"model.{name}" for name in start.state_dict()}
    resumed = module()
    trainer = trainer_of(tmp_path, max_epochs=2, enable_checkpointing=True)
    trainer.fit(resumed, loader_of(batches_of(4)), ckpt_path=path, weights_only=True)
    assert trainer.global_step == 8
    for name, tensor in straight.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], tensor), name
    assert not torch.equal(resumed.model[0].weight, start[0].weight)


def test_another_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="^LitModule expected the engine 'torch', got 'tpu'$"):
        LitModule(nn.Linear(3, 2), loss=nn.MSELoss(), engine="tpu")
