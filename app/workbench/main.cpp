// SPDX-License-Identifier: GPL-3.0-or-later
// secateur-workbench [MODEL] [--demo]: the window over a session on its device thread.
#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QStandardPaths>
#include <QTimer>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string_view>

#include "app/workbench/screenshot_tour.h"
#include "app/workbench/session_engine.h"
#include "app/workbench/start_options.h"
#include "app/workbench/theme.h"
#include "app/workbench/workbench_window.h"
#include "core/base/error.h"
#include "core/base/thread_waiting.h"
#include "widgets/panels/number_text.h"

namespace {

struct Wishes {
    QString model;
    bool demo = false;
    QString screenshots;
    QString panels;
    QString settings;
    QList<QSize> sizes;
    secateur::StartWords words;
};

// "1280x720,3840x2160"; nothing for other text.
QList<QSize> parseSizes(const QString& text) {
    QList<QSize> sizes;
    for (const QString& one : text.split(QLatin1Char(','))) {
        const QStringList parts = one.split(QLatin1Char('x'));
        const QSize size = parts.size() == 2 ? QSize(parts.at(0).toInt(), parts.at(1).toInt()) : QSize();
        if (size.isEmpty()) return {};
        sizes << size;
    }
    return sizes;
}

[[noreturn]] void refuse(const QString& message) {
    std::fprintf(stderr, "secateur-workbench: %s\n", qPrintable(message));
    std::exit(2);
}

Wishes parse(const QCoreApplication& app) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "See what a language model can lose, and cut it."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("MODEL"),
                                 QCoreApplication::translate("main", "checkpoint folder to open"),
                                 QStringLiteral("[MODEL]"));
    const QCommandLineOption demo(QStringLiteral("demo"),
                                  QCoreApplication::translate("main", "open the built-in demo"));
    const QCommandLineOption shots(
        QStringLiteral("screenshot"),
        QCoreApplication::translate("main", "save pictures of the window and its panels, then exit"),
        QStringLiteral("DIR"));
    const QCommandLineOption panels(
        QStringLiteral("panels"),
        QCoreApplication::translate("main", "write what the panels offer as docs/panels.md, then exit"),
        QStringLiteral("FILE"));
    const QCommandLineOption size(
        QStringLiteral("size"),
        QCoreApplication::translate("main", "size of the window; of pictures several, by commas"),
        QStringLiteral("WIDTHxHEIGHT"));
    const QCommandLineOption settings(
        QStringLiteral("settings"),
        QCoreApplication::translate("main", "use this settings file instead of the user's"),
        QStringLiteral("FILE"));
    const QCommandLineOption device(QStringLiteral("device"),
                                    QCoreApplication::translate("main", "auto, cpu or cuda[:i]"),
                                    QStringLiteral("DEVICE"));
    const QCommandLineOption dtype(QStringLiteral("dtype"),
                                   QCoreApplication::translate("main", "compute in auto, f32, bf16 or f16"),
                                   QStringLiteral("DTYPE"));
    const QCommandLineOption threads(QStringLiteral("threads"),
                                     QCoreApplication::translate("main", "threads; 0 = all cores"),
                                     QStringLiteral("N"));
    const QCommandLineOption memory(
        QStringLiteral("memory-limit"),
        QCoreApplication::translate("main",
                                    "memory to plan with, e.g. 8G; these four win over the preferences"),
        QStringLiteral("SIZE"));
    parser.addOptions({demo, shots, panels, size, settings, device, dtype, threads, memory});
    parser.process(app);
    Wishes wishes;
    if (parser.positionalArguments().size() > 1) refuse(QStringLiteral("only one MODEL can be opened"));
    wishes.model = parser.positionalArguments().value(0);
    wishes.demo = parser.isSet(demo);
    wishes.screenshots = parser.value(shots);
    wishes.panels = parser.value(panels);
    wishes.settings = parser.value(settings);
    wishes.sizes = parseSizes(parser.value(size));
    if (parser.isSet(size) && wishes.sizes.isEmpty())
        refuse(QStringLiteral("--size needs WIDTHxHEIGHT, e.g. 1280x720"));
    const auto said = [&](const QCommandLineOption& option) {
        return parser.isSet(option) ? std::optional(parser.value(option)) : std::nullopt;
    };
    wishes.words = {said(device), said(dtype), said(threads)};
    if (parser.isSet(memory)) {
        wishes.words.memoryLimit = secateur::parseAmount(parser.value(memory));
        if (!wishes.words.memoryLimit) refuse(QStringLiteral("--memory-limit needs an amount, e.g. 8G"));
    }
    return wishes;
}

secateur::SessionOptions sessionOptions(const secateur::StartWords& words,
                                        const secateur::Settings& settings) {
    try {
        return secateur::startOptions(words, settings.compute());
    } catch (const secateur::Error& error) {
        refuse(QString::fromStdString(error.message()));
    }
}

// --help and --version, which need no window.
bool asksForWords(int argc, char** argv) {
    constexpr std::string_view kWords[] = {"-h", "--help", "--help-all", "-v", "--version"};
    for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
        if (std::ranges::find(kWords, std::string_view(argv[i])) != std::end(kWords)) return true;
    }
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    secateur::waitGently(argv);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, not a death
    QCoreApplication::setApplicationName(QStringLiteral("secateur-workbench"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SECATEUR_VERSION));
    if (asksForWords(argc, argv)) {
        const QCoreApplication app(argc, argv);
        parse(app);  // answers, and ends the program
    }
    QApplication app(argc, argv);
    QGuiApplication::setDesktopFileName(QStringLiteral("org.secateur.Workbench"));
    QGuiApplication::setApplicationDisplayName({});
    QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/secateur.svg")));
    const Wishes wishes = parse(app);

    secateur::Settings settings(wishes.settings);
    secateur::applyTheme(settings.theme());
    secateur::SessionEngine engine(sessionOptions(wishes.words, settings));
    // Pictures and pages are of a program that begins anew.
    const secateur::ScreenshotTour::Wishes tourWishes{wishes.screenshots, wishes.panels, wishes.sizes};
    const bool documents = tourWishes.any();
    if (!documents)
        engine.keepAnalysesIn(QStandardPaths::writableLocation(QStandardPaths::CacheLocation) +
                              QStringLiteral("/analyses"));
    secateur::WorkbenchWindow window(engine, settings);
    if (!wishes.sizes.isEmpty()) window.resize(wishes.sizes.first());
    window.show();
    std::optional<secateur::SessionKeeper> keeper;
    if (!documents) {
        keeper.emplace(window.workflow().document(), engine,
                       settings.workspace() + QStringLiteral("/.sessions"));
        window.keepSession(*keeper, !wishes.demo && wishes.model.isEmpty());
    }
    if (wishes.demo) {
        window.workflow().openDemo();
    } else if (!wishes.model.isEmpty()) {
        window.openPath(wishes.model);
    }
    secateur::ScreenshotTour tour(window, tourWishes);
    if (documents) {
        QObject::connect(&tour, &secateur::ScreenshotTour::finished, &app,
                         [](bool complete, const QString& message) {
                             std::fprintf(complete ? stdout : stderr, "%s\n", qPrintable(message));
                             QCoreApplication::exit(complete ? 0 : 3);
                         });
        tour.start();
    }
    return QApplication::exec();
}
