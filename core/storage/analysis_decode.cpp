// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/storage/analysis_layout.h"

namespace secateur {
namespace {

constexpr int kMaxLayers = 10'000;
constexpr std::int64_t kMaxInt = std::numeric_limits<int>::max();

[[noreturn]] void corrupt(const std::string& place, const std::string& problem) {
    throw Error(ErrorCode::Corrupt, place + " " + problem,
                "the file is damaged or not an analysis; measure again");
}

class Decoder {
public:
    Decoder(std::span<const std::byte> image, const std::string& file)
        : root_(h5::openImage(image, file)),
          file_(file),
          elementsLeft_(std::max<std::uint64_t>(1 << 22, 16 * image.size())) {}

    Analysis decodeFacts() {
        readProvenance();
        return std::move(analysis_);
    }

    Analysis decode() {
        readProvenance();
        readLayers();
        const std::uint64_t layers = analysis_.layers.size();
        if (h5::hasGroup(root_, "residual"))
            readTable("residual", analysis_.residual, kResidualDatasets, {layers}, true);
        if (h5::hasGroup(root_, "angular")) {
            readTable("angular", analysis_.angular, kAngularDatasets, {layers + 1, layers + 1}, true);
            analysis_.angular.points = static_cast<int>(layers) + 1;
            analysis_.angular.windows =
                static_cast<int>(h5::readInteger(h5::openGroup(root_, "angular"), "windows", 0, kMaxInt));
        }
        if (h5::hasGroup(root_, "leave_one_out")) {
            analysis_.leaveOneOut.emplace();
            readTable("leave_one_out", *analysis_.leaveOneOut, kLeaveOneOutDatasets, {layers}, false);
            analysis_.leaveOneOut->densePerplexity =
                h5::readNumber(h5::openGroup(root_, "leave_one_out"), "dense_perplexity");
        }
        if (h5::hasGroup(root_, "gradients")) readGradients();
        return std::move(analysis_);
    }

private:
    void checkFormat() const {
        if (h5::readText(root_, "format") != kAnalysisFormat) corrupt(file_, "is not an analysis file");
        const std::int64_t version = h5::readInteger(root_, "version", 1, kMaxInt);
        if (version > kAnalysisVersion)
            throw Error(ErrorCode::Unsupported,
                        file_ + ": analysis version " + std::to_string(version) +
                            " is newer than this program reads (" + std::to_string(kAnalysisVersion) + ")",
                        "update the program, or measure again");
    }

    void readProvenance() {
        checkFormat();
        CalibrationInfo& calibration = analysis_.calibration;
        analysis_.tool = h5::readText(root_, "tool");
        analysis_.modelName = printable(h5::readText(root_, "model_name"));
        analysis_.modelFingerprint = h5::readText(root_, "model_fingerprint");
        analysis_.originalLayers = static_cast<int>(h5::readInteger(root_, "original_layers", 1, kMaxLayers));
        analysis_.choppedLayers = h5::readIntegers(root_, "chopped_layers", analysis_.originalLayers - 1);
        analysis_.dtype = h5::readText(root_, "dtype");
        const std::string statistics = h5::readText(root_, "statistics");
        if (statistics != name(Statistics::Exact) && statistics != name(Statistics::Reference))
            corrupt(file_, "has the unknown statistics \"" + statistics + "\"");
        analysis_.statistics = statisticsFromName(statistics);
        analysis_.tokens = h5::readInteger(root_, "tokens", 0, std::numeric_limits<std::int64_t>::max());
        calibration.source = printable(h5::readText(root_, "calibration_source"));
        calibration.sha256 = h5::readText(root_, "calibration_sha256");
        calibration.samples = static_cast<int>(h5::readInteger(root_, "calibration_samples", 0, kMaxInt));
        calibration.seqLen = static_cast<int>(h5::readInteger(root_, "calibration_seq_len", 0, kMaxInt));
        calibration.seed = h5::readUnsigned(root_, "calibration_seed");
        calibration.sampling = h5::readText(root_, "calibration_sampling");
        calibration.bos = h5::readInteger(root_, "calibration_bos", 0, 1) == 1;
    }

    void readLayers() {
        const h5::Group layers = h5::openGroup(root_, "layers");
        const std::vector<int> numbers = h5::readIntegers(layers, "order", analysis_.originalLayers - 1);
        if (std::set<int>(numbers.begin(), numbers.end()).size() != numbers.size() || numbers.empty())
            corrupt(layers.place, "names no layer, or one twice, in \"order\"");
        for (const int number : numbers) {
            const h5::Group group = h5::openGroup(layers, std::to_string(number));
            LayerAnalysis layer;
            layer.layer = number;
            layer.heads = static_cast<int>(h5::readInteger(group, "heads", 0, 1 << 16));
            layer.kvHeads = static_cast<int>(h5::readInteger(group, "kv_heads", 0, 1 << 16));
            layer.oProj = readChannels(group, "o_proj");
            layer.downProj = readChannels(group, "down_proj");
            checkHeads(layer, group.place);
            analysis_.layers.push_back(std::move(layer));
        }
    }

    static void checkHeads(const LayerAnalysis& layer, const std::string& place) {
        const auto channels = static_cast<int>(layer.oProj.mean.size());
        const bool fits = layer.heads == 0 ? channels == 0 && layer.kvHeads == 0
                                           : channels > 0 && channels % layer.heads == 0 &&
                                                 layer.kvHeads > 0 && layer.heads % layer.kvHeads == 0;
        if (!fits)
            corrupt(place, "has " + std::to_string(layer.heads) + " heads and " +
                               std::to_string(layer.kvHeads) + " KV heads, which do not fit the " +
                               std::to_string(channels) + " channels of o_proj");
    }

    ChannelStatistics readChannels(const h5::Group& layer, const char* linear) {
        ChannelStatistics statistics;
        if (!h5::hasGroup(layer, linear)) return statistics;
        const h5::Group group = h5::openGroup(layer, linear);
        for (const ChannelDataset& dataset : kChannelDatasets) {
            if (!dataset.everywhere && !h5::hasGroup(group, dataset.note.name)) continue;
            std::vector<float>& values = statistics.*dataset.values;
            values = readValues(group, dataset.note.name, 1, true).values;
            if (values.size() != statistics.mean.size())
                corrupt(group.place + "/" + dataset.note.name, "has " + std::to_string(values.size()) +
                                                                   " channels, but mean has " +
                                                                   std::to_string(statistics.mean.size()));
        }
        return statistics;
    }

    // A layer has saliencies of all its units, or of none where another program wrote first orders alone.
    void readGradients() {
        const h5::Group gradients = h5::openGroup(root_, "gradients");
        GradientInfo info;
        info.windows = static_cast<int>(h5::readInteger(gradients, "windows", 1, kMaxInt));
        info.loss = h5::readNumber(gradients, "loss");
        for (LayerAnalysis& layer : analysis_.layers) {
            const h5::Group group = h5::openGroup(gradients, std::to_string(layer.layer));
            for (const Saliency saliency : kAllSaliencies) {
                if (!h5::hasGroup(group, name(saliency))) return;
                const h5::Group of = h5::openGroup(group, name(saliency));
                for (const LinearName linear : kAllLinears)
                    layer.saliency.of(saliency, linear) = readSaliency(of, linear, layer);
            }
        }
        analysis_.gradients = info;
    }

    std::vector<float> readSaliency(const h5::Group& group, LinearName linear, const LayerAnalysis& layer) {
        const std::size_t width = layer.oProj.mean.size();
        const bool keys = linear == LinearName::K || linear == LinearName::V;
        const std::size_t units =
            std::ranges::find(kMlpLinears, linear) != kMlpLinears.end() ? layer.downProj.mean.size()
            : keys && layer.heads > 0 ? width / static_cast<std::size_t>(layer.heads / layer.kvHeads)
                                      : width;
        if (units == 0) return {};
        std::vector<float> values = readValues(group, name(linear), 1, true).values;
        if (values.size() != units)
            corrupt(group.place + "/" + name(linear), "has " + std::to_string(values.size()) +
                                                          " values, but the layer has " +
                                                          std::to_string(units));
        return values;
    }

    template <typename Values, typename Table>
    void readTable(const char* groupName, Values& values, const Table& table, const h5::Shape& shape,
                   bool finite) {
        const h5::Group group = h5::openGroup(root_, groupName);
        for (const auto& dataset : table) {
            h5::FloatArray array =
                readValues(group, dataset.note.name, static_cast<int>(shape.size()), finite);
            if (array.shape != shape)
                corrupt(group.place + "/" + dataset.note.name, "does not have the shape that " +
                                                                   std::to_string(analysis_.layers.size()) +
                                                                   " layers need");
            values.*dataset.values = std::move(array.values);
        }
    }

    // All shapes together may not ask for much more memory than the file has bytes (datasets without stored
    // values cost none).
    h5::FloatArray readValues(const h5::Group& group, const char* dataset, int rank, bool finite) {
        h5::FloatArray array = h5::readFloats(group, dataset, rank, elementsLeft_);
        elementsLeft_ -= array.values.size();
        if (finite && !std::all_of(array.values.begin(), array.values.end(),
                                   [](float value) { return std::isfinite(value); }))
            corrupt(group.place + "/" + dataset, "holds NaN or infinite values");
        return array;
    }

    h5::Group root_;
    std::string file_;
    std::uint64_t elementsLeft_;
    Analysis analysis_;
};

}  // namespace

Analysis decodeAnalysis(std::span<const std::byte> image, const std::string& file) {
    return Decoder(image, file).decode();
}

Analysis decodeAnalysisFacts(std::span<const std::byte> image, const std::string& file) {
    return Decoder(image, file).decodeFacts();
}

}  // namespace secateur
