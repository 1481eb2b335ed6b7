// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/folder_kind.h"

#include <algorithm>
#include <array>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/storage/file_io.h"
#include "core/storage/shard_index.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWholeFolder = "give the folder of a checkpoint as transformers saves it";
constexpr std::uint64_t kMaxAdapterConfig = 1'000'000;
constexpr std::size_t kMaxEntries = 100'000;

// Weights of other programs, by the name of their file.
struct OtherFormat {
    const char* beginning;
    const char* ending;
    const char* what;
    const char* hint;
};
constexpr std::array kOtherFormats = {
    OtherFormat{"", ".gguf", "GGUF weights", "open the checkpoint it was converted from"},
    OtherFormat{"consolidated", ".safetensors", "weights in the layout of the model's makers",
                "download the files that are called model*.safetensors, or convert it with the script of "
                "transformers for this family"},
    OtherFormat{
        "adapter_model", "", "the weights of an adapter",
        "merge it into its base with peft (merge_and_unload, then save_pretrained) and open the result"},
    OtherFormat{"", ".onnx", "an ONNX graph", "open the checkpoint it was exported from"},
    OtherFormat{"", ".h5", "weights for TensorFlow",
                "load it with transformers (from_tf=True), then save_pretrained"},
    OtherFormat{"", ".msgpack", "weights for Flax",
                "load it with transformers (from_flax=True), then save_pretrained"},
    OtherFormat{"", ".npz", "weights for MLX or NumPy", "open the checkpoint it was converted from"},
};

std::vector<fs::path> entriesOf(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (entries.size() == kMaxEntries) break;
        entries.push_back(entry.path());
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

bool holds(const fs::path& folder, const char* file) {
    return isThere(folder / file);
}

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

// "OWNER/NAME" as the Hub writes it, or an address there.
bool looksLikeHubName(const std::string& path) {
    if (path.starts_with("hf://") || path.find("://huggingface.co/") != std::string::npos) return true;
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.' || c == '/';
    };
    const std::size_t slash = path.find('/');
    return slash != std::string::npos && slash > 0 && slash + 1 < path.size() &&
           path.find('/', slash + 1) == std::string::npos && path.front() != '.' &&
           std::all_of(path.begin(), path.end(), plain);
}

[[noreturn]] void refuseAdapter(const fs::path& folder) {
    std::string base;
    try {
        const auto json =
            nlohmann::json::parse(readSmallFile(folder / "adapter_config.json", kMaxAdapterConfig));
        base = json.value("base_model_name_or_path", "");
    } catch (const std::exception&) {
        base.clear();  // the name of the base only helps; the folder is an adapter without it, too
    }
    throw Error(ErrorCode::Unsupported, folder.string() + " is a PEFT adapter, not a whole checkpoint",
                "merge it into its base" + (base.empty() ? std::string() : " " + base) +
                    " with peft (merge_and_unload, then save_pretrained) and open the result");
}

// A folder "models--OWNER--NAME" of the Hub's cache.
[[noreturn]] void refuseCache(const fs::path& folder) {
    std::vector<fs::path> whole;
    for (const fs::path& snapshot : entriesOf(folder / "snapshots"))
        if (holds(snapshot, "config.json")) whole.push_back(snapshot);
    if (whole.empty())
        throw Error(ErrorCode::NotFound,
                    folder.string() + " is a cache of the Hugging Face Hub without a finished snapshot",
                    "download the checkpoint again");
    throw Error(ErrorCode::NotFound,
                folder.string() + " is a cache of the Hugging Face Hub, not a checkpoint",
                "give the snapshot in it: " + whole.back().string());
}

void refuseOtherFormats(const fs::path& folder) {
    for (const fs::path& entry : entriesOf(folder)) {
        const std::string name = entry.filename().string();
        if (isPickle(name) || name == "pytorch_model.bin.index.json")
            throw Error(
                ErrorCode::Unsupported,
                folder.string() + " has its weights in " + name + ", a pickle; only safetensors are read",
                pickleHint());
        for (const OtherFormat& format : kOtherFormats)
            if (name.starts_with(format.beginning) && name.ends_with(format.ending))
                throw Error(ErrorCode::Unsupported,
                            folder.string() + " has " + format.what + " (" + name +
                                "); only safetensors as transformers saves them are read",
                            format.hint);
    }
}

}  // namespace

std::string pickleHint() {
    return "pickles can run code when they are loaded; convert once with transformers: "
           "AutoModelForCausalLM.from_pretrained(OLD).save_pretrained(NEW, safe_serialization=True)";
}

bool isPickle(const std::string& fileName) {
    static constexpr std::array kEndings = {".bin", ".pt", ".pth", ".ckpt", ".pkl"};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&](const char* ending) { return fileName.ends_with(ending); });
}

void requireFolder(const fs::path& path) {
    std::error_code failure;
    const fs::file_status status = fs::status(path, failure);
    if (!fs::exists(status))
        throw Error(ErrorCode::NotFound, "the checkpoint folder " + path.string() + " does not exist",
                    looksLikeHubName(path.string())
                        ? "names on the Hugging Face Hub are not looked up; download it first: hf download "
                          "OWNER/NAME --local-dir FOLDER"
                        : "");
    if (fs::is_directory(status)) return;
    const std::string name = path.filename().string();
    if (isPickle(name))
        throw Error(ErrorCode::Unsupported, path.string() + " is a pickle, which is not read", pickleHint());
    if (name.ends_with(".gguf"))
        throw Error(ErrorCode::Unsupported, path.string() + " is a GGUF file, which is not read",
                    "open the checkpoint it was converted from");
    throw Error(ErrorCode::InvalidArgument, path.string() + " is a file, not a checkpoint folder",
                "give the folder that holds config.json");
}

void refuseFolderWithoutConfig(const fs::path& folder) {
    if (holds(folder, "adapter_config.json")) refuseAdapter(folder);
    if (isFolder(folder / "snapshots")) refuseCache(folder);
    if (holds(folder, "model_index.json"))
        throw Error(ErrorCode::Unsupported, folder.string() + " is a pipeline of diffusers",
                    "only language models are read");
    std::vector<fs::path> below;
    for (const fs::path& entry : entriesOf(folder)) {
        if (entry.filename().string().starts_with("models--") && isFolder(entry / "snapshots"))
            throw Error(ErrorCode::NotFound, folder.string() + " is the cache of the Hugging Face Hub",
                        "give one snapshot in it, such as " + entry.string() + "/snapshots/REVISION");
        if (isFolder(entry) && holds(entry, "config.json")) below.push_back(entry);
    }
    if (below.empty() && !holds(folder, kSingleFileName)) refuseOtherFormats(folder);
    throw Error(ErrorCode::NotFound, folder.string() + " has no config.json",
                below.empty() ? kWholeFolder : "give a folder in it, such as " + below.front().string());
}

void refuseFolderWithoutSafetensors(const fs::path& folder) {
    refuseOtherFormats(folder);
    for (const fs::path& entry : entriesOf(folder))
        if (entry.extension() == ".safetensors")
            throw Error(ErrorCode::NotFound,
                        folder.string() + " has " + entry.filename().string() + ", but neither " +
                            kSingleFileName + " nor " + kIndexFileName,
                        std::string("if that file holds the whole model, rename it to ") + kSingleFileName);
    throw Error(ErrorCode::NotFound,
                folder.string() + " has neither " + kSingleFileName + " nor " + kIndexFileName, kWholeFolder);
}

}  // namespace secateur
