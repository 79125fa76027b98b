// What handles of one Variable share.
#pragma once

#include <string>

#include "core/resources.h"
#include "core/tensor_rep.h"

namespace opscope::runtime {

class VariableState {
 public:
  VariableState(std::string name, bool trainable, Ref<TensorRep> initial_value);

  // "d_module/Variable:0" and "d_module/Variable".
  [[nodiscard]] const std::string& full_name() const noexcept { return full_name_; }
  [[nodiscard]] const std::string& name() const noexcept { return resource_->name(); }
  [[nodiscard]] bool trainable() const noexcept { return trainable_; }
  [[nodiscard]] DType dtype() const noexcept { return resource_->dtype(); }
  [[nodiscard]] const Shape& shape() const noexcept { return resource_->shape(); }
  [[nodiscard]] VariableResource& resource() const noexcept { return *resource_; }
  // The resource tensor that ops take.
  [[nodiscard]] TensorRep* handle() const noexcept { return handle_.get(); }

 private:
  std::string full_name_;
  bool trainable_;
  Ref<VariableResource> resource_;
  Ref<TensorRep> handle_;
};

}  // namespace opscope::runtime
