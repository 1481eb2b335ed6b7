// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window remembers between runs, typed. Values that a file holds wrongly fall back to their
// defaults. GUI thread only.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <QVariantMap>
#include <cstdint>

#include "core/data/tokens.h"

namespace secateur {

enum class Theme { System, Light, Dark };

// Text that statistics or perplexity are computed on. `file` empty: the sample that ships with the program.
struct TextChoice {
    QString file;  // path, or path.safetensors:TENSOR
    int windows = 0;
    int seqLen = 128;
    bool operator==(const TextChoice&) const = default;
};

[[nodiscard]] WindowOptions windowOptions(const TextChoice& choice);

// How the network is computed, from the next start of the program on.
struct ComputeChoice {
    QString device = QStringLiteral("auto");  // "auto", "cpu", "cuda", "cuda:1"
    QString dtype = QStringLiteral("auto");   // one of computeDtypes()
    int threads = 0;                          // 0 = all cores
    std::int64_t memoryLimit = 0;             // bytes; 0 = of free memory
    bool operator==(const ComputeChoice&) const = default;
};

[[nodiscard]] QStringList computeDtypes();  // "auto", "f32", "bf16", "f16"

class Settings final : public QObject {
    Q_OBJECT
public:
    // An empty path: the user's own settings.
    explicit Settings(const QString& iniFile = {}, QObject* parent = nullptr);

    [[nodiscard]] Theme theme() const;
    void setTheme(Theme theme);
    // Of the whole window, in per cent of what is usual on this desktop.
    static constexpr int kLeastTextSize = 60;
    static constexpr int kMostTextSize = 300;
    [[nodiscard]] int textSize() const;
    void setTextSize(int percent);
    [[nodiscard]] ComputeChoice compute() const;
    void setCompute(const ComputeChoice& choice);
    [[nodiscard]] TextChoice calibration() const;
    void setCalibration(const TextChoice& choice);
    [[nodiscard]] TextChoice evaluation() const;
    void setEvaluation(const TextChoice& choice);
    [[nodiscard]] bool measureOnOpen() const;
    void setMeasureOnOpen(bool on);
    [[nodiscard]] bool leaveOneOut() const;
    void setLeaveOneOut(bool on);

    // Text that is healed on, and the held-out one; no file for the latter: the end of the former.
    [[nodiscard]] TextChoice training() const;
    void setTraining(const TextChoice& choice);
    [[nodiscard]] TextChoice heldOut() const;
    void setHeldOut(const TextChoice& choice);
    // Folder that healing runs are kept in.
    [[nodiscard]] QString workspace() const;
    void setWorkspace(const QString& folder);
    [[nodiscard]] QStringList comparedRuns() const;
    void setComparedRuns(const QStringList& folders);
    // Runs by the number of their colour; empty where a number is free.
    [[nodiscard]] QStringList runColours() const;
    void setRunColours(const QStringList& folders);

    // What was chosen in a plot, by the plot's name; empty when nothing was.
    [[nodiscard]] QVariantMap plotChoices(const QString& plot) const;
    void setPlotChoices(const QString& plot, const QVariantMap& choices);

    // Newest first; without duplicates.
    [[nodiscard]] QStringList recentModels() const;
    void addRecentModel(const QString& folder, const QString& fingerprint = {});
    // By which a recent model is known again where it is not there any more; empty: not known.
    [[nodiscard]] QString fingerprintOf(const QString& recentModel) const;
    void clearRecentModels();
    // Plan files that were saved or loaded, likewise.
    [[nodiscard]] QStringList recentPlans() const;
    void addRecentPlan(const QString& file);
    void clearRecentPlans();

    // Dock states by layout name; empty when never saved by this version of the window.
    [[nodiscard]] QByteArray layoutState(const QString& layout) const;
    void setLayoutState(const QString& layout, const QByteArray& state);
    // Height of the dock below the views, in pixels; 0 when never saved.
    [[nodiscard]] int lowHeight(const QString& layout) const;
    void setLowHeight(const QString& layout, int height);
    [[nodiscard]] QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);
    [[nodiscard]] QString currentLayout() const;
    void setCurrentLayout(const QString& layout);

Q_SIGNALS:
    void themeChanged();
    void textSizeChanged();
    void calibrationChanged();
    void evaluationChanged();
    void measureOnOpenChanged();
    void leaveOneOutChanged();
    void recentModelsChanged();
    void recentPlansChanged();
    void workspaceChanged();

private:
    void addRecent(const QString& list, const QString& path);
    [[nodiscard]] TextChoice text(const QString& group, int windows) const;
    bool storeText(const QString& group, const TextChoice& choice, const TextChoice& present);

    QSettings store_;
};

}  // namespace secateur

Q_DECLARE_METATYPE(secateur::TextChoice)
