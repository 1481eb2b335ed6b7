// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/corpus.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "core/storage/text_file.h"
#include "tests/storage/temporary_folder.h"

namespace secateur {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string packed(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

TEST(Corpus, ReadsPlainTextWhateverItsName) {
    const TemporaryFolder folder;
    for (const char* name : {"a.txt", "wiki.test.raw", "text"}) {
        EXPECT_EQ(readCorpus(folder.write(name, "Caf\u00e9\r\n\n")).text, "Caf\u00e9\r\n\n") << name;
    }
    EXPECT_EQ(readCorpus(folder.write("abc.txt", "abc")).sha256,
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Corpus, JoinsTheDocumentsOfJsonLinesByABlankLine) {
    const TemporaryFolder folder;
    const std::string lines =
        "{\"text\": \"one\\n\", \"id\": 1}\r\n\n{\"text\": \"\"}\n{\"text\": \"\\u00e9\"}";
    EXPECT_EQ(readCorpus(folder.write("a.jsonl", lines)).text, "one\n\n\n\n\n\u00e9");
    EXPECT_EQ(readCorpus(folder.write("a.jsonl.gz", packed(lines))).text, "one\n\n\n\n\n\u00e9");
}

TEST(Corpus, UnpacksGzipMembersAndIgnoresPadding) {
    const TemporaryFolder folder;
    const std::string large(3'000'000, 'x');
    const std::string bytes = packed(large) + packed("end") + std::string(100, '\0');
    EXPECT_EQ(readCorpus(folder.write("a.txt.gz", bytes)).text, large + "end");
}

TEST(Corpus, LeavesOutTheByteOrderMark) {
    const TemporaryFolder folder;
    EXPECT_EQ(readCorpus(folder.write("a.txt", "\xEF\xBB\xBFhi")).text, "hi");
    EXPECT_EQ(readCorpus(folder.write("a.jsonl", "\xEF\xBB\xBF{\"text\": \"hi\"}")).text, "hi");
}

TEST(Corpus, NamesTheLineThatIsNotADocument) {
    const TemporaryFolder folder;
    for (const char* line : {"{\"txt\": \"a\"}", "{\"text\": 3}", "[1]", "\"text\"", "{\"text\": \"a\"",
                             "nonsense", "{\"text\": \"\\ud800\"}"}) {
        const auto file = folder.write("a.jsonl", "{\"text\": \"fine\"}\n\n" + std::string(line) + "\n");
        const Error error = errorOf([&] { return readCorpus(file); });
        EXPECT_EQ(error.code(), ErrorCode::Corrupt) << line;
        EXPECT_THAT(error.message(), AllOf(HasSubstr(file.string()), HasSubstr("line 3"))) << line;
    }
}

TEST(Corpus, NamesTheByteThatIsNotUtf8) {
    const TemporaryFolder folder;
    const Error error =
        errorOf([&] { return readCorpus(folder.write("a.txt", std::string(20, 'a') + "\x80")); });
    EXPECT_EQ(error.code(), ErrorCode::Corrupt);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("a.txt"), HasSubstr("byte 20")));
    const Error wide =
        errorOf([&] { return readCorpus(folder.write("a.txt", std::string_view("\xFF\xFEh\0i\0", 6))); });
    EXPECT_THAT(wide.hint(), HasSubstr("UTF-16"));
}

TEST(Corpus, RefusesFilesWithoutText) {
    const TemporaryFolder folder;
    for (const auto& [name, bytes] :
         {std::pair("a.txt", ""), {"bom.txt", "\xEF\xBB\xBF"}, {"a.jsonl", "\n \n"}}) {
        EXPECT_EQ(errorOf([&] { return readCorpus(folder.write(name, bytes)); }).code(),
                  ErrorCode::InvalidArgument)
            << name;
    }
    EXPECT_EQ(errorOf([&] { return readCorpus(folder.write("a.txt.gz", packed(""))); }).code(),
              ErrorCode::InvalidArgument);
    EXPECT_EQ(errorOf([&] { return readCorpus(folder.path() / "missing.txt"); }).code(), ErrorCode::NotFound);
    EXPECT_EQ(errorOf([&] { return readCorpus(folder.path()); }).code(), ErrorCode::InvalidArgument);
}

TEST(Corpus, RefusesDamagedGzip) {
    const TemporaryFolder folder;
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919) + " ";
    const std::string whole = packed(text);
    std::string flipped = whole;
    flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 0x10);
    for (const std::string& bytes :
         {std::string(), std::string("plain"), whole.substr(0, 5), whole.substr(0, whole.size() / 2),
          whole.substr(0, whole.size() - 1), whole + "tail", flipped}) {
        const auto file = folder.write("a.txt.gz", bytes);
        const Error error = errorOf([&] { return readCorpus(file); });
        EXPECT_EQ(error.code(), ErrorCode::Corrupt) << bytes.size();
        EXPECT_THAT(error.message(), HasSubstr(file.string()));
    }
}

TEST(TextFile, StopsUnpackingAtItsLimits) {
    const TemporaryFolder folder;
    const auto file = folder.write("bomb.txt.gz", packed(std::string(20'000'000, 'a')));
    TextLimits limits;
    limits.packedFloor = 1'000'000;
    const Error error = errorOf([&] { return readTextFile(file, limits); });
    EXPECT_EQ(error.code(), ErrorCode::Corrupt);
    EXPECT_THAT(error.message(), HasSubstr(file.string()));
    limits.packedRatio = 2000;
    EXPECT_EQ(readTextFile(file, limits).text.size(), 20'000'000u);
    limits.bytes = 10'000'000;
    EXPECT_EQ(errorOf([&] { return readTextFile(file, limits); }).code(), ErrorCode::Corrupt);
    limits.bytes = 100;
    EXPECT_EQ(
        errorOf([&] { return readTextFile(folder.write("a.txt", std::string(101, 'a')), limits); }).code(),
        ErrorCode::InvalidArgument);
}

TEST(Corpus, KnowsNamesWhateverTheCaseOfTheirEnds) {
    const TemporaryFolder folder;
    for (const char* name : {"A.JSONL", "B.Json", "C.NDJSON"})
        EXPECT_EQ(readCorpus(folder.write(name, "{\"text\": \"One\"}\n")).text, "One") << name;
    EXPECT_EQ(readCorpus(folder.write("B.TXT.GZ", packed("Two"))).text, "Two");
    EXPECT_EQ(readCorpus(folder.write("B.JSONL.Gz", packed("{\"text\": \"Two\"}"))).text, "Two");
}

TEST(Corpus, UnpacksGzipWhateverItsName) {
    const TemporaryFolder folder;
    EXPECT_EQ(readCorpus(folder.write("a.txt", packed("Two"))).text, "Two");
    EXPECT_EQ(readCorpus(folder.write("a.jsonl", packed("{\"text\": \"Two\"}"))).text, "Two");
}

TEST(Corpus, TakesTheTextFromAnotherKey) {
    const TemporaryFolder folder;
    const auto file = folder.write("a.jsonl", "{\"id\": 1, \"content\": \"One\", \"title\": \"T\"}\n");
    EXPECT_EQ(readCorpus(file, "content").text, "One");
    const Error error = errorOf([&] { return readCorpus(file); });
    EXPECT_THAT(error.message(), AllOf(HasSubstr("line 1"), HasSubstr("\"text\"")));
    EXPECT_THAT(error.hint(), AllOf(HasSubstr("--text-key"), HasSubstr("content, title")));
}

TEST(Corpus, ReadsLinesThatPythonReads) {
    const TemporaryFolder folder;
    const auto file = folder.write(
        "a.jsonl",
        "{\"text\": \"One\", \"score\": NaN, \"text\": \"Two\"}\n{\"top\": -Infinity, \"text\": \"NaN\"}\n");
    EXPECT_EQ(readCorpus(file).text, "Two\n\nNaN");
}

TEST(Corpus, SaysWhatAFileIsThatIsNoText) {
    const TemporaryFolder folder;
    const std::vector<std::pair<std::string, std::string>> files{
        {"\x28\xB5\x2F\xFD\x24", "Zstandard"},
        {"%PDF-1.7\n", "PDF"},
        {"PAR1\x15", "Parquet"},
        {"PK\x03\x04...", "zip archive"},
        {std::string(257, 'a') + "ustar", "tar archive"},
        {packed(std::string(257, 'a') + "ustar"), "tar archive"}};
    for (const auto& [bytes, what] : files) {
        const Error error = errorOf([&] { return readCorpus(folder.write("a.txt", bytes)); });
        EXPECT_EQ(error.code(), ErrorCode::Unsupported) << what;
        EXPECT_THAT(error.message(), AllOf(HasSubstr("a.txt"), HasSubstr(what)));
    }
    const auto pointer =
        folder.write("b.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:9e\nsize 4\n");
    EXPECT_THAT(errorOf([&] { return readCorpus(pointer); }).hint(), HasSubstr("git lfs pull"));
}

}  // namespace
}  // namespace secateur
