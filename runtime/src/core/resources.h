// Objects that outlive a single op: variables, found by name.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "core/function_ref.h"
#include "core/ref.h"
#include "core/tensor_rep.h"

namespace opscope::runtime {

// The state behind a Variable: a value that ops replace or update. Thread-safe.
class VariableResource final : public Resource {
 public:
  // `shape` may be partly known: values must be compatible with it.
  VariableResource(std::string name, DType dtype, Shape shape);

  [[nodiscard]] std::string describe() const override;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] DType dtype() const noexcept { return dtype_; }
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }

  // Null before the first assignment. The value stays valid and unchanged while it is held.
  [[nodiscard]] Ref<TensorRep> read() const;
  // Throws invalid_argument on another dtype or an incompatible shape.
  void assign(Ref<TensorRep> value);
  // Runs `update` on the value with the lock held, copying it first if somebody else holds it.
  // Throws failed_precondition if it was never assigned.
  void update(FunctionRef<void(TensorRep&)> update);

 private:
  std::string name_;
  DType dtype_;
  Shape shape_;
  mutable std::mutex mutex_;
  Ref<TensorRep> value_;
};

// Named resources: two VarHandleOps with one container and shared_name get one variable.
// Thread-safe.
class ResourceManager {
 public:
  // The resource of that name; made by `make` if there is none.
  [[nodiscard]] Ref<Resource> find_or_make(std::string_view container, std::string_view name,
                                           FunctionRef<Ref<Resource>()> make);
  // False if there is none.
  bool erase(const Resource& resource);

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Ref<Resource>> resources_;
};

[[nodiscard]] ResourceManager& default_resources();

}  // namespace opscope::runtime
