// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/weight_files.h"

#include <algorithm>
#include <array>

#include "core/storage/file_io.h"
#include "core/storage/folder_kind.h"
#include "core/storage/safetensors_header.h"
#include "core/storage/shard_index.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

// Names of the files in `folder` that are called like shards, "model-00001-of-00002.safetensors", in order.
std::vector<std::string> numberedShards(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("model-") && name.ends_with(".safetensors") &&
            name.find("-of-") != std::string::npos)
            names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

class Opener {
public:
    Opener(const fs::path& folder, const std::vector<TensorSpec>& table) : folder_(folder), table_(table) {}

    MappedWeights open() {
        if (isThere(folder_ / kSingleFileName))
            add(kSingleFileName);
        else if (isThere(folder_ / kIndexFileName))
            addIndexed();
        else
            addNumbered();
        return std::move(files_);
    }

private:
    void add(const std::string& name);
    void addIndexed();
    void addNumbered();
    [[nodiscard]] bool has(const std::string& tensor) const {
        return files_.tensors.contains(tensor) || files_.unread.contains(tensor);
    }
    [[nodiscard]] bool complete() const {
        return std::all_of(table_.begin(), table_.end(),
                           [this](const TensorSpec& spec) { return has(spec.name); });
    }

    const fs::path& folder_;
    const std::vector<TensorSpec>& table_;
    std::map<std::string, std::string> placeOf_;  // by the index, under HF's names
    MappedWeights files_;
};

// All tensors of one file. Where a tensor is in several, the file that the index names counts, then the
// spelling that HF uses, then the first.
void Opener::add(const std::string& name) {
    const auto [place, isNew] = files_.files.try_emplace(name);
    if (!isNew) return;
    place->second = std::make_unique<SafetensorsFile>(folder_ / name);
    const SafetensorsFile& file = *place->second;
    for (const auto& [spelling, view] : file.tensors()) {
        const std::string tensor = hfTensorName(spelling);
        const auto known = files_.tensors.find(tensor);
        const auto indexed = placeOf_.find(tensor);
        const bool preferred = spelling == tensor && (indexed == placeOf_.end() || indexed->second == name);
        if (known == files_.tensors.end() || preferred) files_.tensors[tensor] = {&view, file.path()};
    }
    for (const auto& [spelling, dtype] : file.unread())
        files_.unread.try_emplace(hfTensorName(spelling), UnreadTensor{dtype, file.path()});
}

void Opener::addIndexed() {
    files_.index = folder_ / kIndexFileName;
    for (const auto& [tensor, shard] :
         parseShardIndex(readSmallFile(files_.index, kMaxHeaderBytes), files_.index.string()))
        placeOf_[hfTensorName(tensor)] = shard;
    std::vector<std::string> missing;
    for (const auto& [tensor, shard] : placeOf_) {
        if (isThere(folder_ / shard))
            add(shard);
        else if (std::find(missing.begin(), missing.end(), shard) == missing.end())
            missing.push_back(shard);
    }
    if (!complete())
        for (const std::string& shard : numberedShards(folder_)) add(shard);
    for (const auto& [tensor, shard] : placeOf_)
        if (!has(tensor)) files_.promised[tensor] = shard;
    for (const std::string& shard : missing)
        files_.warnings.push_back(files_.index.string() + " names " + shard +
                                  ", which is not there; the other shards hold all that is needed");
}

void Opener::addNumbered() {
    const std::vector<std::string> shards = numberedShards(folder_);
    if (shards.empty()) refuseFolderWithoutSafetensors(folder_);
    for (const std::string& shard : shards) add(shard);
    files_.warnings.push_back(folder_.string() + " has no " + kIndexFileName + "; its " +
                              std::to_string(shards.size()) +
                              " numbered .safetensors files are read together");
}

}  // namespace

std::string hfTensorName(const std::string& name) {
    // torch's wrappers for parallel and for compiled modules leave their own names in front.
    static constexpr std::array<std::string_view, 3> kWrappers = {"model.", "module.", "_orig_mod."};
    static constexpr std::array<std::string_view, 3> kParts = {"layers.", "embed_tokens.", "norm."};
    std::string_view rest = name;
    const auto wrapped = [&](std::string_view prefix) { return rest.starts_with(prefix); };
    for (auto found = std::find_if(kWrappers.begin(), kWrappers.end(), wrapped); found != kWrappers.end();
         found = std::find_if(kWrappers.begin(), kWrappers.end(), wrapped))
        rest.remove_prefix(found->size());
    if (rest.starts_with("lm_head.")) return std::string(rest);
    return std::any_of(kParts.begin(), kParts.end(), wrapped) ? "model." + std::string(rest) : name;
}

MappedWeights openWeightFiles(const fs::path& folder, const std::vector<TensorSpec>& table) {
    return Opener(folder, table).open();
}

}  // namespace secateur
