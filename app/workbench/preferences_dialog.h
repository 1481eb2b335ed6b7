// SPDX-License-Identifier: GPL-3.0-or-later
//
// All settings on one page that a search narrows. Nothing changes before OK. GUI thread only.
#pragma once

#include <QDialog>
#include <vector>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace secateur {

class Settings;
class TextChoiceBox;

class PreferencesDialog final : public QDialog {
    Q_OBJECT
public:
    explicit PreferencesDialog(Settings& settings, QWidget* parent = nullptr);

    // Shows what has all words of the query in its name or explanation.
    void search(const QString& query);

private:
    struct Row {
        QWidget* widget = nullptr;
        QLabel* heading = nullptr;  // of its section
        QString words;
    };
    void buildComputing(QVBoxLayout& page);
    void buildTexts(QVBoxLayout& page);
    void buildFolders(QVBoxLayout& page);
    void buildLook(QVBoxLayout& page);
    QLabel* addHeading(QVBoxLayout& page, const QString& text);
    void addRow(QVBoxLayout& page, QLabel* heading, const QString& name, QWidget* editor,
                const QString& help);
    void askWorkspace();
    void check();
    void keep();

    Settings& settings_;
    std::vector<Row> rows_;
    QLineEdit* query_;
    QLabel* none_;
    QLabel* problem_;
    QDialogButtonBox* buttons_;
    QComboBox* device_ = nullptr;
    QComboBox* dtype_ = nullptr;
    QSpinBox* threads_ = nullptr;
    QLineEdit* memory_ = nullptr;
    TextChoiceBox* calibration_ = nullptr;
    TextChoiceBox* evaluation_ = nullptr;
    QCheckBox* measureOnOpen_ = nullptr;
    QCheckBox* leaveOneOut_ = nullptr;
    QLineEdit* workspace_ = nullptr;
    QComboBox* theme_ = nullptr;
    QSpinBox* textSize_ = nullptr;
};

}  // namespace secateur
