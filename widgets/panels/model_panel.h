// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is this network? The summary card, or, before a model is open, the ways to open one.
#pragma once

#include <QStringList>
#include <QWidget>

class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace secateur {

class ModelCard;
class PlanDocument;

class ModelPanel final : public QWidget {
    Q_OBJECT
public:
    explicit ModelPanel(PlanDocument& document, QWidget* parent = nullptr);
    void setRecentModels(const QStringList& folders);
    void setDemoAvailable(bool available);

Q_SIGNALS:
    void openWished();
    void demoWished();
    void tourWished();
    void recentWished(const QString& folder);

private:
    [[nodiscard]] QWidget* buildWelcome();
    void refresh();

    PlanDocument& document_;
    QStackedWidget* pages_;
    ModelCard* card_;
    QPushButton* demo_ = nullptr;
    QVBoxLayout* recent_ = nullptr;
};

}  // namespace secateur
