// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window's session as one HTML page: its plan, previews, lab and runs. The page is made on a thread of
// its own, since ranking the channels of a large network takes longer than a frame. GUI thread only.
#pragma once

#include <QObject>
#include <QString>

#include "core/report/report.h"
#include "widgets/document/engine_client.h"

namespace secateur {

class ChopLab;
class Workflow;

// What the page is made from, as the session stands now. There must be a plan.
[[nodiscard]] report::ReportInput reportInput(Workflow& workflow, const ChopLab& lab);

class ReportExport final : public QObject {
    Q_OBJECT
public:
    explicit ReportExport(QObject* parent = nullptr);
    void write(report::ReportInput input, const QString& file);

Q_SIGNALS:
    void written(const QString& file);
    void failed(const secateur::Problem& problem);
};

}  // namespace secateur
