#include "core/attrs.h"

#include <algorithm>
#include <cstring>

namespace opscope::runtime {
namespace {
bool same_tensor(const Ref<TensorRep>& a, const Ref<TensorRep>& b) {
  if (a == b) return true;
  if (!a || !b || !a->is_dense() || !b->is_dense()) return false;
  if (a->dtype() != b->dtype() || a->shape() != b->shape()) return false;
  if (a->dtype() == DType::string) {
    return std::ranges::equal(a->flat<std::string>(), b->flat<std::string>());
  }
  return dtype_size(a->dtype()) > 0 &&
         std::memcmp(a->raw_data(), b->raw_data(), a->size_bytes()) == 0;
}

// A function of its own: Clang 14 takes the comparison inside a template for an error.
bool comes_before(const AttrEntry& entry, std::string_view key) { return entry.name < key; }

auto position(auto& entries, std::string_view name) {
  return std::lower_bound(entries.begin(), entries.end(), name, comes_before);
}
}  // namespace

Attrs::Attrs() noexcept = default;
Attrs::Attrs(const Attrs&) = default;
Attrs::Attrs(Attrs&&) noexcept = default;
Attrs& Attrs::operator=(const Attrs&) = default;
Attrs& Attrs::operator=(Attrs&&) noexcept = default;
Attrs::~Attrs() = default;

Attrs::Attrs(std::initializer_list<AttrEntry> entries) {
  entries_.reserve(entries.size());
  for (const AttrEntry& entry : entries) set(entry.name, entry.value);
}

const AttrValue* Attrs::find(std::string_view name) const noexcept {
  for (const AttrEntry& entry : entries_) {
    if (entry.name == name) return &entry.value;
  }
  return nullptr;
}

void Attrs::set(std::string_view name, AttrValue value) {
  const auto at = position(entries_, name);
  if (at != entries_.end() && at->name == name) {
    at->value = std::move(value);
  } else {
    entries_.insert(at, AttrEntry{std::string(name), std::move(value)});
  }
}

void Attrs::erase(std::string_view name) {
  const auto at = position(entries_, name);
  if (at != entries_.end() && at->name == name) entries_.erase(at);
}

bool Attrs::empty() const noexcept { return entries_.empty(); }
std::size_t Attrs::size() const noexcept { return entries_.size(); }
const AttrEntry* Attrs::begin() const noexcept { return entries_.data(); }
const AttrEntry* Attrs::end() const noexcept { return entries_.data() + entries_.size(); }
bool Attrs::operator==(const Attrs& other) const { return entries_ == other.entries_; }

bool AttrValue::is_empty_list() const noexcept {
  return is_list() && std::visit(
                          [](const auto& value) {
                            if constexpr (requires { value.empty(); }) return value.empty();
                            return false;
                          },
                          value_);
}

bool AttrValue::operator==(const AttrValue& other) const {
  if (value_.index() != other.value_.index()) return false;
  if (const auto* tensor = get_if<TensorRef>())
    return same_tensor(*tensor, *other.get_if<TensorRef>());
  if (const auto* tensors = get_if<std::vector<TensorRef>>()) {
    return std::ranges::equal(*tensors, *other.get_if<std::vector<TensorRef>>(), same_tensor);
  }
  return value_ == other.value_;
}

}  // namespace opscope::runtime
