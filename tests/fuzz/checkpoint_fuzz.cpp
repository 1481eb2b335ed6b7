// SPDX-License-Identifier: GPL-3.0-or-later
//
// libFuzzer entry for the readers of checkpoints and analyses: the first byte says which, the rest is the
// file. Whatever the bytes, reading ends well or in an Error. Build it with clang's -fsanitize=fuzzer, or let
// tests/storage/reader_mutation_test.cpp drive it.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/data/tensor_table.h"
#include "core/storage/analysis_layout.h"
#include "core/storage/hf_config.h"
#include "core/storage/safetensors_header.h"
#include "core/storage/shard_index.h"

namespace {

using namespace secateur;

void readConfig(std::string_view text) {
    const NetworkConfig config = readHfConfig(text, "fuzz");
    static_cast<void>(totalParameters(config));
    if (config.layerCount() > 200) return;
    static_cast<void>(networkTensors(config));
    static_cast<void>(
        readHfConfig(writeHfConfig(config, Dtype::F32, HfLayout::PerLayer, std::string(text)), "written"));
    static_cast<void>(writeHfConfig(config, Dtype::F32, HfLayout::Stock, std::string(text)));
}

void read(std::uint8_t kind, std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (kind == 0) static_cast<void>(parseSafetensors(bytes, "fuzz"));
    if (kind == 1) static_cast<void>(parseShardIndex(text, "fuzz"));
    if (kind == 2) readConfig(text);
    if (kind == 3) {
        h5::silence();
        static_cast<void>(decodeAnalysis(bytes, "fuzz"));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    try {
        read(static_cast<std::uint8_t>(data[0] % 4), std::as_bytes(std::span(data, size)).subspan(1));
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
