#include "opscope/profiler/labels.h"

#include <pthread.h>

#include <mutex>
#include <string>
#include <unordered_map>

#include "label_table.h"
#include "opscope/error.h"

namespace opscope::profiler {
namespace {

struct Labels {
  std::mutex mutex;
  detail::HostMetadata metadata;
  std::unordered_map<NameId, NameId> units;
};

// Never destroyed: sessions may stop while the process ends.
Labels& labels() {
  static auto* const instance = [] {
    ::pthread_atfork([] { labels().mutex.lock(); }, [] { labels().mutex.unlock(); },
                     [] { labels().mutex.unlock(); });
    return new Labels;
  }();
  return *instance;
}

}  // namespace

void set_host_metadata(std::string_view key, std::string_view value) {
  if (key.empty() || key == "profile_start_time" || key == "profile_stop_time") {
    throw Error(ErrorCode::invalid_argument, "profiler: host metadata cannot have the key \"" +
                                                 std::string(key) +
                                                 "\": it is empty or the profile's own");
  }
  const std::lock_guard lock(labels().mutex);
  if (value.empty()) {
    labels().metadata.erase(std::string(key));
  } else {
    labels().metadata.insert_or_assign(std::string(key), std::string(value));
  }
}

void set_counter_unit(NameId counter, std::string_view unit) {
  const NameId unit_name = intern(unit);
  const std::lock_guard lock(labels().mutex);
  labels().units.insert_or_assign(counter, unit_name);
}

namespace detail {

HostMetadata host_metadata() {
  const std::lock_guard lock(labels().mutex);
  return labels().metadata;
}

NameId counter_unit(NameId counter) {
  const std::lock_guard lock(labels().mutex);
  const auto it = labels().units.find(counter);
  return it != labels().units.end() ? it->second : NameId::none;
}

}  // namespace detail
}  // namespace opscope::profiler
