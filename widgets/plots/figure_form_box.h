// SPDX-License-Identifier: GPL-3.0-or-later
//
// Asks for the form of a figure: usual sizes or one's own, the resolution of a picture, colours for paper;
// says what comes of it. GUI thread only.
#pragma once

#include <QWidget>
#include <vector>

#include "widgets/plots/figure_form.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace secateur {

class FigureFormBox final : public QWidget {
    Q_OBJECT
public:
    // `usual`: what no size of one's own is called; `usualSize`: how large a figure then is, in pixels of the
    // screen.
    FigureFormBox(const QString& usual, const QSize& usualSize, QWidget* parent = nullptr);

    void setForm(const FigureForm& form);
    [[nodiscard]] FigureForm form() const;
    // What the files will be; a resolution matters to PNG alone.
    void setFiles(const std::vector<FigureFile>& files);
    // Whether a picture of that form is not too large.
    [[nodiscard]] bool acceptable() const;

Q_SIGNALS:
    void changed();

private:
    void build(const QString& usual);
    void choosePreset(int preset);
    void sizeEdited();
    void unitChosen();
    void showUnit();
    void refresh();

    QSize usualSize_;
    std::vector<FigureFile> files_{FigureFile::Png};
    QComboBox* preset_ = nullptr;
    QDoubleSpinBox* width_ = nullptr;
    QDoubleSpinBox* height_ = nullptr;
    QComboBox* unit_ = nullptr;
    QLabel* dpiLabel_ = nullptr;
    QSpinBox* dpi_ = nullptr;
    QCheckBox* paper_ = nullptr;
    QLabel* outcome_ = nullptr;
};

}  // namespace secateur
