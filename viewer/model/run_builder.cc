#include "model/run_builder.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "model/simple_scalar.h"
#include "model/wire.h"

namespace opscope::viewer {
namespace {

// A file from `base` on. Reading goes on there after a refresh without keeping files open.
class TailSource : public summary::ByteSource {
 public:
  TailSource(std::unique_ptr<summary::ByteSource> file, std::uint64_t base, Progress* progress)
      : file_(std::move(file)), base_(base), progress_(progress) {}

  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t size) override {
    Result<std::size_t> got = file_->read_at(base_ + offset, buffer, size);
    if (got && progress_ != nullptr) progress_->bytes_done += *got;
    return got;
  }

 private:
  std::unique_ptr<summary::ByteSource> file_;
  std::uint64_t base_;
  Progress* progress_;
};

ValueKind value_kind(summary::ValueKind kind) {
  switch (kind) {
    case summary::ValueKind::none:
      return ValueKind::none;
    case summary::ValueKind::simple_value:
      return ValueKind::simple_value;
    case summary::ValueKind::old_histogram:
      return ValueKind::obsolete;
    case summary::ValueKind::image:
      return ValueKind::image;
    case summary::ValueKind::histo:
      return ValueKind::histo;
    case summary::ValueKind::audio:
      return ValueKind::audio;
    case summary::ValueKind::tensor:
      return ValueKind::tensor;
  }
  return ValueKind::none;
}

// The first field `number` of length type in a message; empty data when there is none.
std::string_view find_field(std::string_view message, std::uint32_t number) {
  WireReader reader(message);
  while (reader.next()) {
    if (reader.is(number, WireType::length)) return reader.bytes();
  }
  return {};
}

// The bytes of one value within a Summary: its views point into them, its own span is not given.
std::string_view value_span(const summary::ValueView& value, std::string_view summary_bytes) {
  const char* inside = value.tag.data();
  for (const std::string_view part : {value.body, value.node_name}) {
    if (inside == nullptr) inside = part.data();
  }
  if (inside == nullptr && value.metadata) inside = value.metadata->data();
  WireReader reader(summary_bytes);
  std::string_view first;
  while (reader.next()) {
    if (!reader.is(1, WireType::length)) continue;
    if (first.data() == nullptr) first = reader.bytes();
    const char* begin = reader.bytes().data();
    if (inside >= begin && inside <= begin + reader.bytes().size()) return reader.bytes();
  }
  return first;
}

std::uint64_t file_size(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0
             ? static_cast<std::uint64_t>(std::max<off_t>(facts.st_size, 0))
             : 0;
}

}  // namespace

void RunBuilder::set_files(const std::vector<std::pair<std::string, std::string>>& files) {
  // The order of known files stays, so that the places that tags hold stay right.
  for (const auto& [path, name] : files) {
    const bool is_known = std::any_of(files_.begin(), files_.end(), [&](const FileState& file) {
      return file.facts.path == path;
    });
    if (is_known) continue;
    FileState& file = files_.emplace_back();
    file.facts.path = path;
    file.facts.name = name;
  }
}

bool RunBuilder::read_new(bool verify_checksums, Progress* progress) {
  bool has_changed = false;
  for (std::uint32_t i = 0; i < files_.size() && !is_cancelled(progress); ++i) {
    has_changed = read_file(i, verify_checksums, progress) || has_changed;
    if (progress != nullptr) ++progress->files_done;
  }
  return has_changed;
}

bool RunBuilder::read_file(std::uint32_t index, bool verify_checksums, Progress* progress) {
  FileState& file = files_[index];
  const std::uint64_t size = file_size(file.facts.path);
  if (size == file.facts.size_bytes && file.facts.read_bytes == size) return false;
  const bool has_shrunk = size < file.facts.read_bytes;
  if (has_shrunk && size != file.facts.size_bytes) {
    add_damage(file, size, file.facts.read_bytes - size,
               "the file has become shorter than what was read of it; it is not read again");
  }
  const bool is_same = size == file.facts.size_bytes && size > 0;
  file.facts.size_bytes = size;
  if (has_shrunk || is_same) return has_shrunk && !is_same;
  const std::uint64_t base = file.facts.read_bytes;
  Result<std::unique_ptr<summary::ByteSource>> source = summary::open_byte_source(file.facts.path);
  if (!source) {
    add_damage(file, base, size - base, source.error().what());
    return true;
  }
  summary::RecordReaderOptions options;
  options.check_payload = verify_checksums;
  summary::RecordReader reader(std::make_unique<TailSource>(std::move(*source), base, progress),
                               options);
  file.has_unreadable_tail = false;
  file.facts.is_incomplete = false;
  read_records(index, reader, base, progress);
  return true;
}

void RunBuilder::read_records(std::uint32_t index, summary::RecordReader& reader,
                              std::uint64_t base, Progress* progress) {
  constexpr std::uint32_t kCheckEvery = 1024;
  FileState& file = files_[index];
  for (std::uint32_t count = 0;; ++count) {
    if (count % kCheckEvery == 0 && is_cancelled(progress)) {
      file.facts.size_bytes = 0;  // so that the next refresh goes on here
      break;
    }
    const Result<summary::RecordRead> read = reader.next();
    if (!read) {
      add_damage(file, base + reader.offset(), 0, read.error().what());
      break;
    }
    if (read->status == summary::RecordStatus::end) break;
    if (read->status == summary::RecordStatus::truncated) {
      file.facts.is_incomplete = !read->is_unreadable;
      file.has_unreadable_tail = read->is_unreadable;
      file.tail = {file.facts.name, base + read->offset, read->size_bytes,
                   "no record begins in these bytes"};
      break;
    }
    take_record(index, *read, base);
  }
  file.facts.read_bytes = base + reader.offset();
}

void RunBuilder::take_record(std::uint32_t index, const summary::RecordRead& read,
                             std::uint64_t base) {
  constexpr std::uint64_t kHeaderBytes = 12;  // length and its checksum
  FileState& file = files_[index];
  const std::uint64_t offset = base + read.offset;
  if (read.status == summary::RecordStatus::skipped) {
    add_damage(file, offset, read.size_bytes,
               "a wrong record length or length checksum; reading goes on at the next record");
    return;
  }
  ++file.facts.records;
  if (read.status == summary::RecordStatus::bad_payload) {
    add_damage(file, offset, read.size_bytes, "the payload does not match its checksum");
    return;
  }
  if (const std::optional<SimpleScalar> scalar = parse_simple_scalar(read.payload)) {
    if (!file.facts.first_wall_time) file.facts.first_wall_time = scalar->wall_time;
    tag(scalar->tag).add_simple(scalar->value, scalar->step, scalar->wall_time);
    return;
  }
  const Result<summary::EventView> event = summary::parse_event(read.payload);
  if (!event) {
    add_damage(file, offset, read.size_bytes, event.error().what());
    return;
  }
  if (!file.facts.first_wall_time) file.facts.first_wall_time = event->wall_time;
  take_event(*event, {index, offset + kHeaderBytes, read.payload.data()});
}

void RunBuilder::take_event(const summary::EventView& event, const Place& place) {
  EventFile& facts = files_[place.file].facts;
  switch (event.kind) {
    case summary::EventKind::summary:
      take_summary(event, place);
      break;
    case summary::EventKind::file_version:
      if (facts.file_version.empty()) facts.file_version = event.body;
      if (facts.writer.empty()) facts.writer = event.writer;
      break;
    case summary::EventKind::graph_def:
      keep_graph({GraphKind::run_graph, name_, "", event.step, facts.path,
                  place.offset_of(event.body), event.body.size(), false});
      break;
    case summary::EventKind::meta_graph_def: {
      const std::string_view graph = find_field(event.body, 2);
      if (graph.empty()) break;
      meta_graphs_.assign(1, {GraphKind::run_graph, name_, "", event.step, facts.path,
                              place.offset_of(graph), graph.size(), false});
      break;
    }
    case summary::EventKind::session_log: {
      SessionMark mark{event.step, event.wall_time, 0};
      WireReader reader(event.body);
      while (reader.next()) {
        if (reader.is(1, WireType::varint)) mark.status = static_cast<int>(reader.value());
      }
      sessions_.push_back(mark);
      break;
    }
    case summary::EventKind::tagged_run_metadata:
      take_run_metadata(event, place);
      break;
    case summary::EventKind::log_message:
      ++facts.log_messages;
      break;
    case summary::EventKind::none:
      break;
  }
}

void RunBuilder::take_summary(const summary::EventView& event, const Place& place) {
  summary::ValueCursor cursor(event.body);
  while (const std::optional<summary::ValueView> value = cursor.next()) {
    TagBuilder& builder = tag(value->tag);
    ValueRef ref;
    ref.step = event.step;
    ref.wall_time = event.wall_time;
    ref.file = place.file;
    ref.kind = value_kind(value->kind);
    if (value->kind != summary::ValueKind::simple_value) {
      const std::string_view span = value_span(*value, event.body);
      ref.offset = place.offset_of(span.data() == nullptr ? event.body : span);
      ref.size = static_cast<std::uint32_t>(span.size());
    }
    builder.add(*value, ref);
    if (value->kind == summary::ValueKind::tensor) {
      take_graph_tag(*value, builder.tag(), event, place);
    }
  }
  if (cursor.is_damaged()) {
    add_damage(files_[place.file], place.payload_offset, 0,
               "a value of the summary at this record's payload is damaged; the others are shown");
  }
}

// Graphs of TensorFlow 2 are string tensors: a RunMetadata or Keras' JSON in the first string.
void RunBuilder::take_graph_tag(const summary::ValueView& value, const Tag& tag,
                                const summary::EventView& event, const Place& place) {
  constexpr std::uint32_t kStringVal = 8;
  GraphKind kind = GraphKind::graph_run_metadata;
  if (tag.plugin == "graph_run_metadata_graph") {
    kind = GraphKind::graph_run_metadata_graph;
  } else if (tag.plugin == "graph_keras_model") {
    kind = GraphKind::graph_keras_model;
  } else if (tag.plugin != "graph_run_metadata") {
    return;
  }
  const std::string_view bytes = find_field(value.body, kStringVal);
  if (bytes.data() == nullptr) return;
  keep_graph({kind, name_, tag.name, event.step, files_[place.file].facts.path,
              place.offset_of(bytes), bytes.size(), false});
}

void RunBuilder::take_run_metadata(const summary::EventView& event, const Place& place) {
  const Result<summary::RunMetadataView> tagged = summary::parse_tagged_run_metadata(event.body);
  if (!tagged) return;
  RunMetadataSource source{std::string(tagged->tag), event.step, files_[place.file].facts.path, 0,
                           tagged->run_metadata.size()};
  if (!tagged->run_metadata.empty()) source.offset = place.offset_of(tagged->run_metadata);
  run_metadata_.push_back(std::move(source));
}

// Of each kind and tag only the newest is shown, as in TensorBoard.
void RunBuilder::keep_graph(GraphSource source) {
  const auto same = std::find_if(graphs_.begin(), graphs_.end(), [&](const GraphSource& known) {
    return known.kind == source.kind && known.tag == source.tag;
  });
  if (same != graphs_.end()) {
    *same = std::move(source);
  } else {
    graphs_.push_back(std::move(source));
  }
}

void RunBuilder::add_damage(FileState& file, std::uint64_t offset, std::uint64_t size,
                            std::string what) {
  file.facts.damaged.push_back({file.facts.name, offset, size, std::move(what)});
}

TagBuilder& RunBuilder::tag(std::string_view name) {
  // Loops log the same tags in the same order again and again: guess before looking up.
  if (last_tag_ != nullptr && last_tag_->next != nullptr &&
      last_tag_->next->builder.tag().name == name) {
    last_tag_ = last_tag_->next;
    return last_tag_->builder;
  }
  auto found = tags_.find(name);
  if (found == tags_.end()) {
    found = tags_.emplace(std::string(name), std::make_unique<TagEntry>(name)).first;
  }
  if (last_tag_ != nullptr) last_tag_->next = found->second.get();
  last_tag_ = found->second.get();
  return last_tag_->builder;
}

std::shared_ptr<const Run> RunBuilder::publish() {
  auto run = std::make_shared<Run>();
  run->name = name_;
  for (const FileState& file : files_) {
    EventFile& facts = run->files.emplace_back(file.facts);
    if (file.has_unreadable_tail) facts.damaged.push_back(file.tail);
    run->records += facts.records;
    run->damaged_records += facts.damaged.size();
    if (!run->first_wall_time) run->first_wall_time = facts.first_wall_time;
  }
  for (auto& [name, entry] : tags_) run->tags.push_back(entry->builder.publish());
  std::sort(run->tags.begin(), run->tags.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  run->graphs = graphs_;
  const bool has_run_graph =
      std::any_of(graphs_.begin(), graphs_.end(),
                  [](const GraphSource& graph) { return graph.kind == GraphKind::run_graph; });
  if (!has_run_graph) {
    run->graphs.insert(run->graphs.end(), meta_graphs_.begin(), meta_graphs_.end());
  }
  std::sort(run->graphs.begin(), run->graphs.end(), [](const GraphSource& a, const GraphSource& b) {
    return std::tie(a.tag, a.kind) < std::tie(b.tag, b.kind);
  });
  run->run_metadata = run_metadata_;
  run->sessions = sessions_;
  return run;
}

}  // namespace opscope::viewer
