// SPDX-License-Identifier: GPL-3.0-or-later
//
// libFuzzer entry for plan JSON: whatever the bytes, the reader answers with a plan or with an Error. Build
// it with clang's -fsanitize=fuzzer, or let tests/planning/plan_mutation_test.cpp drive it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "tests/data/plan_samples.h"

using namespace secateur;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const NetworkConfig kNetwork = test::sampleNetwork();
    try {
        const std::string_view text(reinterpret_cast<const char*>(data), size);
        const Plan plan = parsePlan(text, kNetwork, "sha256:abc", "plan.json").plan;
        // Whatever is accepted can be carried out, and written and read again.
        if (plannedNetwork(kNetwork, plan).layers.empty()) std::abort();
        const std::string written = toJson(plan);
        if (toJson(parsePlan(written, kNetwork, "", "again").plan) != written) std::abort();
    } catch (const Error&) {
    }
    return 0;
}
