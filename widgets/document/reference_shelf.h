// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was read to be held against the open model: analyses of files, and other models by their headers. One
// place for all panels, so that each is read once. What was read stays when another model opens, the newest
// few of each. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <deque>
#include <memory>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/model_summary.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class ReferenceShelf final : public QObject {
    Q_OBJECT
public:
    explicit ReferenceShelf(EngineClient& engine, QObject* parent = nullptr);

    // Asks for the file, or the folder of a model; again where it was read before, as it may have changed.
    // changed() tells when it is there or why it is not.
    void readAnalysis(const QString& file);
    void readModel(const QString& folder);

    // Asks for what was measured before; changed() tells, with an empty path.
    void listKept();
    [[nodiscard]] const std::vector<KnownAnalysis>& kept() const noexcept { return kept_; }
    // "roots.txt, 4 windows of 32 tokens, of twig-6" of what was kept of itself, whose files have no names
    // for people; the file's name of others.
    [[nodiscard]] QString title(const QString& file) const;

    // Null where it was not read, is being read, or could not be.
    [[nodiscard]] std::shared_ptr<const Analysis> analysis(const QString& file) const;
    [[nodiscard]] std::shared_ptr<const ModelSummary> model(const QString& folder) const;
    // All that are there, the newest first.
    [[nodiscard]] std::vector<std::shared_ptr<const ModelSummary>> knownModels() const;
    // Why it could not be read, in words of the window; empty: there is nothing to say.
    [[nodiscard]] QString problem(const QString& path) const;
    [[nodiscard]] bool reading(const QString& path) const { return reading_.contains(path); }
    // Those that are there, the newest first.
    [[nodiscard]] QStringList analyses() const;
    [[nodiscard]] QStringList models() const;

Q_SIGNALS:
    void changed(const QString& path);

private:
    template <class Value>
    struct Item {
        QString path;
        std::shared_ptr<const Value> value;
    };
    template <class Value>
    using Items = std::deque<Item<Value>>;

    template <class Value>
    void put(Items<Value>& items, const QString& path, std::shared_ptr<const Value> value,
             const QString& problem);

    EngineClient& engine_;
    Items<Analysis> analyses_;
    Items<ModelSummary> models_;
    std::deque<std::pair<QString, QString>> problems_;  // by path
    QStringList reading_;
    std::vector<KnownAnalysis> kept_;
};

}  // namespace secateur
