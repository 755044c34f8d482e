"""Models of images: classification, dense prediction and detection."""

from __future__ import annotations

import torch
import transformers as t

from tests.interop.huggingface.family import Family, Inputs, both, labelled, pixels

_VIT = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "image_size": 16,
    "patch_size": 4,
}
_PADDED = "the forward computes each padding from the size, as a Python number"
_WHOLE = "the forward makes Python numbers of the sides"
_SIDES = ((2, 16), (3, 16))
_TWO_SIDES = ((2, 32), (3, 48))
_seen = labelled(pixels(), "row", 2)
_RESNET = {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 2]}


def _resnet(**more):
    return t.ResNetConfig(**_RESNET, layer_type="basic", **more)


def _masked_patches(generator: torch.Generator, batch: int, side: int) -> Inputs:
    return {"bool_masked_pos": torch.rand(batch, 16, generator=generator) < 0.4}


def _painted(generator: torch.Generator, batch: int, side: int) -> Inputs:
    return {"labels": torch.randint(0, 3, (batch, side, side), generator=generator)}


def _padded_pixels(generator: torch.Generator, batch: int, side: int) -> Inputs:
    padding = torch.ones(batch, side, side, dtype=torch.int64)
    padding[1, -8:] = 0
    return {"pixel_mask": padding}


def _noise(generator: torch.Generator, batch: int, side: int) -> Inputs:
    return {"noise": torch.rand(batch, 16, generator=generator)}


_DETR = {
    "use_timm_backbone": False,
    "num_queries": 5,
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "num_labels": 3,
    "use_pretrained_backbone": False,
    "activation_function": "gelu",  # by chance a ReLU would stand at its kink
}


def _backbone():
    return _resnet(out_features=["stage2"])


FAMILIES = [
    Family("ViT", t.ViTForImageClassification, lambda: t.ViTConfig(**_VIT), _seen, _SIDES, quick=True),
    Family("DeiT", t.DeiTForImageClassificationWithTeacher, lambda: t.DeiTConfig(**_VIT), pixels(), _SIDES),
    Family(
        "BEiT",
        t.BeitForImageClassification,
        lambda: t.BeitConfig(**_VIT, use_relative_position_bias=True),
        _seen,
        _SIDES,
    ),
    Family(
        "Data2Vec-vision", t.Data2VecVisionForImageClassification, lambda: t.Data2VecVisionConfig(**_VIT), _seen, _SIDES
    ),
    Family("DINOv2", t.Dinov2ForImageClassification, lambda: t.Dinov2Config(**_VIT), _seen, ((2, 16), (3, 24))),
    Family(
        "DINOv3",
        t.DINOv3ViTModel,
        lambda: t.DINOv3ViTConfig(**_VIT, pos_embed_rescale=None),  # by which it draws positions in training
        pixels(),
        ((2, 16), (3, 24)),
    ),
    Family(
        "ViT-MAE",
        t.ViTMAEForPreTraining,
        lambda: t.ViTMAEConfig(
            **_VIT,
            decoder_hidden_size=16,
            decoder_num_hidden_layers=1,
            decoder_num_attention_heads=2,
            decoder_intermediate_size=24,
        ),
        both(pixels(), _noise),
        _SIDES,
    ),
    Family("ViT-MSN", t.ViTMSNForImageClassification, lambda: t.ViTMSNConfig(**_VIT), _seen, _SIDES),
    Family(
        "Swin",
        t.SwinForImageClassification,
        lambda: t.SwinConfig(image_size=32, patch_size=4, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4),
        _seen,
        ((2, 32), (3, 32)),
    ),
    Family(
        "Swin-v2",
        t.Swinv2ForImageClassification,
        lambda: t.Swinv2Config(
            image_size=32, patch_size=4, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4
        ),
        _seen,
        ((2, 32), (3, 32)),
    ),
    Family(
        "ConvNeXt",
        t.ConvNextForImageClassification,
        lambda: t.ConvNextConfig(hidden_sizes=[8, 16], depths=[1, 2], num_stages=2),
        _seen,
        _TWO_SIDES,
        dropout=False,
    ),
    Family(
        "ConvNeXt-v2",
        t.ConvNextV2ForImageClassification,
        lambda: t.ConvNextV2Config(hidden_sizes=[8, 16], depths=[1, 2], num_stages=2),
        _seen,
        _TWO_SIDES,
        dropout=False,
    ),
    Family("ResNet", t.ResNetForImageClassification, _resnet, _seen, _TWO_SIDES, dropout=False, quick=True),
    Family(
        "RegNet",
        t.RegNetForImageClassification,
        lambda: t.RegNetConfig(**_RESNET, groups_width=8, layer_type="y"),
        _seen,
        _TWO_SIDES,
        dropout=False,
    ),
    Family(
        "BiT",
        t.BitForImageClassification,
        lambda: t.BitConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 2], num_groups=2),
        _seen,
        _TWO_SIDES,
        dropout=False,
    ),
    Family(
        "MobileNet-v1",
        t.MobileNetV1ForImageClassification,
        lambda: t.MobileNetV1Config(depth_multiplier=0.25),
        _seen,
        ((3, 32), (4, 64)),
        fixed=_PADDED,
    ),
    Family(
        "MobileNet-v2",
        t.MobileNetV2ForImageClassification,
        lambda: t.MobileNetV2Config(depth_multiplier=0.25),
        _seen,
        ((3, 32), (4, 64)),
        fixed=_PADDED,
    ),
    Family(
        "EfficientNet",
        t.EfficientNetForImageClassification,
        lambda: t.EfficientNetConfig(
            image_size=32,
            width_coefficient=1.0,
            kernel_sizes=[3, 5],
            in_channels=[32, 16],
            out_channels=[16, 24],
            depthwise_padding=[],
            strides=[1, 2],
            num_block_repeats=[1, 2],
            expand_ratios=[1, 4],
            squeeze_expansion_ratio=0.25,
            hidden_dim=1280,
            depth_coefficient=1.0,
        ),
        _seen,
        _TWO_SIDES,
    ),
    Family(
        "MobileViT",
        t.MobileViTForImageClassification,
        lambda: t.MobileViTConfig(
            image_size=32, hidden_sizes=[16, 16, 16], neck_hidden_sizes=[8, 8, 8, 16, 16, 16, 32]
        ),
        _seen,
        ((2, 64), (3, 64)),
    ),
    Family(
        "MobileViT-v2",
        t.MobileViTV2ForImageClassification,
        lambda: t.MobileViTV2Config(image_size=64, width_multiplier=0.25),
        _seen,
        ((2, 64), (3, 64)),
    ),
    Family(
        "PoolFormer",
        t.PoolFormerForImageClassification,
        lambda: t.PoolFormerConfig(
            depths=[1, 1],
            hidden_sizes=[8, 16],
            num_encoder_blocks=2,
            patch_sizes=[7, 3],
            strides=[4, 2],
            padding=[2, 1],
        ),
        _seen,
        _TWO_SIDES,
    ),
    Family(
        "LeViT",
        t.LevitForImageClassification,
        lambda: t.LevitConfig(
            image_size=64, hidden_sizes=[16, 24, 32], num_attention_heads=[2, 3, 4], depths=[1, 1, 1], key_dim=[8, 8, 8]
        ),
        _seen,
        ((2, 64), (16, 64)),
        dropout=False,
    ),
    Family(
        "PVT",
        t.PvtForImageClassification,
        lambda: t.PvtConfig(
            image_size=64, depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 16, 32], num_attention_heads=[1, 2, 2, 4]
        ),
        _seen,
        ((2, 64), (3, 64)),
    ),
    Family(
        "PVT-v2",
        t.PvtV2ForImageClassification,
        lambda: t.PvtV2Config(
            image_size=64, depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 16, 32], num_attention_heads=[1, 2, 2, 4]
        ),
        _seen,
        ((2, 64), (3, 64)),
    ),
    Family(
        "CvT",
        t.CvtForImageClassification,
        lambda: t.CvtConfig(
            embed_dim=[8, 16, 32], num_heads=[1, 2, 4], depth=[1, 2, 3], drop_path_rate=[0.0, 0.0, 0.0]
        ),
        _seen,
        ((2, 32), (3, 64)),
        dropout=False,
    ),
    Family(
        "FocalNet",
        t.FocalNetForImageClassification,
        lambda: t.FocalNetConfig(
            image_size=32, embed_dim=16, depths=[1, 1], hidden_sizes=[16, 32], focal_levels=[2, 2], focal_windows=[3, 3]
        ),
        _seen,
        _TWO_SIDES,
    ),
    Family(
        "SwiftFormer",
        t.SwiftFormerForImageClassification,
        lambda: t.SwiftFormerConfig(image_size=64, depths=[1, 1, 1, 1], embed_dims=[8, 16, 24, 32]),
        _seen,
        ((2, 64), (3, 64)),
    ),
    Family(
        "Hiera",
        t.HieraForImageClassification,
        lambda: t.HieraConfig(
            image_size=[32, 32],
            embed_dim=16,
            depths=[1, 1, 1],
            num_heads=[1, 2, 4],
            mask_unit_size=[4, 4],
            query_stride=[2, 2],
            num_query_pool=2,
        ),
        _seen,
        ((2, 32), (3, 32)),
    ),
    Family(
        "SegFormer",
        t.SegformerForSemanticSegmentation,
        lambda: t.SegformerConfig(
            num_labels=3,
            depths=[1, 1, 1, 1],
            hidden_sizes=[8, 16, 16, 32],
            num_attention_heads=[1, 2, 2, 4],
            decoder_hidden_size=16,
        ),
        both(pixels(), _painted),
        ((2, 64), (3, 96)),
    ),
    Family(
        "DPT",
        t.DPTForDepthEstimation,
        lambda: t.DPTConfig(
            **(_VIT | {"num_hidden_layers": 4}),
            backbone_out_indices=[0, 1, 2, 3],
            neck_hidden_sizes=[8, 16, 16, 16],
            fusion_hidden_size=24,  # by chance the last ReLU would leave nothing of 16
            is_hybrid=False,
        ),
        pixels(),
        _SIDES,
        dropout=False,
    ),
    Family(
        "GLPN",
        t.GLPNForDepthEstimation,
        lambda: t.GLPNConfig(
            depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 16, 32], num_attention_heads=[1, 2, 2, 4], decoder_hidden_size=16
        ),
        pixels(),
        ((2, 64), (3, 96)),
    ),
    Family(
        "UperNet",
        t.UperNetForSemanticSegmentation,
        lambda: t.UperNetConfig(
            backbone_config=_resnet(out_features=["stage1", "stage2"]),
            hidden_size=16,
            pool_scales=[1, 2],
            num_labels=3,
            use_auxiliary_head=False,
        ),
        pixels(),
        _TWO_SIDES,
        fixed="TensorFlow pools open sides to one by one, and not to two by two",
        dropout=False,
    ),
    Family(
        "DETR",
        t.DetrForObjectDetection,
        lambda: t.DetrConfig(**_DETR, backbone_config=_backbone()),
        both(pixels(), _padded_pixels),
        _TWO_SIDES,
    ),
    Family(
        "Conditional-DETR",
        t.ConditionalDetrForObjectDetection,
        lambda: t.ConditionalDetrConfig(**_DETR, backbone_config=_backbone()),
        both(pixels(), _padded_pixels),
        _TWO_SIDES,
    ),
    Family(
        "Table-Transformer",
        t.TableTransformerForObjectDetection,
        lambda: t.TableTransformerConfig(**_DETR, backbone_config=_backbone()),
        both(pixels(), _padded_pixels),
        _TWO_SIDES,
    ),
    Family(
        "Deformable-DETR",
        t.DeformableDetrForObjectDetection,
        lambda: t.DeformableDetrConfig(
            **_DETR,
            backbone_config=_resnet(out_features=["stage1", "stage2"]),
            num_feature_levels=2,
            encoder_n_points=2,
            decoder_n_points=2,
        ),
        pixels(),  # in padding its positions are sines of -3,141,593, of which single precision has no digit
        _TWO_SIDES,
    ),
    Family(
        "RT-DETR",
        t.RTDetrForObjectDetection,
        lambda: t.RTDetrConfig(
            backbone_config=t.RTDetrResNetConfig(
                embedding_size=8,
                hidden_sizes=[8, 12, 16, 20],
                depths=[1, 1, 1, 1],
                layer_type="basic",
                out_features=["stage2", "stage3", "stage4"],
            ),
            encoder_in_channels=[12, 16, 20],
            encoder_hidden_dim=32,
            encoder_ffn_dim=32,
            encoder_attention_heads=4,
            d_model=32,
            decoder_in_channels=[32, 32, 32],
            decoder_ffn_dim=32,
            decoder_attention_heads=4,
            decoder_layers=2,
            decoder_n_points=2,
            num_queries=5,
            num_denoising=0,
            num_labels=3,
        ),
        pixels(),
        ((2, 64), (3, 96)),
        fixed=_WHOLE,
    ),
    Family(
        "YOLOS",
        t.YolosForObjectDetection,
        lambda: t.YolosConfig(**(_VIT | {"image_size": [16, 16]}), num_detection_tokens=3, num_labels=3),
        pixels(),
        ((2, 16), (3, 24)),
    ),
    Family(
        "MaskFormer",
        t.MaskFormerForInstanceSegmentation,
        lambda: t.MaskFormerConfig(
            backbone_config=t.SwinConfig(
                image_size=32,
                patch_size=2,
                embed_dim=8,
                depths=[1, 1, 1, 1],
                num_heads=[1, 1, 2, 2],
                window_size=2,
                out_features=["stage1", "stage2", "stage3", "stage4"],
            ),
            decoder_config=t.DetrConfig(**_DETR, backbone_config=_backbone()),
            num_labels=3,
            mask_feature_size=32,
            fpn_feature_size=32,
        ),
        pixels(),
        ((2, 32), (3, 32)),
    ),
    Family(
        "Swin2SR",
        t.Swin2SRForImageSuperResolution,
        lambda: t.Swin2SRConfig(
            image_size=16, patch_size=1, embed_dim=16, depths=[1, 1], num_heads=[2, 2], window_size=4, upscale=2
        ),
        pixels(),
        ((2, 16), (3, 24)),
    ),
    Family(
        "Depth-Anything",
        t.DepthAnythingForDepthEstimation,
        lambda: t.DepthAnythingConfig(
            backbone_config=t.Dinov2Config(**_VIT, out_indices=[1, 2], reshape_hidden_states=False),
            patch_size=4,
            reassemble_hidden_size=32,
            reassemble_factors=[2, 1],
            neck_hidden_sizes=[8, 16],
            fusion_hidden_size=16,
            head_hidden_size=8,
        ),
        pixels(),
        ((2, 16), (3, 24)),
        fixed=_WHOLE,
    ),
    Family(
        "VideoMAE",
        t.VideoMAEForVideoClassification,
        lambda: t.VideoMAEConfig(**_VIT, num_frames=4, tubelet_size=2),
        lambda generator, batch, side: {"pixel_values": torch.randn(batch, 4, 3, side, side, generator=generator)},
        _SIDES,
    ),
    Family(
        "ViViT",
        t.VivitForVideoClassification,
        lambda: t.VivitConfig(
            **{name: value for name, value in _VIT.items() if name != "patch_size"},
            num_frames=4,
            tubelet_size=[2, 4, 4],
        ),
        lambda generator, batch, side: {"pixel_values": torch.randn(batch, 4, 3, side, side, generator=generator)},
        _SIDES,
    ),
    Family(
        "TimeSformer",
        t.TimesformerForVideoClassification,
        lambda: t.TimesformerConfig(**_VIT, num_frames=2),
        lambda generator, batch, side: {"pixel_values": torch.randn(batch, 2, 3, side, side, generator=generator)},
        _SIDES,
    ),
    Family(
        "SAM",
        t.SamModel,
        lambda: t.SamConfig(
            vision_config=t.SamVisionConfig(
                hidden_size=16,
                output_channels=16,
                num_hidden_layers=2,
                num_attention_heads=2,
                image_size=32,
                patch_size=4,
                window_size=4,
                global_attn_indexes=[1],
                mlp_dim=24,
                num_pos_feats=8,
            ),
            prompt_encoder_config=t.SamPromptEncoderConfig(
                hidden_size=16, image_size=32, patch_size=4, mask_input_channels=8
            ),
            mask_decoder_config=t.SamMaskDecoderConfig(
                hidden_size=16, mlp_dim=24, num_hidden_layers=1, num_attention_heads=2, iou_head_hidden_dim=16
            ),
        ),
        lambda generator, batch, side: {
            "pixel_values": torch.randn(batch, 3, side, side, generator=generator),
            "input_points": side * torch.rand(batch, 1, 2, 2, generator=generator),
        },
        ((2, 32), (3, 32)),
        dropout=False,
    ),
]
