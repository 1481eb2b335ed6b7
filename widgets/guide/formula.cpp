// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/formula.h"

#include <QHash>
#include <stdexcept>

namespace secateur {
namespace {

using Kind = Formula::Kind;
using Role = Formula::Role;

struct Unread : std::runtime_error {
    explicit Unread(const QString& what) : std::runtime_error(what.toStdString()) {}
};

struct Named {
    const char* name;
    char32_t symbol;
    Role role;
    bool italic;
};

constexpr Named kNamed[] = {
    {"alpha", U'\u03b1', Role::Ordinary, true},      {"beta", U'\u03b2', Role::Ordinary, true},
    {"gamma", U'\u03b3', Role::Ordinary, true},      {"delta", U'\u03b4', Role::Ordinary, true},
    {"epsilon", U'\u03b5', Role::Ordinary, true},    {"eta", U'\u03b7', Role::Ordinary, true},
    {"theta", U'\u03b8', Role::Ordinary, true},      {"kappa", U'\u03ba', Role::Ordinary, true},
    {"lambda", U'\u03bb', Role::Ordinary, true},     {"mu", U'\u03bc', Role::Ordinary, true},
    {"pi", U'\u03c0', Role::Ordinary, true},         {"rho", U'\u03c1', Role::Ordinary, true},
    {"sigma", U'\u03c3', Role::Ordinary, true},      {"tau", U'\u03c4', Role::Ordinary, true},
    {"Delta", U'\u0394', Role::Ordinary, false},     {"Sigma", U'\u03a3', Role::Ordinary, false},
    {"infty", U'\u221e', Role::Ordinary, false},     {"partial", U'\u2202', Role::Ordinary, false},
    {"top", U'\u22a4', Role::Ordinary, false},       {"prime", U'\u2032', Role::Ordinary, false},
    {"ell", U'\u2113', Role::Ordinary, false},       {"ldots", U'\u2026', Role::Ordinary, false},
    {"cdot", U'\u00b7', Role::Binary, false},        {"times", U'\u00d7', Role::Binary, false},
    {"odot", U'\u2299', Role::Binary, false},        {"pm", U'\u00b1', Role::Binary, false},
    {"le", U'\u2264', Role::Relation, false},        {"ge", U'\u2265', Role::Relation, false},
    {"ne", U'\u2260', Role::Relation, false},        {"approx", U'\u2248', Role::Relation, false},
    {"in", U'\u2208', Role::Relation, false},        {"notin", U'\u2209', Role::Relation, false},
    {"leftarrow", U'\u2190', Role::Relation, false}, {"to", U'\u2192', Role::Relation, false},
    {"lfloor", U'\u230a', Role::Opening, false},     {"rfloor", U'\u230b', Role::Closing, false},
    {"lceil", U'\u2308', Role::Opening, false},      {"rceil", U'\u2309', Role::Closing, false},
    {"lVert", U'\u2016', Role::Opening, false},      {"rVert", U'\u2016', Role::Closing, false},
    {"lvert", U'|', Role::Opening, false},           {"rvert", U'|', Role::Closing, false},
    {"langle", U'\u27e8', Role::Opening, false},     {"rangle", U'\u27e9', Role::Closing, false},
    {"lbrace", U'{', Role::Opening, false},          {"rbrace", U'}', Role::Closing, false},
    {"sum", U'\u2211', Role::Operator, false},       {"prod", U'\u220f', Role::Operator, false},
};

// Words that are set upright; those with true have their limits below.
const QHash<QString, bool>& functionNames() {
    static const QHash<QString, bool> kNames{
        {QStringLiteral("cos"), false},   {QStringLiteral("arccos"), false}, {QStringLiteral("log"), false},
        {QStringLiteral("ln"), false},    {QStringLiteral("exp"), false},    {QStringLiteral("max"), true},
        {QStringLiteral("min"), true},    {QStringLiteral("argmin"), true},  {QStringLiteral("argmax"), true},
        {QStringLiteral("mean"), true},   {QStringLiteral("Var"), false},    {QStringLiteral("round"), false},
        {QStringLiteral("clamp"), false}, {QStringLiteral("diag"), false},   {QStringLiteral("rank"), false},
    };
    return kNames;
}

Formula symbol(const QString& text, Role role = Role::Ordinary, bool italic = false) {
    Formula made;
    made.kind = Kind::Symbol;
    made.text = text;
    made.role = role;
    made.italic = italic;
    return made;
}

Formula space(double amount) {
    Formula made;
    made.kind = Kind::Space;
    made.amount = amount;
    return made;
}

Formula around(Kind kind, std::vector<Formula> parts, const QString& text = {}) {
    Formula made;
    made.kind = kind;
    made.parts = std::move(parts);
    made.text = text;
    return made;
}

class Reader {
public:
    explicit Reader(const QString& tex) : tex_(tex) {}

    Formula whole() {
        Formula row = rowUntil(QString());
        if (at_ < tex_.size()) throw Unread(QStringLiteral("'%1' closes nothing").arg(tex_.at(at_)));
        return row;
    }

private:
    // Up to a closing brace, \right, or the end; `end` is eaten.
    Formula rowUntil(const QString& end) {
        Formula row;
        while (true) {
            skipBlanks();
            if (at_ >= tex_.size()) {
                if (!end.isEmpty()) throw Unread(QStringLiteral("'%1' is missing").arg(end));
                return row;
            }
            if (!end.isEmpty() && tex_.mid(at_, end.size()) == end) {
                at_ += end.size();
                return row;
            }
            if (tex_.at(at_) == QLatin1Char('}')) return row;
            row.parts.push_back(scripted(atom()));
        }
    }

    void skipBlanks() {
        while (at_ < tex_.size() && tex_.at(at_).isSpace()) ++at_;
    }

    Formula scripted(Formula nucleus) {
        Formula below;
        Formula above;
        bool any = false;
        for (skipBlanks(); at_ < tex_.size(); skipBlanks()) {
            const QChar next = tex_.at(at_);
            if (next != QLatin1Char('_') && next != QLatin1Char('^')) break;
            ++at_;
            Formula& script = next == QLatin1Char('_') ? below : above;
            if (!script.isEmpty()) throw Unread(QStringLiteral("two scripts at one place"));
            script = argument();
            any = true;
        }
        if (!any) return nucleus;
        const Role role = nucleus.role;
        const bool limits = nucleus.limits;
        Formula made = around(Kind::Scripts, {std::move(nucleus), std::move(below), std::move(above)});
        made.role = role;
        made.limits = limits;
        return made;
    }

    // A group in braces, or the next atom.
    Formula argument() {
        skipBlanks();
        if (at_ < tex_.size() && tex_.at(at_) == QLatin1Char('{')) {
            ++at_;
            return rowUntil(QStringLiteral("}"));
        }
        Formula row;
        row.parts.push_back(atom());
        return row;
    }

    QString wordArgument() {
        skipBlanks();
        if (at_ >= tex_.size() || tex_.at(at_) != QLatin1Char('{'))
            throw Unread(QStringLiteral("a word in braces is missing"));
        const auto end = tex_.indexOf(QLatin1Char('}'), at_);
        if (end < 0) throw Unread(QStringLiteral("'}' is missing"));
        const QString word = tex_.mid(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return word;
    }

    Formula atom() {
        if (at_ >= tex_.size()) throw Unread(QStringLiteral("something is missing at the end"));
        const QChar next = tex_.at(at_);
        if (next == QLatin1Char('{')) return argument();
        if (next == QLatin1Char('\\')) return command();
        ++at_;
        if (next.isLetter()) return symbol(next, Role::Ordinary, true);
        if (next.isDigit()) {
            QString number(next);
            while (at_ < tex_.size() && (tex_.at(at_).isDigit() || isPoint())) number += tex_.at(at_++);
            return symbol(number);
        }
        switch (next.unicode()) {
            case u'+':
                return symbol(next, Role::Binary);
            case u'-':
                return symbol(QStringLiteral("\u2212"), Role::Binary);
            case u'/':
                return symbol(next);
            case u'=':
            case u'<':
            case u'>':
                return symbol(next, Role::Relation);
            case u'(':
            case u'[':
                return symbol(next, Role::Opening);
            case u')':
            case u']':
                return symbol(next, Role::Closing);
            case u',':
            case u';':
                return symbol(next, Role::Punctuation);
            case u'|':
            case u':':
                return symbol(next, Role::Relation);
            case u'\'':
                return symbol(QStringLiteral("\u2032"));
            case u'.':
                return symbol(next);
            default:
                throw Unread(QStringLiteral("'%1' is not known").arg(next));
        }
    }

    // A point between digits is one of a number.
    [[nodiscard]] bool isPoint() const {
        return tex_.at(at_) == QLatin1Char('.') && at_ + 1 < tex_.size() && tex_.at(at_ + 1).isDigit();
    }

    QString delimiter() {
        skipBlanks();
        if (at_ >= tex_.size()) throw Unread(QStringLiteral("a fence is missing"));
        if (tex_.at(at_) != QLatin1Char('\\')) return tex_.at(at_++);
        const QString name = commandName();
        for (const Named& named : kNamed) {
            const bool fence = named.role == Role::Opening || named.role == Role::Closing;
            if (fence && name == QLatin1String(named.name)) return QString::fromUcs4(&named.symbol, 1);
        }
        throw Unread(QStringLiteral("'\\%1' is no fence").arg(name));
    }

    QString commandName() {
        ++at_;
        QString name;
        while (at_ < tex_.size() && tex_.at(at_).isLetter()) name += tex_.at(at_++);
        if (name.isEmpty() && at_ < tex_.size()) name = tex_.at(at_++);
        return name;
    }

    Formula command() {
        const QString name = commandName();
        if (name == QLatin1String("frac")) {
            Formula numerator = argument();
            return around(Kind::Fraction, {std::move(numerator), argument()});
        }
        if (name == QLatin1String("sqrt")) return around(Kind::Root, {argument()});
        if (name == QLatin1String("hat")) return around(Kind::Accent, {argument()}, QStringLiteral("^"));
        if (name == QLatin1String("bar")) return around(Kind::Accent, {argument()}, QStringLiteral("-"));
        if (name == QLatin1String("tilde")) return around(Kind::Accent, {argument()}, QStringLiteral("~"));
        if (name == QLatin1String("text") || name == QLatin1String("mathrm")) return symbol(wordArgument());
        if (name == QLatin1String("operatorname")) return function(wordArgument());
        if (name == QLatin1String("mathbf")) {
            Formula made = symbol(wordArgument());
            made.bold = true;
            return made;
        }
        if (name == QLatin1String("left")) {
            const QString opening = delimiter();
            Formula inside = rowUntil(QStringLiteral("\\right"));
            return around(Kind::Fence, {std::move(inside)}, opening + delimiter());
        }
        if (name == QLatin1String(",")) return space(1.0 / 6.0);
        if (name == QLatin1String(";")) return space(5.0 / 18.0);
        if (name == QLatin1String("quad")) return space(1.0);
        if (name == QLatin1String("|")) return symbol(QStringLiteral("\u2016"));
        if (name == QLatin1String("%")) return symbol(QStringLiteral("%"));
        for (const Named& named : kNamed) {
            if (name != QLatin1String(named.name)) continue;
            Formula made = symbol(QString::fromUcs4(&named.symbol, 1), named.role, named.italic);
            made.limits = named.role == Role::Operator;
            return made;
        }
        if (functionNames().contains(name)) return function(name);
        throw Unread(QStringLiteral("'\\%1' is not known").arg(name));
    }

    static Formula function(const QString& name) {
        Formula made = symbol(name, Role::Operator);
        made.limits = functionNames().value(name, false);
        return made;
    }

    QString tex_;
    qsizetype at_ = 0;
};

QString grouped(const Formula& formula) {
    const QString text = formulaText(formula);
    return text.size() > 1 ? QLatin1Char('(') + text + QLatin1Char(')') : text;
}

QString scriptText(const QString& mark, const Formula& script) {
    if (script.isEmpty()) return {};
    const QString text = formulaText(script);
    const bool simple = std::all_of(text.begin(), text.end(), [](QChar c) { return c.isLetterOrNumber(); });
    return simple ? mark + text : mark + QLatin1Char('(') + text + QLatin1Char(')');
}

}  // namespace

ParsedFormula parseFormula(const QString& tex) {
    try {
        return {Reader(tex).whole(), {}};
    } catch (const Unread& unread) {
        return {symbol(tex), QString::fromUtf8(unread.what())};
    }
}

QString formulaText(const Formula& formula) {
    const auto part = [&](std::size_t i) -> const Formula& { return formula.parts.at(i); };
    switch (formula.kind) {
        case Kind::Symbol:
            switch (formula.role) {
                case Role::Binary:
                case Role::Relation:
                    return QLatin1Char(' ') + formula.text + QLatin1Char(' ');
                case Role::Punctuation:
                    return formula.text + QLatin1Char(' ');
                case Role::Operator:
                    return formula.text == QStringLiteral("\u2211") ? QStringLiteral("sum") : formula.text;
                default:
                    return formula.text;
            }
        case Kind::Space:
            return formula.amount > 0.2 ? QStringLiteral(" ") : QString();
        case Kind::Fraction:
            return grouped(part(0)) + QStringLiteral(" / ") + grouped(part(1));
        case Kind::Root:
            return QStringLiteral("sqrt(") + formulaText(part(0)) + QLatin1Char(')');
        case Kind::Accent:
            return formulaText(part(0)) + (formula.text == QLatin1String("^")   ? QStringLiteral("-hat")
                                           : formula.text == QLatin1String("-") ? QStringLiteral("-bar")
                                                                                : QStringLiteral("-tilde"));
        case Kind::Fence:
            return formula.text.left(1).remove(QLatin1Char('.')) + formulaText(part(0)) +
                   formula.text.right(1).remove(QLatin1Char('.'));
        case Kind::Scripts: {
            const QString end = part(0).role == Role::Operator ? QStringLiteral(" ") : QString();
            return formulaText(part(0)) + scriptText(QStringLiteral("_"), part(1)) +
                   scriptText(QStringLiteral("^"), part(2)) + end;
        }
        case Kind::Row:
            break;
    }
    QString text;
    for (const Formula& one : formula.parts) text += formulaText(one);
    return text.simplified();
}

}  // namespace secateur
