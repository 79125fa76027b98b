#include "png.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "opscope/error.h"
#include "png_filter.h"

namespace opscope::summary {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
// Colour types for 1 to 4 channels.
constexpr char kColorTypes[] = {0, 4, 2, 6};

void append_big_endian(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

void append_chunk(std::string& out, std::string_view type, std::string_view content) {
  append_big_endian(out, static_cast<std::uint32_t>(content.size()));
  const std::size_t begin = out.size();
  out.append(type).append(content);
  const auto* checked = reinterpret_cast<const Bytef*>(out.data() + begin);
  append_big_endian(
      out, static_cast<std::uint32_t>(crc32(0, checked, static_cast<uInt>(out.size() - begin))));
}

// A stream of compressed data that becomes IDAT chunks.
class Deflater {
 public:
  Deflater(std::string& out, int compression, int strategy) : out_(out) {
    const int status = deflateInit2(&stream_, compression, Z_DEFLATED, 15, 8, strategy);
    if (status != Z_OK) throw Error(ErrorCode::resource_exhausted, "zlib has no memory for a PNG");
    rewind();
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void write(std::span<const std::uint8_t> bytes, int flush) {
    stream_.next_in = const_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    int status = Z_OK;
    do {
      status = deflate(&stream_, flush);
      if (stream_.avail_out == 0 || status == Z_STREAM_END) end_chunk();
    } while (stream_.avail_in > 0 || (flush == Z_FINISH && status != Z_STREAM_END));
  }

 private:
  void rewind() {
    stream_.next_out = buffer_.get();
    stream_.avail_out = kBufferBytes;
  }
  void end_chunk() {
    const std::size_t size = kBufferBytes - stream_.avail_out;
    if (size > 0) append_chunk(out_, "IDAT", {reinterpret_cast<char*>(buffer_.get()), size});
    rewind();
  }

  static constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
  std::string& out_;
  std::unique_ptr<Bytef[]> buffer_ = std::make_unique<Bytef[]>(kBufferBytes);
  z_stream stream_{};
};

// The rows of an image.
struct Rows {
  const std::uint8_t* first;
  std::size_t row_bytes;
  std::size_t pixel_bytes;
  std::size_t count;

  [[nodiscard]] const std::uint8_t* operator[](std::size_t y) const {
    return first + y * row_bytes;
  }
};

Rows rows_of(const PngImage& image) {
  const std::size_t pixel_bytes =
      static_cast<std::size_t>(image.channels) * static_cast<std::size_t>(image.bit_depth) / 8;
  return {reinterpret_cast<const std::uint8_t*>(image.bytes.data()), image.width * pixel_bytes,
          pixel_bytes, image.height};
}

// A few bands of filtered rows, spread over the image.
std::vector<std::uint8_t> sample_of(const Rows& rows) {
  constexpr std::size_t kBands = 3;
  constexpr std::size_t kBandRows = 12;
  std::vector<std::uint8_t> sample;
  for (std::size_t band = 0; band < kBands; ++band) {
    PngFilter filter(rows.row_bytes, rows.pixel_bytes);
    const std::size_t begin = (2 * band + 1) * rows.count / (2 * kBands) - kBandRows / 2;
    filter.next(rows[begin - 1]);
    for (std::size_t y = begin; y < begin + kBandRows; ++y) {
      const std::span<const std::uint8_t> filtered = filter.next(rows[y]);
      sample.insert(sample.end(), filtered.begin(), filtered.end());
    }
  }
  return sample;
}

std::size_t compressed_size(std::span<const std::uint8_t> bytes, int compression, int strategy) {
  std::string out;
  Deflater(out, compression, strategy).write(bytes, Z_FINISH);
  return out.size();
}

// Looking for repetitions takes most of the time, and in noise and photographs it finds none: runs
// of one byte are as small there, in a fraction of the time. A sample tells which it is.
int choose_strategy(const Rows& rows, int compression) {
  constexpr std::size_t kSmallBytes = std::size_t{256} << 10;
  constexpr std::size_t kMinRows = 60;
  if (rows.count < kMinRows || rows.count * rows.row_bytes < kSmallBytes) return Z_FILTERED;
  // zlib's own default is the measure; who asks for more wants the smallest.
  constexpr int kDefaultCompression = 6;
  constexpr double kAllowance = 1.12;
  const std::vector<std::uint8_t> sample = sample_of(rows);
  const auto runs = static_cast<double>(compressed_size(sample, compression, Z_RLE));
  const auto repetitions = static_cast<double>(
      compressed_size(sample, std::max(compression, kDefaultCompression), Z_FILTERED));
  const double allowance = compression <= kDefaultCompression ? kAllowance : 1;
  return runs <= allowance * repetitions ? Z_RLE : Z_FILTERED;
}

}  // namespace

std::string write_png(const PngImage& image, int compression) {
  std::string out(kSignature);
  std::string header;
  append_big_endian(header, image.width);
  append_big_endian(header, image.height);
  header.push_back(static_cast<char>(image.bit_depth));
  header.push_back(kColorTypes[image.channels - 1]);
  header.append(3, '\0');  // deflate, the five filters, not interlaced
  append_chunk(out, "IHDR", header);

  const Rows rows = rows_of(image);
  PngFilter filter(rows.row_bytes, rows.pixel_bytes);
  Deflater deflater(out, compression, choose_strategy(rows, compression));
  for (std::size_t y = 0; y < rows.count; ++y) {
    deflater.write(filter.next(rows[y]), y + 1 == rows.count ? Z_FINISH : Z_NO_FLUSH);
  }
  append_chunk(out, "IEND", {});
  return out;
}

}  // namespace opscope::summary
