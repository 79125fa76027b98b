// Histograms, pictures and tensors of the C interface.
#include <string>
#include <vector>

#include "c_interface.h"
#include "opscope/summary/histogram.h"
#include "opscope/summary/image.h"
#include "opscope/summary/tensor.h"

namespace {

namespace summary = opscope::summary;
using summary::array;
using summary::given;
using summary::guarded;
using summary::product;
using summary::writer_of;

template <typename T>
opscope_status write_histogram(opscope_writer* writer, const char* tag, const T* values,
                               std::size_t count, std::size_t buckets, std::int64_t step) noexcept {
  return guarded([&] {
    constexpr std::size_t kDefaultBuckets = 30;
    summary::histogram(writer_of(writer), given(tag, "tag"), array(values, count, "values"), step,
                       {.buckets = buckets == 0 ? kDefaultBuckets : buckets});
  });
}

struct PictureSize {
  std::int64_t width;
  std::int64_t height;
  std::int32_t channels;
};

template <typename Pixel>
opscope_status write_images(opscope_writer* writer, const char* tag, const Pixel* pixels,
                            std::size_t count, PictureSize size, std::int64_t step) noexcept {
  return guarded([&] {
    const std::size_t each =
        product<std::size_t>(product(size.width, size.height), product(size.channels, 1));
    const std::span<const Pixel> all = array(pixels, product(each, count), "pixels");
    std::vector<summary::ImageView<Pixel>> pictures;
    for (std::size_t i = 0; i < count; ++i) {
      pictures.push_back({.pixels = all.subspan(i * each, each),
                          .width = size.width,
                          .height = size.height,
                          .channels = size.channels});
    }
    summary::images<Pixel>(writer_of(writer), given(tag, "tag"), pictures, step);
  });
}

template <typename T>
opscope_status write_tensor(opscope_writer* writer, const char* tag, const T* values,
                            const std::int64_t* dims, std::size_t rank,
                            std::int64_t step) noexcept {
  return guarded([&] {
    std::size_t count = 1;
    for (const std::int64_t dim : array(dims, rank, "dims")) {
      count = product<std::size_t>(count, product<std::int64_t>(dim, 1));
    }
    summary::tensor(writer_of(writer), given(tag, "tag"), array(values, count, "values"),
                    array(dims, rank, "dims"), step);
  });
}

}  // namespace

opscope_status opscope_histogram_float(opscope_writer* writer, const char* tag, const float* values,
                                       size_t count, size_t buckets, int64_t step) {
  return write_histogram(writer, tag, values, count, buckets, step);
}

opscope_status opscope_histogram_double(opscope_writer* writer, const char* tag,
                                        const double* values, size_t count, size_t buckets,
                                        int64_t step) {
  return write_histogram(writer, tag, values, count, buckets, step);
}

opscope_status opscope_histogram_int64(opscope_writer* writer, const char* tag,
                                       const int64_t* values, size_t count, size_t buckets,
                                       int64_t step) {
  return write_histogram(writer, tag, values, count, buckets, step);
}

opscope_status opscope_histogram_buckets(opscope_writer* writer, const char* tag,
                                         const double* lefts, const double* rights,
                                         const double* counts, size_t buckets, int64_t step) {
  return guarded([&] {
    array(lefts, buckets, "lefts");
    array(rights, buckets, "rights");
    array(counts, buckets, "counts");
    std::vector<summary::HistogramBucket> all;
    for (std::size_t i = 0; i < buckets; ++i) all.push_back({lefts[i], rights[i], counts[i]});
    summary::write_buckets(writer_of(writer), given(tag, "tag"), all, step);
  });
}

opscope_status opscope_image(opscope_writer* writer, const char* tag, const uint8_t* pixels,
                             int64_t width, int64_t height, int32_t channels, int64_t step) {
  return write_images(writer, tag, pixels, 1, {width, height, channels}, step);
}

opscope_status opscope_image_uint16(opscope_writer* writer, const char* tag, const uint16_t* pixels,
                                    int64_t width, int64_t height, int32_t channels, int64_t step) {
  return write_images(writer, tag, pixels, 1, {width, height, channels}, step);
}

opscope_status opscope_image_float(opscope_writer* writer, const char* tag, const float* pixels,
                                   int64_t width, int64_t height, int32_t channels, int64_t step) {
  return write_images(writer, tag, pixels, 1, {width, height, channels}, step);
}

opscope_status opscope_images(opscope_writer* writer, const char* tag, const uint8_t* pixels,
                              size_t count, int64_t width, int64_t height, int32_t channels,
                              int64_t step) {
  return write_images(writer, tag, pixels, count, {width, height, channels}, step);
}

opscope_status opscope_encoded_images(opscope_writer* writer, const char* tag,
                                      const void* const* files, const size_t* sizes_bytes,
                                      size_t count, int64_t width, int64_t height, int64_t step) {
  return guarded([&] {
    array(files, count, "files");
    array(sizes_bytes, count, "sizes_bytes");
    std::vector<std::string> contents;
    for (std::size_t i = 0; i < count; ++i) {
      contents.emplace_back(static_cast<const char*>(given(files[i], "a file")), sizes_bytes[i]);
    }
    summary::write_encoded_images(writer_of(writer), given(tag, "tag"), width, height, contents,
                                  step);
  });
}

opscope_status opscope_tensor_float(opscope_writer* writer, const char* tag, const float* values,
                                    const int64_t* dims, size_t rank, int64_t step) {
  return write_tensor(writer, tag, values, dims, rank, step);
}

opscope_status opscope_tensor_double(opscope_writer* writer, const char* tag, const double* values,
                                     const int64_t* dims, size_t rank, int64_t step) {
  return write_tensor(writer, tag, values, dims, rank, step);
}

opscope_status opscope_tensor_int64(opscope_writer* writer, const char* tag, const int64_t* values,
                                    const int64_t* dims, size_t rank, int64_t step) {
  return write_tensor(writer, tag, values, dims, rank, step);
}
