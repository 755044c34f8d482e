"""Models of images with text, and of what fits nowhere else."""

from __future__ import annotations

import torch
import transformers as t

from bridge.errors import ConversionError
from tests.interop.huggingface.family import SMALL, VOCABULARY, Family, Inputs, Lack, both, ids, labelled, mask, tokens

_VISION = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "image_size": 16,
    "patch_size": 4,
}
_PICKS_PATCHES = Lack(
    ConversionError,
    "data-dependent",
    "it resizes positions to the size that the values of the pixel mask give each image",
)
_TEXT = {**SMALL, "pad_token_id": 1, "bos_token_id": 2, "eos_token_id": 3}


def _picture(generator: torch.Generator, batch: int, length: int) -> Inputs:
    return {"pixel_values": torch.randn(batch, 3, 16, 16, generator=generator)}


def _paired(generator: torch.Generator, batch: int, length: int) -> Inputs:
    words = tokens(generator, batch, length)
    words["input_ids"][:, -1] = 3
    return words | _picture(generator, batch, length)


def _visual(generator: torch.Generator, batch: int, length: int) -> Inputs:
    return {
        "visual_embeds": torch.randn(batch, 4, 16, generator=generator),
        "visual_attention_mask": torch.ones(batch, 4, dtype=torch.int64),
        "visual_token_type_ids": torch.ones(batch, 4, dtype=torch.int64),
    }


def _lxmert(generator: torch.Generator, batch: int, length: int) -> Inputs:
    return {
        "visual_feats": torch.randn(batch, 5, 16, generator=generator),
        "visual_pos": torch.rand(batch, 5, 4, generator=generator),
    }


def _looking(generator: torch.Generator, batch: int, length: int) -> Inputs:
    words = ids(generator, batch, length + 16)
    words[:, 1:17] = 4  # the place of each patch
    return {"input_ids": words, "attention_mask": mask(batch, length + 16), **_picture(generator, batch, length)}


def _steps(generator: torch.Generator, batch: int, length: int) -> Inputs:
    return {
        "states": torch.randn(batch, length, 5, generator=generator),
        "actions": torch.randn(batch, length, 3, generator=generator),
        "rewards": torch.randn(batch, length, 1, generator=generator),
        "returns_to_go": torch.randn(batch, length, 1, generator=generator),
        "timesteps": torch.arange(length).repeat(batch, 1),
        "attention_mask": mask(batch, length),
    }


FAMILIES = [
    Family(
        "CLIP", t.CLIPModel, lambda: t.CLIPConfig(text_config=_TEXT, vision_config=_VISION, projection_dim=16), _paired
    ),
    Family("SigLIP", t.SiglipModel, lambda: t.SiglipConfig(text_config=_TEXT, vision_config=_VISION), _paired),
    Family(
        "AltCLIP",
        t.AltCLIPModel,
        lambda: t.AltCLIPConfig(text_config={**_TEXT, "project_dim": 16}, vision_config=_VISION, projection_dim=16),
        _paired,
    ),
    Family(
        "Chinese-CLIP",
        t.ChineseCLIPModel,
        lambda: t.ChineseCLIPConfig(text_config=_TEXT, vision_config=_VISION, projection_dim=16),
        _paired,
    ),
    Family(
        "CLIPSeg",
        t.CLIPSegForImageSegmentation,
        lambda: t.CLIPSegConfig(
            text_config=_TEXT,
            vision_config=_VISION,
            projection_dim=16,
            extract_layers=[0, 1],
            reduce_dim=8,
            decoder_num_attention_heads=2,
            decoder_intermediate_size=16,
            conditional_layer=0,
        ),
        _paired,
    ),
    Family(
        "GroupViT",
        t.GroupViTModel,
        lambda: t.GroupViTConfig(
            text_config=_TEXT,
            vision_config={
                **_VISION,
                "depths": [1, 1, 1],
                "num_group_tokens": [4, 3, 0],
                "num_output_groups": [4, 3, 3],
            },
            projection_dim=16,
            projection_intermediate_dim=24,
        ),
        _paired,
        noisy="it assigns patches to groups by Gumbel noise",
    ),
    Family(
        "BLIP",
        t.BlipForConditionalGeneration,
        lambda: t.BlipConfig(
            text_config={**_TEXT, "encoder_hidden_size": 32, "is_decoder": True}, vision_config=_VISION
        ),
        labelled(_paired, "token"),
    ),
    Family("GIT", t.GitForCausalLM, lambda: t.GitConfig(**_TEXT, vision_config=_VISION), _paired),
    Family(
        "ViLT",
        t.ViltForQuestionAnswering,
        lambda: t.ViltConfig(**SMALL, image_size=16, patch_size=4, max_image_length=-1),
        _paired,
        lacking=dict.fromkeys(("jax", "tensorflow"), _PICKS_PATCHES),
    ),
    Family(
        "VisualBERT",
        t.VisualBertModel,
        lambda: t.VisualBertConfig(**SMALL, visual_embedding_dim=16),
        both(tokens, _visual),
    ),
    Family(
        "LXMERT",
        t.LxmertModel,
        lambda: t.LxmertConfig(
            **{name: value for name, value in SMALL.items() if name != "num_hidden_layers"},
            l_layers=2,
            x_layers=1,
            r_layers=1,
            visual_feat_dim=16,
        ),
        both(tokens, _lxmert),
    ),
    Family(
        "FLAVA",
        t.FlavaModel,
        lambda: t.FlavaConfig(
            text_config=SMALL,
            image_config=_VISION,
            multimodal_config={
                "hidden_size": 32,
                "num_hidden_layers": 1,
                "num_attention_heads": 4,
                "intermediate_size": 48,
            },
            hidden_size=32,
            projection_dim=16,
        ),
        _paired,
    ),
    Family(
        "LayoutLMv3",
        t.LayoutLMv3ForTokenClassification,
        lambda: t.LayoutLMv3Config(
            **_TEXT, max_2d_position_embeddings=40, coordinate_size=4, shape_size=8, input_size=16, patch_size=4
        ),
        both(
            _paired,
            lambda generator, batch, length: {
                "bbox": torch.arange(4).repeat(batch, length, 1)
                + torch.randint(0, 9, (batch, length, 1), generator=generator)
            },
        ),
    ),
    Family(
        "LLaVA",
        t.LlavaForConditionalGeneration,
        lambda: t.LlavaConfig(
            text_config=t.LlamaConfig(**SMALL),
            vision_config=t.CLIPVisionConfig(**_VISION),
            image_token_id=4,
            vision_feature_layer=-1,
        ),
        _looking,
        lacking={
            "tensorflow": Lack(
                ConversionError,
                "fixed axis 0 of input 2",
                "the forward makes a Python list of the images, whose number the test leaves open",
            )
        },
    ),
    Family(
        "TrOCR",
        t.VisionEncoderDecoderModel,
        lambda: t.VisionEncoderDecoderConfig.from_encoder_decoder_configs(
            t.ViTConfig(**_VISION),
            t.TrOCRConfig(
                vocab_size=VOCABULARY,
                d_model=32,
                decoder_layers=2,
                decoder_attention_heads=4,
                decoder_ffn_dim=48,
                max_position_embeddings=40,
                cross_attention_hidden_size=32,
            ),
        ),
        lambda generator, batch, length: {
            **_picture(generator, batch, length),
            "decoder_input_ids": ids(generator, batch, length),
        },
    ),
    Family(
        "Pix2Struct",
        t.Pix2StructVisionModel,
        lambda: t.Pix2StructVisionConfig(
            hidden_size=32,
            patch_embed_hidden_size=12,
            d_ff=48,
            d_kv=8,
            num_hidden_layers=2,
            num_attention_heads=4,
            seq_len=20,
        ),
        lambda generator, batch, length: {
            "flattened_patches": torch.cat(
                [
                    torch.randint(0, 9, (batch, length, 2), generator=generator).float(),
                    torch.randn(batch, length, 12, generator=generator),
                ],
                -1,
            ),
            "attention_mask": mask(batch, length),
        },
    ),
    Family(
        "Decision-Transformer",
        t.DecisionTransformerModel,
        lambda: t.DecisionTransformerConfig(state_dim=5, act_dim=3, hidden_size=32, max_ep_len=40, n_layer=2, n_head=4),
        _steps,
    ),
    Family(
        "OWL-ViT",
        t.OwlViTModel,
        lambda: t.OwlViTConfig(
            text_config={**_TEXT, "max_position_embeddings": 16}, vision_config=_VISION, projection_dim=16
        ),
        lambda generator, batch, length: {
            "input_ids": ids(generator, batch, length),
            "attention_mask": mask(batch, length),
            **_picture(generator, batch, length),
        },
    ),
    Family(
        "Bridge-Tower",
        t.BridgeTowerModel,
        lambda: t.BridgeTowerConfig(
            hidden_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            share_cross_modal_transformer_layers=True,
            text_config={**_TEXT, "hidden_size": 64},
            vision_config={"hidden_size": 64, "num_hidden_layers": 3, "image_size": 16, "patch_size": 4},
        ),
        _paired,
    ),
]
