// SPDX-License-Identifier: GPL-3.0-or-later
//
// One training step of the real trainer, written out for programs that know better: values and gradients of
// every parameter before it, and the values after it. Prints the losses as one JSON object. Not installed.
#include <cstdio>

#include <CLI/CLI.hpp>
#include <c10/core/GradMode.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/heal/trainer.h"
#include "core/model/tensors.h"
#include "core/storage/checkpoint_writer.h"

namespace {

using namespace secateur;

struct Wishes {
    std::string model{}, ids{}, output{}, teacher{}, method = "continued";
    double rate = 0.0;
    HealOptions options{};
};

void parse(int argc, char** argv, Wishes& wishes) {
    CLI::App app("One training step, written out as safetensors");
    app.add_option("MODEL", wishes.model)->required();
    app.add_option("IDS", wishes.ids, "safetensors file with an int32 tensor ids [batch, seq]")->required();
    app.add_option("-o,--output", wishes.output)->required();
    app.add_option("--method", wishes.method);
    app.add_option("--lr", wishes.rate);
    app.add_option("--clip", wishes.options.clip);
    app.add_option("--teacher", wishes.teacher);
    app.add_option("--temperature", wishes.options.temperature);
    app.add_option("--ce-share", wishes.options.crossEntropyShare);
    app.add_option("--rank", wishes.options.rank);
    app.add_option("--alpha", wishes.options.alpha);
    app.add_flag("--rslora", wishes.options.rankStabilised);
    app.parse(argc, argv);
    wishes.options.method = healMethod(wishes.method).value();
    wishes.options.dropout = 0.0;
}

class Dump {
public:
    void add(const std::string& prefix, const std::string& name, const at::Tensor& value) {
        kept_.push_back(value.detach().to(at::kFloat).clone(at::MemoryFormat::Contiguous));
        names_.push_back(prefix + name);
    }
    void write(const std::string& file) const {
        std::vector<NamedTensor> tensors;
        for (std::size_t i = 0; i < kept_.size(); ++i)
            tensors.push_back({names_[i], Dtype::F32, kept_[i].sizes().vec(), bytesOf(kept_[i])});
        writeSafetensors(file, tensors, true);
    }

private:
    std::vector<std::string> names_{};
    std::vector<at::Tensor> kept_{};
};

// With beta1 = 0 the first moment of AdamW is the gradient itself; with a rate of 0 nothing moves.
HealPoint dumpGradients(const Wishes& wishes, const at::Tensor& ids, Teacher* teacher, Dump& dump) {
    HealOptions options = wishes.options;
    options.beta1 = 0.0;
    options.clip = 0.0;
    TrainableNetwork network(Checkpoint::open(wishes.model), {}, options, static_cast<int>(ids.size(1)));
    for (const Parameter& parameter : network.parameters())
        dump.add("value.", parameter.name, parameter.value);
    Trainer trainer(network, teacher, options);
    const HealPoint point = trainer.step(ids, 0.0);
    for (std::size_t i = 0; i < network.parameters().size(); ++i)
        dump.add("gradient.", network.parameters()[i].name, trainer.firstMoments()[i]);
    return point;
}

void dumpStep(const Wishes& wishes, const at::Tensor& ids, Teacher* teacher, Dump& dump) {
    TrainableNetwork network(Checkpoint::open(wishes.model), {}, wishes.options,
                             static_cast<int>(ids.size(1)));
    Trainer trainer(network, teacher, wishes.options);
    trainer.step(ids, wishes.rate);
    for (const Parameter& parameter : network.parameters())
        dump.add("stepped.", parameter.name, parameter.value);
}

void run(const Wishes& wishes) {
    const SafetensorsFile file(wishes.ids);
    const at::Tensor ids = viewOf(file.tensor("ids")).to(at::kLong);
    std::unique_ptr<Teacher> teacher;
    if (!wishes.teacher.empty())
        teacher = std::make_unique<Teacher>(Checkpoint::open(wishes.teacher), ComputePlace{},
                                            static_cast<int>(ids.size(1)));
    Dump dump;
    const HealPoint point = dumpGradients(wishes, ids, teacher.get(), dump);
    dumpStep(wishes, ids, teacher.get(), dump);
    dump.write(wishes.output);
    const nlohmann::json report{{"loss", point.loss},
                                {"cross_entropy", point.crossEntropy},
                                {"divergence", point.divergence},
                                {"gradient_norm", point.gradientNorm}};
    std::printf("%s\n", report.dump().c_str());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        Wishes wishes;
        parse(argc, argv, wishes);
        run(wishes);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
