#include "core/resources.h"

#include <cstring>

#include "opscope/error.h"

namespace opscope::runtime {

VariableResource::VariableResource(std::string name, DType dtype, Shape shape)
    : name_(std::move(name)), dtype_(dtype), shape_(std::move(shape)) {}

std::string VariableResource::describe() const { return "variable '" + name_ + "'"; }

Ref<TensorRep> VariableResource::read() const {
  const std::lock_guard lock(mutex_);
  return value_;
}

void VariableResource::assign(Ref<TensorRep> value) {
  if (value->dtype() != dtype_ || !value->shape().is_compatible_with(shape_)) {
    throw Error(ErrorCode::invalid_argument,
                "Cannot assign a " + std::string(dtype_name(value->dtype())) + " value of shape " +
                    value->shape().to_string() + " to " + describe() + " of type " +
                    std::string(dtype_name(dtype_)) + " and shape " + shape_.to_string());
  }
  const std::lock_guard lock(mutex_);
  value_.swap(value);
}

void VariableResource::update(FunctionRef<void(TensorRep&)> update) {
  const std::lock_guard lock(mutex_);
  if (!value_) {
    throw Error(ErrorCode::failed_precondition, "The " + describe() + " has no value yet");
  }
  if (!value_->is_exclusive()) {
    Ref<TensorRep> copy = TensorRep::make(value_->dtype(), value_->shape());
    if (dtype_ == DType::string) {
      const auto from = value_->flat<std::string>();
      std::copy(from.begin(), from.end(), copy->mutable_data<std::string>());
    } else {
      std::memcpy(copy->mutable_raw_data(), value_->raw_data(), value_->size_bytes());
    }
    value_ = std::move(copy);
  }
  update(*value_);
}

Ref<Resource> ResourceManager::find_or_make(std::string_view container, std::string_view name,
                                            FunctionRef<Ref<Resource>()> make) {
  const std::lock_guard lock(mutex_);
  Ref<Resource>& slot = resources_[{std::string(container), std::string(name)}];
  if (!slot) slot = make();
  return slot;
}

bool ResourceManager::erase(const Resource& resource) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(resources_,
                       [&](const auto& entry) { return entry.second.get() == &resource; }) > 0;
}

ResourceManager& default_resources() {
  static ResourceManager manager;
  return manager;
}

}  // namespace opscope::runtime
