// Taking event records apart without copying and without a protobuf parser: strings that are not
// UTF-8 and unknown fields do not make an event unreadable. All views point into the record.
// Functions here are pure. Field numbers: proto/opscope/proto/{event,summary,tensor}.proto.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "opscope/result.h"
#include "opscope/summary/record_reader.h"

namespace opscope::summary {

// Which member of Event.what is set; the values are the field numbers.
enum class EventKind {
  none = 0,
  file_version = 3,
  graph_def = 4,
  summary = 5,
  log_message = 6,
  session_log = 7,
  tagged_run_metadata = 8,
  meta_graph_def = 9,
};

struct EventView {
  double wall_time = 0;  // seconds since the Unix epoch
  std::int64_t step = 0;
  EventKind kind = EventKind::none;
  std::string_view body;    // the text or the serialized message of the member that is set
  std::string_view writer;  // source_metadata.writer
};

// data_loss when the bytes are no Event.
[[nodiscard]] Result<EventView> parse_event(std::string_view record);

// Which member of Summary.Value.value is set; the values are the field numbers.
enum class ValueKind {
  none = 0,
  simple_value = 2,
  old_histogram = 3,
  image = 4,
  histo = 5,
  audio = 6,
  tensor = 8,
};

struct ValueView {
  std::string_view tag;
  std::string_view node_name;
  ValueKind kind = ValueKind::none;
  float simple_value = 0;                    // for ValueKind::simple_value
  std::string_view body;                     // the serialized message of every other kind
  std::optional<std::string_view> metadata;  // the serialized SummaryMetadata, where it is set
};

// Walks over the values of a serialized Summary.
class ValueCursor {
 public:
  explicit ValueCursor(std::string_view summary) noexcept : rest_(summary) {}

  // The next value that can be read; empty behind the last one.
  [[nodiscard]] std::optional<ValueView> next() noexcept;

  // True once next() has passed over bytes that are no value.
  [[nodiscard]] bool is_damaged() const noexcept { return is_damaged_; }

 private:
  std::string_view rest_;
  bool is_damaged_ = false;
};

struct MetadataView {
  std::string_view plugin_name;
  std::string_view plugin_content;
  std::string_view display_name;
  std::string_view description;  // markdown
  int data_class = 0;            // proto::DataClass
};

[[nodiscard]] Result<MetadataView> parse_metadata(std::string_view metadata);

// The number in a serialized TensorProto of one element: any numeric or boolean dtype, any shape
// with one element, typed values or tensor_content. Empty for anything else.
[[nodiscard]] std::optional<double> scalar_from_tensor(std::string_view tensor) noexcept;

struct RunMetadataView {
  std::string_view tag;
  std::string_view run_metadata;  // a serialized RunMetadata
};

// Takes the body of a tagged_run_metadata event apart.
[[nodiscard]] Result<RunMetadataView> parse_tagged_run_metadata(std::string_view body);

}  // namespace opscope::summary
