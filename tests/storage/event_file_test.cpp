// SPDX-License-Identifier: GPL-3.0-or-later
//
// The framing of TensorBoard's files; its own reader is asked in tests/interop.
#include "core/storage/event_file.h"

#include <cstring>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

std::uint32_t crcOf(const std::string& text) {
    return crc32c(std::as_bytes(std::span(text.data(), text.size())));
}

// RFC 3720, B.4.
TEST(Crc32c, MeetsTheVectorsOfItsStandard) {
    EXPECT_EQ(crcOf("123456789"), 0xE3069283u);
    EXPECT_EQ(crcOf(std::string(32, '\0')), 0x8A9136AAu);
    EXPECT_EQ(crcOf(std::string(32, '\xFF')), 0x62A8AB43u);
    EXPECT_EQ(crcOf(""), 0u);
}

template <typename T>
T at(const std::string& bytes, std::size_t offset) {
    T value{};
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

std::uint32_t masked(std::uint32_t crc) {
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

std::vector<std::string> records(const std::string& file) {
    std::vector<std::string> found;
    for (std::size_t begin = 0; begin < file.size();) {
        const auto length = static_cast<std::size_t>(at<std::uint64_t>(file, begin));
        EXPECT_EQ(at<std::uint32_t>(file, begin + 8), masked(crcOf(file.substr(begin, 8))));
        found.push_back(file.substr(begin + 12, length));
        EXPECT_EQ(at<std::uint32_t>(file, begin + 12 + length), masked(crcOf(found.back())));
        begin += 16 + length;
    }
    return found;
}

TEST(EventFile, FramesEveryEventWithItsChecksums) {
    const test::ScratchFolder folder;
    EventFile file(folder.path());
    file.add(300, {{"loss/train", 2.5}, {"rate", 1e-4}});
    const auto found = records(test::readText(file.path()));
    ASSERT_EQ(found.size(), 3u);
    EXPECT_THAT(found[0], ::testing::HasSubstr("brain.Event:2"));
    EXPECT_EQ(found[1].substr(9), std::string("\x10\xAC\x02\x3A\x02\x08\x01"));  // a session starts at 300
    EXPECT_THAT(found[2], ::testing::HasSubstr("loss/train"));
    // Field 2, varint 300.
    EXPECT_EQ(found[2].substr(9, 3), std::string("\x10\xAC\x02"));
    const float value = 2.5f;
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    EXPECT_THAT(found[2], ::testing::HasSubstr("\x15" + bytes));
    file.add(301, {{"rate", 1e-4}});
    EXPECT_EQ(records(test::readText(file.path())).size(), 4u);
}

TEST(EventFile, ASecondOneInAFolderHasItsOwnName) {
    const test::ScratchFolder folder;
    const EventFile one(folder.path()), two(folder.path());
    EXPECT_NE(one.path(), two.path());
    EXPECT_THAT(two.path().filename().string(), ::testing::StartsWith("events.out.tfevents."));
}

TEST(EventFile, AFolderThatIsNotThereIsAnError) {
    EXPECT_THROW(EventFile("/nowhere/at/all"), Error);
}

}  // namespace
}  // namespace secateur
