#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "model/scalars.h"

namespace opscope::viewer {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// The run of digits at `at`, leading zeros left out.
std::string_view digits_at(std::string_view text, std::size_t at, std::size_t& end) {
  end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::size_t begin = at;
  while (begin + 1 < end && text[begin] == '0') ++begin;
  return text.substr(begin, end - begin);
}

struct NaturalOrder {
  bool operator()(const std::string& a, const std::string& b) const { return natural_less(a, b); }
};

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::string_view left = digits_at(a, i, i);
      const std::string_view right = digits_at(b, j, j);
      if (left.size() != right.size()) return left.size() < right.size();
      if (left != right) return left < right;
      continue;
    }
    if (a[i] != b[j]) {
      return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
    }
    ++i;
    ++j;
  }
  if ((i < a.size()) != (j < b.size())) return j < b.size();
  return a < b;  // equal but for leading zeros
}

std::vector<TagGroup> scalar_tag_groups(const LogdirModel& model) {
  std::map<std::string, std::set<std::string, NaturalOrder>, NaturalOrder> groups;
  for (const auto& run : model.runs) {
    for (const auto& tag : run->tags) {
      if (tag->data_class != DataClass::scalar) continue;
      groups[tag->name.substr(0, tag->name.find('/'))].insert(tag->name);
    }
  }
  std::vector<TagGroup> result;
  for (const auto& [name, tags] : groups) result.push_back({name, {tags.begin(), tags.end()}});
  return result;
}

}  // namespace opscope::viewer
