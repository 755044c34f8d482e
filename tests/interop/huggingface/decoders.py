"""Decoders: causal language models."""

from __future__ import annotations

import transformers as t

from tests.interop.huggingface.family import SMALL, VOCABULARY, Family, causal, without

_GPT = {"vocab_size": VOCABULARY, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 40}
_LOOP = "the forward goes over the positions in a Python loop"
_CHUNKS = "the forward pads to whole chunks, and Python asks of the length whether there is anything to pad"
_GROUPED = {**SMALL, "num_key_value_heads": 2}
_EXPERTS = {**_GROUPED, "num_experts_per_tok": 2}

FAMILIES = [
    Family("GPT-2", t.GPT2LMHeadModel, lambda: t.GPT2Config(**_GPT), causal, quick=True),
    Family("GPT-NeoX", t.GPTNeoXForCausalLM, lambda: t.GPTNeoXConfig(**SMALL), causal),
    Family("Llama", t.LlamaForCausalLM, lambda: t.LlamaConfig(**_GROUPED), causal),
    Family("Mistral", t.MistralForCausalLM, lambda: t.MistralConfig(**_GROUPED, sliding_window=5), causal),
    Family("Qwen2", t.Qwen2ForCausalLM, lambda: t.Qwen2Config(**_GROUPED), causal),
    Family("Gemma2", t.Gemma2ForCausalLM, lambda: t.Gemma2Config(**_GROUPED, head_dim=8, sliding_window=5), causal),
    Family("Phi", t.PhiForCausalLM, lambda: t.PhiConfig(**SMALL), causal),
    Family("OPT", t.OPTForCausalLM, lambda: t.OPTConfig(**SMALL, ffn_dim=48, word_embed_proj_dim=32), causal),
    Family(
        "Bloom",
        t.BloomForCausalLM,
        lambda: t.BloomConfig(vocab_size=VOCABULARY, hidden_size=32, n_layer=2, n_head=4),
        causal,
    ),
    Family("GPT-J", t.GPTJForCausalLM, lambda: t.GPTJConfig(**_GPT, rotary_dim=4), causal),
    Family(
        "GPT-Neo",
        t.GPTNeoForCausalLM,
        lambda: t.GPTNeoConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            num_layers=2,
            num_heads=4,
            attention_types=[[["global", "local"], 1]],
            window_size=5,
            max_position_embeddings=40,
        ),
        causal,
    ),
    Family("GPT-BigCode", t.GPTBigCodeForCausalLM, lambda: t.GPTBigCodeConfig(**_GPT), causal),
    Family("CodeGen", t.CodeGenForCausalLM, lambda: t.CodeGenConfig(**_GPT, rotary_dim=4), causal),
    Family("Falcon", t.FalconForCausalLM, lambda: t.FalconConfig(**_GROUPED), causal),
    Family(
        "MPT",
        t.MptForCausalLM,
        lambda: t.MptConfig(
            d_model=32, n_heads=4, n_layers=2, expansion_ratio=2, max_seq_len=40, vocab_size=VOCABULARY
        ),
        causal,
        dropout=False,
    ),
    Family("Qwen3", t.Qwen3ForCausalLM, lambda: t.Qwen3Config(**_GROUPED, head_dim=8), causal),
    Family("Gemma3", t.Gemma3ForCausalLM, lambda: t.Gemma3TextConfig(**_GROUPED, head_dim=8, sliding_window=5), causal),
    Family("Phi-3", t.Phi3ForCausalLM, lambda: t.Phi3Config(**_GROUPED, pad_token_id=0), causal),
    Family("StableLM", t.StableLmForCausalLM, lambda: t.StableLmConfig(**_GROUPED), causal),
    Family("StarCoder2", t.Starcoder2ForCausalLM, lambda: t.Starcoder2Config(**_GROUPED), causal),
    Family("Cohere", t.CohereForCausalLM, lambda: t.CohereConfig(**_GROUPED), causal),
    Family("OLMo-2", t.Olmo2ForCausalLM, lambda: t.Olmo2Config(**_GROUPED), causal),
    Family("Granite", t.GraniteForCausalLM, lambda: t.GraniteConfig(**_GROUPED), causal),
    Family("Mixtral", t.MixtralForCausalLM, lambda: t.MixtralConfig(**_EXPERTS, num_local_experts=4), causal),
    Family(
        "Qwen3-MoE",
        t.Qwen3MoeForCausalLM,
        lambda: t.Qwen3MoeConfig(**_EXPERTS, head_dim=8, num_experts=4, moe_intermediate_size=24),
        causal,
    ),
    Family(
        "GPT-OSS",
        t.GptOssForCausalLM,
        lambda: t.GptOssConfig(**_EXPERTS, head_dim=8, num_local_experts=4, sliding_window=5),
        causal,
    ),
    Family(
        "DeepSeek-V3",
        t.DeepseekV3ForCausalLM,
        lambda: t.DeepseekV3Config(
            **(_EXPERTS | {"num_key_value_heads": 4}),
            n_routed_experts=4,
            n_group=2,
            topk_group=1,
            kv_lora_rank=8,
            q_lora_rank=8,
            qk_rope_head_dim=4,
            v_head_dim=8,
            qk_nope_head_dim=8,
            moe_intermediate_size=24,
            first_k_dense_replace=1,
        ),
        causal,
    ),
    Family(
        "Mamba",
        t.MambaForCausalLM,
        lambda: t.MambaConfig(
            vocab_size=VOCABULARY, hidden_size=32, state_size=8, num_hidden_layers=2, time_step_rank=4
        ),
        causal,
        fixed=_LOOP,
        dropout=False,
    ),
    Family(
        "Mamba-2",
        t.Mamba2ForCausalLM,
        lambda: t.Mamba2Config(
            vocab_size=VOCABULARY,
            hidden_size=32,
            state_size=8,
            num_hidden_layers=2,
            num_heads=8,
            head_dim=8,
            n_groups=2,
            chunk_size=4,
        ),
        causal,
        fixed=_CHUNKS,
        dropout=False,
    ),
    Family(
        "RWKV",
        t.RwkvForCausalLM,
        lambda: t.RwkvConfig(
            vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2, context_length=40, rescale_every=0
        ),
        causal,
        fixed=_LOOP,
        dropout=False,
    ),
    Family(
        "RecurrentGemma",
        t.RecurrentGemmaForCausalLM,
        lambda: t.RecurrentGemmaConfig(**(_GROUPED | {"num_hidden_layers": 3}), lru_width=32, attention_window_size=40),
        causal,
        fixed=_LOOP,
    ),
    Family("BioGPT", t.BioGptForCausalLM, lambda: t.BioGptConfig(**SMALL), causal),
    Family(
        "XGLM",
        t.XGLMForCausalLM,
        lambda: t.XGLMConfig(
            vocab_size=VOCABULARY, d_model=32, ffn_dim=48, num_layers=2, attention_heads=4, max_position_embeddings=40
        ),
        causal,
    ),
    Family("CTRL", t.CTRLLMHeadModel, lambda: t.CTRLConfig(**_GPT, dff=48), causal),
    Family("ImageGPT", t.ImageGPTForCausalImageModeling, lambda: t.ImageGPTConfig(**_GPT), without(causal, "labels")),
    Family("Persimmon", t.PersimmonForCausalLM, lambda: t.PersimmonConfig(**SMALL), causal),
    Family("Nemotron", t.NemotronForCausalLM, lambda: t.NemotronConfig(**_GROUPED), causal),
    Family("GLM", t.GlmForCausalLM, lambda: t.GlmConfig(**_GROUPED, head_dim=8, pad_token_id=0), causal),
    Family("OpenAI-GPT", t.OpenAIGPTLMHeadModel, lambda: t.OpenAIGPTConfig(**_GPT), causal),
    Family(
        "Jamba",
        t.JambaForCausalLM,
        lambda: t.JambaConfig(
            **_EXPERTS,
            num_experts=4,
            attn_layer_period=2,
            attn_layer_offset=1,
            expert_layer_period=2,
            expert_layer_offset=1,
            mamba_d_state=8,
            mamba_dt_rank=4,
            use_mamba_kernels=False,
        ),
        causal,
        fixed=_LOOP,
    ),
    Family("OLMoE", t.OlmoeForCausalLM, lambda: t.OlmoeConfig(**_EXPERTS, num_experts=4), causal),
    Family(
        "LFM2",
        t.Lfm2ForCausalLM,
        lambda: t.Lfm2Config(**_GROUPED, layer_types=["conv", "full_attention"], block_multiple_of=8),
        causal,
        dropout=False,
    ),
    Family(
        "Bamba",
        t.BambaForCausalLM,
        lambda: t.BambaConfig(
            **_GROUPED,
            attn_layer_indices=[1],
            mamba_n_heads=8,
            mamba_d_head=8,
            mamba_n_groups=2,
            mamba_d_state=8,
            mamba_chunk_size=4,
            mamba_expand=2,
        ),
        causal,
        fixed=_CHUNKS,
    ),
]
