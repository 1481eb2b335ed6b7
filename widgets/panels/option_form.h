// SPDX-License-Identifier: GPL-3.0-or-later
//
// A form made from a list of options: spin boxes with ranges and units, combo boxes, check boxes, and lines
// for lists and for numbers that need not be given. Options that have no effect with the present values are
// hidden. Every field carries its visible label as accessible name, and the wheel edits nothing that has no
// focus. GUI thread only.
#pragma once

#include <QHash>
#include <QWidget>
#include <functional>
#include <string>
#include <vector>

#include "core/data/options.h"

class QFormLayout;

namespace secateur {

class OptionForm final : public QWidget {
    Q_OBJECT
public:
    // `elsewhere`: keys that other fields of the panel edit; their values still decide what has an effect.
    // Options that are for the command line alone have no field either.
    enum class Lines { AsTyped, WhenFinished };  // when the text of a line becomes a value
    explicit OptionForm(std::vector<OptionSpec> specs, std::vector<std::string> elsewhere = {},
                        QWidget* parent = nullptr, Lines lines = Lines::AsTyped);

    // Other options, e.g. of another method. Values that the new ones know stay.
    void setSpecs(std::vector<OptionSpec> specs);
    // Shows the values, without a signal, instead of what was there, also of what could not be read.
    void setValues(const OptionValues& values);
    // One of them; lines that are being typed into keep their text.
    void setValue(const std::string& key, const OptionValue& value);
    // What differs from the usual values and has an effect, and the values of fields elsewhere.
    [[nodiscard]] OptionValues values() const;
    // Why the values cannot be used; empty when they can.
    [[nodiscard]] QString problem() const;
    // What a line that is not filled in stands for, where that depends on more than the option; shown in it.
    void setStandIn(const std::string& key, const QString& text);

    // Options of Place::More; to be put where it folds away. Belongs to this form until then.
    [[nodiscard]] QWidget* more() const noexcept { return more_; }
    // Makes the labels of these forms as wide as the widest, so that their fields stand in one column.
    void alignWith(QFormLayout* form);
    [[nodiscard]] const std::vector<OptionSpec>& specs() const noexcept { return specs_; }

Q_SIGNALS:
    void valuesChanged();  // by the user

private:
    // A field and how it shows and gives its value; nothing given: the usual one.
    struct Field {
        QWidget* widget = nullptr;
        QWidget* label = nullptr;  // null: the widget has its own
        std::function<void(const OptionValue&)> show{};
    };

    void build();
    void add(const OptionSpec& spec);
    [[nodiscard]] Field fieldFor(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field flagField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field choiceField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field integerField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field numberField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field lineField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] QString lineText(const OptionSpec& spec, const OptionValue& value) const;
    void edit(const std::string& key, const OptionValue& value);
    void read(const std::string& key, const QString& text);
    void showValues();
    void showEffects();
    bool eventFilter(QObject* watched, QEvent* event) override;

    std::vector<OptionSpec> specs_;
    std::vector<std::string> elsewhere_;
    Lines lines_;
    OptionValues values_;
    QHash<QString, Field> fields_;    // by key
    QHash<QString, QString> unread_;  // key -> why its text is no value
    QHash<QString, QString> standIns_;
    QFormLayout* form_;
    QWidget* more_;
};

}  // namespace secateur
