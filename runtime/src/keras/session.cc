#include "opscope/keras/session.h"

#include <cctype>
#include <map>
#include <mutex>
#include <optional>
#include <random>

namespace opscope::keras {
namespace {

struct Session {
  std::mutex mutex;
  std::map<std::string, std::int64_t> counters;
  std::optional<std::mt19937_64> random;
};

Session& session() {
  static Session instance;
  return instance;
}

bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }

}  // namespace

void clear_session() {
  const std::lock_guard lock(session().mutex);
  session().counters.clear();
}

void set_random_seed(std::uint64_t seed) {
  const std::lock_guard lock(session().mutex);
  session().random.emplace(seed);
}

std::int64_t next_seed() {
  const std::lock_guard lock(session().mutex);
  if (!session().random) session().random.emplace(std::random_device{}());
  constexpr std::uint64_t kSeeds = 1'000'000'000;
  return static_cast<std::int64_t>((*session().random)() % kSeeds) + 1;
}

std::string snake_case(std::string_view class_name) {
  // As Keras: an underscore before a capital that a small letter follows, and between a small
  // letter and a capital.
  std::string text;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const char c = class_name[i];
    const bool is_upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    const bool before_lower = i + 1 < class_name.size() && is_lower(class_name[i + 1]);
    if (is_upper && i > 0 && (before_lower || is_lower(class_name[i - 1]))) {
      text += '_';
    }
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

std::string unique_name(std::string_view class_name) {
  std::string name = snake_case(class_name);
  const std::lock_guard lock(session().mutex);
  const std::int64_t count = session().counters[name]++;
  return count == 0 ? name : name + "_" + std::to_string(count);
}

}  // namespace opscope::keras
