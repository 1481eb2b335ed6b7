// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/completions_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QSplitter>
#include <QTextEdit>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/document/plan_document.h"
#include "widgets/panels/number_box.h"
#include "widgets/panels/panel_heading.h"
#include "widgets/plots/flow_layout.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {

namespace {

constexpr std::array kWriters{Writer::Dense, Writer::Planned, Writer::Healed};
constexpr int kMostTokens = 4096;

QTextCharFormat promptFormat(const QWidget& widget) {
    QTextCharFormat format;
    format.setForeground(PlotTheme::of(widget.palette()).muted);
    return format;
}

}  // namespace

CompletionsPanel::CompletionsPanel(PlanDocument& document, Completions& completions, QWidget* parent)
    : QWidget(parent),
      document_(document),
      completions_(completions),
      prompt_(new QLineEdit(tr("Once upon a time"), this)),
      temperature_(new NumberBox(0.0, 10.0, 0.8, NumberBox::Kind::Real, this)),
      tokens_(new QSpinBox(this)),
      seed_(new QSpinBox(this)),
      healed_(new QComboBox(this)),
      write_(new QPushButton(tr("Write"), this)),
      stop_(new QPushButton(tr("Stop"), this)),
      state_(stateLine(QStringLiteral("completionsState"), this)) {
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(6, 4, 6, 4);
    page->setSpacing(4);
    page->addWidget(panelHeading(tr("What does it still say?"), this));
    page->addWidget(buildForm());
    page->addWidget(state_);
    page->addWidget(buildPages(), 1);
    connect(&completions_, &Completions::changed, this, &CompletionsPanel::refresh);
    connect(&completions_, &Completions::grew, this, &CompletionsPanel::append);
    connect(&document_, &PlanDocument::modelChanged, this, &CompletionsPanel::refresh);
    refresh();
}

QWidget* CompletionsPanel::buildForm() {
    auto* form = new QWidget(this);
    prompt_->setAccessibleName(tr("Prompt"));
    prompt_->setPlaceholderText(tr("The text to go on with"));
    prompt_->setToolTip(tr("The text that every network goes on with; Enter writes"));
    prompt_->setMaxLength(20'000);
    connect(prompt_, &QLineEdit::returnPressed, this, &CompletionsPanel::write);
    temperature_->setAccessibleName(tr("Temperature"));
    temperature_->setToolTip(
        tr("0: always the most probable token; 1: as the network has it; more: flatter"));
    tokens_->setAccessibleName(tr("Tokens to write"));
    tokens_->setToolTip(tr("How many tokens each network writes"));
    tokens_->setRange(1, kMostTokens);
    tokens_->setValue(64);
    seed_->setAccessibleName(tr("Seed of the completions"));
    seed_->setToolTip(tr("The same seed writes the same text again"));
    seed_->setRange(0, 999'999'999);
    healed_->setAccessibleName(tr("Healed run to write"));
    healed_->setToolTip(tr("Complete healing runs of the open model"));
    healed_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    healed_->setMinimumContentsLength(12);
    write_->setAccessibleName(tr("Write completions"));
    write_->setToolTip(
        tr("Go on with the prompt: the dense network, then what the plan leaves, then the healed one"));
    stop_->setAccessibleName(tr("Stop writing"));
    stop_->setToolTip(tr("End the writing at once; what was written stays"));
    connect(write_, &QPushButton::clicked, this, &CompletionsPanel::write);
    connect(stop_, &QPushButton::clicked, &completions_, &Completions::stop);
    auto* first = new QHBoxLayout;
    auto* label = new QLabel(tr("Prompt"), form);
    label->setBuddy(prompt_);
    first->addWidget(label);
    first->addWidget(prompt_, 1);
    first->addWidget(write_);
    first->addWidget(stop_);
    auto* options = new FlowLayout;
    options->addWidget(labelled(tr("Temperature"), temperature_, form));
    options->addWidget(labelled(tr("Tokens"), tokens_, form));
    options->addWidget(labelled(tr("Seed"), seed_, form));
    options->addWidget(labelled(tr("Healed"), healed_, form));
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(first);
    column->addLayout(options);
    return form;
}

QWidget* CompletionsPanel::buildPages() {
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    for (const Writer writer : kWriters) {
        column(writer) = buildColumn(writer);
        split->addWidget(column(writer).box);
    }
    return split;
}

CompletionsPanel::Column CompletionsPanel::buildColumn(Writer writer) {
    static const std::array kNames{tr("Dense completion"), tr("Planned completion"), tr("Healed completion")};
    Column made;
    made.box = new QWidget(this);
    made.title = new QLabel(made.box);
    made.title->setTextFormat(Qt::PlainText);
    made.title->setWordWrap(true);
    made.text = new QTextEdit(made.box);
    made.text->setAccessibleName(kNames[static_cast<std::size_t>(writer)]);
    made.text->setReadOnly(true);
    made.text->setTabChangesFocus(true);
    made.text->setUndoRedoEnabled(false);
    made.text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    made.state = stateLine(QStringLiteral("completionState%1").arg(static_cast<int>(writer)), made.box);
    auto* column = new QVBoxLayout(made.box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(made.title);
    column->addWidget(made.text, 1);
    column->addWidget(made.state);
    return made;
}

void CompletionsPanel::write() {
    CompletionOptions options;
    options.prompt = prompt_->text().toStdString();
    options.tokens = tokens_->value();
    options.temperature = temperature_->value();
    options.seed = static_cast<std::uint64_t>(seed_->value());
    if (!completions_.canWrite()) return;
    for (Column& each : columns_) each.text->clear();
    completions_.write(options, healed_->currentData().toString());
    for (const Writer writer : kWriters) {
        if (completions_.page(writer).state != Completions::State::Empty)
            column(writer).text->textCursor().insertText(completions_.prompt(), promptFormat(*this));
    }
}

// Follows what is written, unless the reader has scrolled back; a selection stays.
void CompletionsPanel::append(Writer writer, const QString& text) {
    QTextEdit* edit = column(writer).text;
    QScrollBar* bar = edit->verticalScrollBar();
    const bool follows = bar->value() >= bar->maximum() - 2;
    QTextCursor end(edit->document());
    end.movePosition(QTextCursor::End);
    end.insertText(text, QTextCharFormat());  // the text colour, whatever the theme becomes
    if (follows) bar->setValue(bar->maximum());
}

// The prompt's colour is that of a theme.
void CompletionsPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    const auto length = static_cast<int>(completions_.prompt().size());
    for (const Column& each : columns_) {
        if (each.text == nullptr || each.text->document()->characterCount() <= length) continue;
        QTextCursor prompt(each.text->document());
        prompt.setPosition(length, QTextCursor::KeepAnchor);
        prompt.mergeCharFormat(promptFormat(*this));
    }
}

QString CompletionsPanel::titleOf(Writer writer) const {
    const Completions::Page& page = completions_.page(writer);
    const QString name = writer == Writer::Dense     ? tr("As opened")
                         : writer == Writer::Planned ? tr("Planned, before healing")
                                                     : tr("Healed");
    return page.network.isEmpty() ? name : tr("%1: %2").arg(name, page.network);
}

QString CompletionsPanel::stateOf(Writer writer) const {
    const Completions::Page& page = completions_.page(writer);
    switch (page.state) {
        case Completions::State::Empty:
            if (writer == Writer::Planned) return tr("The plan removed nothing when this was written.");
            if (writer == Writer::Healed)
                return choices_.empty() ? tr("No healed run of this model.")
                                        : tr("No healed run was chosen.");
            return {};
        case Completions::State::Waiting:
            return tr("Waiting...");
        case Completions::State::Writing:
            return tr("Writing...");
        case Completions::State::Stopped:
            return tr("Stopped.");
        case Completions::State::Failed:
            return page.problem;
        case Completions::State::Done:
            break;
    }
    if (writer == Writer::Planned && completions_.planChanged())
        return page.summary + tr("; the plan has changed since");
    return page.summary;
}

void CompletionsPanel::refreshColumn(Writer writer) {
    Column& shown = column(writer);
    const Completions::Page& page = completions_.page(writer);
    shown.title->setText(titleOf(writer));
    const bool anything = completions_.page(Writer::Dense).state != Completions::State::Empty;
    shown.state->setText(anything ? stateOf(writer) : QString());
    if (page.state == Completions::State::Empty && !shown.text->toPlainText().isEmpty()) shown.text->clear();
    // Before anything is written every network has its place; then those that write.
    shown.box->setVisible(!anything || page.state != Completions::State::Empty || writer == Writer::Planned);
}

void CompletionsPanel::refreshChoices() {
    const auto choices = completions_.healedChoices();
    if (choices == choices_ && healed_->count() > 0) return;
    choices_ = choices;
    const QString chosen = healed_->currentData().toString();
    healed_->clear();
    healed_->addItem(choices_.empty() ? tr("none yet") : tr("none"), QString());
    for (const auto& choice : choices_) healed_->addItem(choice.name, choice.folder);
    healed_->setCurrentIndex(std::max(0, healed_->findData(chosen)));
    healed_->setEnabled(!choices_.empty());
}

void CompletionsPanel::refresh() {
    refreshChoices();
    for (const Writer writer : kWriters) refreshColumn(writer);
    write_->setEnabled(completions_.canWrite());
    stop_->setEnabled(completions_.writing());
    const bool open = document_.model() != nullptr;
    const bool written = completions_.page(Writer::Dense).state != Completions::State::Empty;
    state_->setVisible(!open || !written);
    state_->setText(!open ? tr("Open a model to see what it writes.")
                          : tr("Press Write: the network, what the plan leaves of it, and a healed run go on "
                               "with the prompt, with the same seed."));
}

}  // namespace secateur
