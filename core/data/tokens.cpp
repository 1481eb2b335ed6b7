// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/tokens.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/job_context.h"
#include "core/data/random.h"

namespace secateur {

namespace {

void checkOptions(const TokenStream& stream, const WindowOptions& options) {
    if (options.samples < 0) {
        throw Error(ErrorCode::InvalidArgument,
                    "the number of windows is " + std::to_string(options.samples) + ", below 0",
                    "0 takes all windows there are");
    }
    if (options.seqLen < 1) {
        throw Error(ErrorCode::InvalidArgument,
                    "the window length is " + std::to_string(options.seqLen) + ", below 1");
    }
    const auto needed = static_cast<std::size_t>(options.seqLen);
    if (stream.ids.size() < needed) {
        throw Error(ErrorCode::InvalidArgument,
                    stream.source + " has " + std::to_string(stream.ids.size()) +
                        " tokens, fewer than one window of " + std::to_string(needed),
                    "give a longer text or a smaller --seq-len");
    }
}

// How many windows to cut; warns when the text has fewer than were asked for.
std::size_t windowCount(const TokenStream& stream, const WindowOptions& options, const JobContext& context) {
    const auto length = static_cast<std::size_t>(options.seqLen);
    const auto asked = static_cast<std::size_t>(options.samples);
    const std::size_t whole = stream.ids.size() / length;
    if (asked == 0) return whole;
    const bool random = options.sampling == Sampling::Random;
    const std::size_t different = random ? stream.ids.size() - length + 1 : whole;
    if (asked > different) {
        context.warn(stream.source + " has " + std::to_string(different) + " windows of " +
                     std::to_string(length) + " tokens, fewer than the " + std::to_string(asked) +
                     " asked for: " + (random ? "some are drawn more than once" : "all of them are used"));
    }
    return random ? asked : std::min(asked, whole);
}

}  // namespace

TokenWindows cutWindows(const TokenStream& stream, const WindowOptions& options, const JobContext& context) {
    checkOptions(stream, options);
    const auto length = static_cast<std::size_t>(options.seqLen);
    const std::size_t count = windowCount(stream, options, context);
    if (count > static_cast<std::size_t>(std::numeric_limits<int>::max()) / length) {
        throw Error(ErrorCode::InvalidArgument,
                    std::to_string(count) + " windows of " + std::to_string(length) +
                        " tokens are more than 2^31 tokens",
                    "give fewer --samples");
    }
    TokenWindows windows;
    windows.seqLen = options.seqLen;
    windows.source = stream.source;
    windows.sha256 = stream.sha256;
    windows.sampling = options.sampling;
    windows.seed = options.seed;
    windows.bos = options.bos;
    const std::size_t textTokens = stream.ids.size() - (options.bos ? 1 : 0);
    if (stream.textBytes && textTokens > 0) {
        windows.bytesPerToken = static_cast<double>(*stream.textBytes) / static_cast<double>(textTokens);
    }
    windows.ids.reserve(count * length);
    SplitMix64 generator(options.seed);
    const bool random = options.sampling == Sampling::Random;
    const std::size_t left = random ? 0 : stream.ids.size() / length - count;
    const std::size_t skipped = std::min(left, static_cast<std::size_t>(std::max(options.skip, 0)));
    windows.skip = static_cast<int>(skipped);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t start =
            random ? generator.next() % (stream.ids.size() - length + 1) : (skipped + i) * length;
        const auto begin = stream.ids.begin() + static_cast<std::ptrdiff_t>(start);
        windows.ids.insert(windows.ids.end(), begin, begin + options.seqLen);
    }
    return windows;
}

}  // namespace secateur
