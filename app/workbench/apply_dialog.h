// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where to, and in which format, a plan is applied. Does not block the window.
#pragma once

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;

namespace secateur {

class ApplyDialog final : public QDialog {
    Q_OBJECT
public:
    // `summary`: what will be written, in one line.
    ApplyDialog(const QString& summary, const QString& folder, QWidget* parent = nullptr);

Q_SIGNALS:
    void applyWished(const QString& folder, const QString& format, bool overwrite);

private:
    void askFolder();
    void check();

    QLineEdit* folder_;
    QComboBox* format_;
    QCheckBox* overwrite_;
    QLabel* note_;
    QDialogButtonBox* buttons_;
};

}  // namespace secateur
