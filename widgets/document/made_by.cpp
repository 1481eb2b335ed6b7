// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/made_by.h"

#include <QDir>
#include <QFileInfo>

#include "core/base/error.h"
#include "core/planning/plan_difference.h"
#include "widgets/document/whole_file.h"

namespace secateur {
namespace {

constexpr qint64 kLargestPlanFile = qint64{256} << 20;
constexpr QLatin1String kPlanFile("secateur-plan.json");

// The folder of what was healed, where one was.
QString startOf(const ModelSummary& model) {
    const std::string& folder = model.healedBy != nullptr ? model.healedBy->request.model : model.path;
    return QDir::cleanPath(QString::fromStdString(folder));
}

}  // namespace

QString planFileOf(const RunRecord& run) {
    for (const std::string& folder : {run.request.model, run.folder}) {
        const QString file = QDir(QString::fromStdString(folder)).filePath(kPlanFile);
        if (QFileInfo::exists(file)) return file;
    }
    return {};
}

QString planFileOf(const ModelSummary& model) {
    const QString file = QDir(QString::fromStdString(model.path)).filePath(kPlanFile);
    if (QFileInfo::exists(file)) return file;
    return model.healedBy != nullptr ? planFileOf(*model.healedBy) : QString();
}

std::string planText(const QString& file) {
    return readWhole(file, kLargestPlanFile, "plan").toStdString();
}

std::optional<NetworkState> madeFrom(const ModelSummary& made, const NetworkConfig& before,
                                     const std::string& fingerprint) {
    const QString file = planFileOf(made);
    if (file.isEmpty() || fingerprint.empty()) return std::nullopt;
    try {
        const Plan plan = parsePlan(planText(file), before, fingerprint, file.toStdString()).plan;
        NetworkState state = stateAfter(before, plan);
        const bool fits =
            plan.model.fingerprint == fingerprint && widthsOf(state.config) == widthsOf(made.config);
        if (fits) return state;
    } catch (const Error&) {
        // A plan of another network, or a file that cannot be read: nothing is known.
    }
    return std::nullopt;
}

bool healsOf(const ModelSummary& a, const ModelSummary& b) {
    const bool healed = a.healedBy != nullptr || b.healedBy != nullptr;
    return healed && startOf(a) == startOf(b) && widthsOf(a.config) == widthsOf(b.config);
}

}  // namespace secateur
