"""Models of sound, and of time series."""

from __future__ import annotations

import torch
import transformers as t

from bridge.errors import ConversionError
from tests.interop.huggingface.family import VOCABULARY, Family, Inputs, Lack, ids, labelled

_WAV2VEC2 = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "conv_dim": [16, 16],
    "conv_stride": [4, 4],
    "conv_kernel": [8, 8],
    "num_conv_pos_embeddings": 4,
    "num_conv_pos_embedding_groups": 2,
    "apply_spec_augment": False,
    "num_feat_extract_layers": 2,
}
_SECONDS = ((2, 400), (3, 640))
_EVEN_FRAMES = ((2, 416), (3, 640))  # of an odd number SEW's forward pads one, which is another graph


def _wave(generator: torch.Generator, batch: int, length: int) -> Inputs:
    padding = torch.ones(batch, length, dtype=torch.int64)
    padding[1, -100:] = 0
    return {"input_values": torch.randn(batch, length, generator=generator) * padding, "attention_mask": padding}


def _series(generator: torch.Generator, batch: int, length: int) -> Inputs:
    past, future = length + 3, 4
    return {
        "past_values": torch.randn(batch, past, generator=generator),
        "past_time_features": torch.randn(batch, past, 2, generator=generator),
        "past_observed_mask": torch.ones(batch, past),
        "future_values": torch.randn(batch, future, generator=generator),
        "future_time_features": torch.randn(batch, future, 2, generator=generator),
    }


_SERIES = {
    "prediction_length": 4,
    "context_length": 8,
    "lags_sequence": [1, 2, 3],
    "num_time_features": 2,
    "d_model": 16,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 24,
    "decoder_ffn_dim": 24,
}

FAMILIES = [
    Family(
        "Whisper",
        t.WhisperForConditionalGeneration,
        lambda: t.WhisperConfig(
            vocab_size=VOCABULARY,
            num_mel_bins=8,
            d_model=32,
            encoder_layers=2,
            decoder_layers=2,
            encoder_attention_heads=4,
            decoder_attention_heads=4,
            encoder_ffn_dim=48,
            decoder_ffn_dim=48,
            max_source_positions=10,
            max_target_positions=20,
            pad_token_id=0,
            bos_token_id=1,
            eos_token_id=2,
            decoder_start_token_id=1,
            suppress_tokens=None,
            begin_suppress_tokens=None,
        ),
        lambda generator, batch, length: {
            "input_features": torch.randn(batch, 8, 20, generator=generator),
            "labels": ids(generator, batch, length),
        },
    ),
    Family("Wav2Vec2", t.Wav2Vec2ForCTC, lambda: t.Wav2Vec2Config(**_WAV2VEC2), _wave, _SECONDS),
    Family("HuBERT", t.HubertForCTC, lambda: t.HubertConfig(**_WAV2VEC2), _wave, _SECONDS),
    Family(
        "WavLM",
        t.WavLMModel,
        lambda: t.WavLMConfig(**_WAV2VEC2, num_buckets=8, max_bucket_distance=16),
        _wave,
        _SECONDS,
    ),
    Family("UniSpeech", t.UniSpeechForCTC, lambda: t.UniSpeechConfig(**_WAV2VEC2), _wave, _SECONDS),
    Family("SEW", t.SEWForCTC, lambda: t.SEWConfig(**_WAV2VEC2, squeeze_factor=2), _wave, _EVEN_FRAMES),
    Family(
        "Data2Vec-audio",
        t.Data2VecAudioForCTC,
        lambda: t.Data2VecAudioConfig(**_WAV2VEC2, conv_pos_kernel_size=3),
        _wave,
        _SECONDS,
    ),
    Family(
        "Wav2Vec2-Conformer",
        t.Wav2Vec2ConformerForCTC,
        lambda: t.Wav2Vec2ConformerConfig(**_WAV2VEC2, conv_depthwise_kernel_size=3),
        _wave,
        _SECONDS,
    ),
    Family(
        "Moonshine",
        t.MoonshineForConditionalGeneration,
        lambda: t.MoonshineConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            intermediate_size=48,
            encoder_num_hidden_layers=1,
            decoder_num_hidden_layers=1,
            encoder_num_attention_heads=4,
            decoder_num_attention_heads=4,
            max_position_embeddings=60,
            bos_token_id=1,
            eos_token_id=2,
            pad_token_id=0,
            decoder_start_token_id=1,
        ),
        lambda generator, batch, length: {
            "input_values": torch.randn(batch, length, generator=generator),
            "labels": ids(generator, batch, 5),
        },
        ((2, 4000), (3, 5600)),
    ),
    Family(
        "Speech2Text",
        t.Speech2TextForConditionalGeneration,
        lambda: t.Speech2TextConfig(
            vocab_size=VOCABULARY,
            d_model=32,
            encoder_layers=2,
            decoder_layers=2,
            encoder_attention_heads=4,
            decoder_attention_heads=4,
            encoder_ffn_dim=48,
            decoder_ffn_dim=48,
            input_feat_per_channel=8,
            conv_channels=16,
            max_source_positions=100,
            max_target_positions=40,
            decoder_start_token_id=2,
        ),
        lambda generator, batch, length: {
            "input_features": torch.randn(batch, 4 * length, 8, generator=generator),
            "labels": ids(generator, batch, length),
        },
    ),
    Family(
        "AST",
        t.ASTForAudioClassification,
        lambda: t.ASTConfig(
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=48,
            patch_size=4,
            max_length=24,
            num_mel_bins=16,
            frequency_stride=4,
            time_stride=4,
        ),
        labelled(
            lambda generator, batch, length: {"input_values": torch.randn(batch, 24, 16, generator=generator)}, "row", 2
        ),
    ),
    Family(
        "EnCodec",
        t.EncodecModel,
        lambda: t.EncodecConfig(
            num_filters=4,
            hidden_size=16,
            codebook_size=16,
            num_residual_layers=1,
            upsampling_ratios=[4, 2],
            target_bandwidths=[24.0],
            normalize=False,
        ),
        lambda generator, batch, length: {"input_values": torch.randn(batch, 1, length, generator=generator)},
        ((2, 320), (3, 480)),
        lacking=dict.fromkeys(
            ("jax", "tensorflow"),
            Lack(ConversionError, "data-dependent", "Python pads by what buffers hold, the strides and kernels"),
        ),
        dropout=False,
    ),
    Family(
        "TimeSeries",
        t.TimeSeriesTransformerForPrediction,
        lambda: t.TimeSeriesTransformerConfig(**_SERIES),
        _series,
        ((2, 8), (3, 8)),
    ),
    Family(
        "Informer",
        t.InformerForPrediction,
        # Distilled, its second layer is given a mask as long as the first, which only export makes of an absent one.
        lambda: t.InformerConfig(**_SERIES, attention_type="full", distil=False),
        _series,
        ((2, 8), (3, 8)),
    ),
    Family(
        "PatchTST",
        t.PatchTSTForPrediction,
        lambda: t.PatchTSTConfig(
            num_input_channels=2,
            context_length=16,
            patch_length=4,
            patch_stride=4,
            d_model=16,
            num_attention_heads=2,
            num_hidden_layers=2,
            ffn_dim=24,
            prediction_length=4,
        ),
        lambda generator, batch, length: {
            "past_values": torch.randn(batch, 16, 2, generator=generator),
            "future_values": torch.randn(batch, 4, 2, generator=generator),
        },
    ),
    Family(
        "PatchTSMixer",
        t.PatchTSMixerForPrediction,
        lambda: t.PatchTSMixerConfig(
            num_input_channels=2,
            context_length=16,
            patch_length=4,
            patch_stride=4,
            d_model=16,
            num_layers=2,
            prediction_length=4,
        ),
        lambda generator, batch, length: {
            "past_values": torch.randn(batch, 16, 2, generator=generator),
            "future_values": torch.randn(batch, 4, 2, generator=generator),
        },
    ),
]
