"""Encoders with decoders of text."""

from __future__ import annotations

import transformers as t

from bridge.errors import ConversionError
from tests.interop.huggingface.family import LOOKS_FOR_GLOBAL, VOCABULARY, Family, Lack, translation, without

_T5 = {
    "vocab_size": VOCABULARY,
    "d_model": 32,
    "d_kv": 8,
    "d_ff": 48,
    "num_layers": 2,
    "num_heads": 4,
    "decoder_start_token_id": 0,
}
_BART = {
    "vocab_size": VOCABULARY,
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "max_position_embeddings": 40,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "decoder_start_token_id": 2,
}

FAMILIES = [
    Family("T5", t.T5ForConditionalGeneration, lambda: t.T5Config(**_T5), translation),
    Family("mT5", t.MT5ForConditionalGeneration, lambda: t.MT5Config(**_T5), translation),
    Family("UMT5", t.UMT5ForConditionalGeneration, lambda: t.UMT5Config(**_T5), translation),
    Family(
        "LongT5",
        t.LongT5ForConditionalGeneration,
        lambda: t.LongT5Config(**_T5, local_radius=3),
        translation,
        ((2, 8), (3, 16)),
    ),
    Family(
        "Switch",
        t.SwitchTransformersForConditionalGeneration,
        lambda: t.SwitchTransformersConfig(
            **_T5,
            num_experts=4,
            num_sparse_encoder_layers=1,
            num_sparse_decoder_layers=1,
            expert_capacity=20,
            router_jitter_noise=0.0,
        ),
        translation,
        lacking=dict.fromkeys(
            ("jax", "tensorflow"),
            Lack(ConversionError, "data-dependent", "Python goes over the experts that the values of the router hit"),
        ),
    ),
    Family("BART", t.BartForConditionalGeneration, lambda: t.BartConfig(**_BART), translation),
    Family("mBART", t.MBartForConditionalGeneration, lambda: t.MBartConfig(**_BART), translation),
    Family("Pegasus", t.PegasusForConditionalGeneration, lambda: t.PegasusConfig(**_BART), translation),
    Family("Marian", t.MarianMTModel, lambda: t.MarianConfig(**_BART), translation),
    Family("Blenderbot", t.BlenderbotForConditionalGeneration, lambda: t.BlenderbotConfig(**_BART), translation),
    Family("M2M-100", t.M2M100ForConditionalGeneration, lambda: t.M2M100Config(**_BART), translation),
    Family(
        "LED",
        t.LEDForConditionalGeneration,
        lambda: t.LEDConfig(
            **(_BART | {"max_position_embeddings": 40}),
            attention_window=4,
            max_encoder_position_embeddings=40,
            max_decoder_position_embeddings=40,
        ),
        translation,
        ((2, 8), (3, 16)),
        lacking=dict.fromkeys(("jax", "tensorflow"), LOOKS_FOR_GLOBAL),
    ),
    Family(
        "BigBird-Pegasus",
        t.BigBirdPegasusForConditionalGeneration,
        lambda: t.BigBirdPegasusConfig(**_BART, attention_type="original_full"),
        translation,
    ),
    Family(
        "ProphetNet",
        t.ProphetNetForConditionalGeneration,
        lambda: t.ProphetNetConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            encoder_ffn_dim=48,
            num_encoder_layers=2,
            num_encoder_attention_heads=4,
            decoder_ffn_dim=48,
            num_decoder_layers=2,
            num_decoder_attention_heads=4,
            max_position_embeddings=40,
            ngram=2,
            decoder_start_token_id=0,
        ),
        translation,
    ),
    Family(
        "FSMT",
        t.FSMTForConditionalGeneration,
        lambda: t.FSMTConfig(
            **{name: value for name, value in _BART.items() if name != "vocab_size"},
            langs=["en", "de"],
            src_vocab_size=VOCABULARY,
            tgt_vocab_size=VOCABULARY,
        ),
        without(translation, "labels"),
        lacking=dict.fromkeys(
            ("jax", "tensorflow"),
            Lack(ConversionError, "data-dependent", "Python asks whether any token of the translation is padding"),
        ),
    ),
    Family("PLBART", t.PLBartForConditionalGeneration, lambda: t.PLBartConfig(**_BART), translation),
]
