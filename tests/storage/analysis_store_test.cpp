// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/analysis_store.h"

#include <cmath>
#include <csignal>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>

#include <hdf5.h>
#include <sys/resource.h>

#include "core/storage/analysis_layout.h"
#include "tests/storage/storage_fixture.h"
#include "tests/storage/tiny_analysis.h"

namespace secateur {
namespace {

using namespace test;

void expectEqual(const ChannelStatistics& a, const ChannelStatistics& b) {
    for (const ChannelDataset& dataset : kChannelDatasets)
        EXPECT_EQ(a.*dataset.values, b.*dataset.values) << dataset.note.name;
}

void expectEqual(const Analysis& a, const Analysis& b) {
    EXPECT_EQ(a.modelName, b.modelName);
    EXPECT_EQ(a.modelFingerprint, b.modelFingerprint);
    EXPECT_EQ(a.tool, b.tool);
    EXPECT_EQ(a.dtype, b.dtype);
    EXPECT_EQ(a.statistics, b.statistics);
    EXPECT_EQ(a.tokens, b.tokens);
    EXPECT_EQ(a.originalLayers, b.originalLayers);
    EXPECT_EQ(a.choppedLayers, b.choppedLayers);
    EXPECT_EQ(a.calibration.source, b.calibration.source);
    EXPECT_EQ(a.calibration.sha256, b.calibration.sha256);
    EXPECT_EQ(a.calibration.samples, b.calibration.samples);
    EXPECT_EQ(a.calibration.seqLen, b.calibration.seqLen);
    EXPECT_EQ(a.calibration.seed, b.calibration.seed);
    EXPECT_EQ(a.calibration.sampling, b.calibration.sampling);
    EXPECT_EQ(a.calibration.bos, b.calibration.bos);
    ASSERT_EQ(a.layers.size(), b.layers.size());
    for (std::size_t i = 0; i < a.layers.size(); ++i) {
        EXPECT_EQ(a.layers[i].layer, b.layers[i].layer);
        EXPECT_EQ(a.layers[i].heads, b.layers[i].heads);
        EXPECT_EQ(a.layers[i].kvHeads, b.layers[i].kvHeads);
        expectEqual(a.layers[i].oProj, b.layers[i].oProj);
        expectEqual(a.layers[i].downProj, b.layers[i].downProj);
        EXPECT_EQ(a.layers[i].saliency, b.layers[i].saliency);
    }
    for (const ResidualDataset& dataset : kResidualDatasets)
        EXPECT_EQ(a.residual.*dataset.values, b.residual.*dataset.values);
    EXPECT_EQ(a.angular.points, b.angular.points);
    EXPECT_EQ(a.angular.windows, b.angular.windows);
    for (const AngularDataset& dataset : kAngularDatasets)
        EXPECT_EQ(a.angular.*dataset.values, b.angular.*dataset.values);
    ASSERT_EQ(a.gradients.has_value(), b.gradients.has_value());
    if (a.gradients) {
        EXPECT_EQ(a.gradients->windows, b.gradients->windows);
        EXPECT_EQ(a.gradients->loss, b.gradients->loss);
    }
    ASSERT_EQ(a.leaveOneOut.has_value(), b.leaveOneOut.has_value());
    if (!a.leaveOneOut) return;
    EXPECT_EQ(a.leaveOneOut->densePerplexity, b.leaveOneOut->densePerplexity);
    for (const LeaveOneOutDataset& dataset : kLeaveOneOutDatasets)
        EXPECT_EQ((*a.leaveOneOut).*dataset.values, (*b.leaveOneOut).*dataset.values);
}

class Store : public testing::Test {
protected:
    // Opens the written file with HDF5 itself and lets `change` damage it.
    void damage(const std::function<void(hid_t)>& change) {
        writeAnalysis(file_, tinyAnalysis(), true);
        const hid_t file = H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
        ASSERT_GE(file, 0);
        change(file);
        H5Fclose(file);
    }
    void expectRefused(ErrorCode code, const std::vector<std::string>& parts) {
        std::vector<std::string> all = parts;
        all.push_back(file_.string());
        expectError([&] { static_cast<void>(readAnalysis(file_)); }, code, all);
    }

    ScratchFolder scratch_;
    fs::path file_ = scratch_ / "a.h5";
};

void putFloats(hid_t file, const char* path, const std::vector<hsize_t>& shape,
               const std::vector<float>& values) {
    H5Ldelete(file, path, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t dataset =
        H5Dcreate2(file, path, H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (!values.empty()) H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(dataset);
    H5Sclose(space);
}

void putInteger(hid_t file, const char* object, const char* attribute, std::int64_t value) {
    const hid_t place = H5Oopen(file, object, H5P_DEFAULT);
    const hid_t id = H5Aopen(place, attribute, H5P_DEFAULT);
    H5Awrite(id, H5T_NATIVE_INT64, &value);
    H5Aclose(id);
    H5Oclose(place);
}

TEST_F(Store, GivesTheAnalysisBack) {
    writeAnalysis(file_, tinyAnalysis(), false);
    expectEqual(readAnalysis(file_), tinyAnalysis());
    EXPECT_EQ(scratch_.entries(), 1U);
}

TEST_F(Store, GivesAnAnalysisWithoutOptionalPartsBack) {
    Analysis plain = tinyAnalysis();
    plain.leaveOneOut.reset();
    plain.gradients.reset();
    for (LayerAnalysis& layer : plain.layers) layer.saliency = {};
    plain.choppedLayers = std::vector<int>();  // without a buffer, as measuring leaves it
    plain.statistics = Statistics::Reference;
    writeAnalysis(file_, plain, false);
    expectEqual(readAnalysis(file_), plain);
}

TEST_F(Store, OpensFilesOfProgramsThatMeasuredLess) {
    damage([](hid_t file) {
        for (const char* path : {"/layers/1/o_proj/abs_mean_norm", "/layers/1/o_proj/window_norm",
                                 "/layers/1/down_proj/abs_mean_norm", "/layers/1/down_proj/window_norm",
                                 "/layers/1/down_proj/row_peaks"})
            ASSERT_GE(H5Ldelete(file, path, H5P_DEFAULT), 0) << path;
    });
    Analysis less = tinyAnalysis();
    for (ChannelStatistics* of : {&less.layers[0].oProj, &less.layers[0].downProj}) {
        of->absMeanNorm.clear();
        of->windowNorm.clear();
        of->rowPeaks.clear();
    }
    const Analysis read = readAnalysis(file_);
    expectEqual(read, less);
    writeAnalysis(file_, read, true);
    expectEqual(readAnalysis(file_), less);
}

TEST_F(Store, RefusesALaterDatasetOfAnotherLength) {
    damage([](hid_t file) { putFloats(file, "/layers/1/o_proj/window_norm", {3}, {1, 2, 3}); });
    expectRefused(ErrorCode::Corrupt, {"/layers/1/o_proj/window_norm", "3 channels, but mean has 8"});
}

// What a reader of the contract finds: sums of first order, the three of an MLP channel added.
TEST_F(Store, WritesFirstOrdersOfUnits) {
    writeAnalysis(file_, tinyAnalysis(), false);
    std::ifstream file(file_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto image = std::as_bytes(std::span(text));
    const h5::Group root = h5::openImage(image, "a.h5");
    const h5::Group gradients = h5::openGroup(root, "gradients");
    const h5::Group layer = h5::openGroup(gradients, "1");
    const Analysis analysis = tinyAnalysis();
    const LayerSaliency& saliency = analysis.layers[0].saliency;
    const auto of = [&](LinearName linear) { return saliency.of(Saliency::First, linear); };
    EXPECT_EQ(h5::readFloats(layer, "q_proj", 1, 100).values, of(LinearName::Q));
    EXPECT_EQ(h5::readFloats(layer, "v_proj", 1, 100).values, of(LinearName::V));
    const std::vector<float> mlp = h5::readFloats(layer, "mlp", 1, 100).values;
    ASSERT_EQ(mlp.size(), of(LinearName::Down).size());
    EXPECT_FLOAT_EQ(mlp[3], of(LinearName::Gate)[3] + of(LinearName::Up)[3] + of(LinearName::Down)[3]);
}

TEST_F(Store, RefusesSaliencyOfOtherUnits) {
    damage([](hid_t file) { putFloats(file, "/gradients/1/param_mix/k_proj", {3}, {1, 2, 3}); });
    expectRefused(ErrorCode::Corrupt, {"/gradients/1/param_mix/k_proj", "3 values, but the layer has 4"});
}

TEST_F(Store, DescribesEveryDatasetAndChecksItsSums) {
    writeAnalysis(file_, tinyAnalysis(), false);
    const hid_t file = H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    for (const char* path : {"/layers/1/o_proj/mean", "/layers/3/down_proj/weight_norm2", "/residual/cosine",
                             "/angular/last_token", "/leave_one_out/mlp"}) {
        const hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
        ASSERT_GE(dataset, 0) << path;
        EXPECT_GT(H5Aexists(dataset, "units"), 0) << path;
        EXPECT_GT(H5Aexists(dataset, "meaning"), 0) << path;
        const hid_t layout = H5Dget_create_plist(dataset);
        EXPECT_EQ(H5Pget_layout(layout), H5D_CHUNKED) << path;
        ASSERT_EQ(H5Pget_nfilters(layout), 1) << path;
        unsigned int flags = 0;
        std::size_t count = 0;
        EXPECT_EQ(H5Pget_filter2(layout, 0, &flags, &count, nullptr, 0, nullptr, nullptr),
                  H5Z_FILTER_FLETCHER32);
        H5Pclose(layout);
        H5Dclose(dataset);
    }
    H5Fclose(file);
}

TEST_F(Store, ReplacesOnlyWhenAsked) {
    writeAnalysis(file_, tinyAnalysis(), false);
    expectError([&] { writeAnalysis(file_, tinyAnalysis(), false); }, ErrorCode::Exists, {file_.string()});
    Analysis other = tinyAnalysis();
    other.tokens = 77;
    writeAnalysis(file_, other, true);
    EXPECT_EQ(readAnalysis(file_).tokens, 77);
    EXPECT_EQ(scratch_.entries(), 1U);
}

TEST_F(Store, LeavesNothingOnAFullDisk) {
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit limit = before;
    limit.rlim_cur = 1000;
    setrlimit(RLIMIT_FSIZE, &limit);
    expectError([&] { writeAnalysis(file_, tinyAnalysis(), false); }, ErrorCode::OutOfDisk, {file_.string()});
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_EQ(scratch_.entries(), 0U);
}

TEST_F(Store, RefusesFilesThatAreNoAnalysis) {
    expectRefused(ErrorCode::NotFound, {});
    writeText(file_, "");
    expectRefused(ErrorCode::Corrupt, {});
    writeText(file_, "not HDF5 at all");
    expectRefused(ErrorCode::Corrupt, {"HDF5"});
    writeAnalysis(file_, tinyAnalysis(), true);
    const std::string whole = readText(file_);
    writeText(file_, whole.substr(0, whole.size() / 2));
    expectRefused(ErrorCode::Corrupt, {});
    const hid_t other = H5Fcreate(file_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(other);
    expectRefused(ErrorCode::Corrupt, {"\"format\""});
}

TEST_F(Store, RefusesLaterVersions) {
    damage([](hid_t file) { putInteger(file, "/", "version", 2); });
    expectRefused(ErrorCode::Unsupported, {"version 2"});
}

TEST_F(Store, NamesTheDatasetWithTheWrongShape) {
    damage([](hid_t file) { putFloats(file, "/layers/1/o_proj/fluctuation", {5}, std::vector<float>(5)); });
    expectRefused(ErrorCode::Corrupt, {"/layers/1/o_proj/fluctuation", "5 channels"});
    damage([](hid_t file) { putFloats(file, "/residual/norm", {1}, {1}); });
    expectRefused(ErrorCode::Corrupt, {"/residual/norm"});
    damage([](hid_t file) { putFloats(file, "/angular/all_tokens", {9}, std::vector<float>(9)); });
    expectRefused(ErrorCode::Corrupt, {"/angular/all_tokens", "2 dimensions"});
    damage([](hid_t file) { H5Ldelete(file, "/layers/3/down_proj/mean", H5P_DEFAULT); });
    expectRefused(ErrorCode::Corrupt, {"/layers/3/down_proj/mean", "missing"});
    damage([](hid_t file) { H5Ldelete(file, "/layers/3", H5P_DEFAULT); });
    expectRefused(ErrorCode::Corrupt, {"/layers/3", "missing"});
    damage([](hid_t file) { putInteger(file, "/layers/1", "heads", 3); });
    expectRefused(ErrorCode::Corrupt, {"/layers/1", "3 heads"});
}

TEST_F(Store, RefusesShapesThatTheFileCannotHold) {
    damage([](hid_t file) { putFloats(file, "/layers/1/o_proj/mean", {hsize_t{1} << 40}, {}); });
    expectRefused(ErrorCode::Corrupt, {"/layers/1/o_proj/mean", "larger"});
}

TEST_F(Store, RefusesStatisticsThatAreNotNumbers) {
    Analysis broken = tinyAnalysis();
    broken.layers[0].downProj.fluctuation[2] = std::numeric_limits<float>::quiet_NaN();
    writeAnalysis(file_, broken, false);
    expectRefused(ErrorCode::Corrupt, {"/layers/1/down_proj/fluctuation", "NaN"});
}

TEST_F(Store, NoticesFlippedBitsInTheData) {
    writeAnalysis(file_, tinyAnalysis(), false);
    std::string bytes = readText(file_);
    const float value = tinyAnalysis().layers[0].downProj.norm2[1];
    const std::size_t at = bytes.find(std::string(reinterpret_cast<const char*>(&value), sizeof value));
    ASSERT_NE(at, std::string::npos);
    bytes[at] = static_cast<char>(bytes[at] ^ 4);
    writeText(file_, bytes);
    expectRefused(ErrorCode::Corrupt, {"/layers/1/down_proj/norm2", "checksum"});
}

TEST_F(Store, RefusesToWriteVectorsOfDifferentLength) {
    Analysis broken = tinyAnalysis();
    broken.layers[0].oProj.mean.pop_back();
    expectError([&] { writeAnalysis(file_, broken, false); }, ErrorCode::Internal, {"o_proj"});
    EXPECT_EQ(scratch_.entries(), 0U);
}

}  // namespace
}  // namespace secateur
