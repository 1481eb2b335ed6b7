// SPDX-License-Identifier: GPL-3.0-or-later
//
// The open model of the session engine and its tokenized texts. Device thread only.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/workbench/session_engine.h"

namespace secateur {

struct SessionEngine::Open {
    explicit Open(std::shared_ptr<Session> opened) : session(std::move(opened)) {}

    // Texts are tokenized once; device thread only.
    const TokenWindows& windows(const TextSource& text, const WindowOptions& options, JobContext& context) {
        const std::string key = text.textFile + '\n' + text.tokensFile + '\n' + text.tokensName + '\n' +
                                std::to_string(options.samples) + ' ' + std::to_string(options.seqLen) + ' ' +
                                std::to_string(options.skip) + (options.packed ? " packed" : "");
        for (const auto& [known, cut] : cache) {
            if (known == key) return cut;
        }
        constexpr std::size_t kMostTexts = 4;
        if (cache.size() >= kMostTexts) cache.erase(cache.begin());
        cache.emplace_back(key, session->windows(text, options, context));
        return cache.back().second;
    }

    // What calibrated steps of the plan look at; a copy, because other texts may take its place. None where
    // the plan has no such steps or there is no text.
    std::optional<TokenWindows> calibration(const Plan& plan, const TextSource& text,
                                            const WindowOptions& options, JobContext& context) {
        if (text.empty() || !needsCalibrationText(plan)) return std::nullopt;
        return windows(text, options, context);
    }

    // What a plan leaves, and the texts that this is made from. `request` must outlive it: a PreviewRequest,
    // or another with its fields.
    struct PlanNetwork {
        template <class Request>
        PlanNetwork(Open& open, const Request& request, JobContext& context)
            : calibration(
                  open.calibration(request.plan, request.calibration, request.calibrationWindows, context)) {
            if (!request.text.empty()) judged = open.windows(request.text, request.windows, context);
            network = {&request.plan, request.analysis.get(), calibration ? &*calibration : nullptr,
                       judged ? &*judged : nullptr};
        }
        PlanNetwork(const PlanNetwork&) = delete;
        PlanNetwork& operator=(const PlanNetwork&) = delete;

        std::optional<TokenWindows> calibration, judged;
        CompletionNetwork network;
    };

    std::shared_ptr<Session> session;
    // The healed model that wrote last, and its folder.
    std::shared_ptr<Session> healed;
    QString healedFolder;
    std::vector<std::pair<std::string, TokenWindows>> cache;
};

}  // namespace secateur
