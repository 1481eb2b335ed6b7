// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/text_file.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <zlib.h>

#include "core/base/error.h"
#include "core/storage/file_io.h"
#include "core/storage/hash.h"

namespace secateur {

namespace {

constexpr std::size_t kChunk = 1u << 18;

class Unpacker {
public:
    Unpacker(const std::filesystem::path& file, std::string_view packed, const TextLimits& limits)
        : file_(file),
          packed_(packed),
          limit_(std::min(limits.bytes, std::max(limits.packedFloor, limits.packedRatio * packed.size()))) {
        constexpr int kGzipOnly = 16;
        if (inflateInit2(&stream_, kGzipOnly + MAX_WBITS) != Z_OK)
            throw Error(ErrorCode::OutOfMemory, "no memory to unpack " + file_.string());
    }
    ~Unpacker() { inflateEnd(&stream_); }
    Unpacker(const Unpacker&) = delete;
    Unpacker& operator=(const Unpacker&) = delete;

    std::string run() {
        if (packed_.empty()) damaged("is empty");
        do {
            member();
            // Padding with zeros is common on tapes and block devices.
            if (packed_.find_first_not_of('\0') == std::string_view::npos) packed_ = {};
        } while (!packed_.empty());
        return std::move(text_);
    }

private:
    // One of the gzip members that a file is a sequence of.
    void member() {
        if (inflateReset(&stream_) != Z_OK) damaged("cannot be unpacked");
        int state = Z_OK;
        while (state != Z_STREAM_END) {
            feed();
            const std::size_t before = text_.size();
            text_.resize(before + kChunk);
            stream_.next_out = reinterpret_cast<Bytef*>(text_.data() + before);
            stream_.avail_out = kChunk;
            state = inflate(&stream_, Z_NO_FLUSH);
            text_.resize(before + kChunk - stream_.avail_out);
            packed_.remove_prefix(given_ - stream_.avail_in);
            if (text_.size() > limit_) tooLarge();
            if (state == Z_BUF_ERROR || (state == Z_OK && packed_.empty() && stream_.avail_out > 0))
                damaged("is cut short");
            if (state != Z_OK && state != Z_STREAM_END) damaged("is damaged");
        }
    }

    void feed() {
        given_ = static_cast<uInt>(std::min<std::size_t>(packed_.size(), 1u << 30));
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data()));
        stream_.avail_in = given_;
    }

    [[noreturn]] void damaged(const std::string& what) const {
        throw Error(
            ErrorCode::Corrupt,
            file_.string() + " " + what + " (gzip, after " + std::to_string(text_.size()) + " bytes of text)",
            "copy the file again, or unpack it with gunzip to see how far it is good");
    }
    [[noreturn]] void tooLarge() const {
        throw Error(ErrorCode::Corrupt,
                    file_.string() + " unpacks to more than " + std::to_string(limit_) + " bytes",
                    "unpack it first and give a part of the text");
    }

    const std::filesystem::path& file_;
    std::string_view packed_;
    std::uint64_t limit_;
    std::string text_;
    z_stream stream_{};
    uInt given_ = 0;
};

constexpr std::string_view kGzip = "\x1F\x8B\x08";

// How files begin that are no text, whatever their name; `at`: how far from the start.
struct Format {
    std::string_view magic;
    const char* what;
    const char* hint;
    std::size_t at = 0;
};
constexpr const char* kConvert = "save its text as .txt, or as .jsonl with one {\"text\": ...} a line";
constexpr std::array kFormats{
    Format{"\x28\xB5\x2F\xFD", "packed with Zstandard", "unpack it first: zstd -d FILE"},
    Format{std::string_view("\xFD"
                            "7zXZ\0",
                            6),
           "packed with xz", "unpack it first: xz -d FILE"},
    Format{"BZh", "packed with bzip2", "unpack it first: bunzip2 FILE"},
    Format{"7z\xBC\xAF", "a 7z archive", "unpack it first"},
    Format{"PK\x03\x04", "a zip archive (as office documents are, too)", "unpack it first"},
    Format{"\x1F\x9D", "packed with compress", "unpack it first: uncompress FILE"},
    Format{"\x04\x22\x4D\x18", "packed with LZ4", "unpack it first: lz4 -d FILE"},
    Format{"ustar", "a tar archive", "unpack it first: tar -xf FILE", 257},
    Format{"%PDF-", "a PDF document", "take the text out first: pdftotext FILE"},
    Format{"PAR1", "a Parquet file", kConvert},
    Format{"ARROW1", "an Arrow file", kConvert},
    Format{"Obj\x01", "an Avro file", kConvert},
    Format{"SQLite format 3", "an SQLite database", kConvert},
    Format{"\x89HDF\r\n", "an HDF5 file", kConvert},
    Format{"\x93NUMPY", "a NumPy array", "give ids with --tokens, as a safetensors file"},
    Format{"GGUF", "a GGUF model", "give a text"},
    Format{"{\\rtf", "an RTF document", kConvert},
};

void refuseOtherFormats(const std::filesystem::path& file, std::string_view content) {
    for (const Format& format : kFormats) {
        if (content.size() >= format.at && content.substr(format.at).starts_with(format.magic)) {
            throw Error(ErrorCode::Unsupported, file.string() + " is " + format.what + ", not a text",
                        format.hint);
        }
    }
    // A safetensors file: the length of its header, then the header.
    if (content.size() > 10 && content.substr(5, 5) == std::string_view("\0\0\0{\"", 5))
        throw Error(ErrorCode::Unsupported, file.string() + " is a safetensors file, not a text",
                    "give token ids with --tokens FILE:NAME");
}

}  // namespace

std::string lowerExtension(const std::filesystem::path& file) {
    std::string extension = file.extension().string();
    for (char& c : extension)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return extension;
}

bool isPacked(const std::filesystem::path& file) {
    return lowerExtension(file) == ".gz";
}

FileText readTextFile(const std::filesystem::path& file, const TextLimits& limits) {
    const MappedFile mapped(file);
    const auto bytes = mapped.bytes();
    if (bytes.size() > limits.bytes) {
        throw Error(ErrorCode::InvalidArgument,
                    file.string() + " has " + std::to_string(bytes.size()) + " bytes, more than " +
                        std::to_string(limits.bytes),
                    "give a part of the text");
    }
    Sha256 sha256;
    sha256.add(bytes);
    const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    refuseOtherFormats(file, content);
    if (!isPacked(file) && !content.starts_with(kGzip)) return {std::string(content), sha256.hex()};
    std::string text = Unpacker(file, content, limits).run();
    refuseOtherFormats(file, text);
    return {std::move(text), sha256.hex()};
}

}  // namespace secateur
