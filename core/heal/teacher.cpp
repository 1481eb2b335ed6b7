// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/teacher.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <c10/core/GradMode.h>

#include "core/heal/batches.h"
#include "core/heal/teacher_cache.h"
#include "core/model/tensors.h"

namespace secateur {

namespace {

constexpr int kWindowsTogether = 32;  // written at once
constexpr int kPromptShare = 8;       // of a window: one part in so many is the prompt

}  // namespace

Teacher::Teacher(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place, int seqLen,
                 std::int64_t shared)
    : checkpoint_(std::move(checkpoint)),
      place_(place),
      weights_(checkpoint_, place_),
      pass_(makePassContext(weights_.config(), place_, seqLen)),
      shared_(shared > 0 ? std::min<std::int64_t>(shared, config().vocabSize) : config().vocabSize) {
    weights_.keepResident(true);
}

Teacher::~Teacher() = default;

void Teacher::cacheIn(const std::filesystem::path& file, const TokenWindows& windows, int topK,
                      double temperature) {
    const std::string key = checkpoint_->summary().fingerprint + " on " + windows.sha256 + " " +
                            std::to_string(windows.count()) + " temperature " + std::to_string(temperature) +
                            " " + dtypeName(place_.products) +
                            (shared_ < config().vocabSize ? " first " + std::to_string(shared_) : "");
    cache_ = std::make_unique<TeacherCache>(
        file, key, TeacherCache::Shape{windows.seqLen - 1, std::min<std::int64_t>(topK, shared_)});
}

at::Tensor Teacher::taughtHead() {
    return weights_.outputHead().narrow(0, 0, shared_);
}

at::Tensor Teacher::embeddingRows(std::int64_t first, std::int64_t count) {
    return weights_.embedding().narrow(0, first, count).to(place_.device, at::kFloat);
}

at::Tensor Teacher::stream(const at::Tensor& ids, const std::vector<int>& positions, LayerOutputs& outputs) {
    const c10::NoGradGuard quiet;
    at::Tensor hidden = at::embedding(weights_.embedding(), ids.to(at::kCPU)).to(place_.device, at::kFloat);
    std::map<int, std::pair<at::Tensor, at::Tensor>> of;  // stream and attention, by position
    for (int position = 0; position < config().layerCount(); ++position) {
        const LayerWeights layer = weights_.layer(position);
        const bool watched = outputs.wanted() && std::count(positions.begin(), positions.end(), position) > 0;
        const bool split = watched && outputs.wantsAttention &&
                           config().layers[static_cast<std::size_t>(position)].heads > 0;
        const at::Tensor before = split ? hidden.clone() : at::Tensor();
        runAttention(pass_, position, layer, hidden);
        if (split) of[position].second = hidden - before;
        runMlp(pass_, position, layer, hidden);
        if (watched && outputs.wantsStreams) of[position].first = hidden.clone();
    }
    for (const int position : positions) {
        if (outputs.wantsStreams) outputs.streams.push_back(of[position].first);
        if (outputs.wantsAttention) outputs.attention.push_back(of[position].second);
    }
    return rmsNorm(hidden, weights_.finalNorm(), config().normEps, place_.products);
}

TeacherSide Teacher::side(const at::Tensor& ids, const std::vector<int>& which,
                          const std::vector<int>& positions, LayerOutputs& outputs,
                          const HealOptions& options) {
    const c10::NoGradGuard quiet;
    TeacherSide side;
    side.temperature = options.temperature;
    side.crossEntropyShare = options.crossEntropyShare;
    side.vocabulary = shared_;
    std::vector<TeacherCache::Record> records(which.size());
    bool all = cache_ != nullptr && !outputs.wanted() && !which.empty();
    for (std::size_t i = 0; all && i < which.size(); ++i) all = cache_->read(which[i], records[i]);
    if (!all) {
        side.x = inputsOf(stream(ids, positions, outputs));
        side.head = taughtHead();
        if (cache_ == nullptr || which.empty()) return side;
        const std::int64_t rows = cache_->shape().positions;
        for (std::size_t i = 0; i < which.size(); ++i) {
            const at::Tensor x = side.x.narrow(0, static_cast<std::int64_t>(i) * rows, rows);
            const at::Tensor logs =
                at::log_softmax(at::linear(x, side.head).to(at::kFloat) / options.temperature, -1);
            const auto [values, ids64] = logs.topk(cache_->shape().topK, -1);
            records[i] = {ids64.to(at::kCPU), values.to(at::kCPU)};
            cache_->write(which[i], records[i]);
        }
    }
    std::vector<at::Tensor> topIds, logs;
    for (const TeacherCache::Record& record : records) {
        topIds.push_back(record.ids);
        logs.push_back(record.logProbability);
    }
    side.x = side.head = at::Tensor();
    side.topIds = at::cat(topIds).to(place_.device);
    side.topLogProbability = at::cat(logs).to(place_.device);
    return side;
}

at::Tensor Teacher::windowLosses(const at::Tensor& ids) {
    const c10::NoGradGuard quiet;
    LayerOutputs none;
    return secateur::windowLosses(stream(ids, {}, none), weights_.outputHead(), ids);
}

TokenWindows Teacher::write(const TokenWindows& prompts, int count, std::uint64_t seed, JobContext& context) {
    const c10::NoGradGuard quiet;
    const at::Generator generator = seededGenerator(place_.device, seed);
    TokenWindows written = prompts;
    written.ids.clear();
    written.source += ", continued by the teacher";
    written.sha256 += " x " + std::to_string(count) + " by " + checkpoint_->summary().fingerprint;
    written.bytesPerToken.reset();
    context.beginStage("teacher writes", count, "windows");
    const int length = std::max(1, prompts.seqLen / kPromptShare);
    for (int first = 0; first < count; first += kWindowsTogether) {
        std::vector<int> which;
        for (int i = first; i < std::min(count, first + kWindowsTogether); ++i)
            which.push_back(i % prompts.count());
        const at::Tensor prompt = idsOf(prompts, which, place_.device).narrow(1, 0, length);
        const at::Tensor ids =
            sampleWindows(prompt, prompts.seqLen, generator).to(at::kCPU, at::kInt).contiguous();
        written.ids.insert(written.ids.end(), ids.const_data_ptr<std::int32_t>(),
                           ids.const_data_ptr<std::int32_t>() + ids.numel());
        context.advanceBy(static_cast<double>(which.size()));
    }
    return written;
}

at::Tensor Teacher::sampleWindows(const at::Tensor& prompt, int seqLen, at::Generator generator) {
    KvCache cache{std::vector<KvCache::Layer>(config().layers.size())};
    PassContext pass = pass_;
    pass.cache = &cache;
    at::Tensor ids = prompt;
    at::Tensor next = prompt;
    while (true) {
        const std::int64_t before = ids.size(1) - next.size(1);
        pass.rope = pass_.rope.positions(before, next.size(1));
        at::Tensor hidden =
            at::embedding(weights_.embedding(), next.to(at::kCPU)).to(place_.device, at::kFloat);
        for (int position = 0; position < config().layerCount(); ++position)
            runLayer(pass, position, weights_.layer(position), hidden);
        const at::Tensor last = rmsNorm(hidden.narrow(1, hidden.size(1) - 1, 1).squeeze(1).contiguous(),
                                        weights_.finalNorm(), config().normEps, place_.products);
        const at::Tensor p = at::softmax(at::linear(last, taughtHead()).to(at::kFloat), -1);
        next = at::multinomial(p, 1, false, generator);
        ids = at::cat({ids, next}, 1);
        if (ids.size(1) == seqLen) return ids;
    }
}

}  // namespace secateur
