// SPDX-License-Identifier: GPL-3.0-or-later
//
// Thousands of damaged tokenizers, the same in every run: bytes flipped, cut out, put in, and the end cut
// off.
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::string readText(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// Draws alike on every platform, which the standard distributions do not promise.
class Mutator {
public:
    explicit Mutator(std::uint64_t seed) : generator_(seed) {}

    std::string damage(std::string bytes) {
        const std::size_t count = 1 + below(4);
        for (std::size_t i = 0; i < count && !bytes.empty(); ++i) damageOnce(bytes);
        return bytes;
    }

private:
    std::size_t below(std::size_t limit) { return generator_() % limit; }

    void damageOnce(std::string& bytes) {
        static constexpr std::string_view kWords[] = {
            "-1", "1e99", "null", "[[[[", "}", "\"", "4294967296", "\xFF\xFF\xFF\xFF", "\\K", ""};
        const std::size_t at = below(bytes.size());
        switch (below(6)) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
                break;
            case 1:
                bytes[at] = static_cast<char>(below(256));
                break;
            case 2:
                bytes.erase(at, 1 + below(16));
                break;
            case 3:
                bytes.insert(at, kWords[below(std::size(kWords))]);
                break;
            case 4:
                bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(64)));
                break;
            default:
                if (below(8) == 0) bytes.resize(at);
                break;
        }
    }

    std::mt19937_64 generator_;
};

// Most bytes of a tokenizer are vocabulary; damage to the head, where the components are described, is the
// more telling.
std::string damaged(const std::string& valid, Mutator& mutator, std::size_t round) {
    const std::size_t head = std::min<std::size_t>(valid.size(), 3000);
    if (round % 3 == 0) return mutator.damage(valid);
    if (round % 3 == 1) return mutator.damage(valid.substr(0, head)) + valid.substr(head);
    return valid.substr(0, valid.size() - head) + mutator.damage(valid.substr(valid.size() - head));
}

class DamagedTokenizer : public testing::TestWithParam<const char*> {};

TEST_P(DamagedTokenizer, EndsInAnErrorAtWorst) {
    const std::string valid = readText(fs::path(SECATEUR_GOLDEN_DIR) / "tokenizers" / GetParam());
    ASSERT_FALSE(valid.empty());
    Mutator mutator(7);
    for (std::size_t round = 0; round < 1000; ++round) {
        const std::string bytes = damaged(valid, mutator, round);
        EXPECT_NO_THROW(
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()))
            << "round " << round;
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, DamagedTokenizer,
                         testing::Values("llama3-style/tokenizer.json", "qwen2-style/tokenizer.json",
                                         "llama2-style/tokenizer.json",
                                         "mistral-metaspace-style/tokenizer.json",
                                         "sentencepiece-bpe/tokenizer.model",
                                         "sentencepiece-unigram/tokenizer.model"),
                         [](const auto& kind) {
                             std::string name = fs::path(kind.param).parent_path();
                             std::erase(name, '-');
                             return name;
                         });

}  // namespace
