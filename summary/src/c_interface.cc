#include "c_interface.h"

#include <memory>
#include <new>
#include <string>
#include <vector>

#include "event_encoder.h"
#include "opscope/summary/audio.h"
#include "opscope/summary/mesh.h"
#include "opscope/summary/pr_curve.h"
#include "opscope/summary/resume.h"

namespace {

using opscope::Error;
using opscope::ErrorCode;
namespace summary = opscope::summary;
using summary::array;
using summary::given;
using summary::guarded;
using summary::product;
using summary::writer_of;

thread_local std::string t_last_error;

summary::FileWriterOptions options_of(const opscope_writer_options* given_options) {
  summary::FileWriterOptions options;
  if (given_options == nullptr) return options;
  const opscope_writer_options known = summary::known_part(*given_options);
  if (known.max_queue_bytes > 0) options.max_queue_bytes = known.max_queue_bytes;
  if (known.flush_millis > 0) options.flush_millis = known.flush_millis;
  if (known.filename_suffix != nullptr) options.filename_suffix = known.filename_suffix;
  if (known.drops_when_full != 0) options.when_full = summary::WhenFull::drop;
  options.max_queue = known.max_queue;
  options.is_durable = known.is_durable != 0;
  options.max_file_bytes = known.max_file_bytes;
  return options;
}

}  // namespace

opscope_status summary::c_call_failed(ErrorCode code, const char* message) noexcept {
  try {
    t_last_error = message;
  } catch (const std::bad_alloc&) {
    t_last_error.clear();
  }
  return static_cast<opscope_status>(code);
}

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

opscope_status opscope_text_table(opscope_writer* writer, const char* tag, const char* const* cells,
                                  size_t rows, size_t columns, int64_t step) {
  return guarded([&] {
    const auto all = array(cells, product(rows, columns), "cells");
    std::vector<std::vector<std::string>> table(rows);
    for (std::size_t i = 0; i < all.size(); ++i) {
      table[i / columns].emplace_back(given(all[i], "a cell"));
    }
    writer_of(writer).text_table(given(tag, "tag"), table, step);
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
