// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/shard_index.h"

#include <set>

#include "core/base/error.h"
#include "core/storage/bounded_json.h"
#include "core/storage/folder_kind.h"

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
    const nlohmann::json index = parseBoundedJson(text, file, 16, JsonDialect::Python);
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
        std::string name = shard.get<std::string>();
        while (name.starts_with("./")) name.erase(0, 2);
        checkShardName(name, tensor, file);
        names.insert(name);
        shards.emplace(tensor, std::move(name));
    }
    if (names.size() > kMaxShards)
        throw Error(ErrorCode::Corrupt, file + " names " + std::to_string(names.size()) +
                                            " shards, more than " + std::to_string(kMaxShards));
    return shards;
}

}  // namespace secateur
