#include "opscope/profiler/names.h"

#include <pthread.h>

#include <deque>
#include <mutex>
#include <new>
#include <string>
#include <unordered_map>

#include "moment_lock.h"
#include "name_table.h"

namespace opscope::profiler {
namespace {

constexpr std::size_t kMaxNames = (std::size_t{1} << 24) - 1;  // ids have 24 bits in a record

// Texts stay where they are, so that views of them stay good.
class NameTable {
 public:
  NameTable();

  NameId intern(std::string_view name) {
    if (name.empty()) return NameId::none;
    const std::lock_guard lock(mutex_);
    if (const auto it = ids_.find(name); it != ids_.end()) return it->second;
    if (texts_.size() >= kMaxNames) return overflow_id();
    return add(name);
  }

  std::string_view text(NameId name) {
    const std::lock_guard lock(mutex_);
    const auto index = static_cast<std::size_t>(name);
    return index < texts_.size() ? std::string_view(texts_[index]) : std::string_view();
  }

  // Without the lock: see TablesInCrash.
  [[nodiscard]] std::size_t unlocked_size() const noexcept { return texts_.size(); }
  [[nodiscard]] std::string_view unlocked_text(std::size_t index) const noexcept {
    return index < texts_.size() ? std::string_view(texts_[index]) : std::string_view();
  }
  bool try_lock_in_crash() { return mutex_.try_lock(); }
  void lock_for_fork() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  NameId add(std::string_view name) {
    const auto id = static_cast<NameId>(texts_.size());
    const std::string& text = texts_.emplace_back(name);
    ids_.emplace(text, id);
    return id;
  }

  NameId overflow_id() {
    constexpr std::string_view kText = "(too many names)";
    if (const auto it = ids_.find(kText); it != ids_.end()) return it->second;
    return add(kText);
  }

  std::mutex mutex_;
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, NameId> ids_;
};

class SiteTable {
 public:
  SiteTable();

  std::uint32_t add(detail::Site& site, detail::SiteInfo info) {
    const std::lock_guard lock(mutex_);
    if (const std::uint32_t id = site.id.load(std::memory_order_relaxed); id != 0) return id;
    const auto id = static_cast<std::uint32_t>(sites_.size());
    sites_.push_back(std::move(info));
    site.id.store(id, std::memory_order_release);
    return id;
  }

  const detail::SiteInfo& info(std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    return sites_[id < sites_.size() ? id : 0];
  }

  [[nodiscard]] const detail::SiteInfo& unlocked_info(std::uint32_t id) const noexcept {
    return sites_[id < sites_.size() ? id : 0];
  }
  bool try_lock_in_crash() { return mutex_.try_lock(); }

  void lock_for_fork() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
  std::deque<detail::SiteInfo> sites_;
};

// Never destroyed: threads may record while the process ends.
NameTable& names() {
  static auto* const table = new NameTable;
  return *table;
}

SiteTable& sites() {
  static auto* const table = new SiteTable;
  return *table;
}

NameTable::NameTable() {
  texts_.emplace_back();
  ::pthread_atfork([] { names().lock_for_fork(); }, [] { names().unlock(); },
                   [] { names().unlock(); });
}

SiteTable::SiteTable() {
  sites_.emplace_back();
  ::pthread_atfork([] { sites().lock_for_fork(); }, [] { sites().unlock(); },
                   [] { sites().unlock(); });
}

}  // namespace

NameId intern(std::string_view name) { return names().intern(name); }

std::string_view name_text(NameId name) noexcept { return names().text(name); }

namespace detail {

std::uint32_t register_site(Site& site, const char* name, const ArgInfo* args,
                            std::size_t count) noexcept try {
  const NameId name_id = intern(*name == '\0' ? "(unnamed)" : name);
  if (count == 0) {  // a plain zone: its id in a record is the name's
    site.id.store(static_cast<std::uint32_t>(name_id), std::memory_order_release);
    return static_cast<std::uint32_t>(name_id);
  }
  SiteInfo info{.name = name_id, .args = {}};
  for (std::size_t i = 0; i < count; ++i) info.args.push_back({intern(args[i].key), args[i].type});
  return sites().add(site, std::move(info));
} catch (const std::bad_alloc&) {
  return 0;
}

const SiteInfo& site_info(std::uint32_t id) noexcept { return sites().info(id); }

TablesInCrash::TablesInCrash() noexcept
    : are_names_locked_(lock_within_a_moment([] { return names().try_lock_in_crash(); })),
      are_sites_locked_(lock_within_a_moment([] { return sites().try_lock_in_crash(); })) {}

TablesInCrash::~TablesInCrash() {
  if (are_names_locked_) names().unlock();
  if (are_sites_locked_) sites().unlock();
}

std::size_t TablesInCrash::name_count() noexcept { return names().unlocked_size(); }

std::string_view TablesInCrash::name_text(NameId name) noexcept {
  return names().unlocked_text(static_cast<std::size_t>(name));
}

const SiteInfo& TablesInCrash::site_info(std::uint32_t id) noexcept {
  return sites().unlocked_info(id);
}

std::uint64_t intern_argument(std::string_view text) noexcept try {
  return static_cast<std::uint64_t>(intern(text));
} catch (const std::bad_alloc&) {
  return static_cast<std::uint64_t>(NameId::none);
}

}  // namespace detail
}  // namespace opscope::profiler
