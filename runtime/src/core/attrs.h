// Attributes of ops and nodes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/ref.h"
#include "core/tensor_rep.h"
#include "opscope/runtime/dtype.h"
#include "opscope/runtime/shape.h"

namespace opscope::runtime {

class AttrValue;
struct AttrEntry;

// A small set of named values, sorted by name. Holding an empty one costs no allocation.
class Attrs {
 public:
  Attrs() noexcept;
  Attrs(std::initializer_list<AttrEntry> entries);
  Attrs(const Attrs&);
  Attrs(Attrs&&) noexcept;
  Attrs& operator=(const Attrs&);
  Attrs& operator=(Attrs&&) noexcept;
  ~Attrs();

  // Null if there is none.
  [[nodiscard]] const AttrValue* find(std::string_view name) const noexcept;
  void set(std::string_view name, AttrValue value);
  void erase(std::string_view name);
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] const AttrEntry* begin() const noexcept;
  [[nodiscard]] const AttrEntry* end() const noexcept;
  bool operator==(const Attrs& other) const;

 private:
  std::vector<AttrEntry> entries_;
};

// A function's name with the attributes it is instantiated with.
struct FunctionName {
  std::string name;
  Attrs attrs;
  bool operator==(const FunctionName& other) const = default;
};

// One value: int, float, bool, string, type, shape, tensor, func, or a list of one of these.
class AttrValue {
 public:
  using TensorRef = Ref<TensorRep>;
  using Storage =
      std::variant<std::int64_t, float, bool, std::string, DType, Shape, TensorRef, FunctionName,
                   std::vector<std::int64_t>, std::vector<float>, std::vector<bool>,
                   std::vector<std::string>, std::vector<DType>, std::vector<Shape>,
                   std::vector<TensorRef>, std::vector<FunctionName>>;

  AttrValue(std::int64_t value) : value_(value) {}
  AttrValue(int value) : value_(std::int64_t{value}) {}
  AttrValue(float value) : value_(value) {}
  AttrValue(bool value) : value_(value) {}
  AttrValue(std::string value) : value_(std::move(value)) {}
  AttrValue(std::string_view value) : value_(std::string(value)) {}
  AttrValue(const char* value) : value_(std::string(value)) {}
  AttrValue(DType value) : value_(value) {}
  AttrValue(Shape value) : value_(std::move(value)) {}
  AttrValue(TensorRef value) : value_(std::move(value)) {}
  AttrValue(FunctionName value) : value_(std::move(value)) {}
  AttrValue(std::vector<std::int64_t> value) : value_(std::move(value)) {}
  AttrValue(std::vector<float> value) : value_(std::move(value)) {}
  AttrValue(std::vector<bool> value) : value_(std::move(value)) {}
  AttrValue(std::vector<std::string> value) : value_(std::move(value)) {}
  AttrValue(std::vector<DType> value) : value_(std::move(value)) {}
  AttrValue(std::vector<Shape> value) : value_(std::move(value)) {}
  AttrValue(std::vector<TensorRef> value) : value_(std::move(value)) {}
  AttrValue(std::vector<FunctionName> value) : value_(std::move(value)) {}

  // Null if the value is of another type.
  template <typename T>
  [[nodiscard]] const T* get_if() const noexcept {
    return std::get_if<T>(&value_);
  }
  [[nodiscard]] const Storage& storage() const noexcept { return value_; }
  [[nodiscard]] bool is_list() const noexcept { return value_.index() >= 8; }
  [[nodiscard]] bool is_empty_list() const noexcept;
  // Tensors compare by dtype, shape and bytes.
  bool operator==(const AttrValue& other) const;

 private:
  Storage value_;
};

struct AttrEntry {
  std::string name;
  AttrValue value;
  bool operator==(const AttrEntry& other) const = default;
};

}  // namespace opscope::runtime
