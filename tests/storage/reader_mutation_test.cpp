// SPDX-License-Identifier: GPL-3.0-or-later
//
// Thousands of damaged headers, indexes, configurations and analyses, the same in every run.
#include "core/storage/analysis_layout.h"
#include "tests/fuzz/mutator.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/tiny_analysis.h"

// HDF5 1.10 itself forgets some memory when it refuses a damaged file; what we allocate stays checked.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libhdf5";
}
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace secateur {
namespace {

using namespace test;

void expectNoCrash(char kind, const std::string& valid, int rounds) {
    Mutator mutator(11);
    for (int round = 0; round < rounds; ++round) {
        const std::string bytes = kind + mutator.damage(valid);
        EXPECT_NO_THROW(
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()))
            << "round " << round;
    }
}

TEST(DamagedFile, SafetensorsEndInAnErrorAtWorst) {
    const std::string header =
        R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"U8","shape":[3],"data_offsets":[16,19]}})";
    expectNoCrash('\0', safetensorsText(header, 19), 4000);
    expectNoCrash('\0', readText(golden("qwen2") / "model.safetensors").substr(0, 20'000), 500);
}

TEST(DamagedFile, IndexesEndInAnErrorAtWorst) {
    expectNoCrash(
        '\1',
        R"({"metadata":{"total_size":5},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}})",
        4000);
}

TEST(DamagedFile, ConfigsEndInAnErrorAtWorst) {
    for (const char* family : {"llama3-gqa", "mistral-swa", "qwen2", "qwen3"})
        expectNoCrash('\2', nlohmann::json::parse(readText(golden(family) / "config.json")).dump(), 1500);
}

TEST(DamagedFile, AnalysesEndInAnErrorAtWorst) {
    h5::silence();
    const std::vector<std::byte> image = encodeAnalysis(tinyAnalysis(), "tiny");
    expectNoCrash('\3', {reinterpret_cast<const char*>(image.data()), image.size()}, 3000);
}

}  // namespace
}  // namespace secateur
