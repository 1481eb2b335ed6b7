// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/roofline.h"

#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "core/data/linear_form.h"

namespace secateur {

namespace {

constexpr double kWorthNaming = 0.02;

const LinearForm& formOf(const NetworkState& network, std::size_t layer, LinearName linear) {
    return network.layers[layer].forms[static_cast<std::size_t>(linear)];
}

// Values that a row brings and takes; between two factors they come and go as well.
std::int64_t valuesOf(const LinearShape& shape, std::int64_t rank) {
    return shape.in + shape.out + 2 * rank;
}

// The linears of a network that `is` says something of, in how many, and their range of a number.
struct Formed {
    int linears = 0;
    double least = 0.0;
    double most = 0.0;
    void add(double number) {
        least = linears == 0 ? number : std::min(least, number);
        most = linears == 0 ? number : std::max(most, number);
        ++linears;
    }
};

std::string counted(int linears) {
    return std::to_string(linears) + (linears == 1 ? " linear" : " linears");
}

std::string percentRange(const Formed& formed) {
    const std::string least = formatPercent(formed.least);
    const std::string most = formatPercent(formed.most);
    return least == most ? least : least + " to " + most;
}

}  // namespace

std::vector<LinearLoad> linearLoads(const NetworkState& network, int bytesPerNumber,
                                    double storedBytesPerNumber) {
    std::vector<LinearLoad> loads;
    for (const LinearName name : kAllLinears) {
        LinearLoad load;
        load.linear = secateur::name(name);
        load.bytesPerNumber = bytesPerNumber;
        double bits = 0.0;
        for (std::size_t i = 0; i < network.config.layers.size(); ++i) {
            const LayerConfig& layer = network.config.layers[i];
            const LinearShape shape = shapeOf(network.config, layer, name);
            if (shape.out == 0 || shape.in == 0) continue;
            load.weights += linearParameters(network.config, layer, name);
            load.values += valuesOf(shape, layer.rank(name));
            bits += storedBits(formOf(network, i, name), shape.out, shape.in, 8.0 * storedBytesPerNumber);
        }
        load.storedBytes = std::llround(bits / 8.0);
        if (load.weights > 0) loads.push_back(load);
    }
    LinearLoad head;
    head.linear = "lm_head";
    head.bytesPerNumber = bytesPerNumber;
    head.weights = std::int64_t{network.config.vocabSize} * network.config.hiddenSize;
    head.values = std::int64_t{network.config.vocabSize} + network.config.hiddenSize;
    head.storedBytes = std::llround(storedBytesPerNumber * static_cast<double>(head.weights));
    loads.push_back(head);
    return loads;
}

LoadTime loadTime(const LinearLoad& load, std::int64_t rows, const MachineRates& machine) {
    LoadTime time;
    time.bytes = (load.weights + rows * load.values) * load.bytesPerNumber;
    time.flops = 2 * load.weights * rows;
    if (machine.bytesPerSecond > 0.0)
        time.byMemory = static_cast<double>(time.bytes) / machine.bytesPerSecond;
    if (machine.flopsPerSecond > 0.0)
        time.byArithmetic = static_cast<double>(time.flops) / machine.flopsPerSecond;
    return time;
}

std::vector<std::string> formRemarks(const NetworkState& planned, const std::string& products) {
    Formed sparse, quantized;
    for (std::size_t i = 0; i < planned.layers.size(); ++i)
        for (const LinearName name : kAllLinears) {
            if (shapeOf(planned.config, planned.config.layers[i], name).out == 0) continue;
            const LinearForm& form = formOf(planned, i, name);
            if (form.density < 1.0) sparse.add(1.0 - form.density);
            if (form.bits > 0.0) quantized.add(form.bits);
        }
    std::vector<std::string> remarks;
    if (quantized.linears > 0) {
        const std::string least = formatScore(quantized.least);
        const std::string most = formatScore(quantized.most);
        remarks.push_back("The " + counted(quantized.linears) + " of " +
                          (least == most ? least : least + " to " + most) +
                          " bits save bytes in a packed file and no time here: they are multiplied as " +
                          products + " matrices, of which every number is read.");
    }
    if (sparse.linears > 0)
        remarks.push_back("The zeros of " + counted(sparse.linears) + " (" + percentRange(sparse) +
                          ") save neither bytes nor time here: they are stored, read and multiplied like "
                          "other weights.");
    return remarks;
}

std::vector<std::string> speedRemarks(const NetworkSpeed& dense, const NetworkSpeed& planned) {
    std::vector<std::string> remarks;
    if (dense.weightBytes <= 0) return remarks;
    const double saved =
        1.0 - static_cast<double>(planned.weightBytes) / static_cast<double>(dense.weightBytes);
    if (saved < kWorthNaming) return remarks;
    for (const BatchTimes& before : dense.batches) {
        const BatchTimes* after = planned.at(before.batch);
        if (after == nullptr || before.step.median <= 0.0) continue;
        const bool apart = after->step.upper < before.step.lower;
        const double gain = before.step.median / std::max(after->step.median, 1e-12) - 1.0;
        if (apart && gain >= kWorthNaming) continue;
        double linears = 0.0;
        for (const LayerTime& layer : before.layers) linears += layer.linearSeconds;
        remarks.push_back("At batch " + std::to_string(before.batch) + " the plan reads " +
                          formatPercent(saved) +
                          " fewer bytes of weights and writes no faster: products "
                          "of its layers take " +
                          formatPercent(linears / before.step.median) + " of the dense network's time.");
    }
    return remarks;
}

}  // namespace secateur
