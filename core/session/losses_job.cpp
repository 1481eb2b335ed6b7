// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::tokenLosses and takeBack: what a plan does to single tokens, and what each of its cuts costs.
#include <algorithm>
#include <chrono>
#include <filesystem>

#include "core/base/error.h"
#include "core/planning/take_back.h"
#include "core/session/local_session.h"
#include "core/storage/corpus.h"
#include "core/storage/token_source.h"
#include "core/storage/tokenizer.h"

namespace secateur {

namespace {

// Null for a checkpoint without one: its ids were given directly.
std::unique_ptr<Tokenizer> tokenizerOf(const std::filesystem::path& folder) {
    try {
        return Tokenizer::open(folder);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::NotFound) return nullptr;
        throw;
    }
}

std::vector<std::string> bytesOf(const Tokenizer& tokenizer, const std::vector<std::int32_t>& ids) {
    std::vector<std::string> bytes(ids.size());
    std::ranges::transform(ids, bytes.begin(), [&](std::int32_t id) { return tokenizer.bytesOf(id); });
    return bytes;
}

// The documents of a text of several, told by how many bytes the tokens before stand for. None for windows
// whose tokens do not lie in the text one after the other, or do not add up to it byte for byte.
std::vector<JudgedDocument> documentsOf(const TokenWindows& windows, const Tokenizer& tokenizer,
                                        const std::filesystem::path& folder) {
    if (windows.text.textFile.empty() || windows.sampling != Sampling::Sequential || windows.bos) return {};
    const Corpus corpus = readCorpus(windows.text.textFile, windows.text.textKey);
    if (corpus.documents.size() < 2) return {};
    const TokenStream stream = readTokens(windows.text, folder, false);
    const std::size_t from = static_cast<std::size_t>(windows.skip) * windows.seqLen;
    if (from + windows.ids.size() > stream.ids.size() ||
        !std::equal(windows.ids.begin(), windows.ids.end(),
                    stream.ids.begin() + static_cast<std::ptrdiff_t>(from)))
        return {};
    std::vector<JudgedDocument> documents;
    std::size_t bytes = 0, document = 0;
    for (std::size_t i = 0; i < stream.ids.size(); ++i) {
        std::string piece = tokenizer.bytesOf(stream.ids[i]);
        // Some tokenizers put a space before the first word.
        if (i == 0 && piece.starts_with(' ') && !corpus.text.starts_with(' ')) piece.erase(0, 1);
        if (corpus.text.compare(bytes, piece.size(), piece) != 0) return {};
        // A token belongs to the document that its last byte lies in or before.
        const std::size_t last = bytes + std::max<std::size_t>(piece.size(), 1) - 1;
        while (document + 1 < corpus.documents.size() && last >= corpus.documents[document + 1].begin)
            ++document;
        bytes += piece.size();
        if (i < from || i >= from + windows.ids.size()) continue;
        const auto here = static_cast<std::int64_t>(i - from);
        const int number = static_cast<int>(document);
        if (documents.empty() || documents.back().number != number)
            documents.push_back({number, here, here});
        else
            documents.back().last = here;
    }
    return documents;
}

}  // namespace

TokenLossReport LocalSession::tokenLosses(const Plan& plan, const Analysis* analysis,
                                          const TokenWindows& windows, const PreviewOptions& options,
                                          JobContext& context) {
    PreviewOptions perToken = options;
    perToken.perToken = true;
    TokenLossReport report;
    report.preview = preview(plan, analysis, windows, perToken, context);
    report.windows = windows.count();
    report.seqLen = windows.seqLen;
    report.skip = windows.skip;
    report.ids = windows.ids;
    report.dense = std::move(report.preview.denseTokenLoss);
    report.planned = std::move(report.preview.planTokenLoss);
    report.preview.denseTokenLoss.clear();
    report.preview.planTokenLoss.clear();
    const std::string key = windowsKey(windows) + windows.text.file();
    if (key != judged_.key) {
        const auto tokenizer = tokenizerOf(checkpoint_->folder());
        judged_ = {
            key,
            tokenTexts(report.ids, tokenizer ? bytesOf(*tokenizer, report.ids) : std::vector<std::string>()),
            tokenizer ? documentsOf(windows, *tokenizer, checkpoint_->folder())
                      : std::vector<JudgedDocument>()};
    }
    report.texts = judged_.texts;
    report.documents = judged_.documents;
    return report;
}

TakeBackReport LocalSession::takeBack(const Plan& plan, const Analysis* analysis, const TokenWindows& windows,
                                      const PreviewOptions& options, JobContext& context,
                                      const TakeBackCallback& onRow) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<LessenedPlan> plans = lessenedPlans(plan);
    PreviewOptions perToken = options;
    perToken.perToken = true;
    const double share = 1.0 / static_cast<double>(plans.size() + 1);
    TakeBackReport report;
    {
        const ProgressRange range(context, 0.0, share);
        report.present = preview(plan, analysis, windows, perToken, context);
    }
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const auto done = static_cast<double>(i + 1);
        const ProgressRange range(context, done * share, (done + 1.0) * share);
        TakeBackRow row;
        row.what = plans[i].what;
        row.plan = plans[i].plan;
        try {
            const PreviewReport less = preview(plans[i].plan, analysis, windows, perToken, context);
            const PerplexityDifference difference =
                perplexityDifference(report.present.planTokenLoss, less.planTokenLoss, windows.count());
            row.perplexity = less.planPerplexity;
            row.standardError = less.planStandardError;
            row.wonBack = difference.value;
            row.wonBackError = difference.standardError;
            row.parametersReturned =
                less.accounting.parametersAfter - report.present.accounting.parametersAfter;
            row.bytesReturned = less.accounting.bytesAfter - report.present.accounting.bytesAfter;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::Cancelled) throw;
            row.problem = error.message();
        }
        report.rows.push_back(std::move(row));
        rank(report.rows);
        if (onRow) onRow(report);
    }
    report.present.denseTokenLoss.clear();
    report.present.planTokenLoss.clear();
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace secateur
