// One run while its event files are read. Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/logdir_model.h"
#include "model/progress.h"
#include "model/tag_builder.h"
#include "opscope/summary/event_reader.h"
#include "opscope/summary/record_reader.h"

namespace opscope::viewer {

class RunBuilder {
 public:
  explicit RunBuilder(std::string name) : name_(std::move(name)) {}

  // Makes `files` (path to open, name relative to the logdir, by name) the run's files. Files that
  // are gone stay listed with what was read from them.
  void set_files(const std::vector<std::pair<std::string, std::string>>& files);

  // Reads what is new in every file. True when anything changed.
  bool read_new(bool verify_checksums, Progress* progress);

  // The run as it is now.
  [[nodiscard]] std::shared_ptr<const Run> publish();

 private:
  struct FileState {
    EventFile facts;
    bool has_unreadable_tail = false;
    Damage tail;
  };

  // Where the event that is being taken apart lies.
  struct Place {
    std::uint32_t file = 0;
    std::uint64_t payload_offset = 0;
    const char* payload = nullptr;

    [[nodiscard]] std::uint64_t offset_of(std::string_view part) const {
      return payload_offset + static_cast<std::uint64_t>(part.data() - payload);
    }
  };

  bool read_file(std::uint32_t index, bool verify_checksums, Progress* progress);
  void read_records(std::uint32_t index, summary::RecordReader& reader, std::uint64_t base,
                    Progress* progress);
  void take_record(std::uint32_t index, const summary::RecordRead& read, std::uint64_t base);
  void take_event(const summary::EventView& event, const Place& place);
  void take_summary(const summary::EventView& event, const Place& place);
  void take_graph_tag(const summary::ValueView& value, const Tag& tag,
                      const summary::EventView& event, const Place& place);
  void take_run_metadata(const summary::EventView& event, const Place& place);
  void keep_graph(GraphSource source);
  void add_damage(FileState& file, std::uint64_t offset, std::uint64_t size, std::string what);
  TagBuilder& tag(std::string_view name);

  struct TagEntry {
    explicit TagEntry(std::string_view name) : builder(name) {}
    TagBuilder builder;
    TagEntry* next = nullptr;  // the tag that came after this one last time
  };
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::string name_;
  std::vector<FileState> files_;
  std::unordered_map<std::string, std::unique_ptr<TagEntry>, StringHash, std::equal_to<>> tags_;
  TagEntry* last_tag_ = nullptr;
  std::vector<GraphSource> graphs_;
  std::vector<GraphSource> meta_graphs_;  // shown where there is no other run graph
  std::vector<RunMetadataSource> run_metadata_;
  std::vector<SessionMark> sessions_;
};

}  // namespace opscope::viewer
