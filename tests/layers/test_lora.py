"""LoRA beside PEFT itself: the same bits, the same files, and the same in JAX and TensorFlow."""

from __future__ import annotations

import copy
import json
import pickle

import jax
import jax.numpy as jnp
import numpy
import optax
import peft
import pytest
import safetensors.torch
import tensorflow as tf
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.interop import jax as bridge_jax
from bridge.interop import tf as bridge_tf
from bridge.layers import lora
from tests.core.test_docstrings import run_examples
from tests.helpers import assert_close, to_framework, to_numpy

pytestmark = [
    pytest.mark.filterwarnings("ignore:LoRA adapter added to ConvNd layer with groups > 1:UserWarning"),
    pytest.mark.filterwarnings("ignore:Could not find a config file in:UserWarning"),
]


class Reader(torch.nn.Module):
    """A layer of each kind that has adapters, and a head."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 8, padding_idx=0)
        self.conv = nn.Conv1d(8, 6, 3, padding=1)
        self.image = nn.Conv2d(1, 2, 3, padding=1)
        self.block = nn.Sequential(nn.Linear(6, 16), nn.GELU(), nn.Linear(16, 6, bias=False))
        self.norm = nn.LayerNorm(6)
        self.head = nn.Linear(6, 3)

    def forward(self, ids):
        hidden = ops.swapaxes(self.conv(ops.swapaxes(self.embedding(ids), 1, 2)), 1, 2)
        hidden = ops.mean(self.image(ops.expand_dims(hidden, 1)), axis=1)
        return self.head(self.norm(hidden + self.block(hidden)))


EVERY = ["embedding", "conv", "image", "block.0", "block.2", "head"]


def _ids():
    return torch.randint(0, 11, (2, 5), generator=torch.Generator().manual_seed(1))


def _moved(model, std=0.2):
    """With trained parameters away from where they start, so that every adapter acts."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(std * torch.randn_like(parameter))
    return model.eval()


def _adapted(**options):
    return _moved(lora.apply(Reader(), 2, alpha=3, **{"targets": EVERY, **options}))


OPTIONS = {
    "plain": {},
    "names": {"target_modules": ["0", "head"]},
    "regex": {"target_modules": r"block\.[02]|conv"},
    "rslora": {"use_rslora": True},
    "dropout": {"lora_dropout": 0.3},
    "patterns": {"rank_pattern": {"head": 1, r"block\.\d": 4}, "alpha_pattern": {"^conv": 7}},
    "bias": {"bias": "all"},
    "own-bias": {"bias": "lora_only", "target_modules": ["conv", "block.2", "head"]},
    "head": {"modules_to_save": ["head", "norm"], "target_modules": ["embedding", "block.0"]},
    "gaussian": {"init_lora_weights": "gaussian"},
}

_each_option = pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)


def _peft(base, **options):
    """PEFT's own model on a copy of ours."""
    config = peft.LoraConfig(r=2, lora_alpha=3, **{"target_modules": EVERY, **options})
    return _moved(peft.get_peft_model(copy.deepcopy(base), config))


@_each_option
def test_what_peft_saved_loads_with_the_same_bits(options, tmp_path):
    base = Reader()
    theirs = _peft(base, **options)
    theirs.save_pretrained(tmp_path)
    ours = lora.load(copy.deepcopy(base), tmp_path).eval()
    assert torch.equal(ours(_ids()), theirs(_ids()))
    assert not torch.equal(ours(_ids()), base.eval()(_ids()))
    assert not any(parameter.requires_grad for parameter in ours.parameters())


@_each_option
def test_peft_loads_what_we_saved_with_the_same_bits(options, tmp_path):
    base = Reader()
    options = {name: value for name, value in options.items() if name != "init_lora_weights"}
    renamed = {"target_modules": "targets", "lora_dropout": "dropout"}
    ours = lora.apply(
        copy.deepcopy(base), 2, alpha=3, **{"targets": EVERY, **{renamed.get(k, k): v for k, v in options.items()}}
    )
    trained = sum(parameter.numel() for parameter in ours.parameters() if parameter.requires_grad)
    theirs = _peft(base, **options)
    assert trained == sum(parameter.numel() for parameter in theirs.parameters() if parameter.requires_grad)
    _moved(ours)
    lora.save(ours, tmp_path / "adapter")
    loaded = peft.PeftModel.from_pretrained(copy.deepcopy(base), tmp_path / "adapter").eval()
    assert torch.equal(loaded(_ids()), ours(_ids()))
    back = lora.load(copy.deepcopy(base), tmp_path / "adapter", trainable=True).eval()
    assert torch.equal(back(_ids()), ours(_ids()))
    wanted = {name: parameter.requires_grad for name, parameter in ours.named_parameters()}
    assert {name: parameter.requires_grad for name, parameter in back.named_parameters()} == wanted
    theirs.save_pretrained(tmp_path / "peft")
    keys = [
        sorted(safetensors.torch.load_file(tmp_path / folder / "adapter_model.safetensors"))
        for folder in ("adapter", "peft")
    ]
    assert keys[0] == keys[1]


def test_a_name_that_other_modules_end_in_is_saved_as_a_regex(tmp_path):
    def make():
        return nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.Linear(3, 3)))

    base = make()
    ours = _moved(lora.apply(copy.deepcopy(base), 2, targets=lambda name, module: name == "0"))
    lora.save(ours, tmp_path / "adapter")
    loaded = peft.PeftModel.from_pretrained(base, tmp_path / "adapter")
    assert [name for name, _ in loaded.named_modules() if name.endswith("lora_A")] == ["base_model.model.0.lora_A"]
    assert torch.equal(loaded(torch.ones(1, 3)), ours(torch.ones(1, 3)))


def test_pefts_own_adapters_work_on_our_layers_and_train():
    base = Reader()
    theirs, ours = _peft(base), lora.apply(copy.deepcopy(base), 2, alpha=3, targets=EVERY)
    for (name, factor), module in zip(
        ((name, factor) for name, each in lora.adapters(ours).items() for factor in each.factors),
        (name for name, _ in theirs.named_parameters() if "lora" in name),
        strict=True,
    ):
        with torch.no_grad():
            ours.get_submodule(name).get_parameter(factor).copy_(theirs.get_parameter(module))
    for model in (ours, theirs):
        model(_ids()).square().sum().backward()
    pairs = zip(
        (parameter for parameter in ours.parameters() if parameter.requires_grad),
        (parameter for parameter in theirs.parameters() if parameter.requires_grad),
        strict=True,
    )
    for mine, other in pairs:
        assert mine.grad.abs().max() > 0
        assert torch.equal(mine.grad, other.grad)
    assert all(parameter.grad is None for parameter in ours.parameters() if not parameter.requires_grad)


def test_merging_gives_what_peft_merges_and_goes_back_to_the_bit():
    base = Reader()
    theirs = _peft(base)
    ours = lora.apply(copy.deepcopy(base), 2, alpha=3, targets=EVERY)
    state = {
        name.replace("base_model.model.", "").replace(".default", ""): value
        for name, value in theirs.state_dict().items()
    }
    ours.load_state_dict(state, strict=True)
    ours.eval()
    before, answer = copy.deepcopy(ours.state_dict()), ours(_ids())
    assert lora.merge(ours) is ours
    assert all(adapter.merged for adapter in lora.adapters(ours).values())
    assert_close(ours(_ids()), answer)
    lora.merge(ours)  # once more changes nothing
    plain = lora.remove(copy.deepcopy(ours))
    merged = theirs.merge_and_unload()
    assert repr(plain) == repr(merged) == repr(base)
    for name, value in merged.state_dict().items():
        assert_close(plain.state_dict()[name], value, 1e-6)
    lora.unmerge(ours)
    assert torch.equal(ours(_ids()), answer)
    assert all(torch.equal(value, before[name]) for name, value in ours.state_dict().items())


def test_removing_gives_the_base_back():
    base = Reader().eval()
    model = lora.remove(_moved(lora.apply(copy.deepcopy(base), 2, targets=EVERY)))
    assert torch.equal(model(_ids()), base(_ids()))
    assert lora.adapters(model) == {}
    assert list(model.state_dict()) == list(base.state_dict())


def test_at_first_nothing_changes_but_what_is_trained():
    base = Reader().eval()
    model = lora.apply(copy.deepcopy(base), 4)
    assert list(lora.adapters(model)) == ["block.0", "block.2", "head"]
    assert torch.equal(model(_ids()), base(_ids()))
    assert all(name.rpartition(".lora_")[1] == p.requires_grad * ".lora_" for name, p in model.named_parameters())


@pytest.mark.parametrize("framework", ["jax", "tensorflow", "numpy"])
@pytest.mark.parametrize("merged", [False, True])
def test_every_kind_runs_elsewhere(framework, merged):
    model = _adapted()
    expected = model(_ids())
    if merged:
        lora.merge(model)
    assert_close(model(to_framework(_ids(), framework)), expected)


@pytest.mark.parametrize("kind", ["Conv1d", "Conv2d", "Conv3d"])
@pytest.mark.parametrize(
    "options",
    [{}, {"stride": 2, "dilation": 2}, {"padding": "same", "padding_mode": "circular"}, {"groups": 2}],
    ids=["plain", "dilated", "circular", "groups"],
)
def test_convolutions_are_the_merged_weight_in_every_framework(kind, options):
    home = nn if hasattr(nn, kind) else torch.nn
    axes = int(kind[4])
    if options.get("groups"):
        with pytest.raises(ValueError, match="expected a rank that 2 groups divide, got 3"):
            lora.LoRAConv(getattr(home, kind)(4, 6, 3, **options), 3)
    layer = lora.LoRAConv(getattr(home, kind)(4, 6, 3, **options), 2, alpha=3)
    model = _moved(torch.nn.Sequential(layer))
    x = torch.randn(2, 4, *(7 for _ in range(axes)))
    expected = model(x)
    if options.get("groups"):
        with pytest.raises(
            ValueError, match=r"cannot merge '0': its 2 groups keep channels apart.*Nothing was changed"
        ):
            lora.merge(model)
    else:
        plain = copy.deepcopy(layer.base_layer)
        factors = [layer.lora_B.weight.flatten(1), layer.lora_A.weight.flatten(1)]
        delta = (factors[0].double() @ factors[1].double()).reshape(plain.weight.shape).float()
        with torch.no_grad():
            plain.weight.add_(1.5 * delta)
        assert_close(expected, plain(x))
        assert_close(lora.merge(copy.deepcopy(model))(x), expected)
    if home is nn:
        for framework in ("jax", "tensorflow"):
            assert_close(layer(to_framework(x, framework)), expected)


def test_jax_gets_gradients_of_the_trained_alone():
    model = _adapted(bias="lora_only", modules_to_save=["norm"])
    trained, frozen = bridge_jax.partition(model, bridge_jax.functionalize(model)[1])
    assert sorted(trained) == sorted(name for name, p in model.named_parameters() if p.requires_grad)
    assert not trained.keys() & frozen.keys()
    apply, params, buffers = bridge_jax.functionalize(model)
    assert trained.keys() | frozen.keys() == params.keys()
    ids = jnp.asarray(_ids().numpy())
    gradients = jax.jit(jax.grad(lambda t: (apply(t | frozen, buffers, ids)[0] ** 2).sum()))(trained)
    model(_ids()).square().sum().backward()
    for name, gradient in gradients.items():
        assert_close(gradient, model.get_parameter(name).grad, 1e-4)


def test_it_trains_in_three_frameworks_alike():
    torch.manual_seed(3)
    model = lora.apply(nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)), 2, alpha=4)
    x, target = torch.randn(32, 4), torch.randn(32, 1)
    apply, params, buffers = bridge_jax.functionalize(model)
    trained, frozen = bridge_jax.partition(model, params)
    module = bridge_tf.as_module(model)
    assert sorted(v.name for v in module.trainable_variables) == sorted(
        v.name for name, v in module.parameters.items() if ".lora_" in name
    )
    before = copy.deepcopy(model.state_dict())
    rate, optimizer = 0.2, optax.sgd(0.2)
    state = optimizer.init(trained)

    @jax.jit
    def jax_step(trained, state):
        loss, gradients = jax.value_and_grad(
            lambda t: ((apply(t | frozen, buffers, jnp.asarray(x.numpy()))[0] - target.numpy()) ** 2).mean()
        )(trained)
        updates, state = optimizer.update(gradients, state)
        return optax.apply_updates(trained, updates), state, loss

    @tf.function(autograph=False)
    def tensorflow_step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((module(tf.constant(x.numpy())) - target.numpy()) ** 2)
        variables = module.trainable_variables
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(rate * gradient)
        return loss

    torch_optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], rate)
    losses = []
    for _ in range(20):
        trained, state, loss = jax_step(trained, state)
        torch_loss = (model(x) - target).square().mean()
        torch_optimizer.zero_grad()
        torch_loss.backward()
        torch_optimizer.step()
        losses.append((float(torch_loss.detach()), float(loss), float(tensorflow_step())))
    assert losses[-1][0] < 0.9 * losses[0][0]
    numpy.testing.assert_allclose(numpy.array(losses)[:, 1:], numpy.array(losses)[:, :1].repeat(2, 1), rtol=1e-4)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]) is (".lora_" not in name)
        assert_close(to_numpy((trained | frozen)[name]), value, 1e-4)


def test_dropout_acts_on_the_update_alone_and_in_training_alone():
    layer = _moved(torch.nn.Sequential(lora.LoRALinear(nn.Linear(64, 3), 2, dropout=0.5)))[0]
    x, key = torch.ones(2, 64), jax.random.key(0)
    torch.manual_seed(0)
    trained = layer.train()(x)
    torch.manual_seed(0)
    dropped = torch.nn.functional.dropout(x, 0.5)
    assert torch.equal(trained, layer.base_layer(x) + layer.lora_B(layer.lora_A(dropped)))
    apply, params, buffers = bridge_jax.functionalize(layer)
    runs = [apply(params, buffers, jnp.ones((2, 64)), rng=key, training=mode)[0] for mode in (True, True, False)]
    assert (runs[0] == runs[1]).all()
    assert (runs[0] != runs[2]).all()
    assert_close(runs[2], layer.eval()(x))


def test_other_modules_read_the_weight_with_its_update():
    encoder = torch.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True).eval()
    model = _moved(lora.apply(encoder, 2, targets=["linear1", "linear2"]))
    x = torch.randn(2, 3, 8)
    slow = model(x)
    with torch.no_grad():  # torch's fused path reads linear1.weight and never calls linear1
        assert_close(model(x), slow)
    assert_close(lora.merge(model)(x), slow)


def test_the_projection_of_an_attention_is_left_alone():
    model = nn.Sequential(nn.MultiheadAttention(8, 2), nn.Linear(8, 2))
    assert list(lora.adapters(lora.apply(copy.deepcopy(model), 2))) == ["1"]
    with pytest.raises(ValueError, match=r"'0.out_proj' is part of a MultiheadAttention, which reads its weight"):
        lora.apply(model, 2, targets=["out_proj"])


def test_a_layer_in_two_places_has_one_adapter(tmp_path):
    shared = nn.Linear(3, 3)
    model = nn.Sequential(shared, nn.Tanh(), shared)
    _moved(lora.apply(model, 2))
    assert model[0] is model[2]
    assert isinstance(model[0], lora.LoRALinear)
    lora.save(model, tmp_path / "adapter")
    fresh = nn.Sequential(copy.deepcopy(shared), nn.Tanh())
    fresh.append(fresh[0])
    assert torch.equal(lora.load(fresh, tmp_path / "adapter")(torch.ones(1, 3)), model(torch.ones(1, 3)))
    lora.remove(model)
    assert model[0] is model[2] is shared


def test_merging_a_tied_weight_leaves_the_other_and_going_back_ties_it_again():
    class Tied(bridge.Layer):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(5, 4)
            self.head = nn.Linear(4, 5, bias=False)
            self.head.weight = self.table.weight

        def forward(self, ids):
            return self.head(self.table(ids))

    model = _moved(lora.apply(Tied(), 2))
    expected = model(torch.arange(5))
    lora.merge(model)
    assert_close(model(torch.arange(5)), expected)
    assert_close(model(jnp.arange(5)), expected)
    lora.unmerge(model)
    assert model.head.base_layer.weight is model.table.weight
    assert torch.equal(model(torch.arange(5)), expected)


def test_half_precision_models_train_adapters_in_float32():
    model = _moved(lora.apply(nn.Sequential(nn.Linear(8, 8)).bfloat16(), 2))
    x = torch.randn(2, 8).bfloat16()
    assert model[0].lora_A.weight.dtype == torch.float32
    assert model(x).dtype == torch.bfloat16
    theirs = peft.get_peft_model(
        nn.Sequential(nn.Linear(8, 8)).bfloat16(), peft.LoraConfig(r=2, lora_alpha=2, target_modules=["0"])
    )
    state = {
        f"base_model.model.{name.replace('.weight', '.default.weight') if 'lora' in name else name}": value
        for name, value in model.state_dict().items()
    }
    theirs.load_state_dict(state, strict=True)
    assert torch.equal(theirs(x), model(x))
    assert_close(model(jnp.asarray(x.float().numpy(), "bfloat16")), model(x), 2**-7)


def test_in_mixed_precision():
    model = bridge.MixedPrecision(lora.apply(nn.Sequential(nn.Linear(6, 4)), 2))
    _moved(model)
    x = torch.randn(3, 6)
    for framework in ("jax", "tensorflow"):
        assert_close(model(to_framework(x, framework)), model.module(x), 2**-6)
    assert_close(model(x), model.module(x), 2**-6)


def test_it_compiles_exports_copies_and_pickles():
    model = _adapted(dropout=0.1)
    expected = model(_ids())
    assert torch.equal(torch.compile(model, backend="eager", fullgraph=True)(_ids()), expected)
    assert torch.equal(torch.export.export(model, (_ids(),)).module()(_ids()), expected)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(twin(_ids()), expected)
        assert_close(lora.merge(twin)(_ids()), expected)
        assert torch.equal(lora.unmerge(copy.deepcopy(twin))(_ids()), expected)


def test_an_adapter_has_a_configuration():
    layer = lora.LoRALinear(nn.Linear(3, 2), 1, alpha=4, use_rslora=True)
    twin = lora.LoRALinear.from_config(json.loads(json.dumps(layer.get_config())))
    assert repr(twin) == repr(layer)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rank": 0}, "LoRALinear expected a rank of at least 1, got 0"),
        ({"rank": True}, "expected a rank of at least 1, got True"),
        ({"dropout": 1.0}, "expected a dropout of at least 0 and below 1, got 1.0"),
        ({"bias": "some"}, "expected bias to be 'none', 'all' or 'lora_only', got 'some'"),
        ({"targets": ["head", "query"]}, "'query' names no module"),
        ({"targets": ["norm"]}, "'norm' is a LayerNorm; there are adapters for Linear, Embedding and Conv1d to Conv3d"),
        ({"targets": "head|block"}, "'block' is a Sequential; there are adapters for"),
        ({"targets": "nothing"}, "found no layer for targets='nothing' in Reader, whose modules are embedding, conv"),
        ({"modules_to_save": ["tail"]}, "expected modules_to_save to name modules, got 'tail'"),
        ({"targets": ["head"], "modules_to_save": ["head"]}, "'head' names no module"),
    ],
    ids=str,
)
def test_bad_options_change_nothing(options, message):
    model = Reader()
    shown = repr(model)
    with pytest.raises(ValueError, match=message):
        lora.apply(model, **{"rank": 2, **options})
    assert repr(model) == shown
    assert all(parameter.requires_grad for parameter in model.parameters())


def test_what_has_no_adapters_or_has_them_already_says_so(tmp_path):
    for act in (lora.merge, lora.unmerge, lora.remove):
        with pytest.raises(
            ValueError, match=rf"lora.{act.__name__} found no adapters in Reader: lora.apply makes them"
        ):
            act(Reader())
        with pytest.raises(ValueError, match="expected a model that holds its adapters"):
            act(lora.LoRALinear(nn.Linear(2, 2), 1))
    with pytest.raises(ValueError, match="lora.save expected a model that holds adapters, got a Reader without"):
        lora.save(Reader(), tmp_path / "adapter")
    model = _adapted()
    lora.save(model, tmp_path / "adapter")
    for act in (lambda: lora.apply(model, 2), lambda: lora.load(model, tmp_path / "adapter")):
        with pytest.raises(ValueError, match=r"has adapters already|adapters already: call lora.remove\(model\) first"):
            act()
    with pytest.raises(ValueError, match="found no layer .* put a single layer in a Sequential"):
        lora.apply(nn.Linear(2, 2), 1)
    with pytest.raises(TypeError, match=r"LoRALinear expected a torch.nn.Linear to wrap, got ReLU"):
        lora.LoRALinear(nn.ReLU(), 1)
    with pytest.raises(ValueError, match="expected an Embedding without max_norm"):
        lora.LoRAEmbedding(nn.Embedding(3, 2, max_norm=1.0), 1)


def test_an_existing_folder_is_refused_unless_told(tmp_path):
    first, second = _adapted(), _adapted()
    lora.save(first, tmp_path / "adapter")
    with pytest.raises(FileExistsError, match="exists; nothing was written"):
        lora.save(second, tmp_path / "adapter")
    lora.save(second, tmp_path / "adapter", overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["adapter"]
    tensors = safetensors.torch.load_file(tmp_path / "adapter" / "adapter_model.safetensors")
    assert torch.equal(tensors["base_model.model.head.lora_B.weight"], second.head.lora_B.weight)


def _rewritten(folder, **changes):
    config = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps(config | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"use_dora": True}, "asks for what bridge.layers.lora does not support: use_dora=True"),
        ({"peft_type": "IA3"}, "expected the peft_type LORA, got 'IA3'"),
        ({"lora_bias": True}, "lora_bias=True"),
        ({"init_lora_weights": "pissa"}, "init_lora_weights='pissa', which changes the weights of the model"),
        ({"a_new_feature": {"x": 1}}, "a_new_feature={'x': 1}"),
        ({"r": 3}, r"'head' of rank 3 expected .*'lora_A.weight': \(3, 6\).*, got .*\(2, 6\)"),
        ({"r": "2"}, "has a r that is no int: '2'"),
        ({"bias": "some"}, "expected a bias of"),
        ({"modules_to_save": ["norm"]}, "'norm.weight' is of modules_to_save and not in the file"),
    ],
    ids=str,
)
def test_what_is_not_supported_is_refused_and_changes_nothing(changes, message, tmp_path):
    lora.save(_adapted(), tmp_path / "adapter")
    _rewritten(tmp_path / "adapter", **changes)
    _assert_refused(tmp_path / "adapter", message)


def _assert_refused(folder, message, error=ValueError):
    model = Reader()
    before, shown = copy.deepcopy(model.state_dict()), repr(model)
    with pytest.raises(error, match=message):
        lora.load(model, folder)
    assert repr(model) == shown
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_pefts_dora_is_refused(tmp_path):
    _peft(Reader(), use_dora=True, target_modules=["head"]).save_pretrained(tmp_path)
    _assert_refused(tmp_path, "use_dora=True")
    _rewritten(tmp_path, use_dora=False)
    _assert_refused(tmp_path, "'head.lora_magnitude_vector' is a part of an adapter that is not supported")


def test_damaged_and_missing_files_are_refused(tmp_path):
    _assert_refused(tmp_path / "none", "adapter_config.json is missing: lora.load expected a folder", FileNotFoundError)
    folder = tmp_path / "adapter"
    lora.save(_adapted(), folder)
    weights = (folder / "adapter_model.safetensors").read_bytes()
    (folder / "adapter_model.safetensors").write_bytes(weights[:-7])
    _assert_refused(folder, "is not a whole safetensors file")
    (folder / "adapter_model.safetensors").unlink()
    _assert_refused(folder, "is missing. Adapters are read from safetensors alone", FileNotFoundError)
    (folder / "adapter_config.json").write_text("{")
    _assert_refused(folder, "is not whole JSON")


def test_a_model_of_other_names_is_refused(tmp_path):
    lora.save(_moved(lora.apply(nn.Sequential(nn.Linear(6, 3), nn.Linear(3, 2)), 2)), tmp_path / "adapter")
    _assert_refused(tmp_path / "adapter", "'0' has an adapter in the file and is not in the model")


@pytest.mark.parametrize("name", ["", *lora.__all__])
def test_the_examples_run(name, tmp_path):
    symbol = getattr(lora, name) if name else lora
    assert run_examples(symbol, name or "lora", {"folder": tmp_path}) > 0


def test_jaxs_partition_has_an_example_that_runs():
    assert run_examples(bridge_jax.partition, "partition", vars(bridge_jax)) > 0
