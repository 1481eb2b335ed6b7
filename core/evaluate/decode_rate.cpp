// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/decode_rate.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <numeric>
#include <string>

#include "core/base/error.h"
#include "core/evaluate/completion.h"

namespace secateur {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void requireSensible(const BenchOptions& options, const NetworkConfig& network) {
    const auto refuse = [](const std::string& what, const std::string& hint) {
        throw Error(ErrorCode::InvalidArgument, what, hint);
    };
    if (options.promptTokens < 1) refuse("the prompt has no token", "give at least one");
    if (options.newTokens < 2)
        refuse("a rate needs at least 2 new tokens", "the first comes with the prompt");
    if (options.repetitions < 1) refuse("there is nothing to repeat", "give at least one repetition");
    if (options.batches.empty()) refuse("there is no batch to measure", "give for example 1,8");
    for (const int batch : options.batches)
        if (batch < 1) refuse("a batch of " + std::to_string(batch) + " sequences", "give at least 1");
    const int tokens = options.promptTokens + options.newTokens;
    if (network.maxPositions > 0 && tokens > network.maxPositions)
        refuse(std::to_string(tokens) + " tokens are more than the network's " +
                   std::to_string(network.maxPositions) + " positions",
               "use a shorter prompt or fewer new tokens");
}

// Some ids of the vocabulary, spread over it.
std::vector<std::int32_t> idsFor(const NetworkConfig& network, int count) {
    std::vector<std::int32_t> ids(static_cast<std::size_t>(count));
    std::int64_t at = 1;
    for (std::int32_t& id : ids) {
        id = static_cast<std::int32_t>(at % network.vocabSize);
        at += 7919;
    }
    return ids;
}

struct Repetition {
    double prompt = 0.0;
    double firstToken = 0.0;
    std::vector<double> steps;
};

class BatchMeasurement {
public:
    BatchMeasurement(WeightSource& weights, const BenchOptions& options, int batch, JobContext& context)
        : weights_(weights),
          options_(options),
          batch_(batch),
          context_(context),
          prompts_(idsFor(weights.config(), batch * options.promptTokens)) {}

    void warm() { static_cast<void>(repetition()); }
    void timeSinglePasses();
    void repeat();
    [[nodiscard]] BatchTimes times() const;

private:
    struct Parts {
        std::vector<double> layers;
        double rest = 0.0;
    };
    Repetition repetition(const std::function<void()>& mark = {});
    [[nodiscard]] Parts timeParts();
    [[nodiscard]] std::vector<double> timeLinears();

    WeightSource& weights_;
    const BenchOptions& options_;
    int batch_;
    JobContext& context_;
    std::vector<std::int32_t> prompts_;
    Parts parts_;
    std::vector<double> linears_;
    std::vector<double> prompt_, firstToken_, steps_;
};

Repetition BatchMeasurement::repetition(const std::function<void()>& mark) {
    TokenReader reader(weights_, options_.promptTokens + options_.newTokens, batch_);
    if (mark) reader.setMark(mark);
    Repetition times;
    int written = 0;
    Clock::time_point last = Clock::now();
    const auto choose = [&](const at::Tensor& logits, std::span<std::int32_t> next) {
        const double read = secondsSince(last);
        const at::Tensor best = logits.argmax(1).to(at::kInt).contiguous();
        std::copy_n(best.const_data_ptr<std::int32_t>(), next.size(), next.begin());
        const double chosen = secondsSince(last);
        if (++written == 1) {
            times.prompt = read;
            times.firstToken = chosen;
        } else {
            times.steps.push_back(chosen);
        }
        context_.advanceBy(batch_ * (written == 1 ? options_.promptTokens : 1.0));
        last = Clock::now();
        return written < options_.newTokens;
    };
    decode(reader, prompts_, choose, context_);
    return times;
}

// Medians of each layer in a step, and of what else a step takes.
BatchMeasurement::Parts BatchMeasurement::timeParts() {
    const auto layers = static_cast<std::size_t>(weights_.config().layerCount());
    const std::size_t marksOfRead = layers + 2;
    std::vector<Clock::time_point> marks;
    const Repetition times = repetition([&] { marks.push_back(Clock::now()); });
    std::vector<std::vector<double>> took(layers);
    std::vector<double> rest = times.steps;
    for (std::size_t step = 0; step < times.steps.size(); ++step) {
        const std::size_t first = (step + 1) * marksOfRead;  // the first read is that of the prompt
        for (std::size_t layer = 0; layer < layers; ++layer) {
            const auto span = marks[first + layer + 1] - marks[first + layer];
            took[layer].push_back(std::chrono::duration<double>(span).count());
            rest[step] -= took[layer].back();
        }
    }
    Parts parts;
    for (std::vector<double>& spans : took) parts.layers.push_back(quartilesOf(std::move(spans)).median);
    parts.rest = std::max(quartilesOf(std::move(rest)).median, 0.0);
    return parts;
}

// Seconds that the products with the linears of each layer take by themselves, one layer after the other, so
// that caches are as in a step.
std::vector<double> BatchMeasurement::timeLinears() {
    constexpr int kRounds = 5;
    const FewThreads few(weights_);
    const ComputePlace& place = weights_.place();
    const auto layers = static_cast<std::size_t>(weights_.config().layerCount());
    std::vector<std::vector<double>> took(layers);
    for (int round = 0; round < kRounds; ++round) {
        for (std::size_t layer = 0; layer < layers; ++layer) {
            context_.checkStop();
            const LayerWeights weights = weights_.layer(static_cast<int>(layer));
            std::vector<std::pair<const Linear*, at::Tensor>> products;
            for (const LinearName name : kAllLinears) {
                const Linear& linear = weights.linear(name);
                if (!linear.defined()) continue;
                const LinearShape shape = shapeOf(weights_.config(), weights_.config().layers[layer], name);
                if (shape.in == 0) continue;
                products.emplace_back(
                    &linear, at::ones({batch_, shape.in},
                                      at::TensorOptions().dtype(place.products).device(place.device)));
            }
            waitFor(place.device);
            const auto start = Clock::now();
            for (const auto& [linear, x] : products) static_cast<void>(linear->product(x));
            waitFor(place.device);
            took[layer].push_back(secondsSince(start));
        }
    }
    std::vector<double> medians;
    for (std::vector<double>& rounds : took) medians.push_back(quartilesOf(std::move(rounds)).median);
    return medians;
}

void BatchMeasurement::timeSinglePasses() {
    parts_ = timeParts();
    // A network that is not kept is read anew in every step, which takes a layer's time and grows with its
    // linears.
    linears_ = weights_.resident() ? timeLinears() : parts_.layers;
}

void BatchMeasurement::repeat() {
    const Repetition times = repetition();
    prompt_.push_back(times.prompt);
    firstToken_.push_back(times.firstToken);
    steps_.insert(steps_.end(), times.steps.begin(), times.steps.end());
}

BatchTimes BatchMeasurement::times() const {
    BatchTimes times;
    times.batch = batch_;
    times.prompt = quartilesOf(prompt_);
    times.firstToken = quartilesOf(firstToken_);
    times.step = quartilesOf(steps_);
    // What counts is how the parts share a step: marks cost a little on a CPU and a lot on a GPU, which then
    // waits at each, and what disturbs a whole step spares most of its parts.
    const double sum = std::accumulate(parts_.layers.begin(), parts_.layers.end(), parts_.rest);
    const double scale = sum > 0.0 ? times.step.median / sum : 0.0;
    for (std::size_t i = 0; i < parts_.layers.size(); ++i)
        times.layers.push_back({parts_.layers[i] * scale, std::min(linears_[i], parts_.layers[i]) * scale});
    times.restSeconds = parts_.rest * scale;
    return times;
}

double tokensOfARepetition(const BenchOptions& options) {
    double tokens = 0.0;
    for (const int batch : options.batches)
        tokens += static_cast<double>(batch) * (options.promptTokens + options.newTokens - 1);
    return tokens;
}

// The least time of a piece of work in about 50 ms, after one that is not counted.
double leastSeconds(const at::Device& device, const JobContext& context, const std::function<void()>& work) {
    constexpr double kWhole = 0.05;
    work();
    waitFor(device);
    double least = 0.0;
    const auto begin = Clock::now();
    for (int done = 0; done < 3 || secondsSince(begin) < kWhole; ++done) {
        context.checkStop();
        const auto start = Clock::now();
        work();
        waitFor(device);
        const double took = secondsSince(start);
        least = done == 0 ? took : std::min(least, took);
    }
    return std::max(least, 1e-9);
}

}  // namespace

void warmUp(WeightSource& network, const BenchOptions& options, JobContext& context) {
    requireSensible(options, network.config());
    context.beginStage("warm up", tokensOfARepetition(options), "tokens");
    for (const int batch : options.batches) BatchMeasurement(network, options, batch, context).warm();
}

std::vector<std::vector<BatchTimes>> measureDecoding(std::span<WeightSource* const> networks,
                                                     const BenchOptions& options, JobContext& context) {
    for (const WeightSource* network : networks) requireSensible(options, network->config());
    context.beginStage(
        "time",
        static_cast<double>(networks.size()) * (options.repetitions + 1) * tokensOfARepetition(options),
        "tokens");
    std::vector<std::vector<BatchTimes>> times(networks.size());
    for (const int batch : options.batches) {
        std::vector<BatchMeasurement> measurements;
        for (WeightSource* network : networks) {
            measurements.emplace_back(*network, options, batch, context);
            measurements.back().timeSinglePasses();
        }
        const auto start = Clock::now();
        for (int done = 0; done < options.repetitions; ++done) {
            if (done > 0 && options.seconds > 0.0 && secondsSince(start) > options.seconds) break;
            for (BatchMeasurement& measurement : measurements) measurement.repeat();
        }
        for (std::size_t i = 0; i < networks.size(); ++i) times[i].push_back(measurements[i].times());
    }
    return times;
}

std::int64_t loadWeights(WeightSource& weights, const JobContext& context) {
    std::int64_t bytes = 0;
    const auto count = [&](const at::Tensor& tensor) {
        if (tensor.defined()) bytes += static_cast<std::int64_t>(tensor.nbytes());
    };
    for (int position = 0; position < weights.config().layerCount(); ++position) {
        context.checkStop();
        const LayerWeights layer = weights.layer(position);
        for (const LayerTensor& tensor : layerTensors())
            if (tensor.kind != LayerTensor::Kind::Weight) count(tensor.in(layer));
        for (const LinearName name : kAllLinears)
            for (const at::Tensor& tensor : weightsOf(layer.linear(name))) count(tensor);
        weights.release(position);
    }
    count(weights.outputHead());
    if (!weights.config().tiedEmbeddings) count(weights.embedding());
    count(weights.finalNorm());
    return bytes;
}

MachineRates measureMachine(const WeightSource& weights, const JobContext& context) {
    constexpr std::int64_t kLargestBlock = std::int64_t{256} << 20;
    constexpr std::int64_t kSmallestBlock = std::int64_t{1} << 20;
    constexpr std::int64_t kSide = 1024;
    const FewThreads few(weights);
    const ComputePlace& place = weights.place();
    const auto options = at::TensorOptions().device(place.device);
    MachineRates rates;
    {
        const std::int64_t bytes = std::clamp(weights.residentBytes(), kSmallestBlock, kLargestBlock);
        const at::Tensor from = at::ones({bytes / 4}, options.dtype(at::kFloat));
        at::Tensor to = at::empty_like(from);
        rates.bytesPerSecond = 2.0 * static_cast<double>(from.nbytes()) /
                               leastSeconds(place.device, context, [&] { to.copy_(from); });
    }
    const at::Tensor a = at::ones({kSide, kSide}, options.dtype(place.products));
    at::Tensor product = at::empty_like(a);
    rates.flopsPerSecond = 2.0 * static_cast<double>(kSide * kSide * kSide) /
                           leastSeconds(place.device, context, [&] { at::mm_out(product, a, a); });
    return rates;
}

}  // namespace secateur
