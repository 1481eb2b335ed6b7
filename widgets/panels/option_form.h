// SPDX-License-Identifier: GPL-3.0-or-later
//
// A form made from a list of options: spin boxes with ranges and units, sliders for shares, combo boxes,
// check boxes, and lines for lists, amounts and numbers that need not be given. Options that have no effect
// with the present values are hidden, and an option takes back those that it excludes. Every field carries
// its visible label as accessible name and the key as object name, and the wheel edits nothing that has no
// focus. GUI thread only.
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QWidget>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/data/options.h"

class QFormLayout;
class QLabel;

namespace secateur {

class OptionForm final : public QWidget {
    Q_OBJECT
public:
    // `elsewhere`: keys that other fields of the panel edit; their values still decide what has an effect.
    // Options that are for the command line alone have no field either.
    enum class Lines { AsTyped, WhenFinished };  // when the text of a line becomes a value
    explicit OptionForm(std::vector<OptionSpec> specs, std::vector<std::string> elsewhere = {},
                        QWidget* parent = nullptr, Lines lines = Lines::AsTyped);

    // Other options, e.g. of another method. Values that fit the new ones stay.
    void setSpecs(std::vector<OptionSpec> specs);
    // Shows the values, without a signal, instead of what was there, also of what could not be read.
    void setValues(const OptionValues& values);
    // One of them; lines that are being typed into keep their text.
    void setValue(const std::string& key, const OptionValue& value);
    // What differs from the usual values and has an effect, and the values of fields elsewhere.
    [[nodiscard]] OptionValues values() const;
    // Why the values cannot be used; empty when they can.
    [[nodiscard]] QString problem() const;
    // What an option that is not given stands for, where that depends on more than the option; shown in its
    // field.
    void setStandIn(const std::string& key, const std::optional<OptionValue>& value);
    // Says below the field of an option why its value cannot be met; empty: nothing.
    void explain(const std::string& key, const QString& why);
    // True when the last change goes on with the one before it: a slider that is dragged, a field that is
    // stepped again at once.
    [[nodiscard]] bool continues() const noexcept { return continues_; }

    // Options of Place::More; to be put where it folds away. Belongs to this form until then.
    [[nodiscard]] QWidget* more() const noexcept { return more_; }
    // Makes the labels of these forms as wide as the widest that is seen, so that their fields stand in one
    // column.
    void alignWith(QFormLayout* form);
    // Tab leads from `before` to the fields, and from `beforeMore` to those of more(). Fields that are made
    // late come last in the window otherwise.
    void orderTabs(QWidget* before, QWidget* beforeMore);
    [[nodiscard]] const std::vector<OptionSpec>& specs() const noexcept { return specs_; }

Q_SIGNALS:
    void valuesChanged();  // by the user

private:
    // A field and how it shows its value.
    struct Field {
        QWidget* widget = nullptr;
        std::function<void(const OptionValue&)> show{};
        std::vector<QWidget*> editors{};  // the parts of `widget` that have the focus; empty: itself
        QWidget* label = nullptr;         // null: the widget has its own
        QLabel* heading = nullptr;        // of its section; null: none
    };

    void build();
    void add(const OptionSpec& spec);
    [[nodiscard]] QLabel* headingFor(const OptionSpec& spec);
    [[nodiscard]] Field fieldFor(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field flagField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field choiceField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field integerField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field numberField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field shareField(const OptionSpec& spec, QWidget* parent);
    [[nodiscard]] Field lineField(const OptionSpec& spec, QWidget* parent);
    void edit(const std::string& key, const OptionValue& value);
    void step(const std::string& key, const OptionValue& value);
    void read(const OptionSpec& spec, const QString& typed);
    void showValue(const OptionSpec& spec);
    void showValues();
    void showEffects();

    std::vector<OptionSpec> specs_;
    std::vector<std::string> elsewhere_;
    Lines lines_;
    OptionValues values_;
    QHash<QString, Field> fields_;    // by key
    QHash<QString, QString> unread_;  // key -> why its text is no value
    QHash<QString, OptionValue> standIns_;
    QHash<QString, QLabel*> headings_;  // by section
    QHash<QString, QLabel*> reasons_;   // by key
    QFormLayout* form_;
    QWidget* more_;
    std::string stepped_;  // the field that was stepped last
    QElapsedTimer lastStep_;
    bool dragged_ = false;
    bool continues_ = false;
};

// The value as a form says it: "20 %", "4.2 M", "on".
[[nodiscard]] QString optionText(const OptionSpec& spec, const OptionValue& value);

}  // namespace secateur
