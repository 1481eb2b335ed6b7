// SPDX-License-Identifier: GPL-3.0-or-later
//
// MB/s of encoding, and the time to open a tokenizer: tokenizer_bench [--benchmark_...] MODEL_FOLDER TEXT...
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <benchmark/benchmark.h>

#include "core/storage/tokenizer.h"

namespace {

using namespace secateur;

void encodeText(benchmark::State& state, const std::string& folder, const std::string& file) {
    const auto tokenizer = Tokenizer::open(folder);
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    std::size_t ids = 0;
    for (auto _ : state) ids = tokenizer->encode(text, false).size();
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
    state.counters["ids"] = static_cast<double>(ids);
}

void openTokenizer(benchmark::State& state, const std::string& folder) {
    for (auto _ : state) benchmark::DoNotOptimize(Tokenizer::open(folder));
}

}  // namespace

int main(int count, char** arguments) {
    benchmark::Initialize(&count, arguments);
    if (count < 3) return 2;
    const std::string folder = arguments[1];
    benchmark::RegisterBenchmark("open", openTokenizer, folder)->Unit(benchmark::kMillisecond);
    for (int i = 2; i < count; ++i) {
        const std::string file = arguments[i];
        const std::string name = "encode/" + std::filesystem::path(file).filename().string();
        benchmark::RegisterBenchmark(name.c_str(), encodeText, folder, file)->Unit(benchmark::kMillisecond);
    }
    benchmark::RunSpecifiedBenchmarks();
}
