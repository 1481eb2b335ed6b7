// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window takes: from the start of the process to its first picture, to the maps of the demo, the
// longest time away from the event loop while jobs run, a large session, and doing nothing. Prints numbers
// beside their budgets; exits with 1 when one is missed.
//
// Usage: window_bench demo | session     (needs no screen)
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QPainter>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>

#include <unistd.h>

#include "app/workbench/session_engine.h"
#include "app/workbench/workbench_window.h"
#include "core/data/network_config.h"
#include "tests/widgets/event_loop_watch.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_runs.h"

namespace {

using namespace secateur;

constexpr int kWaitMilliseconds = 120'000;
bool missed = false;

void report(const char* what, double value, const char* unit, double budget) {
    const bool met = value <= budget;
    missed = missed || !met;
    std::printf("%-44s %8.1f %-3s budget %7.1f %s\n", what, value, unit, budget, met ? "" : "MISSED");
    std::fflush(stdout);
}

// Remembers the event that kept the thread longest.
class Application final : public QApplication {
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override {
        const QEvent::Type type = event->type();
        const QByteArray name = receiver->metaObject()->className();
        const double before = testing::EventLoopWatch::milliseconds();
        const bool taken = QApplication::notify(receiver, event);
        const double spent = testing::EventLoopWatch::milliseconds() - before;
        if (spent > longest_) {
            longest_ = spent;
            what_ = name + " gets event " + QByteArray::number(static_cast<int>(type));
        }
        return taken;
    }
    void forget() { longest_ = 0.0; }
    void tell() const { std::printf("    longest: %.1f ms, %s\n", longest_, what_.constData()); }

private:
    double longest_ = 0.0;
    QByteArray what_;
};

// Says how long the window was away from its event loop at most, and begins anew.
void reportAway(const char* what, testing::EventLoopWatch& watch, double budget = 50.0) {
    auto* application = static_cast<Application*>(QCoreApplication::instance());
    report(what, watch.longestAway(), "ms", budget);
    application->tell();
    application->forget();
    watch.reset();
}

// Since the process began, by the kernel's clock; its grain is 10 ms.
double sinceStart() {
    QFile file(QStringLiteral("/proc/self/stat"));
    if (!file.open(QIODevice::ReadOnly)) return 0.0;
    const QByteArray text = file.readAll();
    constexpr int kStartTime = 19;  // field 22, counted behind the name in brackets
    const auto fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double started = fields.at(kStartTime).toDouble() / static_cast<double>(sysconf(_SC_CLK_TCK));
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - started;
}

double processSeconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double residentMegabytes() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) return 0.0;
    return file.readAll().split(' ').at(1).toDouble() * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

template <class Condition>
void waitFor(const char* what, const Condition& condition) {
    if (QTest::qWaitFor(condition, kWaitMilliseconds)) return;
    std::fprintf(stderr, "waited in vain for %s\n", what);
    std::exit(2);
}

void paintAll(WorkbenchWindow& window) {
    window.grab();
}

void idle(double budget) {
    QTest::qWait(1000);
    constexpr int kSeconds = 5;
    const double before = processSeconds();
    QTest::qWait(1000 * kSeconds);
    report("idle, of one core", 100.0 * (processSeconds() - before) / kSeconds, "%", budget);
}

void demo(const QString& folder) {
    Settings settings(folder + QStringLiteral("/s.ini"));
    settings.setWorkspace(folder + QStringLiteral("/runs"));
    SessionEngine engine(SessionOptions{});
    WorkbenchWindow window(engine, settings);
    window.show();
    paintAll(window);
    report("start to first picture", sinceStart(), "s", 1.0);
    testing::EventLoopWatch watch;
    QElapsedTimer clock;
    clock.start();
    Workflow& workflow = window.workflow();
    workflow.openDemo();
    waitFor("the maps", [&] { return workflow.document().analysis() != nullptr; });
    paintAll(window);
    report("demo opened to its maps", 1e-3 * static_cast<double>(clock.elapsed()), "s", 3.0);
    waitFor("leaving layers out", [&] {
        return workflow.document().analysis()->leaveOneOut.has_value() && !workflow.leaveOneOutExpected();
    });
    reportAway("away from the event loop, measuring", watch);

    for (int percent = 1; percent <= 30; ++percent) {
        WidthRequest width = workflow.document().width();
        width.ratio = percent / 100.0;
        workflow.document().setWidth(QStringLiteral("ratio"), width, 7);
        QTest::qWait(20);
    }
    waitFor("the preview", [&] { return workflow.preview().state() == PreviewFeed::State::Current; });
    reportAway("away from the event loop, dragging a ratio", watch);

    int steps = 0;
    QObject::connect(&engine, &EngineClient::healProgressed, &window,
                     [&](const QString&, const std::vector<HealPoint>& points) {
                         steps += static_cast<int>(points.size());
                     });
    HealDraft draft;
    draft.options.steps = 30;
    workflow.heal(draft, 0);
    bool healed = false;
    QObject::connect(&engine, &EngineClient::healed, &window, [&] { healed = true; });
    waitFor("healing", [&] { return steps >= 20; });
    reportAway("away from the event loop, healing", watch);
    waitFor("the end of healing", [&] { return healed; });
    idle(1.0);
}

constexpr int kLayers = 80;
constexpr int kChannels = 28672;
constexpr int kRuns = 200;
constexpr int kPlans = 200;

std::shared_ptr<const ModelSummary> largeModel(const std::string& folder) {
    auto model = std::make_shared<ModelSummary>();
    model->name = "large-80";
    model->path = folder;
    model->dtype = "bfloat16";
    model->fingerprint = "sha256:large";
    NetworkConfig& config = model->config;
    config.hiddenSize = 8192;
    config.headDim = 128;
    config.vocabSize = 32000;
    config.originalLayers = kLayers;
    for (int i = 0; i < kLayers; ++i) {
        LayerConfig layer;
        layer.originalLayer = i;
        layer.heads = 64;
        layer.kvHeads = 8;
        layer.intermediateSize = kChannels;
        config.layers.push_back(layer);
    }
    model->parameters = totalParameters(config);
    model->decoderLinearParameters = decoderLinearParameters(config);
    model->bytes = 2 * model->parameters;
    model->hasTokenizer = true;
    return model;
}

ChannelStatistics randomStatistics(int channels, std::mt19937& random) {
    std::lognormal_distribution<float> value(0.0F, 1.0F);
    ChannelStatistics s;
    for (auto* values : {&s.mean, &s.meanReference, &s.fluctuation, &s.fluctuationReference, &s.norm2,
                         &s.weightNorm2, &s.weightAbsMean}) {
        values->resize(static_cast<std::size_t>(channels));
        for (float& v : *values) v = value(random);
    }
    return s;
}

std::shared_ptr<const Analysis> largeAnalysis() {
    std::mt19937 random(1);
    auto analysis = std::make_shared<Analysis>();
    analysis->modelName = "large-80";
    analysis->modelFingerprint = "sha256:large";
    analysis->dtype = "bfloat16";
    analysis->calibration = {"text.txt", "", 128, 2048, 0, "sequential", false};
    analysis->originalLayers = kLayers;
    for (int i = 0; i < kLayers; ++i) {
        LayerAnalysis layer;
        layer.layer = i;
        layer.heads = 64;
        layer.kvHeads = 8;
        layer.oProj = randomStatistics(64 * 128, random);
        layer.downProj = randomStatistics(kChannels, random);
        analysis->layers.push_back(std::move(layer));
        analysis->residual.cosine.push_back(0.9F);
        analysis->residual.relativeUpdate.push_back(0.1F);
        analysis->residual.norm.push_back(1.0F);
    }
    return analysis;
}

// What answers at once, with the large network.
class LargeEngine final : public testing::FakeEngine {
public:
    explicit LargeEngine(const QString& folder) : model_(largeModel(folder.toStdString())) {}
    void openModel(const QString&) override {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT modelOpened(model_); }, Qt::QueuedConnection);
    }
    void measure(const MeasureRequest&) override {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT analysisChanged(analysis_); }, Qt::QueuedConnection);
    }
    void preview(const PreviewRequest& request) override {
        previewed.clear();  // a plan of this size is megabytes
        FakeEngine::preview(request);
        QMetaObject::invokeMethod(
            this, [this] { finishPreview(10.0, 10.5); }, Qt::QueuedConnection);
    }
    void listRuns(const QString& workspace) override {
        std::vector<RunRecord> runs;
        for (int i = 0; i < kRuns; ++i) {
            runs.push_back(testing::sampleRun(("run-" + std::to_string(i)).c_str(), RunState::Complete, 20));
            runs.back().folder = (workspace + QStringLiteral("/run-%1").arg(i)).toStdString();
        }
        QMetaObject::invokeMethod(
            this, [this, workspace, runs] { Q_EMIT runsListed(workspace, runs); }, Qt::QueuedConnection);
    }

private:
    std::shared_ptr<const ModelSummary> model_;
    std::shared_ptr<const Analysis> analysis_ = largeAnalysis();
};

QString sessionFile(const QString& folder) {
    return folder + QStringLiteral("/large.json");
}

// Makes a session of many plans, one after the other, as they come while a ratio is dragged.
void makeSession(const QString& folder) {
    LargeEngine engine(folder);
    Settings settings(folder + QStringLiteral("/s.ini"));
    settings.setWorkspace(folder + QStringLiteral("/runs"));
    WorkbenchWindow window(engine, settings);
    window.show();
    Workflow& workflow = window.workflow();
    workflow.preview().setDelay(0);
    workflow.openModel(folder);
    waitFor("the model", [&] { return workflow.document().analysis() != nullptr; });
    paintAll(window);
    QTest::qWait(500);
    static_cast<Application*>(QCoreApplication::instance())->forget();
    testing::EventLoopWatch watch;
    const double before = testing::EventLoopWatch::milliseconds();
    for (int i = 0; i < kPlans; ++i) {
        WidthRequest width = workflow.document().width();
        width.ratio = 0.001 * (i + 1);
        workflow.document().setWidth(QStringLiteral("Set ratio"), width);
        waitFor("a preview", [&] { return workflow.preview().state() == PreviewFeed::State::Current; });
    }
    const double each = (testing::EventLoopWatch::milliseconds() - before) / kPlans;
    reportAway("away from the event loop, 200 plans", watch, 100.0);
    report("a plan, previewed, with all that follows", each, "ms", 100.0);
    report("resident memory with 200 plans", residentMegabytes(), "MB", 600.0);
    workflow.saveSession(sessionFile(folder));
}

void openSession(const QString& folder) {
    LargeEngine engine(folder);
    Settings settings(folder + QStringLiteral("/s.ini"));
    settings.setWorkspace(folder + QStringLiteral("/runs"));
    QElapsedTimer clock;
    clock.start();
    WorkbenchWindow window(engine, settings);
    window.show();
    window.workflow().openSession(sessionFile(folder));
    waitFor("the session", [&] {
        return window.workflow().document().undoStack()->count() == kPlans &&
               window.workflow().document().analysis() != nullptr;
    });
    paintAll(window);
    report("200 plans, 200 runs, 80 x 28672: opened", 1e-3 * static_cast<double>(clock.elapsed()), "s", 2.0);
    report("resident memory", residentMegabytes(), "MB", 600.0);
    idle(1.0);
}

// The session is opened by a process that did not make it.
void session(const QString& folder) {
    makeSession(folder);
    const QStringList again{QStringLiteral("open-session"), folder};
    missed = QProcess::execute(QCoreApplication::applicationFilePath(), again) != 0 || missed;
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    Application application(argc, argv);
    const QString what = application.arguments().value(1);
    if (what == QLatin1String("open-session")) {  // by this program itself
        openSession(application.arguments().value(2));
        return missed ? 1 : 0;
    }
    if (what != QLatin1String("demo") && what != QLatin1String("session")) {
        std::fprintf(stderr, "usage: window_bench demo | session\n");
        return 2;
    }
    const QTemporaryDir folder;
    if (what == QLatin1String("demo"))
        demo(folder.path());
    else
        session(folder.path());
    return missed ? 1 : 0;
}
