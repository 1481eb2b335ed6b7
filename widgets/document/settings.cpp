// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/settings.h"

#include <QDir>
#include <QStandardPaths>
#include <algorithm>
#include <array>

namespace secateur {
namespace {

constexpr int kMostRecent = 9;
// Raise when docks are renamed or rearranged, so that an older state is not restored onto a different window.
constexpr int kLayoutVersion = 5;
constexpr int kCalibrationWindows = 32;
constexpr int kEvaluationWindows = 32;
constexpr int kHeldOutWindows = 32;
constexpr int kShortestWindow = 2;
constexpr int kLongestWindow = 1 << 20;
constexpr const char* kFingerprints = "recentFingerprints";  // of recent models, by their folders
constexpr std::array kThemes{"system", "light", "dark"};

QString layoutKey(const QString& layout) {
    return QStringLiteral("layouts/%1/%2").arg(kLayoutVersion).arg(layout);
}

}  // namespace

QStringList computeDtypes() {
    return {QStringLiteral("auto"), QStringLiteral("f32"), QStringLiteral("bf16"), QStringLiteral("f16")};
}

WindowOptions windowOptions(const TextChoice& choice) {
    WindowOptions options;
    options.samples = choice.windows;
    options.seqLen = choice.seqLen;
    return options;
}

Settings::Settings(const QString& iniFile, QObject* parent)
    : QObject(parent),
      store_(iniFile.isEmpty() ? QSettings(QSettings::IniFormat, QSettings::UserScope,
                                           QStringLiteral("secateur"), QStringLiteral("workbench"))
                                     .fileName()
                               : iniFile,
             QSettings::IniFormat) {}

Theme Settings::theme() const {
    const QString stored = store_.value(QStringLiteral("theme")).toString();
    const auto at = std::find(kThemes.begin(), kThemes.end(), stored.toStdString());
    return at == kThemes.end() ? Theme::System : static_cast<Theme>(at - kThemes.begin());
}

void Settings::setTheme(Theme theme) {
    if (theme == this->theme()) return;
    store_.setValue(QStringLiteral("theme"), QLatin1String(kThemes[static_cast<std::size_t>(theme)]));
    Q_EMIT themeChanged();
}

int Settings::textSize() const {
    bool number = false;
    const int stored = store_.value(QStringLiteral("textSize")).toInt(&number);
    return number ? std::clamp(stored, kLeastTextSize, kMostTextSize) : 100;
}

void Settings::setTextSize(int percent) {
    const int size = std::clamp(percent, kLeastTextSize, kMostTextSize);
    if (size == textSize()) return;
    store_.setValue(QStringLiteral("textSize"), size);
    Q_EMIT textSizeChanged();
}

ComputeChoice Settings::compute() const {
    ComputeChoice choice;
    const QString device = store_.value(QStringLiteral("compute/device")).toString().trimmed();
    if (!device.isEmpty()) choice.device = device;
    const QString dtype = store_.value(QStringLiteral("compute/dtype")).toString();
    if (computeDtypes().contains(dtype)) choice.dtype = dtype;
    choice.threads = std::max(0, store_.value(QStringLiteral("compute/threads")).toInt());
    choice.memoryLimit =
        std::max<qint64>(0, store_.value(QStringLiteral("compute/memoryLimit")).toLongLong());
    return choice;
}

void Settings::setCompute(const ComputeChoice& choice) {
    store_.setValue(QStringLiteral("compute/device"), choice.device);
    store_.setValue(QStringLiteral("compute/dtype"), choice.dtype);
    store_.setValue(QStringLiteral("compute/threads"), choice.threads);
    store_.setValue(QStringLiteral("compute/memoryLimit"), static_cast<qint64>(choice.memoryLimit));
}

TextChoice Settings::text(const QString& group, int windows) const {
    TextChoice choice;
    choice.file = store_.value(group + QStringLiteral("/file")).toString();
    choice.windows = std::max(0, store_.value(group + QStringLiteral("/windows"), windows).toInt());
    choice.seqLen = std::clamp(store_.value(group + QStringLiteral("/seqLen"), 128).toInt(), kShortestWindow,
                               kLongestWindow);
    return choice;
}

bool Settings::storeText(const QString& group, const TextChoice& choice, const TextChoice& present) {
    if (choice == present) return false;
    store_.setValue(group + QStringLiteral("/file"), choice.file);
    store_.setValue(group + QStringLiteral("/windows"), choice.windows);
    store_.setValue(group + QStringLiteral("/seqLen"), choice.seqLen);
    return true;
}

TextChoice Settings::calibration() const {
    return text(QStringLiteral("calibration"), kCalibrationWindows);
}

void Settings::setCalibration(const TextChoice& choice) {
    if (storeText(QStringLiteral("calibration"), choice, calibration())) Q_EMIT calibrationChanged();
}

TextChoice Settings::evaluation() const {
    return text(QStringLiteral("evaluation"), kEvaluationWindows);
}

void Settings::setEvaluation(const TextChoice& choice) {
    if (storeText(QStringLiteral("evaluation"), choice, evaluation())) Q_EMIT evaluationChanged();
}

TextChoice Settings::training() const {
    return text(QStringLiteral("training"), 0);
}

void Settings::setTraining(const TextChoice& choice) {
    storeText(QStringLiteral("training"), choice, training());
}

TextChoice Settings::heldOut() const {
    return text(QStringLiteral("heldOut"), kHeldOutWindows);
}

void Settings::setHeldOut(const TextChoice& choice) {
    storeText(QStringLiteral("heldOut"), choice, heldOut());
}

QString Settings::workspace() const {
    const QString stored = store_.value(QStringLiteral("workspace")).toString();
    if (!stored.isEmpty()) return stored;
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/runs");
}

void Settings::setWorkspace(const QString& folder) {
    const QString path = QDir(folder).absolutePath();
    if (path == workspace()) return;
    store_.setValue(QStringLiteral("workspace"), path);
    Q_EMIT workspaceChanged();
}

QStringList Settings::comparedRuns() const {
    return store_.value(QStringLiteral("comparedRuns")).toStringList();
}

void Settings::setComparedRuns(const QStringList& folders) {
    store_.setValue(QStringLiteral("comparedRuns"), folders);
}

QStringList Settings::runColours() const {
    return store_.value(QStringLiteral("runColours")).toStringList();
}

void Settings::setRunColours(const QStringList& folders) {
    store_.setValue(QStringLiteral("runColours"), folders);
}

bool Settings::measureOnOpen() const {
    return store_.value(QStringLiteral("measureOnOpen"), true).toBool();
}

void Settings::setMeasureOnOpen(bool on) {
    if (on == measureOnOpen()) return;
    store_.setValue(QStringLiteral("measureOnOpen"), on);
    Q_EMIT measureOnOpenChanged();
}

bool Settings::leaveOneOut() const {
    return store_.value(QStringLiteral("leaveOneOut"), false).toBool();
}

void Settings::setLeaveOneOut(bool on) {
    if (on == leaveOneOut()) return;
    store_.setValue(QStringLiteral("leaveOneOut"), on);
    Q_EMIT leaveOneOutChanged();
}

QVariantMap Settings::plotChoices(const QString& plot) const {
    return store_.value(QStringLiteral("plots/") + plot).toMap();
}

void Settings::setPlotChoices(const QString& plot, const QVariantMap& choices) {
    store_.setValue(QStringLiteral("plots/") + plot, choices);
}

QStringList Settings::recentModels() const {
    return store_.value(QStringLiteral("recentModels")).toStringList();
}

void Settings::addRecent(const QString& list, const QString& path) {
    QStringList recent = store_.value(list).toStringList();
    recent.removeAll(path);
    recent.prepend(path);
    while (recent.size() > kMostRecent) recent.removeLast();
    store_.setValue(list, recent);
}

void Settings::addRecentModel(const QString& folder, const QString& fingerprint) {
    const QString path = QDir(folder).absolutePath();
    addRecent(QStringLiteral("recentModels"), path);
    QVariantMap known = store_.value(QLatin1String(kFingerprints)).toMap();
    if (!fingerprint.isEmpty()) known.insert(path, fingerprint);
    const QStringList recent = recentModels();
    known.removeIf([&](const QVariantMap::iterator& one) { return !recent.contains(one.key()); });
    store_.setValue(QLatin1String(kFingerprints), known);
    Q_EMIT recentModelsChanged();
}

QString Settings::fingerprintOf(const QString& recentModel) const {
    return store_.value(QLatin1String(kFingerprints))
        .toMap()
        .value(QDir(recentModel).absolutePath())
        .toString();
}

QStringList Settings::recentPlans() const {
    return store_.value(QStringLiteral("recentPlans")).toStringList();
}

void Settings::addRecentPlan(const QString& file) {
    addRecent(QStringLiteral("recentPlans"), QDir().absoluteFilePath(file));
    Q_EMIT recentPlansChanged();
}

void Settings::clearRecentPlans() {
    store_.remove(QStringLiteral("recentPlans"));
    Q_EMIT recentPlansChanged();
}

void Settings::clearRecentModels() {
    store_.remove(QStringLiteral("recentModels"));
    store_.remove(QLatin1String(kFingerprints));
    Q_EMIT recentModelsChanged();
}

QByteArray Settings::layoutState(const QString& layout) const {
    return store_.value(layoutKey(layout)).toByteArray();
}

void Settings::setLayoutState(const QString& layout, const QByteArray& state) {
    if (state.isEmpty()) {
        store_.remove(layoutKey(layout));
    } else {
        store_.setValue(layoutKey(layout), state);
    }
}

int Settings::lowHeight(const QString& layout) const {
    return std::max(0, store_.value(layoutKey(layout) + QStringLiteral("-low")).toInt());
}

void Settings::setLowHeight(const QString& layout, int height) {
    store_.setValue(layoutKey(layout) + QStringLiteral("-low"), height);
}

QByteArray Settings::geometry() const {
    return store_.value(QStringLiteral("geometry")).toByteArray();
}

void Settings::setGeometry(const QByteArray& geometry) {
    store_.setValue(QStringLiteral("geometry"), geometry);
}

QString Settings::currentLayout() const {
    return store_.value(QStringLiteral("layout")).toString();
}

void Settings::setCurrentLayout(const QString& layout) {
    store_.setValue(QStringLiteral("layout"), layout);
}

}  // namespace secateur
