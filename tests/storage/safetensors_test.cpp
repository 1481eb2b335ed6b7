// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cstring>

#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;

constexpr const char* kTwo =
    R"({"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"U8","shape":[3],"data_offsets":[16,19]}})";

class Safetensors : public testing::Test {
protected:
    void expectCorrupt(const std::string& content, const std::vector<std::string>& parts,
                       ErrorCode code = ErrorCode::Corrupt) {
        writeText(file_, content);
        std::vector<std::string> all = parts;
        all.push_back(file_.string());
        expectError([&] { SafetensorsFile file(file_); }, code, all);
    }
    void expectCorruptHeader(const std::string& header, std::size_t dataBytes,
                             const std::vector<std::string>& parts, ErrorCode code = ErrorCode::Corrupt) {
        expectCorrupt(safetensorsText(header, dataBytes), parts, code);
    }

    ScratchFolder scratch_;
    fs::path file_ = scratch_ / "x.safetensors";
};

TEST_F(Safetensors, ReadsTensorsAndSkipsMetadata) {
    writeText(file_, safetensorsText(std::string(R"({"__metadata__":{"format":"pt"},)") + (kTwo + 1), 19));
    const SafetensorsFile file(file_);
    ASSERT_EQ(file.tensors().size(), 2U);
    EXPECT_EQ(file.tensor("a").dtype, Dtype::F32);
    EXPECT_EQ(file.tensor("a").shape, (std::vector<std::int64_t>{2, 2}));
    EXPECT_EQ(file.tensor("a").bytes.size(), 16U);
    EXPECT_EQ(file.tensor("b").bytes.data(), file.tensor("a").bytes.data() + 16);
    expectError([&] { static_cast<void>(file.tensor("c")); }, ErrorCode::NotFound, {"\"c\"", file_.string()});
}

TEST_F(Safetensors, AllowsTensorsWithoutElements) {
    writeText(
        file_,
        safetensorsText(
            R"({"a":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[4,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})",
            4));
    const SafetensorsFile file(file_);
    EXPECT_TRUE(file.tensor("a").bytes.empty());
    EXPECT_EQ(file.tensor("b").bytes.size(), 4U);
}

TEST_F(Safetensors, KeepsItsBytesAfterRelease) {
    std::vector<std::byte> data(1 << 20);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i * 7);
    writeSafetensors(file_, {{"t", Dtype::U8, {1 << 20}, data}}, false);
    const SafetensorsFile file(file_);
    const TensorView& view = file.tensor("t");
    EXPECT_EQ(std::memcmp(view.bytes.data(), data.data(), data.size()), 0);
    file.release(view);
    EXPECT_EQ(std::memcmp(view.bytes.data(), data.data(), data.size()), 0);
}

TEST_F(Safetensors, RefusesHeaderLengthsThatCannotBe) {
    expectCorrupt("", {"too short"});
    expectCorrupt("1234567", {"too short"});
    expectCorrupt(safetensorsText(kTwo, 19).substr(0, 40), {"header length"});
    expectCorrupt(std::string(8, '\xff') + kTwo, {"header length"});
    std::string large = safetensorsText(kTwo, 19);
    large[3] = 6;  // 100663296 + ...: more than the format's limit
    expectCorrupt(large, {"header length"});
}

TEST_F(Safetensors, RefusesHeadersThatAreNotItsJson) {
    expectCorruptHeader("{\"a\":", 0, {"not valid JSON"});
    expectCorruptHeader("[1,2]", 0, {"not a JSON object"});
    expectCorruptHeader(std::string(100'000, '['), 0, {"nests deeper"});
    expectCorruptHeader(R"({"a":5})", 0, {"\"a\"", "JSON object"});
    expectCorruptHeader("{\"\xff\":{}}", 0, {"not valid JSON"});
    expectCorruptHeader(
        R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
        1, {"\"a\"", "twice"});
}

TEST_F(Safetensors, RefusesOffsetsThatOverlapLeaveHolesOrTheFile) {
    expectCorruptHeader(
        R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}})",
        7, {"\"b\"", "overlaps"});
    expectCorruptHeader(
        R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}})",
        9, {"\"b\"", "hole of 1 bytes"});
    expectCorruptHeader(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})", 6,
                        {"\"a\"", "hole of 2 bytes"});
    expectCorruptHeader(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 9, {"5 bytes after"});
    expectCorruptHeader(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}})", 4,
                        {"\"a\"", "ends before"});
    expectCorruptHeader(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,18446744073709551615]}})", 4,
                        {"\"a\"", "reaches"});
    expectCorruptHeader(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[-1,4]}})", 4,
                        {"\"a\"", "data_offsets"});
    expectCorruptHeader(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}})", 4,
                        {"\"a\"", "data_offsets"});
    expectCorrupt(safetensorsText(kTwo, 18), {"\"b\"", "reaches to byte 19"});
}

TEST_F(Safetensors, RefusesShapesThatDoNotFitTheBytes) {
    expectCorruptHeader(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4]}})", 4,
                        {"\"a\"", "[4]", "F32"});
    expectCorruptHeader(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0,
                        {"\"a\""});
    expectCorruptHeader(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, {"\"a\"", "-1"});
    expectCorruptHeader(R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4, {"\"a\"", "1.5"});
    expectCorruptHeader(R"({"a":{"dtype":"F32","shape":7,"data_offsets":[0,4]}})", 4, {"\"a\"", "shape"});
    expectCorruptHeader(
        R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})", 4,
        {"\"a\"", "shape"});
}

TEST_F(Safetensors, TellsUnsupportedDtypesFromUnknownOnes) {
    writeText(file_, safetensorsText(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", 8));
    expectError([&] { static_cast<void>(SafetensorsFile(file_).tensor("a")); }, ErrorCode::Unsupported,
                {"\"a\"", "F64"});
    expectCorruptHeader(R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}})", 8, {"\"a\"", "F64"});
    expectCorruptHeader(R"({"a":{"dtype":"F33","shape":[1],"data_offsets":[0,8]}})", 8, {"\"a\"", "F33"});
    expectCorruptHeader(R"({"a":{"shape":[1],"data_offsets":[0,8]}})", 8, {"\"a\"", "dtype"});
}

TEST_F(Safetensors, OpensOnlyRegularFilesThatExist) {
    expectError([&] { SafetensorsFile file(scratch_ / "absent"); }, ErrorCode::NotFound, {"absent"});
    expectError([&] { SafetensorsFile file(scratch_.path()); }, ErrorCode::InvalidArgument, {"regular file"});
    expectError([&] { SafetensorsFile file("/dev/zero"); }, ErrorCode::InvalidArgument, {"regular file"});
}

}  // namespace
}  // namespace secateur
