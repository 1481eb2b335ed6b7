// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/replace.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/compress/numeric/ridge.h"
#include "core/model/forward.h"
#include "core/model/inputs.h"
#include "core/model/layer_pass.h"
#include "core/model/weights.h"

namespace secateur {

namespace {

constexpr double kFirstRidge = 1e-10;
constexpr int kRidgeAttempts = 11;          // up to 0.1
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
        : weights_(weights), blocks_(std::move(blocks)), context_(context) {}

    void before(int position, const at::Tensor& hidden) override {
        if (!opens(position)) return;
        outputs_ = weights_.memory()->copy(hidden);
        filled_ = 0;
        layer_ = weights_.source()->layer(position);
        const Linear& down = layer_.down;
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

    // By position, those alone that stand for others.
    [[nodiscard]] std::map<int, LayerWeights> made() { return std::move(made_); }

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
        made_[block.first - 1] = fitted(fit.map, where);
        outputs_ = rest_ = at::Tensor();
        ++current_;
    }

    LayerWeights fitted(const at::Tensor& map, const std::string& where) {
        const LayerWeights before = std::exchange(layer_, {});
        LayerWeights layer = before;
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
        return weights_.memory()->keep(std::move(layer), before);
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
    LayerWeights layer_;         // that stands for the block
    std::map<int, LayerWeights> made_;
};

// The source but for some layers.
class FittedSource final : public DerivedSource {
public:
    FittedSource(std::shared_ptr<LayerSource> inner, std::map<int, LayerWeights> fitted,
                 std::map<int, std::string> keys)
        : DerivedSource(std::move(inner)), fitted_(std::move(fitted)), keys_(std::move(keys)) {}
    [[nodiscard]] const NetworkConfig& config() const override { return inner().config(); }
    [[nodiscard]] LayerWeights layer(int position) override {
        const auto found = fitted_.find(position);
        return found != fitted_.end() ? found->second : inner().layer(position);
    }
    void release(int position) override { inner().release(position); }
    [[nodiscard]] std::string key(int position) const override {
        const auto found = keys_.find(position);
        return inner().key(position) + (found != keys_.end() ? found->second : std::string());
    }

private:
    std::map<int, LayerWeights> fitted_;
    std::map<int, std::string> keys_;  // what they add
};

}  // namespace

LinearMap fittedMap(const at::Tensor& gram, const at::Tensor& cross, const std::string& where) {
    const auto mapOf = [&](const at::Tensor& damped) {
        const at::Tensor factor = lowerFactor(damped);
        if (!factor.defined()) return at::Tensor();
        const at::Tensor map = at::cholesky_solve(cross, factor);
        return at::isfinite(map).all().item<bool>() ? map : at::Tensor();
    };
    if (const auto fit = factoredWithRidge(gram.clone(), {0.0, kFirstRidge, kRidgeAttempts}, mapOf))
        return {fit->factor, fit->share};
    throw Error(ErrorCode::InvalidArgument,
                where + ": its outputs on the calibration text cannot be inverted",
                "use more calibration text, or chop without replace");
}

std::shared_ptr<LayerSource> replacedSource(std::shared_ptr<LayerSource> before, const StepEffect& effect,
                                            const StepPass& pass, JobContext& context) {
    const TokenWindows& windows = pass.windows;
    const NetworkConfig& config = before->config();
    const std::vector<Block> blocks = blocksOf(effect, config.layerCount());
    if (blocks.empty()) return before;
    WeightSource weights(before, pass.place, pass.memory);
    context.beginStage("replace", static_cast<double>(windows.ids.size()) * config.layerCount(),
                       "layer tokens");
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    BlockFitter visitor(weights, blocks, context);
    runLayers(weights, makePassContext(config, pass.place, windows.seqLen), hidden, visitor, context, 0,
              blocks.back().end);
    std::map<int, std::string> keys;
    for (const Block& block : blocks) {
        std::string& key = keys[block.first - 1];
        for (int gone = block.first; gone < block.end; ++gone) key += " | replaces " + before->key(gone);
        key += " " + pass.key;
    }
    return std::make_shared<FittedSource>(std::move(before), visitor.made(), std::move(keys));
}

}  // namespace secateur
