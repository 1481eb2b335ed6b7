// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tokens that a network writes, one after another, with keys and values kept: any source of layers, one
// sequence or several side by side. Thread rule: the compute thread alone.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/completion.h"
#include "core/data/random.h"
#include "core/model/decoder.h"
#include "core/model/rope.h"
#include "core/model/weights.h"

namespace secateur {

// Draws tokens. Its numbers come from SplitMix64, so that a seed means the same everywhere.
class TokenSampler {
public:
    // temperature, topK, topP and seed of the options. Throws InvalidArgument for values out of range.
    explicit TokenSampler(const CompletionOptions& options);
    // logits: [vocab] f32 on the host. Of equally probable tokens the one with the smaller id comes first.
    // Throws Corrupt where no logit is a number.
    [[nodiscard]] std::int32_t draw(const at::Tensor& logits);

private:
    double temperature_;
    int topK_;
    double topP_;
    SplitMix64 random_;
};

// While it lives a small network runs on one thread. A token of it is hundreds of products of microseconds,
// at the end of each of which threads wait for one another: that takes longer than the products.
[[nodiscard]] int decodingThreads(const WeightSource& weights);  // of the calling thread's
class FewThreads {
public:
    explicit FewThreads(const WeightSource& weights);
    ~FewThreads();
    FewThreads(const FewThreads&) = delete;
    FewThreads& operator=(const FewThreads&) = delete;

private:
    int before_;
};

// A network that has read tokens and waits for the next ones.
class TokenReader {
public:
    // For `batch` sequences of at most `length` tokens, the first and all after them.
    TokenReader(WeightSource& weights, int length, int batch = 1);
    [[nodiscard]] int batch() const noexcept { return batch_; }
    // Called when the embeddings of a read are there, after each layer, and after the head, when all that
    // was asked of the device so far is done.
    void setMark(std::function<void()> mark) { mark_ = std::move(mark); }
    // Reads on: ids [batch, count], any number of tokens first, later one at a time. Logits of what follows
    // the last of them: [batch, vocab] f32 on the host. Tests for stop at every layer.
    [[nodiscard]] at::Tensor read(std::span<const std::int32_t> ids, const JobContext& context);

private:
    void mark() const;

    WeightSource& weights_;
    int batch_;
    FewThreads threads_;
    PassContext pass_;
    RopeTable rope_;
    KvCache cache_;
    std::int64_t seen_ = 0;
    std::function<void()> mark_;
};

// The loop behind everything that writes: reads the prompts [batch, count], then what `choose` takes, until
// it returns false. logits: [batch, vocab] f32 on the host; next: one id for each sequence, to be filled in.
using ChooseNext = std::function<bool(const at::Tensor& logits, std::span<std::int32_t> next)>;
void decode(TokenReader& reader, std::span<const std::int32_t> prompts, const ChooseNext& choose,
            const JobContext& context);

struct WrittenTokens {
    std::vector<std::int32_t> ids;
    bool ended = false;
    double meanLoss = 0.0;  // see Completion
};
// Goes on after `prompt` (at least one id) until options.tokens are written or `endId` is drawn (-1: none).
// `onToken` gets each id as it is written. Throws Cancelled within a layer of being asked to stop.
[[nodiscard]] WrittenTokens writeTokens(WeightSource& weights, std::span<const std::int32_t> prompt,
                                        std::int32_t endId, const CompletionOptions& options,
                                        const std::function<void(std::int32_t)>& onToken,
                                        JobContext& context);

}  // namespace secateur
