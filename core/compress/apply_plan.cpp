// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/apply_plan.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/compress/layer_slicer.h"
#include "core/compress/model_card.h"
#include "core/model/tensors.h"
#include "core/storage/checkpoint_writer.h"

namespace secateur {

namespace {

void requireKnownSteps(const Plan& plan) {
    for (const PlanStep& step : plan.steps)
        if (const auto* other = std::get_if<OtherStep>(&step))
            throw Error(ErrorCode::Unsupported,
                        "the plan has a step '" + other->step + "', which cannot be applied yet",
                        "remove the step; chop and width steps can be applied");
}

// Full shapes for what is left of a plan whose removed units become zeros; dropped layers are really gone.
NetworkConfig maskedNetwork(const NetworkConfig& original, const NetworkConfig& planned,
                            const PlanEdits& edits) {
    NetworkConfig masked = original;
    masked.layers.clear();
    const auto flagsOf = [&](int originalLayer) {
        return std::find_if(planned.layers.begin(), planned.layers.end(),
                            [&](const LayerConfig& layer) { return layer.originalLayer == originalLayer; });
    };
    for (int position = 0; position < original.layerCount(); ++position) {
        LayerConfig layer = original.layers[static_cast<std::size_t>(position)];
        const auto flags = flagsOf(layer.originalLayer);
        if (!edits.kept().layer[static_cast<std::size_t>(position)] || flags == planned.layers.end())
            continue;
        layer.oBias = layer.oBias || flags->oBias;
        layer.downBias = layer.downBias || flags->downBias;
        masked.layers.push_back(layer);
    }
    return masked;
}

struct Target {
    NetworkConfig network;
    HfLayout layout = HfLayout::Stock;
    SliceForm form = SliceForm::Sliced;
};

// A sliced network is written in the stock layout when its shape allows it, and with per-layer lists
// otherwise.
Target chooseTarget(const NetworkConfig& original, const NetworkConfig& planned, const PlanEdits& edits,
                    const std::string& format) {
    if (format == "hf-masked")
        return {stockNetwork(maskedNetwork(original, planned, edits)), HfLayout::Stock, SliceForm::Masked};
    if (format != "hf")
        throw Error(ErrorCode::Unsupported, "unknown export '" + format + "'", "use hf or hf-masked");
    try {
        return {stockNetwork(planned), HfLayout::Stock, SliceForm::Sliced};
    } catch (const Error& notStock) {
        if (notStock.code() != ErrorCode::Unsupported) throw;
        return {planned, HfLayout::PerLayer, SliceForm::Sliced};
    }
}

class Output {
public:
    Output(CheckpointWriter& writer, const ApplyPlanOptions& options) : writer_(writer), options_(options) {}

    void add(const std::string& name, const at::Tensor& tensor) {
        at::Tensor written = options_.outDtype ? tensor.to(*options_.outDtype) : tensor;
        written = written.contiguous();
        writer_.add(name, storedDtype(written.scalar_type()), written.sizes().vec(), bytesOf(written));
    }

private:
    CheckpointWriter& writer_;
    const ApplyPlanOptions& options_;
};

Dtype writtenDtype(const Checkpoint& checkpoint, const ApplyPlanOptions& options) {
    return options.outDtype ? storedDtype(*options.outDtype) : checkpoint.tensor(kEmbeddingName).dtype;
}

void writeTensors(const Checkpoint& checkpoint, const PlanEdits& edits, const Target& target, Output& output,
                  JobContext& context) {
    const NetworkConfig& original = checkpoint.config();
    const auto copy = [&](const char* name) {
        output.add(name, viewOf(checkpoint.tensor(name)));
        checkpoint.release(name);
    };
    context.beginStage("apply", original.layerCount() + 1.0, "layers", 0.0, 1.0);
    copy(kEmbeddingName);
    const LayerSlicer slicer(checkpoint, edits, target.form);
    int newPosition = 0;
    for (int position = 0; position < original.layerCount(); ++position) {
        if (edits.kept().layer[static_cast<std::size_t>(position)]) {
            const LayerConfig& layer = target.network.layers[static_cast<std::size_t>(newPosition)];
            for (const OutputTensor& entry : slicer.slice(position, newPosition, layer)) {
                context.checkStop();
                output.add(entry.name, entry.tensor);
            }
            ++newPosition;
        }
        for (const char* module : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
                                   "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"})
            if (checkpoint.has(weightName(position, module)))
                checkpoint.release(weightName(position, module));
        context.advanceTo(position + 1.0);
    }
    copy(kFinalNormName);
    if (!original.tiedEmbeddings) copy(kOutputHeadName);
    context.advanceTo(original.layerCount() + 1.0);
}

}  // namespace

ApplyReport applyPlan(const Checkpoint& checkpoint, const Plan& plan, const Analysis* analysis,
                      const std::filesystem::path& folder, const ApplyPlanOptions& options,
                      JobContext& context) {
    requireKnownSteps(plan);
    const NetworkConfig& original = checkpoint.config();
    const PlanEdits edits(original, plan, analysis);
    const NetworkConfig planned = plannedNetwork(original, plan);
    const Target target = chooseTarget(original, planned, edits, options.format);

    ApplyReport report;
    report.path = folder.string();
    report.format = options.format;
    report.stock = target.layout == HfLayout::Stock;
    report.accounting = account(checkpoint.summary(), planned);
    if (!report.stock)
        report.warnings.emplace_back(
            "layers have different widths: stock transformers loads this only with trust_remote_code=True");

    const Dtype dtype = writtenDtype(checkpoint, options);
    const std::int64_t bytes = totalParameters(target.network) * static_cast<std::int64_t>(byteSize(dtype));
    CheckpointWriter writer(folder, bytes, {.overwrite = options.overwrite});
    Output output(writer, options);
    writeTensors(checkpoint, edits, target, output, context);
    report.accounting = asWritten(report.accounting, target.network, writer.tensorBytes(), byteSize(dtype));
    writer.writeConfig(target.network, dtype, target.layout, checkpoint.configJson());
    writer.copyCompanions(checkpoint.folder());
    writer.writeFile("secateur-plan.json", toJson(plan));
    writer.writeFile("README.md", modelCard(checkpoint.summary(), plan, report, options.tool));
    writer.finish();
    return report;
}

}  // namespace secateur
