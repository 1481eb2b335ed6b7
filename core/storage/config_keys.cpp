// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/config_keys.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"

namespace secateur {
namespace {

using Json = nlohmann::json;

// Carried out by the reader of config.json.
constexpr std::array kRead = {
    "architectures",
    "attention_bias",
    "bos_token_id",
    "eos_token_id",
    "head_dim",
    "hidden_act",
    "hidden_size",
    "intermediate_size",
    "layer_types",
    "max_position_embeddings",
    "max_window_layers",
    "mlp_bias",
    "model_type",
    "num_attention_heads",
    "num_hidden_layers",
    "num_key_value_heads",
    "original_max_position_embeddings",
    "partial_rotary_factor",
    "quantization_config",
    "rms_norm_eps",
    "rope_parameters",
    "rope_scaling",
    "rope_theta",
    "secateur",
    "secateur_original_layers",
    "sliding_window",
    "tie_word_embeddings",
    "use_sliding_window",
    "vocab_size",
};

struct HarmlessKeys {
    const char* why;
    std::string_view keys;  // separated by blanks
};
constexpr std::array kHarmless = {
    HarmlessKeys{"says where the files come from and which program wrote them",
                 "_name_or_path name_or_path _commit_hash transformers_version auto_map tokenizer_class "
                 "unsloth_version unsloth_fixed model_name license _from_model_config"},
    HarmlessKeys{"says how to store or compute, which the weights and the caller decide",
                 "torch_dtype dtype use_bfloat16 _attn_implementation _attn_implementation_autoset "
                 "attn_implementation _flash_attn_2_enabled use_flash_attn use_flash_attention use_cache "
                 "torchscript chunk_size_feed_forward pretraining_tp rope_interleaved_cache "
                 "tie_last_hidden_states transformers_weights"},
    HarmlessKeys{
        "takes part in training alone, and trainers set their own",
        "initializer_range init_std initializer_factor attention_dropout attn_dropout hidden_dropout "
        "resid_dropout embd_dropout attn_pdrop resid_pdrop embd_pdrop dropout "
        "hidden_dropout_prob attention_probs_dropout_prob classifier_dropout "
        "gradient_checkpointing neftune_noise_alpha"},
    HarmlessKeys{
        "is a setting of text generation; no text is generated here",
        "pad_token_id sep_token_id unk_token_id cls_token_id mask_token_id decoder_start_token_id "
        "max_length max_new_tokens min_length min_new_tokens do_sample early_stopping num_beams "
        "num_beam_groups diversity_penalty temperature top_k top_p min_p typical_p repetition_penalty "
        "length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids "
        "num_return_sequences output_scores return_dict_in_generate forced_bos_token_id "
        "forced_eos_token_id remove_invalid_values exponential_decay_length_penalty suppress_tokens "
        "begin_suppress_tokens generation_config use_return_dict"},
    HarmlessKeys{"says which outputs to return or how to label them",
                 "output_attentions output_hidden_states return_dict problem_type finetuning_task "
                 "task_specific_params prefix id2label label2id num_labels tf_legacy_loss is_decoder "
                 "tie_encoder_decoder"},
    HarmlessKeys{"repeats a length that the positions do not depend on",
                 "model_max_length max_sequence_length max_seq_len max_seq_length seq_length"},
};

// Keys of other families, or of the masks of transformers, that change what is computed: allowed only with a
// value that changes nothing. `null` is allowed always.
struct NeutralKey {
    const char* key;
    const char* neutral;  // a JSON list
};
constexpr std::array kNeutral = {
    NeutralKey{"is_causal", "[true]"},
    NeutralKey{"use_bidirectional_attention", "[false]"},
    NeutralKey{"is_encoder_decoder", "[false]"},
    NeutralKey{"add_cross_attention", "[false]"},
    NeutralKey{"cross_attention_hidden_size", "[]"},
    NeutralKey{"attention_chunk_size", "[0]"},
    NeutralKey{"attention_multiplier", "[]"},
    NeutralKey{"logits_scaling", "[1]"},
    NeutralKey{"logit_scale", "[1]"},
    NeutralKey{"residual_multiplier", "[1]"},
    NeutralKey{"embedding_multiplier", "[1]"},
    NeutralKey{"embedding_scale", "[1]"},
    NeutralKey{"scale_embedding", "[false]"},
    NeutralKey{"scale_emb", "[1]"},
    NeutralKey{"scale_depth", "[]"},
    NeutralKey{"dim_model_base", "[]"},
    NeutralKey{"final_logit_softcapping", "[]"},
    NeutralKey{"attn_logit_softcapping", "[]"},
    NeutralKey{"query_pre_attn_scalar", "[]"},
    NeutralKey{"clip_qkv", "[]"},
    NeutralKey{"qkv_clip", "[]"},
    NeutralKey{"per_layer_config", "[{}, []]"},
    NeutralKey{"pruned_heads", "[{}, []]"},
    NeutralKey{"no_rope_layers", "[[]]"},
    NeutralKey{"no_rope_layer_interval", "[0]"},
    NeutralKey{"rope_interleaved", "[false]"},
    NeutralKey{"rotary_pct", "[1]"},
    NeutralKey{"rotary_dim", "[]"},
    NeutralKey{"rope_local_base_freq", "[]"},
    NeutralKey{"alibi", "[false]"},
    NeutralKey{"use_mrope", "[false]"},
    NeutralKey{"qk_layernorm", "[false]"},
    NeutralKey{"use_qk_norm", "[false]"},
    NeutralKey{"use_parallel_residual", "[false]"},
    NeutralKey{"parallel_attn", "[false]"},
    NeutralKey{"hidden_activation", "[\"silu\", \"swish\"]"},
    NeutralKey{"sliding_window_pattern", "[1]"},
    NeutralKey{"num_experts", "[0]"},
    NeutralKey{"num_local_experts", "[0, 1]"},
    NeutralKey{"n_routed_experts", "[0]"},
    NeutralKey{"num_nextn_predict_layers", "[0]"},
    NeutralKey{"kv_lora_rank", "[]"},
    NeutralKey{"q_lora_rank", "[]"},
};

// Keys that belong to one family and that the class of another does not look at in transformers either.
bool leftOutByFamily(std::string_view key, const Json& value, Architecture architecture) {
    const bool on = value.is_array() ? !value.empty() : value != false && value != 0;
    if (!on) return false;
    const bool llama = architecture == Architecture::Llama;
    if (key == "attention_bias") return architecture == Architecture::Mistral;
    if (key == "mlp_bias") return !llama;
    if (key == "sliding_window") return llama;
    if (key == "layer_types")
        return (llama || architecture == Architecture::Mistral) &&
               std::any_of(value.begin(), value.end(),
                           [](const Json& type) { return type != "full_attention"; });
    return false;
}

bool isHarmless(std::string_view key) {
    const std::string sought = " " + std::string(key) + " ";
    return std::any_of(kHarmless.begin(), kHarmless.end(), [&](const HarmlessKeys& group) {
        return (" " + std::string(group.keys) + " ").find(sought) != std::string::npos;
    });
}

// Throws for a key of kNeutral with another value; true when the key is one of them.
bool isNeutral(const std::string& key, const Json& value, const std::string& file) {
    const auto found = std::find_if(kNeutral.begin(), kNeutral.end(),
                                    [&](const NeutralKey& neutral) { return key == neutral.key; });
    if (found == kNeutral.end()) return false;
    const Json allowed = Json::parse(found->neutral);
    if (value.is_null() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return true;
    throw Error(ErrorCode::Unsupported,
                file + ": \"" + key + "\" is " +
                    printable(value.dump(-1, ' ', true, Json::error_handler_t::replace), 60) +
                    ", which changes what the network computes and is not supported");
}

std::string listed(const std::vector<std::string>& keys) {
    constexpr std::size_t kShown = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(keys.size(), kShown); ++i)
        text += (i == 0 ? "\"" : ", \"") + printable(keys[i], 60) + "\"";
    if (keys.size() > kShown) text += " and " + std::to_string(keys.size() - kShown) + " more";
    return text;
}

}  // namespace

std::vector<std::string> checkConfigKeys(const Json& config, Architecture architecture,
                                         const std::string& file) {
    std::vector<std::string> unknown, leftOut;
    for (const auto& [key, value] : config.items()) {
        if (isNeutral(key, value, file) || value.is_null() || isHarmless(key)) continue;
        if (std::find(kRead.begin(), kRead.end(), key) == kRead.end())
            unknown.push_back(key);
        else if (leftOutByFamily(key, value, architecture))
            leftOut.push_back(key);
    }
    std::vector<std::string> warnings;
    if (!unknown.empty())
        warnings.push_back(file + ": " + listed(unknown) + (unknown.size() == 1 ? " is" : " are") +
                           " not known and ignored; if the network depends on it, results are those of "
                           "another network");
    if (!leftOut.empty())
        warnings.push_back(file + ": " + listed(leftOut) + (leftOut.size() == 1 ? " is" : " are") +
                           " ignored, as " + name(architecture) + " networks have no such thing");
    return warnings;
}

}  // namespace secateur
