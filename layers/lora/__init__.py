"""LoRA, low-rank adaptation (Hu et al., 2021, arXiv:2106.09685), as a transform on a model, in every framework.

`apply` freezes a model and puts an adapter around each layer that it is told to: beside `y = base(x)` it adds
`B(A(x)) * alpha / rank`, with two small matrices that alone are trained. `save` and `load` speak the file format of
Hugging Face's PEFT, so adapters trained here serve there, and those trained there run here on JAX and TensorFlow.

In JAX, `bridge.interop.jax.partition` hands out the trained parameters apart from the frozen ones; in TensorFlow the
`trainable_variables` of `bridge.interop.tf.as_module` are the trained ones alone.

>>> model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3))
>>> model = nn.lora.apply(model, rank=2, alpha=4)
>>> [name for name, p in model.named_parameters() if p.requires_grad]
['0.lora_A.weight', '0.lora_B.weight', '2.lora_A.weight', '2.lora_B.weight']
"""

from bridge.layers.lora.adapters import LoRAConv, LoRAEmbedding, LoRALinear
from bridge.layers.lora.files import load, save
from bridge.layers.lora.transform import adapters, apply, merge, remove, unmerge

__all__ = [
    "LoRAConv",
    "LoRAEmbedding",
    "LoRALinear",
    "adapters",
    "apply",
    "load",
    "merge",
    "remove",
    "save",
    "unmerge",
]
