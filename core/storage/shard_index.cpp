// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/shard_index.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/error.h"
#include "core/storage/bounded_json.h"

namespace secateur {
namespace {

constexpr std::size_t kMaxShards = 10'000;

bool hasEnding(const std::string& name, std::string_view ending) {
    return std::string_view(name).ends_with(ending);
}

void checkShardName(const std::string& shard, const std::string& tensor, const std::string& file) {
    const std::string place = file + ": tensor \"" + tensor + "\" is said to be in \"" + shard + "\"";
    const bool leaves = shard.empty() || shard == "." || shard == ".." ||
                        shard.find_first_of("/\\") != std::string::npos ||
                        shard.find('\0') != std::string::npos || shard.size() > 255;
    if (leaves)
        throw Error(ErrorCode::InvalidArgument, place + ", which is not the name of a file in the folder");
    if (isPickle(shard))
        throw Error(ErrorCode::Unsupported, place + ", pickled weights, which are not read", pickleHint());
    if (!hasEnding(shard, ".safetensors"))
        throw Error(ErrorCode::InvalidArgument, place + ", which is not a .safetensors file");
}

}  // namespace

std::map<std::string, std::string> parseShardIndex(std::string_view text, const std::string& file) {
    const nlohmann::json index = parseBoundedJson(text, file, 16);
    const auto weights = index.is_object() ? index.find("weight_map") : index.end();
    if (!index.is_object() || weights == index.end() || !weights->is_object() || weights->empty())
        throw Error(ErrorCode::Corrupt,
                    file + ": \"weight_map\" is not an object of tensors and their files");
    std::map<std::string, std::string> shards;
    std::set<std::string> names;
    for (const auto& [tensor, shard] : weights->items()) {
        if (!shard.is_string())
            throw Error(ErrorCode::Corrupt,
                        file + ": \"weight_map." + tensor + "\" is not the name of a file");
        checkShardName(shard.get<std::string>(), tensor, file);
        names.insert(shard.get<std::string>());
        shards.emplace(tensor, shard.get<std::string>());
    }
    if (names.size() > kMaxShards)
        throw Error(ErrorCode::Corrupt, file + " names " + std::to_string(names.size()) +
                                            " shards, more than " + std::to_string(kMaxShards));
    return shards;
}

std::string pickleHint() {
    return "pickles can run code when they are loaded; convert once with transformers: "
           "AutoModelForCausalLM.from_pretrained(OLD).save_pretrained(NEW, safe_serialization=True)";
}

bool isPickle(const std::string& fileName) {
    static constexpr std::array kEndings = {".bin", ".pt", ".pth", ".ckpt", ".pkl"};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&](const char* ending) { return hasEnding(fileName, ending); });
}

void refuseFolderWithoutSafetensors(const std::filesystem::path& folder) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (isPickle(name) || name == "pytorch_model.bin.index.json")
            throw Error(
                ErrorCode::Unsupported,
                folder.string() + " has its weights in " + name + ", a pickle; only safetensors are read",
                pickleHint());
        if (hasEnding(name, ".gguf"))
            throw Error(ErrorCode::Unsupported,
                        folder.string() + " has its weights in " + name + "; only safetensors are read",
                        "use the checkpoint it was converted from");
    }
    throw Error(ErrorCode::NotFound,
                folder.string() + " has neither " + kSingleFileName + " nor " + kIndexFileName,
                "give the folder of a checkpoint as transformers saves it");
}

}  // namespace secateur
