// Small profiles for tests, written through the protobuf classes and read by our reader.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "model/profile_loader.h"
#include "opscope/proto/xplane.pb.h"
#include "support/temp_dir.h"

namespace opscope::viewer::testing {

// Builds one line of one plane.
class SpaceBuilder {
 public:
  SpaceBuilder() {
    plane_ = space_.add_planes();
    plane_->set_name("/host:CPU");
    space_.add_hostnames("h");
  }

  SpaceBuilder& line(const std::string& name, std::int64_t timestamp_ns = 0) {
    line_ = plane_->add_lines();
    line_->set_id(plane_->lines_size());
    line_->set_name(name);
    line_->set_timestamp_ns(timestamp_ns);
    return *this;
  }

  proto::profiler::XEvent& event(const std::string& name, std::int64_t offset_ps,
                                 std::int64_t duration_ps) {
    std::int64_t id = 1;
    while (plane_->event_metadata().contains(id) &&
           plane_->event_metadata().at(id).name() != name) {
      ++id;
    }
    auto& metadata = (*plane_->mutable_event_metadata())[id];
    metadata.set_id(id);
    metadata.set_name(name);
    proto::profiler::XEvent* event = line_->add_events();
    event->set_metadata_id(id);
    event->set_offset_ps(offset_ps);
    event->set_duration_ps(duration_ps);
    return *event;
  }

  void stat(proto::profiler::XEvent& event, const std::string& name, std::int64_t value) {
    std::int64_t id = 1;
    while (plane_->stat_metadata().contains(id) && plane_->stat_metadata().at(id).name() != name) {
      ++id;
    }
    auto& metadata = (*plane_->mutable_stat_metadata())[id];
    metadata.set_id(id);
    metadata.set_name(name);
    proto::profiler::XStat* stat = event.add_stats();
    stat->set_metadata_id(id);
    stat->set_int64_value(value);
  }

  proto::profiler::XSpace& space() { return space_; }
  [[nodiscard]] std::string bytes() const { return space_.SerializeAsString(); }

 private:
  proto::profiler::XSpace space_;
  proto::profiler::XPlane* plane_ = nullptr;
  proto::profiler::XLine* line_ = nullptr;
};

inline Result<Profile> profile_from(const std::string& bytes,
                                    const std::string& name = "h.xplane.pb") {
  const opscope::testing::TempDir folder;
  const std::string path = folder / name;
  std::ofstream(path, std::ios::binary) << bytes;
  return load_profile_file(path);
}

}  // namespace opscope::viewer::testing
