// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans of several steps against an independent implementation (tests/golden/README.md): each step decided
// and calibrated on what the steps before it leave, previewed, and applied.
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/storage/checkpoint.h"
#include "tests/golden_families.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using fixtures::Scratch;
using nlohmann::json;

json goldenRows(const std::string& family, const char* file) {
    std::ifstream stream(fixtures::golden(family) / file);
    return json::parse(stream);
}

// Share of zeros among the linears of a checkpoint's decoder, or their factors, counted in the file.
double zeroFraction(const std::filesystem::path& folder) {
    const auto checkpoint = Checkpoint::open(folder);
    double zeros = 0.0, all = 0.0;
    std::vector<std::string> modules;
    for (const LinearName linear : kAllLinears) {
        modules.emplace_back(moduleName(linear));
        for (std::size_t factor = 0; factor < kFactors.size(); ++factor)
            modules.push_back(factorModule(moduleName(linear), factor));
    }
    for (int layer = 0; layer < checkpoint->config().layerCount(); ++layer)
        for (const std::string& module : modules) {
            const std::string name = weightName(layer, module);
            if (!checkpoint->has(name)) continue;
            const TensorView view = checkpoint->tensor(name);
            const auto* values = reinterpret_cast<const float*>(view.bytes.data());
            const std::size_t count = view.bytes.size() / sizeof(float);
            for (std::size_t i = 0; i < count; ++i) zeros += values[i] == 0.0F ? 1.0 : 0.0;
            all += static_cast<double>(count);
        }
    return zeros / all;
}

double tolerance(const std::vector<std::string>& steps) {
    double largest = 1e-3;
    for (const std::string& step : steps) {
        if (step.starts_with("sparsegpt")) largest = std::max(largest, 1e-2);
        if (step.starts_with("gptq")) largest = std::max(largest, 5e-2);
    }
    return largest;
}

class Chains : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        session_ = fixtures::open(fixtures::golden(GetParam()));
        calibration_ = fixtures::tokens(*session_, GetParam(), "calibration");
        evaluation_ = fixtures::tokens(*session_, GetParam(), "evaluation");
    }

    Plan planned(const std::vector<std::string>& steps) {
        return session_->plan(nullptr, &calibration_, fixtures::stepsRequest(steps), context_).plan;
    }

    // The preview's perplexity, which must be that of the applied checkpoint.
    double perplexity(const Plan& plan, const std::filesystem::path& folder) {
        const PreviewReport preview = session_->preview(
            plan, nullptr, evaluation_, {.perToken = false, .calibration = &calibration_}, context_);
        static_cast<void>(session_->apply(plan, nullptr, &calibration_, folder, {}, context_));
        const auto applied = fixtures::open(folder);
        const double written =
            applied->perplexity(fixtures::tokens(*applied, GetParam(), "evaluation"), context_).perplexity;
        EXPECT_NEAR(written / preview.planPerplexity, 1.0, 1e-5);
        return preview.planPerplexity;
    }

    JobContext context_;
    std::shared_ptr<Session> session_;
    TokenWindows calibration_, evaluation_;
};

INSTANTIATE_TEST_SUITE_P(Golden, Chains, test::goldenFamilies(), test::kNameOfFamily);

TEST_P(Chains, OfSeveralSteps) {
    const Scratch scratch;
    int row = 0;
    for (const json& chain : goldenRows(GetParam(), "chains.json")) {
        const auto steps = chain.at("steps").get<std::vector<std::string>>();
        SCOPED_TRACE(chain.at("steps").dump());
        const std::filesystem::path folder = scratch / std::to_string(row++);
        const double measured = perplexity(planned(steps), folder);
        EXPECT_NEAR(measured / chain.at("perplexity").get<double>(), 1.0, tolerance(steps));
        const double zeros = chain.at("zero_fraction").get<double>();
        const bool rounds = chain.dump().find("gptq") != std::string::npos;
        EXPECT_NEAR(zeroFraction(folder), zeros, rounds ? 1e-2 : 1e-5);
    }
}

TEST_P(Chains, UnstructuredRows) {
    const Scratch scratch;
    int number = 0;
    for (const json& row : goldenRows(GetParam(), "expected.json").at("unstructured")) {
        const std::string method = row.at("method");
        const json& pattern = row.at("n_m");
        const std::string step =
            method + (pattern.is_null() ? " sparsity=" + row.at("sparsity").dump()
                                        : " pattern=" + pattern.at(0).dump() + ":" + pattern.at(1).dump());
        SCOPED_TRACE(step);
        const std::filesystem::path folder = scratch / std::to_string(number++);
        const double measured = perplexity(planned({step}), folder);
        EXPECT_NEAR(measured / row.at("perplexity").get<double>(), 1.0, tolerance({step}));
        EXPECT_NEAR(zeroFraction(folder), row.at("zero_fraction").get<double>(), 1e-6);
    }
}

TEST_P(Chains, QuantizedRows) {
    const Scratch scratch;
    int number = 0;
    for (const json& row : goldenRows(GetParam(), "expected.json").at("quantized")) {
        const std::string step = row.at("method").get<std::string>() + " bits=" + row.at("bits").dump() +
                                 " group=" + row.at("group").dump() +
                                 " symmetric=" + row.at("symmetric").dump();
        SCOPED_TRACE(step);
        const double measured = perplexity(planned({step}), scratch / std::to_string(number++));
        EXPECT_NEAR(measured / row.at("perplexity").get<double>(), 1.0, tolerance({step}));
    }
}

TEST_P(Chains, LowRankRows) {
    const Scratch scratch;
    int number = 0;
    for (const json& row : goldenRows(GetParam(), "expected.json").at("low_rank")) {
        const std::string step = row.at("method").get<std::string>() + " keep=" + row.at("ratio").dump();
        SCOPED_TRACE(step);
        const double measured = perplexity(planned({step}), scratch / std::to_string(number++));
        EXPECT_NEAR(measured / row.at("perplexity").get<double>(), 1.0, 1e-3);
    }
}

}  // namespace
}  // namespace secateur
