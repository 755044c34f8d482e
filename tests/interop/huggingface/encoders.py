"""Encoders of text."""

from __future__ import annotations

import torch
import transformers as t

from bridge.errors import ConversionError
from tests.interop.huggingface.family import (
    LOOKS_FOR_GLOBAL,
    SMALL,
    VOCABULARY,
    Family,
    Lack,
    both,
    ids,
    labelled,
    tokens,
    without,
)

_masked = labelled(tokens, "token")
_classified = labelled(tokens, "row", 2)
_tagged = labelled(tokens, "token", 2)
_spanned = labelled(tokens, "span")
_FUNNEL = {"vocab_size": VOCABULARY, "d_model": 32, "n_head": 4, "d_head": 8, "d_inner": 48}


def _boxed(generator, batch, length):
    low = torch.randint(0, 20, (batch, length, 2), generator=generator)
    high = low + torch.randint(1, 10, (batch, length, 2), generator=generator)
    return {"bbox": torch.cat([low, high], -1)}


def _tabled(generator, batch, length):
    kinds = torch.zeros(batch, length, 7, dtype=torch.int64)
    cells = torch.arange(length - 2)
    kinds[:, 2:, 0] = 1  # of the table, where the two before it are of the question
    kinds[:, 2:, 1], kinds[:, 2:, 2] = cells % 3 + 1, cells // 3 + 1
    return {"token_type_ids": kinds}


def _marked_up(generator, batch, length):
    tags, places = (torch.randint(0, 20, (batch, length, 5), generator=generator) for _ in range(2))
    return {"xpath_tags_seq": tags, "xpath_subs_seq": places}


_SLICES_BY_POSITION = "the forward cuts its table of positions by the largest position that it is given"

FAMILIES = [
    Family("BERT", t.BertForMaskedLM, lambda: t.BertConfig(**SMALL), _masked, quick=True),
    Family("RoBERTa", t.RobertaForSequenceClassification, lambda: t.RobertaConfig(**SMALL), _classified),
    Family(
        "DistilBERT",
        t.DistilBertForQuestionAnswering,
        lambda: t.DistilBertConfig(
            vocab_size=VOCABULARY, dim=32, n_layers=2, n_heads=4, hidden_dim=48, max_position_embeddings=40
        ),
        _spanned,
    ),
    Family("ELECTRA", t.ElectraForTokenClassification, lambda: t.ElectraConfig(**SMALL, embedding_size=16), _tagged),
    Family(
        "DeBERTa-v2",
        t.DebertaV2ForMaskedLM,
        lambda: t.DebertaV2Config(
            **SMALL,
            relative_attention=True,
            position_buckets=8,
            norm_rel_ebd="layer_norm",
            share_att_key=True,
            pos_att_type=["p2c", "c2p"],
            conv_kernel_size=3,
        ),
        _masked,
    ),
    Family(
        "DeBERTa",
        t.DebertaForMaskedLM,
        lambda: t.DebertaConfig(**SMALL, relative_attention=True, pos_att_type=["p2c", "c2p"]),
        _masked,
    ),
    Family(
        "ModernBERT",
        t.ModernBertForMaskedLM,
        lambda: t.ModernBertConfig(
            **(SMALL | {"num_hidden_layers": 4}),
            local_attention=6,
            pad_token_id=0,
            cls_token_id=1,
            sep_token_id=2,
            bos_token_id=1,
            eos_token_id=2,
        ),
        _masked,
    ),
    Family("ALBERT", t.AlbertForMaskedLM, lambda: t.AlbertConfig(**SMALL, embedding_size=16), _masked),
    Family("MPNet", t.MPNetForMaskedLM, lambda: t.MPNetConfig(**SMALL), _masked),
    Family(
        "MobileBERT",
        t.MobileBertForMaskedLM,
        lambda: t.MobileBertConfig(**SMALL, embedding_size=32, intra_bottleneck_size=32),
        _masked,
    ),
    Family(
        "SqueezeBERT",
        t.SqueezeBertForMaskedLM,
        lambda: t.SqueezeBertConfig(
            **SMALL,
            embedding_size=32,
            q_groups=2,
            k_groups=2,
            v_groups=2,
            post_attention_groups=2,
            intermediate_groups=2,
            output_groups=1,
        ),
        _masked,
    ),
    Family(
        "Longformer",
        t.LongformerForMaskedLM,
        lambda: t.LongformerConfig(**SMALL, attention_window=4),
        _masked,
        ((2, 8), (3, 14)),
        lacking=dict.fromkeys(("jax", "tensorflow"), LOOKS_FOR_GLOBAL),
    ),
    Family("TAPAS", t.TapasModel, lambda: t.TapasConfig(**SMALL), both(tokens, _tabled)),
    Family(
        "MarkupLM",
        t.MarkupLMForTokenClassification,
        lambda: t.MarkupLMConfig(**SMALL, max_depth=5, xpath_unit_hidden_size=8),
        both(_tagged, _marked_up),
    ),
    Family("BigBird", t.BigBirdForMaskedLM, lambda: t.BigBirdConfig(**SMALL, attention_type="original_full"), _masked),
    Family(
        "XLNet",
        t.XLNetLMHeadModel,
        lambda: t.XLNetConfig(vocab_size=VOCABULARY, d_model=32, n_layer=2, n_head=4, d_inner=48),
        _masked,
    ),
    Family(
        "XLM",
        t.XLMWithLMHeadModel,
        lambda: t.XLMConfig(vocab_size=VOCABULARY, emb_dim=32, n_layers=2, n_heads=4, max_position_embeddings=40),
        _masked,
    ),
    Family(
        "FlauBERT",
        t.FlaubertWithLMHeadModel,
        lambda: t.FlaubertConfig(vocab_size=VOCABULARY, emb_dim=32, n_layers=2, n_heads=4, max_position_embeddings=40),
        _masked,
    ),
    Family(
        "Funnel",
        t.FunnelForMaskedLM,
        lambda: t.FunnelConfig(**_FUNNEL, block_sizes=[1, 1]),
        _masked,
        ((2, 8), (3, 14)),
        fixed="the forward makes a Python range of the length",
    ),
    Family(
        "Nystromformer",
        t.NystromformerForMaskedLM,
        lambda: t.NystromformerConfig(**SMALL, num_landmarks=8, segment_means_seq_len=8),
        _masked,
        ((2, 8), (3, 8)),
    ),
    Family(
        "FNet",
        t.FNetForMaskedLM,
        lambda: t.FNetConfig(
            vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2, intermediate_size=48, max_position_embeddings=40
        ),
        without(_masked, "attention_mask"),
    ),
    Family(
        "ConvBERT",
        t.ConvBertForMaskedLM,
        lambda: t.ConvBertConfig(**SMALL, embedding_size=16, conv_kernel_size=3),
        _masked,
    ),
    Family(
        "RemBERT",
        t.RemBertForMaskedLM,
        lambda: t.RemBertConfig(**SMALL, input_embedding_size=16, output_embedding_size=24),
        _masked,
    ),
    Family("RoFormer", t.RoFormerForMaskedLM, lambda: t.RoFormerConfig(**SMALL, embedding_size=32), _masked),
    Family(
        "CANINE",
        t.CanineForTokenClassification,
        lambda: t.CanineConfig(
            **(SMALL | {"max_position_embeddings": 64}),
            local_transformer_stride=8,
            downsampling_rate=4,
            num_hash_buckets=50,
        ),
        _tagged,
        ((2, 16), (3, 24)),
        fixed="the forward goes over the blocks of its local attention in a Python loop",
    ),
    Family(
        "ESM",
        t.EsmForMaskedLM,
        lambda: t.EsmConfig(**SMALL, pad_token_id=1, mask_token_id=4, position_embedding_type="rotary"),
        _masked,
    ),
    Family(
        "I-BERT",
        t.IBertForMaskedLM,
        lambda: t.IBertConfig(**SMALL),
        _masked,
        untrained=Lack(
            ConversionError, "data-dependent", "Python asks whether a range that was seen in training is still empty"
        ),
        dropout=False,
    ),
    Family(
        "LayoutLM",
        t.LayoutLMForTokenClassification,
        lambda: t.LayoutLMConfig(**SMALL, max_2d_position_embeddings=40),
        both(_tagged, _boxed),
    ),
    Family(
        "LiLT",
        t.LiltForTokenClassification,
        lambda: t.LiltConfig(**(SMALL | {"hidden_size": 48}), max_2d_position_embeddings=40, channel_shrink_ratio=2),
        both(_tagged, _boxed),
    ),
    Family(
        "LUKE",
        t.LukeForTokenClassification,
        lambda: t.LukeConfig(**SMALL, entity_vocab_size=20, entity_emb_size=16),
        _tagged,
    ),
    Family("Splinter", t.SplinterForQuestionAnswering, lambda: t.SplinterConfig(**SMALL), _spanned),
    Family("MRA", t.MraForMaskedLM, lambda: t.MraConfig(**SMALL), _masked),
    Family("YOSO", t.YosoForMaskedLM, lambda: t.YosoConfig(**SMALL, use_expectation=True), _masked),
    Family(
        "Reformer",
        t.ReformerForMaskedLM,
        lambda: t.ReformerConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            num_attention_heads=4,
            attention_head_size=8,
            feed_forward_size=48,
            attn_layers=["local", "local"],
            is_decoder=False,
            axial_pos_shape=[3, 4],
            axial_pos_embds_dim=[16, 16],
            max_position_embeddings=12,
            local_attn_chunk_length=4,
            hash_seed=0,
        ),
        _masked,
        ((2, 12), (3, 12)),
        lacking={
            "jax": Lack(ConversionError, "follows from the values of a tensor", _SLICES_BY_POSITION),
            "tensorflow": Lack(ConversionError, "for sizes that are not known", _SLICES_BY_POSITION),
        },
    ),
    Family(
        "Perceiver",
        t.PerceiverForMaskedLM,
        lambda: t.PerceiverConfig(
            vocab_size=VOCABULARY,
            d_model=32,
            d_latents=32,
            num_latents=8,
            num_self_attends_per_block=2,
            num_self_attention_heads=4,
            num_cross_attention_heads=4,
            qk_channels=32,
            v_channels=32,
            max_position_embeddings=12,
        ),
        lambda generator, batch, length: {
            "inputs": ids(generator, batch, length),
            "attention_mask": torch.ones(batch, length, dtype=torch.int64),
        },
        ((2, 12), (3, 12)),
    ),
    Family("Data2Vec-text", t.Data2VecTextForMaskedLM, lambda: t.Data2VecTextConfig(**SMALL), _masked),
    Family("Megatron-BERT", t.MegatronBertForMaskedLM, lambda: t.MegatronBertConfig(**SMALL), _masked),
    Family(
        "T5 encoder",
        t.T5EncoderModel,
        lambda: t.T5Config(vocab_size=VOCABULARY, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4),
        tokens,
    ),
]
