// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/window_words.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

#include <gtest/gtest.h>

namespace secateur {
namespace {

std::string said(const char* message) {
    return inWindowWords(std::string(message)).toStdString();
}

TEST(WindowWords, OptionsAreSaidAsTheWindowHasThem) {
    EXPECT_EQ(said("use a longer text or a smaller --seq-len"), "use a longer text or shorter windows");
    EXPECT_EQ(
        said("copy the tokenizer of the original model into the folder, or give ids directly with --tokens"),
        "copy the tokenizer of the original model into the folder, or choose a safetensors file of token "
        "ids as the text");
    EXPECT_EQ(said("choose another name, or allow overwriting (--force)"), "choose another name");
    EXPECT_EQ(said("lower the learning rate (--lr); the last checkpoint is good"),
              "lower the learning rate; the last checkpoint is good");
    EXPECT_EQ(said("leave out --freeze-embeddings"), "leave out \"freeze embeddings\"");
}

TEST(WindowWords, MessageAndHintAreASentenceEach) {
    const auto both = [](const char* message, const char* hint) {
        return joined(QLatin1String(message), QLatin1String(hint)).toStdString();
    };
    EXPECT_EQ(both("only 2.10 MB are free there", "free some space"),
              "only 2.10 MB are free there. Free some space.");
    EXPECT_EQ(both("a.safetensors: truncated.", "Download it again."),
              "a.safetensors: truncated. Download it again.");
    EXPECT_EQ(both("cancelled", ""), "cancelled");
}

TEST(WindowWords, WhatIsNoOptionStays) {
    for (const char* text : {"/models/my--model/config.json: not found", "a - b -- c",
                             "huggingface-cli download OWNER/NAME --local-dir FOLDER"})
        EXPECT_EQ(said(text), text);
}

// Every text of core that names an option.
TEST(WindowWords, NoMessageOfCoreKeepsOne) {
    const QRegularExpression literal(
        QStringLiteral("\"((?:[^\"\\\\\\n]|\\\\.)*--[a-z](?:[^\"\\\\\\n]|\\\\.)*)\""));
    const QRegularExpression option(QStringLiteral("(^|[\\s(])--(?!local-dir)[a-z]"));
    QDirIterator files(QStringLiteral(SECATEUR_SOURCE_DIR "/core"), {QStringLiteral("*.cpp")}, QDir::Files,
                       QDirIterator::Subdirectories);
    int texts = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        ASSERT_TRUE(file.open(QIODevice::ReadOnly));
        const QString source = QString::fromUtf8(file.readAll());
        for (auto match = literal.globalMatch(source); match.hasNext();) {
            const QString words = inWindowWords(match.next().captured(1));
            EXPECT_FALSE(words.contains(option)) << words.toStdString();
            ++texts;
        }
    }
    EXPECT_GT(texts, 20);
}

}  // namespace
}  // namespace secateur
