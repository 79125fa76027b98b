// One tag while its run is read: what its values are, and which of them are kept.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "model/logdir_model.h"
#include "opscope/summary/event_reader.h"

namespace opscope::viewer {

class TagBuilder {
 public:
  explicit TagBuilder(std::string_view name);

  // The next value of the tag, found at `ref`. The rules of restarts: logdir_model.h.
  void add(const summary::ValueView& value, const ValueRef& ref);

  // The same for a value that is only a simple_value.
  void add_simple(float value, std::int64_t step, double wall_time);

  // The tag as it is now. A later add() leaves it as it is and works on a copy.
  [[nodiscard]] std::shared_ptr<const Tag> publish();

  [[nodiscard]] const Tag& tag() const noexcept { return *tag_; }

 private:
  [[nodiscard]] std::shared_ptr<const Tag> publish_undecided() const;
  void take_metadata(const summary::ValueView& value);
  void take_legacy_kind(summary::ValueKind kind);
  void add_scalar(const summary::ValueView& value, const ValueRef& ref);
  void add_reference(const ValueRef& ref);
  void keep_scalar(double number, const ValueRef& ref);

  std::shared_ptr<Tag> tag_;
  bool has_metadata_ = false;
  bool is_published_ = false;
};

// The class that TensorBoard's readers infer from a plugin's name.
[[nodiscard]] DataClass data_class_of_plugin(std::string_view plugin) noexcept;

}  // namespace opscope::viewer
