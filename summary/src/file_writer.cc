#include "opscope/summary/file_writer.h"

#include <array>
#include <utility>

#include "event_encoder.h"
#include "file_writer_core.h"
#include "opscope/proto/event.pb.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/proto/run_metadata.pb.h"
#include "opscope/proto/summary.pb.h"
#include "opscope/summary/name_scope.h"
#include "opscope/summary/record_writer.h"
#include "opscope/summary/sampling.h"
#include "tag_check.h"

namespace opscope::summary {
namespace {

// Scalars with a longer tag take the way of everything else.
constexpr std::size_t kMaxInlineTagBytes = 400;

// The graph plugin's own mark; readers skip values with another content.
constexpr std::string_view kGraphContent = "1";

template <typename Message>
std::string serialize(const Message& message, const char* what) {
  if (message.ByteSizeLong() > kMaxEventBytes) {
    throw Error(ErrorCode::invalid_argument,
                std::string(what) + " has " + std::to_string(message.ByteSizeLong()) +
                    " bytes serialized; a protobuf message has less than 2147483648");
  }
  return message.SerializeAsString();
}

std::string encode_texts(std::string_view tag, std::span<const std::string_view> texts, Dims dims) {
  for (const std::string_view text : texts) check_text(tag, text);
  return encode_tensor_summary(tag, encode_string_tensor(texts, dims), {.plugin_name = "text"});
}

std::string encode_graph_value(std::string_view tag, std::string_view plugin,
                               std::string_view bytes) {
  return encode_tensor_summary(
      tag, encode_string_tensor({&bytes, 1}, {}),
      {.plugin_name = plugin, .content = kGraphContent, .has_fixed_tag = true});
}

}  // namespace

FileWriter create_file_writer(const std::string& logdir, const FileWriterOptions& options) {
  if (logdir.empty()) throw Error(ErrorCode::invalid_argument, "the logdir is empty");
  if (options.filename_suffix.find('/') != std::string::npos) {
    throw Error(ErrorCode::invalid_argument,
                "filename_suffix " + quoted(options.filename_suffix) + " contains '/'");
  }
  return FileWriter(std::make_unique<FileWriter::Core>(logdir, options));
}

FileWriter::FileWriter(std::unique_ptr<Core> core) noexcept : core_(std::move(core)) {}

FileWriter::FileWriter(FileWriter&& other) noexcept = default;

FileWriter& FileWriter::operator=(FileWriter&& other) noexcept {
  FileWriter old(std::move(*this));
  core_ = std::move(other.core_);
  return *this;
}

FileWriter::~FileWriter() {
  // In a child process there is no thread to end; its memory goes with the process.
  if (core_ && !core_->is_in_own_process()) static_cast<void>(core_.release());
}

FileWriter::Core& FileWriter::core() const {
  if (!core_) throw Error(ErrorCode::failed_precondition, "this FileWriter was moved from");
  if (!core_->is_in_own_process()) {
    throw Error(ErrorCode::failed_precondition,
                "the writer of " + core_->logdir() +
                    " belongs to the process that forked this one; make a new writer here");
  }
  return *core_;
}

void FileWriter::scalar(std::string_view tag, double value, std::int64_t step) {
  Core& writer = core();
  if (!should_record()) return;
  check_tag(tag);
  const std::string_view scope = current_name_scope();
  const auto number = static_cast<float>(value);
  if (scope.size() + tag.size() > kMaxInlineTagBytes) {
    const std::string whole_tag = std::string(scope).append(tag);
    std::string payload(whole_tag.size() + kScalarEventMaxOverhead, '\0');
    const char* end = put_scalar_event(payload.data(), writer.wall_time(), step, whole_tag, number);
    return serialized_event({payload.data(), end});
  }
  std::array<char, kMaxInlineTagBytes> joined;
  if (!scope.empty()) {
    const char* end = wire::put_bytes(wire::put_bytes(joined.data(), scope), tag);
    tag = {joined.data(), end};
  }
  std::array<char, kMaxInlineTagBytes + kScalarEventMaxOverhead + kRecordFramingBytes> frame;
  char* const payload = frame.data() + kRecordHeaderBytes;
  const char* end = put_scalar_event(payload, writer.wall_time(), step, tag, number);
  const auto size = static_cast<std::size_t>(end - payload);
  frame_record_in_place(frame.data(), size);
  writer.append({frame.data(), size + kRecordFramingBytes});
}

void FileWriter::text(std::string_view tag, std::string_view markdown, std::int64_t step) {
  check_tag(tag);
  const std::string summary = encode_texts(tag, {&markdown, 1}, {});
  serialized_event(encode_event(wall_time(), step, EventKind::summary, summary));
}

void FileWriter::text(std::string_view tag, std::initializer_list<std::string_view> list,
                      std::int64_t step) {
  check_tag(tag);
  const auto size = static_cast<std::int64_t>(list.size());
  const std::string summary = encode_texts(tag, list, {&size, 1});
  serialized_event(encode_event(wall_time(), step, EventKind::summary, summary));
}

void FileWriter::text(std::string_view tag, std::span<const std::string> list, std::int64_t step) {
  check_tag(tag);
  const std::vector<std::string_view> views(list.begin(), list.end());
  const auto size = static_cast<std::int64_t>(list.size());
  const std::string summary = encode_texts(tag, views, {&size, 1});
  serialized_event(encode_event(wall_time(), step, EventKind::summary, summary));
}

void FileWriter::text_table(std::string_view tag, const std::vector<std::vector<std::string>>& rows,
                            std::int64_t step) {
  check_tag(tag);
  const std::size_t columns = rows.empty() ? 0 : rows.front().size();
  std::vector<std::string_view> cells;
  for (const std::vector<std::string>& row : rows) {
    if (row.size() != columns) {
      throw Error(ErrorCode::invalid_argument,
                  "the table for tag " + quoted(tag) + " has " + std::to_string(columns) +
                      " columns in row 0 and " + std::to_string(row.size()) + " in row " +
                      std::to_string(&row - rows.data()));
    }
    cells.insert(cells.end(), row.begin(), row.end());
  }
  const std::array<std::int64_t, 2> dims{static_cast<std::int64_t>(rows.size()),
                                         static_cast<std::int64_t>(columns)};
  const std::string summary = encode_texts(tag, cells, dims);
  serialized_event(encode_event(wall_time(), step, EventKind::summary, summary));
}

void FileWriter::graph(const proto::GraphDef& graph) {
  const std::string bytes = serialize(graph, "the graph");
  serialized_event(encode_event(wall_time(), 0, EventKind::graph_def, bytes));
}

void FileWriter::run_metadata(std::string_view tag, const proto::RunMetadata& metadata,
                              std::int64_t step) {
  check_tag(tag);
  const std::string bytes = serialize(metadata, "the run metadata");
  if (metadata.function_graphs().empty()) {
    const std::string tagged = encode_tagged_run_metadata(tag, bytes);
    serialized_event(encode_event(wall_time(), step, EventKind::tagged_run_metadata, tagged));
    return;
  }
  const std::string_view plugin =
      metadata.has_step_stats() ? "graph_run_metadata" : "graph_run_metadata_graph";
  serialized_event(
      encode_event(wall_time(), step, EventKind::summary, encode_graph_value(tag, plugin, bytes)));
}

void FileWriter::keras_model(std::string_view tag, std::string_view json, std::int64_t step) {
  check_tag(tag);
  check_text(tag, json);
  serialized_event(encode_event(wall_time(), step, EventKind::summary,
                                encode_graph_value(tag, "graph_keras_model", json)));
}

void FileWriter::write_summary(const proto::Summary& summary, std::int64_t step) {
  for (const proto::Summary::Value& value : summary.value()) check_tag(value.tag());
  const std::string bytes = serialize(summary, "the summary");
  serialized_event(encode_event(wall_time(), step, EventKind::summary, bytes));
}

void FileWriter::event(const proto::Event& event) {
  for (const proto::Summary::Value& value : event.summary().value()) check_tag(value.tag());
  serialized_event(serialize(event, "the event"));
}

void FileWriter::serialized_event(std::string_view event) {
  Core& writer = core();
  if (!should_record()) return;
  if (event.size() > kMaxEventBytes) {
    throw Error(ErrorCode::invalid_argument, "an event has " + std::to_string(event.size()) +
                                                 " bytes; readers take less than 2147483648");
  }
  std::string frame;
  append_record(frame, event);
  writer.append(frame);
}

void FileWriter::flush() { core().flush(); }

void FileWriter::close() { core().close(); }

const std::string& FileWriter::logdir() const { return core().logdir(); }

std::string FileWriter::path() const { return core().path(); }

std::uint64_t FileWriter::dropped_records() const { return core().dropped_records(); }

double FileWriter::wall_time() const { return core().wall_time(); }

}  // namespace opscope::summary
