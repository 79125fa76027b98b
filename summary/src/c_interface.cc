#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "event_encoder.h"
#include "opscope/error.h"
#include "opscope/summary.h"
#include "opscope/summary/audio.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/histogram.h"
#include "opscope/summary/hparams.h"
#include "opscope/summary/image.h"
#include "opscope/summary/mesh.h"
#include "opscope/summary/pr_curve.h"
#include "opscope/summary/resume.h"
#include "opscope/summary/tensor.h"

struct opscope_writer {
  opscope::summary::FileWriter writer;
};

namespace {

using opscope::Error;
using opscope::ErrorCode;
namespace summary = opscope::summary;

thread_local std::string t_last_error;

opscope_status failed(ErrorCode code, const char* message) noexcept {
  try {
    t_last_error = message;
  } catch (const std::bad_alloc&) {
    t_last_error.clear();
  }
  return static_cast<opscope_status>(code);
}

// Runs `action`; no exception leaves it.
template <typename Action>
opscope_status guarded(Action action) noexcept {
  try {
    action();
    return 0;
  } catch (const Error& error) {
    return failed(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return failed(ErrorCode::resource_exhausted, "out of memory");
  } catch (const std::exception& error) {
    return failed(ErrorCode::internal, error.what());
  } catch (...) {
    return failed(ErrorCode::unknown, "an unknown exception");
  }
}

template <typename T>
T* given(T* pointer, const char* name) {
  if (pointer != nullptr) return pointer;
  throw Error(ErrorCode::invalid_argument, std::string(name) + " is null");
}

summary::FileWriter& writer_of(opscope_writer* writer) { return given(writer, "writer")->writer; }

// An array may be null when it is empty.
template <typename T>
std::span<const T> array(const T* values, std::size_t count, const char* name) {
  if (count > 0) given(values, name);
  return {values, count};
}

template <typename T>
std::size_t product(T a, T b) {
  std::size_t result = 0;
  if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &result)) {
    throw Error(ErrorCode::invalid_argument, "a size is negative or too large");
  }
  return result;
}

summary::FileWriterOptions options_of(const opscope_writer_options* given_options) {
  summary::FileWriterOptions options;
  if (given_options == nullptr) return options;
  // A program that was compiled with an older header has a shorter struct.
  opscope_writer_options known{};
  const auto* bytes = reinterpret_cast<const char*>(given_options);
  const std::size_t size = std::min(given_options->struct_size, sizeof known);
  if (size < sizeof known.struct_size) {
    throw Error(ErrorCode::invalid_argument, "struct_size of the options is not set");
  }
  std::copy_n(bytes, size, reinterpret_cast<char*>(&known));
  if (known.max_queue_bytes > 0) options.max_queue_bytes = known.max_queue_bytes;
  if (known.flush_millis > 0) options.flush_millis = known.flush_millis;
  if (known.filename_suffix != nullptr) options.filename_suffix = known.filename_suffix;
  if (known.drops_when_full != 0) options.when_full = summary::WhenFull::drop;
  options.max_queue = known.max_queue;
  options.is_durable = known.is_durable != 0;
  options.max_file_bytes = known.max_file_bytes;
  return options;
}

template <typename T>
opscope_status write_histogram(opscope_writer* writer, const char* tag, const T* values,
                               std::size_t count, std::size_t buckets, std::int64_t step) noexcept {
  return guarded([&] {
    constexpr std::size_t kDefaultBuckets = 30;
    summary::histogram(writer_of(writer), given(tag, "tag"), array(values, count, "values"), step,
                       {.buckets = buckets == 0 ? kDefaultBuckets : buckets});
  });
}

}  // namespace

const char* opscope_last_error(void) { return t_last_error.c_str(); }

opscope_status opscope_writer_create(const char* logdir, const opscope_writer_options* options,
                                     opscope_writer** writer) {
  return guarded([&] {
    given(writer, "writer");
    *writer = new opscope_writer{
        summary::create_file_writer(given(logdir, "logdir"), options_of(options))};
  });
}

opscope_status opscope_writer_resume(const char* logdir, int64_t purge_step,
                                     const opscope_writer_options* options,
                                     opscope_writer** writer) {
  return guarded([&] {
    given(writer, "writer");
    *writer = new opscope_writer{
        summary::resume_run(given(logdir, "logdir"), purge_step, options_of(options))};
  });
}

opscope_status opscope_writer_flush(opscope_writer* writer) {
  return guarded([&] { writer_of(writer).flush(); });
}

opscope_status opscope_writer_close(opscope_writer* writer) {
  return guarded([&] { writer_of(writer).close(); });
}

void opscope_writer_destroy(opscope_writer* writer) { delete writer; }

opscope_status opscope_writer_dropped(opscope_writer* writer, uint64_t* records) {
  return guarded([&] { *given(records, "records") = writer_of(writer).dropped_records(); });
}

opscope_status opscope_scalar(opscope_writer* writer, const char* tag, double value, int64_t step) {
  return guarded([&] { writer_of(writer).scalar(given(tag, "tag"), value, step); });
}

opscope_status opscope_text(opscope_writer* writer, const char* tag, const char* markdown,
                            int64_t step) {
  return guarded([&] {
    const std::string_view text = given(markdown, "markdown");
    writer_of(writer).text(given(tag, "tag"), text, step);
  });
}

opscope_status opscope_histogram_float(opscope_writer* writer, const char* tag, const float* values,
                                       size_t count, size_t buckets, int64_t step) {
  return write_histogram(writer, tag, values, count, buckets, step);
}

opscope_status opscope_histogram_double(opscope_writer* writer, const char* tag,
                                        const double* values, size_t count, size_t buckets,
                                        int64_t step) {
  return write_histogram(writer, tag, values, count, buckets, step);
}

opscope_status opscope_image(opscope_writer* writer, const char* tag, const uint8_t* pixels,
                             int64_t width, int64_t height, int32_t channels, int64_t step) {
  return guarded([&] {
    const std::size_t count =
        product<std::size_t>(product(width, height), product<std::int64_t>(channels, 1));
    const summary::ImageView<std::uint8_t> picture{.pixels = array(pixels, count, "pixels"),
                                                   .width = width,
                                                   .height = height,
                                                   .channels = channels};
    summary::image(writer_of(writer), given(tag, "tag"), picture, step);
  });
}

opscope_status opscope_audio(opscope_writer* writer, const char* tag, const float* samples,
                             size_t count, uint32_t sample_rate, uint16_t channels, int64_t step) {
  return guarded([&] {
    summary::audio(writer_of(writer), given(tag, "tag"),
                   {.samples = array(samples, count, "samples"),
                    .sample_rate = sample_rate,
                    .channels = channels},
                   step);
  });
}

opscope_status opscope_tensor_float(opscope_writer* writer, const char* tag, const float* values,
                                    const int64_t* dims, size_t rank, int64_t step) {
  return guarded([&] {
    std::size_t count = 1;
    for (const std::int64_t dim : array(dims, rank, "dims")) {
      count = product<std::size_t>(count, product<std::int64_t>(dim, 1));
    }
    summary::tensor(writer_of(writer), given(tag, "tag"), array(values, count, "values"),
                    array(dims, rank, "dims"), step);
  });
}

opscope_status opscope_pr_curve(opscope_writer* writer, const char* name, const uint8_t* labels,
                                const float* predictions, size_t count, int64_t step) {
  return guarded([&] {
    array(labels, count, "labels");
    const auto truths = std::make_unique<bool[]>(count);
    for (std::size_t i = 0; i < count; ++i) truths[i] = labels[i] != 0;
    summary::pr_curve(writer_of(writer), given(name, "name"), {truths.get(), count},
                      array(predictions, count, "predictions"), step);
  });
}

opscope_status opscope_mesh(opscope_writer* writer, const char* name, const float* vertices,
                            size_t vertex_count, const int32_t* faces, size_t face_count,
                            const uint8_t* colors, int64_t step) {
  return guarded([&] {
    const std::size_t numbers = product<std::size_t>(vertex_count, 3);
    summary::mesh(writer_of(writer), given(name, "name"),
                  {.vertices = array(vertices, numbers, "vertices"),
                   .faces = array(faces, product<std::size_t>(face_count, 3), "faces"),
                   .colors = array(colors, colors == nullptr ? 0 : numbers, "colors")},
                  step);
  });
}

opscope_status opscope_graph(opscope_writer* writer, const void* graph_def, size_t size_bytes) {
  return guarded([&] {
    const auto bytes = array(static_cast<const char*>(graph_def), size_bytes, "graph_def");
    summary::FileWriter& to = writer_of(writer);
    to.serialized_event(summary::encode_event(to.wall_time(), 0, summary::EventKind::graph_def,
                                              {bytes.data(), bytes.size()}));
  });
}

opscope_status opscope_event(opscope_writer* writer, const void* event, size_t size_bytes) {
  return guarded([&] {
    const auto bytes = array(static_cast<const char*>(event), size_bytes, "event");
    writer_of(writer).serialized_event({bytes.data(), bytes.size()});
  });
}

opscope_status opscope_hparams_begin(opscope_writer* writer, const char* const* names,
                                     const double* values, size_t count) {
  return guarded([&] {
    array(values, count, "values");
    std::map<std::string, summary::HParamValue> hparams;
    for (const char* const& name : array(names, count, "names")) {
      hparams[given(name, "a name")] = values[&name - names];
    }
    summary::hparams_session_start(writer_of(writer), hparams);
  });
}

opscope_status opscope_hparams_end(opscope_writer* writer, int32_t status) {
  return guarded([&] {
    if (status < 1 || status > 3) {
      throw Error(ErrorCode::invalid_argument,
                  "a session cannot have the status " + std::to_string(status));
    }
    summary::hparams_session_end(writer_of(writer), static_cast<summary::SessionStatus>(status));
  });
}
