"""A converted transformer trains in a JAX loop, and goes into files that the official runtimes read."""

from __future__ import annotations

import copy
import warnings
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import optax
import pytest
import torch
import transformers
from torch import nn

import bridge
from bridge.interop import jax as bridge_jax
from tests.helpers import assert_close


def _model() -> nn.Module:
    torch.manual_seed(0)
    configuration = transformers.BertConfig(
        vocab_size=32,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
        num_labels=3,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return transformers.BertForSequenceClassification(configuration)


def test_it_trains_in_jax_as_in_torch():
    model = _model()
    twin = copy.deepcopy(model).train()
    tokens, labels = torch.randint(0, 32, (4, 6)), torch.tensor([0, 1, 2, 0])
    optimizer = torch.optim.SGD(twin.parameters(), 0.1)
    expected = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = twin(tokens, labels=labels).loss
        loss.backward()
        optimizer.step()
        expected.append(loss.detach())
    apply, params, buffers = bridge_jax.functionalize(model)
    descent = optax.sgd(0.1)
    state = descent.init(params)
    inputs = bridge_jax.from_torch((tokens, labels))

    @jax.jit
    def step(params: Any, state: Any) -> Any:
        def loss(params: Any) -> Any:
            outputs, _ = apply(params, buffers, inputs[0], labels=inputs[1], training=True)
            return outputs.loss

        value, gradients = jax.value_and_grad(loss)(params)
        updates, state = descent.update(gradients, state)
        return optax.apply_updates(params, updates), state, value

    for wanted in expected:
        params, state, value = step(params, state)
        assert_close(value, wanted, 1e-4)
    bridge_jax.load(model, params)
    for name, parameter in twin.named_parameters():
        assert_close(model.get_parameter(name), parameter, 1e-3)


SPECS = [bridge.InputSpec(("batch", "length"), "int64", name) for name in ("input_ids", "attention_mask")]


@pytest.mark.parametrize(("export", "name"), [(bridge.export.saved_model, "1"), (bridge.export.openvino, "model.xml")])
def test_it_is_exported_with_open_axes(export: Any, name: str, tmp_path: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # copying what transformers knows of pytrees
        report = export(_model().eval(), tmp_path / name, SPECS)
    assert [(case["batch"], case["length"]) for case in report.sizes] == [(1, 2), (2, 7), (7, 1)]
    assert report.largest_difference < 1e-5
    tokens, mask = jnp.ones((3, 5), int), jnp.ones((3, 5), int)
    apply, params, buffers = bridge_jax.functionalize(_model().eval())
    expected, _ = apply(params, buffers, tokens, mask)
    served = bridge.export.load(tmp_path / name)(
        input_ids=torch.ones(3, 5, dtype=torch.int64).numpy(),
        attention_mask=torch.ones(3, 5, dtype=torch.int64).numpy(),
    )
    assert_close(served, expected.logits, 1e-4)
