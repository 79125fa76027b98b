// The last step of every kind that is a tensor: an event with one value, at the time of now.
#pragma once

#include <cstdint>
#include <string_view>

#include "event_encoder.h"
#include "opscope/summary/file_writer.h"

namespace opscope::summary {

inline void write_tensor_summary(FileWriter& writer, std::string_view tag, std::string_view tensor,
                                 std::int64_t step, const PluginMetadata& metadata) {
  const std::string summary = encode_tensor_summary(tag, tensor, metadata);
  writer.serialized_event(encode_event(writer.wall_time(), step, EventKind::summary, summary));
}

}  // namespace opscope::summary
