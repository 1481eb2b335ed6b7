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

class Settings final : public QObject {
    Q_OBJECT
public:
    // An empty path: the user's own settings.
    explicit Settings(const QString& iniFile = {}, QObject* parent = nullptr);

    [[nodiscard]] Theme theme() const;
    void setTheme(Theme theme);
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
    void addRecentModel(const QString& folder);
    void clearRecentModels();

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
    void calibrationChanged();
    void evaluationChanged();
    void leaveOneOutChanged();
    void recentModelsChanged();
    void workspaceChanged();

private:
    [[nodiscard]] TextChoice text(const QString& group, int windows) const;
    bool storeText(const QString& group, const TextChoice& choice, const TextChoice& present);

    QSettings store_;
};

}  // namespace secateur

Q_DECLARE_METATYPE(secateur::TextChoice)
