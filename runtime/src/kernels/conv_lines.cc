#include "kernels/conv_lines.h"

#include "kernels/gemm_pack.h"
#include "kernels/gemm_rows.h"
#include "kernels/scratch.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {
// Rough time of a multiplication with its addition.
constexpr double kNsPerProduct = 0.02;

// The lines a band reads should stay in the second-level cache, and its sums be short enough that
// their rounding errors stay small.
constexpr std::int64_t kBandValues = 32 * 1024;
constexpr std::int64_t kBandPixels = 1024;

// Deeper products are done in several passes over the output.
constexpr std::int64_t kMostDepth = 1024;

// Output rows that are computed together, and the input lines they read.
struct Band {
  std::int64_t image;
  std::int64_t first;  // output row
  std::int64_t rows;
};

// The images as bands.
template <typename T>
class Bands {
 public:
  Bands(const Patches<T>& patches, std::int64_t batch) noexcept
      : patches_(patches),
        pixels_((patches.columns.out - 1) * patches.columns.stride + patches.columns.size) {
    const std::int64_t line = pixels_ * patches.channels * patches.rows.stride;
    const std::int64_t most = std::min(kBandValues / line, kBandPixels / patches.columns.out);
    rows_ = std::clamp<std::int64_t>(most, 1, patches.rows.out);
    bands_ = (patches.rows.out + rows_ - 1) / rows_;
    count_ = batch * bands_;
  }
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] std::int64_t most_pixels() const noexcept { return rows_ * patches_.columns.out; }
  [[nodiscard]] Band operator[](std::int64_t i) const noexcept {
    const std::int64_t first = i % bands_ * rows_;
    return {i / bands_, first, std::min(rows_, patches_.rows.out - first)};
  }
  // The first output pixel of a band, counted over all images.
  [[nodiscard]] std::int64_t pixel(const Band& band) const noexcept {
    return (band.image * patches_.rows.out + band.first) * patches_.columns.out;
  }
  [[nodiscard]] std::int64_t line_size() const noexcept { return pixels_ * patches_.channels; }
  // Values that lines() may need room for.
  [[nodiscard]] std::int64_t lines_size() const noexcept { return lines_of(rows_) * line_size(); }

  // The lines of a band with their padding, line_size() apart: copied to `room`.
  const T* lines(const Band& band, T* room) const {
    const std::int64_t count = lines_of(band.rows);
    const std::int64_t top = band.first * patches_.rows.stride - patches_.rows.before;
    for (std::int64_t i = 0; i < count; ++i) copy_line(band.image, top + i, room + i * line_size());
    return room;
  }

 private:
  [[nodiscard]] std::int64_t lines_of(std::int64_t rows) const noexcept {
    return (rows - 1) * patches_.rows.stride + (patches_.rows.size - 1) * patches_.rows.dilation +
           1;
  }
  void copy_line(std::int64_t image, std::int64_t row, T* to) const {
    if (row < 0 || row >= patches_.rows.in) {
      std::fill_n(to, line_size(), T{0});
      return;
    }
    const WindowAxis& columns = patches_.columns;
    const T* from =
        patches_.data + (image * patches_.rows.in + row) * columns.in * patches_.channels;
    const std::int64_t before = std::clamp<std::int64_t>(columns.before, 0, pixels_);
    const std::int64_t skipped = std::max<std::int64_t>(0, -columns.before);
    const std::int64_t copied = std::clamp<std::int64_t>(columns.in - skipped, 0, pixels_ - before);
    std::fill_n(to, before * patches_.channels, T{0});
    std::copy_n(from + skipped * patches_.channels, copied * patches_.channels,
                to + before * patches_.channels);
    std::fill_n(to + (before + copied) * patches_.channels,
                (pixels_ - before - copied) * patches_.channels, T{0});
  }

  Patches<T> patches_;
  std::int64_t pixels_;  // of a line with its padding
  std::int64_t rows_;
  std::int64_t bands_;  // of an image
  std::int64_t count_;
};
}  // namespace

bool reads_lines(const WindowAxis& columns, std::int64_t channels,
                 std::int64_t window_channels) noexcept {
  constexpr std::int64_t kShortLine = 4;
  return channels == window_channels && (columns.dilation == 1 || columns.size == 1) &&
         columns.out >= kShortLine;
}

template <typename T>
void multiply_lines(const Patches<T>& patches, std::int64_t batch, MatrixView<T> filter,
                    std::int64_t out, T* to, ThreadPool* pool) {
  const Bands<T> bands(patches, batch);
  const PackedMatrix<T> packed(filter, patches.width(), out, pool);
  const std::int64_t run = patches.columns.size * patches.channels;
  const std::int64_t most_runs = std::clamp<std::int64_t>(kMostDepth / run, 1, patches.rows.size);
  const double cost =
      static_cast<double>(bands.most_pixels() * patches.width() * out) * kNsPerProduct;
  parallel_for(pool, bands.count(), cost, [&](std::int64_t begin, std::int64_t end) {
    const Scratch<T> room(bands.lines_size());
    for (std::int64_t b = begin; b < end; ++b) {
      const Band band = bands[b];
      const T* lines = bands.lines(band, room.get());
      for (std::int64_t r = 0; r < patches.rows.size; r += most_runs) {
        const T* first = lines + r * patches.rows.dilation * bands.line_size();
        TileRows<T> windows{.data = first,
                            .row_stride = patches.columns.stride * patches.channels,
                            .column_stride = 1,
                            .run = run,
                            .runs = std::min(most_runs, patches.rows.size - r),
                            .run_stride = patches.rows.dilation * bands.line_size()};
        for (std::int64_t panel = 0; panel < packed.num_panels(); ++panel) {
          for (std::int64_t row = 0; row < band.rows; ++row) {
            windows.data = first + row * patches.rows.stride * bands.line_size();
            packed.multiply_panel(panel, r * run, patches.columns.out, windows,
                                  to + (bands.pixel(band) + row * patches.columns.out) * out, out,
                                  r > 0 ? Into::add : Into::store);
          }
        }
      }
    }
  });
}

namespace {
// Adds the transposed windows of one band times its part of the gradient to `sum`.
template <typename T>
void add_band(const Patches<T>& patches, const Bands<T>& bands, const Band& band, const T* lines,
              const T* gradient, std::int64_t out, T* packed, T* sum) {
  const MicroKernel<T>& kernel = micro_kernel<T>();
  const std::int64_t run = patches.columns.size * patches.channels;
  const std::int64_t pixels = band.rows * patches.columns.out;
  const RowTiles tiles(run, kernel.mr);
  for (std::int64_t j = 0; j < out; j += kernel.nr) {
    const std::int64_t columns = std::min<std::int64_t>(kernel.nr, out - j);
    const T* b = gradient + bands.pixel(band) * out + j;
    std::int64_t ldb = out;
    if (columns < kernel.nr) {
      pack_panel(MatrixView<T>{b, 1, out}, columns, pixels, kernel.nr, packed);
      b = packed;
      ldb = kernel.nr;
    }
    for (std::int64_t r = 0; r < patches.rows.size; ++r) {
      for (std::int64_t tile = 0; tile < tiles.count; ++tile) {
        const std::int64_t first = tiles.begin(tile);
        const TileRows<T> windows{
            .data = lines + r * patches.rows.dilation * bands.line_size() + first,
            .row_stride = 1,
            .column_stride = patches.columns.stride * patches.channels,
            .run = patches.columns.out,
            .runs = band.rows,
            .run_stride = patches.rows.stride * bands.line_size()};
        run_tile(kernel, tiles.size(tile), columns, windows, b, ldb,
                 sum + (r * run + first) * out + j, out, {Into::add});
      }
    }
  }
}
}  // namespace

template <typename T>
void sum_lines(const Patches<T>& patches, std::int64_t batch, const T* gradient, std::int64_t out,
               T* result, ThreadPool* pool) {
  // Each part sums its bands apart, and the parts are summed in order.
  constexpr std::int64_t kMostParts = 8;
  const Bands<T> bands(patches, batch);
  const std::int64_t part_size = (bands.count() + kMostParts - 1) / kMostParts;
  const std::int64_t parts = (bands.count() + part_size - 1) / part_size;
  const std::int64_t filter_size = patches.width() * out;
  const Scratch<T> sums(parts * filter_size);
  const double cost =
      static_cast<double>(part_size * bands.most_pixels() * filter_size) * kNsPerProduct;
  parallel_for(pool, parts, cost, [&](std::int64_t begin, std::int64_t end) {
    const Scratch<T> room(bands.lines_size());
    const Scratch<T> packed(bands.most_pixels() * micro_kernel<T>().nr);
    for (std::int64_t part = begin; part < end; ++part) {
      T* sum = sums.get() + part * filter_size;
      std::fill_n(sum, filter_size, T{0});
      const std::int64_t last = std::min(bands.count(), (part + 1) * part_size);
      for (std::int64_t b = part * part_size; b < last; ++b) {
        const Band band = bands[b];
        add_band(patches, bands, band, bands.lines(band, room.get()), gradient, out, packed.get(),
                 sum);
      }
    }
  });
  std::copy_n(sums.get(), filter_size, result);
  for (std::int64_t part = 1; part < parts; ++part) {
    const T* sum = sums.get() + part * filter_size;
#pragma GCC ivdep
    for (std::int64_t i = 0; i < filter_size; ++i) result[i] += sum[i];
  }
}

#define OPSCOPE_INSTANTIATE(T)                                                                  \
  template void multiply_lines<T>(const Patches<T>&, std::int64_t, MatrixView<T>, std::int64_t, \
                                  T*, ThreadPool*);                                             \
  template void sum_lines<T>(const Patches<T>&, std::int64_t, const T*, std::int64_t, T*,       \
                             ThreadPool*);
OPSCOPE_INSTANTIATE(float)
OPSCOPE_INSTANTIATE(double)
#undef OPSCOPE_INSTANTIATE

}  // namespace opscope::runtime
