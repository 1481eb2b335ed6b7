// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/local_session.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include <ATen/Parallel.h>

#include "core/base/error.h"
#include "core/evaluate/completion.h"
#include "core/evaluate/perplexity.h"
#include "core/heal/heal_check.h"
#include "core/model/block_pool.h"
#include "core/model/checks.h"
#include "core/model/forward.h"
#include "core/session/device_memory.h"
#include "core/storage/token_source.h"

namespace secateur {

namespace {

using Clock = std::chrono::steady_clock;

// Streams and layers that steps made stay in memory up to this share of the limit and so many bytes. Beyond
// that they are mapped files, which the system keeps in memory as well while it has enough.
constexpr double kWorkShare = 0.1;
constexpr std::int64_t kMostWork = std::int64_t{128} << 20;

const char* dtypeWord(ComputeDtype dtype) {
    switch (dtype) {
        case ComputeDtype::Auto:
            return "auto";
        case ComputeDtype::F32:
            return "f32";
        case ComputeDtype::BF16:
            return "bf16";
        case ComputeDtype::F16:
            return "f16";
    }
    return "auto";
}

PerplexityReport finishReport(double meanLoss, std::int64_t scored,
                              const std::optional<double>& bytesPerToken, Clock::time_point start,
                              PeakPrivateMemory& memory) {
    PerplexityReport report;
    report.perplexity = std::exp(meanLoss);
    report.tokensScored = scored;
    if (bytesPerToken) report.bitsPerByte = meanLoss / std::numbers::ln2 / *bytesPerToken;
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    report.tokensPerSecond = static_cast<double>(scored) / std::max(report.seconds, 1e-9);
    report.peakRssBytes = memory.stop();
    return report;
}

// The text of overlapping windows as windows side by side, one where it is shorter than that.
TokenWindows windowsToCompare(const TokenStream& stream, WindowOptions options) {
    if (stream.ids.empty()) return {};
    options.seqLen = static_cast<int>(std::min<std::size_t>(options.seqLen, stream.ids.size()));
    JobContext silent;
    return cutWindows(stream, options, silent);
}

}  // namespace

std::string toolName() {
    return std::string("secateur ") + SECATEUR_VERSION;
}

std::shared_ptr<Session> Session::open(const std::filesystem::path& checkpoint,
                                       const SessionOptions& options) {
    BlockPool::install();
    auto opened = Checkpoint::open(checkpoint);
    std::shared_ptr<Session> session;
    guarded([&] {
        if (options.threads > 0) at::set_num_threads(options.threads);
        const ComputePlace place = choosePlace(options.device, dtypeWord(options.dtype));
        const std::int64_t limit = options.memoryLimit > 0 ? options.memoryLimit : freeMemory(place.device);
        session = std::make_shared<LocalSession>(std::move(opened), place, limit);
    });
    return session;
}

LocalSession::LocalSession(std::shared_ptr<const Checkpoint> checkpoint, ComputePlace place,
                           std::int64_t memoryLimit)
    : checkpoint_(std::move(checkpoint)),
      place_(place),
      memoryLimit_(memoryLimit),
      memory_(std::make_shared<WorkMemory>(std::min(share(kWorkShare), kMostWork))),
      healScale_(scaleOf(place, 0, nullptr)),
      weights_(checkpoint_, place, memory_),
      benchPlace_{deviceName(), dtypeName(place.weights), dtypeName(place.products),
                  decodingThreads(weights_)} {}

std::string LocalSession::deviceName() const {
    return describe(place_.device);
}

std::string LocalSession::computeDtype() const {
    return dtypeName(place_.weights);
}

void LocalSession::considerResident() {
    keepIfItFits(weights_);
}

void LocalSession::keepIfItFits(WeightSource& weights, double part) const {
    if (!weights.resident() && weights.residentBytes() <= share(part)) weights.keepResident(true);
}

std::int64_t LocalSession::share(double fraction) const {
    return static_cast<std::int64_t>(static_cast<double>(memoryLimit_) * fraction);
}

void LocalSession::requireIdsInVocabulary(const std::vector<std::int32_t>& ids,
                                          const std::string& source) const {
    const auto wrong = std::find_if(ids.begin(), ids.end(),
                                    [&](std::int32_t id) { return id < 0 || id >= config().vocabSize; });
    if (wrong == ids.end()) return;
    throw Error(ErrorCode::InvalidArgument,
                source + ": token id " + std::to_string(*wrong) + " at position " +
                    std::to_string(wrong - ids.begin()) + " is outside the vocabulary of " + summary().name +
                    " (" + std::to_string(config().vocabSize) + " ids)",
                "the tokenizer or the token file belongs to another model");
}

void LocalSession::requireSameModel(const Plan& plan) const {
    if (!plan.model.fingerprint.empty() && plan.model.fingerprint != summary().fingerprint)
        throw Error(ErrorCode::InvalidArgument,
                    "the plan is for another model (" + plan.model.name + ", " + plan.model.fingerprint +
                        "), this is " + summary().name + ", " + summary().fingerprint,
                    "make the plan again for this checkpoint");
}

void LocalSession::requireSameModel(const Analysis* analysis) const {
    if (analysis && !analysis->modelFingerprint.empty() &&
        analysis->modelFingerprint != summary().fingerprint)
        throw Error(ErrorCode::InvalidArgument,
                    "the analysis is of another model (" + analysis->modelName + ", " +
                        analysis->modelFingerprint + "), this is " + summary().name + ", " +
                        summary().fingerprint,
                    "measure this checkpoint");
}

std::string LocalSession::protocol(const TokenWindows& windows) const {
    const std::string from = windows.skip > 0 ? " from number " + std::to_string(windows.skip) : "";
    return "chunked, " + std::to_string(windows.count()) + " windows of " + std::to_string(windows.seqLen) +
           " tokens" + from + ", " + (windows.bos ? "BOS once, " : "no BOS, ") + computeDtype() + ", " +
           deviceName() + ", " + windows.source;
}

TokenWindows LocalSession::windows(const TextSource& source, const WindowOptions& options,
                                   JobContext& context) {
    context.checkStop();
    const TokenStream stream = readTokens(source, checkpoint_->folder(), options.bos, options.packed);
    requireIdsInVocabulary(stream.ids, stream.source);
    TokenWindows windows = cutWindows(stream, options, context);
    windows.text = source;
    return windows;
}

PerplexityReport LocalSession::perplexity(const TokenWindows& windows, JobContext& context) {
    PerplexityReport report;
    guarded([&] {
        const auto start = Clock::now();
        PeakPrivateMemory memory;
        requireIdsInVocabulary(windows.ids, windows.source);
        const at::Tensor losses = chunkedLosses(weights_, windows, share(0.2), context);
        report = finishReport(std::log(perplexityOf(losses)), losses.numel(), windows.bytesPerToken, start,
                              memory);
        if (const auto error = errorOfMeanLoss(losses)) report.standardError = report.perplexity * *error;
    });
    report.protocol = protocol(windows);
    report.overlaps = overlaps(windows, {}, context);
    return report;
}

PerplexityReport LocalSession::slidingPerplexity(const TextSource& source, const WindowOptions& options,
                                                 int stride, JobContext& context) {
    PerplexityReport report;
    guarded([&] {
        const auto start = Clock::now();
        PeakPrivateMemory memory;
        TokenStream stream = readTokens(source, checkpoint_->folder(), options.bos);
        requireIdsInVocabulary(stream.ids, stream.source);
        const TokenWindows compared = windowsToCompare(stream, options);
        std::optional<double> bytesPerToken;
        if (stream.textBytes && !stream.ids.empty())
            bytesPerToken = static_cast<double>(*stream.textBytes) / static_cast<double>(stream.ids.size());
        if (options.samples > 0) {
            const std::size_t wanted =
                static_cast<std::size_t>(options.samples - 1) * stride + options.seqLen;
            if (stream.ids.size() > wanted) stream.ids.resize(wanted);
        }
        const SlidingLoss loss = slidingLoss(weights_, stream, options.seqLen, stride, share(0.2), context);
        report = finishReport(loss.sum / static_cast<double>(loss.scored), loss.scored, bytesPerToken, start,
                              memory);
        report.protocol = "sliding, windows of " + std::to_string(options.seqLen) + " tokens every " +
                          std::to_string(stride) + ", " + (options.bos ? "BOS once, " : "no BOS, ") +
                          computeDtype() + ", " + deviceName() + ", " + stream.source;
        report.overlaps = overlaps(compared, {}, context);
    });
    return report;
}

std::vector<float> LocalSession::logits(const TokenWindows& windows, int window, JobContext& context) {
    std::vector<float> values;
    guarded([&] {
        requireIdsInVocabulary(windows.ids, windows.source);
        const at::Tensor logits = windowLogits(weights_, windows, window, context);
        values.assign(logits.const_data_ptr<float>(), logits.const_data_ptr<float>() + logits.numel());
    });
    return values;
}

}  // namespace secateur
