// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/replace.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/model/forward.h"
#include "core/model/inputs.h"
#include "core/model/layer_pass.h"
#include "core/model/weights.h"

namespace secateur {

namespace {

constexpr double kFirstRidge = 1e-10;
constexpr std::int64_t kRowsAtOnce = 4096;  // tokens whose f64 copies are there at a time

// Layers first ... end - 1 go; layer first - 1 stands for them.
struct Block {
    int first = 0, end = 0;
};

std::vector<Block> blocksOf(const StepEffect& effect, int layersBefore) {
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < effect.origins.size(); ++i) {
        const int kept = effect.origins[i].position;
        const int next = i + 1 < effect.origins.size() ? effect.origins[i + 1].position : layersBefore;
        if (next > kept + 1) blocks.push_back({kept + 1, next});
    }
    return blocks;
}

class BlockFitter final : public LayerVisitor, private ActivationObserver {
public:
    BlockFitter(WeightSource& weights, std::vector<Block> blocks, JobContext& context)
        : weights_(weights), blocks_(std::move(blocks)), context_(context) {
        for (int position = 0; position < weights.config().layerCount(); ++position)
            made_.push_back(weights.source()->layer(position));
    }

    void before(int position, const at::Tensor& hidden) override {
        if (!opens(position)) return;
        outputs_ = weights_.memory()->copy(hidden);
        filled_ = 0;
        const Linear& down = made_[static_cast<std::size_t>(position)].down;
        weight_ = down.dense().to(hidden.device(), at::kFloat);
        bias_ = down.bias.defined() ? down.bias.to(hidden.device(), at::kFloat) : at::Tensor();
    }

    ActivationObserver* watch(int position) override { return opens(position) ? this : nullptr; }

    void after(int position, const at::Tensor& hidden) override {
        if (opens(position)) {
            rest_ = weights_.memory()->copy(hidden);
            rest_.sub_(outputs_);
        }
        if (current_ < blocks_.size() && position == blocks_[current_].end - 1) close(hidden);
    }

    [[nodiscard]] std::vector<LayerWeights> made() { return std::move(made_); }

private:
    [[nodiscard]] bool opens(int position) const {
        return current_ < blocks_.size() && position == blocks_[current_].first - 1;
    }

    void see(int, Site site, const at::Tensor& x) override {
        if (site != Site::MlpMid) return;
        outputs_.narrow(0, filled_, x.size(0)).copy_(at::linear(x.to(at::kFloat), weight_, bias_));
        filled_ += x.size(0);
    }

    // The block has run: `hidden` is what the MLP before it shall bring the stream to.
    void close(const at::Tensor& hidden) {
        const Block& block = blocks_[current_];
        const int number = weights_.config().layers[static_cast<std::size_t>(block.first - 1)].originalLayer;
        const std::int64_t width = hidden.size(-1);
        at::Tensor gram = at::zeros({width, width}, hidden.options().dtype(at::kDouble));
        at::Tensor cross = at::zeros_like(gram);
        double wanted = 0.0, block2 = 0.0;
        const auto rows = [&](const at::Tensor& stream, std::int64_t first, std::int64_t count) {
            return stream.view({-1, width}).narrow(0, first, count).to(at::kDouble);
        };
        const std::int64_t tokens = hidden.numel() / width;
        for (std::int64_t first = 0; first < tokens; first += kRowsAtOnce) {
            context_.checkStop();
            const std::int64_t some = std::min(kRowsAtOnce, tokens - first);
            const at::Tensor m = rows(outputs_, first, some);
            const at::Tensor y = rows(hidden, first, some) - rows(rest_, first, some);
            gram += at::mm(m.t(), m);
            cross += at::mm(m.t(), y);
            wanted += y.square().sum().item<double>();
            block2 += (y - m).square().sum().item<double>();
        }
        const std::string where = "layer " + std::to_string(number) + ", down_proj";
        const LinearMap fit = fittedMap(gram, cross, where);
        const double undone = wanted - 2.0 * (fit.map * cross).sum().item<double>() +
                              (fit.map * at::mm(gram, fit.map)).sum().item<double>();
        report(block, number, block2 > 0.0 ? std::max(0.0, undone) / block2 : 0.0, fit.ridge, tokens, width);
        put(made_[static_cast<std::size_t>(block.first - 1)], fit.map, where);
        outputs_ = rest_ = at::Tensor();
        ++current_;
    }

    void put(LayerWeights& layer, const at::Tensor& map, const std::string& where) {
        const LayerWeights before = layer;
        const at::ScalarType dtype = weights_.source()->dtype();
        const at::Tensor transposed = map.t().to(at::kCPU);
        const at::Tensor weight = at::mm(transposed, before.down.dense().to(at::kCPU, at::kDouble));
        if (!at::isfinite(weight).all().item<bool>())
            throw Error(ErrorCode::Corrupt, where + ": the fit of the block after it is NaN or Inf",
                        "use more calibration text, or chop without replace");
        layer.down.body.reset();
        layer.down.weight = weight.to(dtype).contiguous();
        if (before.down.bias.defined())
            layer.down.bias =
                at::mv(transposed, before.down.bias.to(at::kCPU, at::kDouble)).to(dtype).contiguous();
        layer = weights_.memory()->keep(std::move(layer), before);
    }

    void report(const Block& block, int number, double undone, double ridge, std::int64_t tokens,
                std::int64_t width) const {
        const auto original = [&](int position) {
            return weights_.config().layers[static_cast<std::size_t>(position)].originalLayer;
        };
        std::string text = "replace: the MLP of layer " + std::to_string(number) + " stands for layer";
        text += block.end - block.first > 1 ? "s " + std::to_string(original(block.first)) + " to " +
                                                  std::to_string(original(block.end - 1))
                                            : " " + std::to_string(original(block.first));
        text += " and leaves " + formatPercent(undone) + " of the square of what it adds undone";
        if (ridge > 0.0) text += "; its outputs depend on each other, a ridge was added";
        if (tokens < 2 * width)
            text += "; " + std::to_string(tokens) + " tokens are few for a width of " + std::to_string(width);
        context_.warn(text);
    }

    WeightSource& weights_;
    std::vector<Block> blocks_;
    JobContext& context_;
    std::size_t current_ = 0;  // the block that is open, or comes next
    std::int64_t filled_ = 0;  // windows of outputs_
    at::Tensor weight_, bias_;
    at::Tensor outputs_, rest_;  // [windows, seq, D] f32: of the MLP, and the stream without it
    std::vector<LayerWeights> made_;
};

}  // namespace

LinearMap fittedMap(const at::Tensor& gram, const at::Tensor& cross, const std::string& where) {
    const double mean = gram.diagonal().mean().item<double>();
    for (double ridge = 0.0; ridge < 1.0; ridge = std::max(kFirstRidge, ridge * 10.0)) {
        at::Tensor damped = gram.clone();
        damped.diagonal().add_(ridge * mean);
        const auto [factor, failed] = at::linalg_cholesky_ex(damped);
        if (failed.item<int>() != 0) continue;
        const at::Tensor map = at::cholesky_solve(cross, factor);
        if (at::isfinite(map).all().item<bool>()) return {map, ridge};
    }
    throw Error(ErrorCode::InvalidArgument,
                where + ": its outputs on the calibration text cannot be inverted",
                "use more calibration text, or chop without replace");
}

std::shared_ptr<LayerSource> replacedSource(std::shared_ptr<LayerSource> before, const StepEffect& effect,
                                            const StepPass& pass, JobContext& context) {
    const TokenWindows& windows = pass.windows;
    WeightSource weights(before, pass.place, pass.memory);
    const NetworkConfig config = before->config();
    const std::vector<Block> blocks = blocksOf(effect, config.layerCount());
    context.beginStage("replace", static_cast<double>(windows.ids.size()) * config.layerCount(),
                       "layer tokens");
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    BlockFitter visitor(weights, blocks, context);
    if (!blocks.empty())
        runLayers(weights, makePassContext(config, pass.place, windows.seqLen), hidden, visitor, context, 0,
                  blocks.back().end);
    std::vector<std::string> keys;
    for (int position = 0; position < config.layerCount(); ++position) keys.push_back(before->key(position));
    for (const Block& block : blocks) {
        std::string& key = keys[static_cast<std::size_t>(block.first - 1)];
        for (int gone = block.first; gone < block.end; ++gone) key += " | replaces " + before->key(gone);
        key += " " + pass.key;
    }
    return std::make_shared<StoredSource>(std::move(before), config, visitor.made(), std::move(keys));
}

}  // namespace secateur
