#include "model/tag_builder.h"

#include <array>
#include <optional>
#include <utility>

#include "model/wire.h"

namespace opscope::viewer {
namespace {

constexpr int kFloat = 1, kDouble = 2, kString = 7;  // tensorflow.DataType

constexpr std::array<std::pair<std::string_view, DataClass>, 12> kPluginClasses{{
    {"scalars", DataClass::scalar},
    {"histograms", DataClass::tensor},
    {"text", DataClass::tensor},
    {"hparams", DataClass::tensor},
    {"pr_curves", DataClass::tensor},
    {"mesh", DataClass::tensor},
    {"custom_scalars", DataClass::tensor},
    {"images", DataClass::blob_sequence},
    {"audio", DataClass::blob_sequence},
    {"graph_run_metadata", DataClass::blob_sequence},
    {"graph_run_metadata_graph", DataClass::blob_sequence},
    {"graph_keras_model", DataClass::blob_sequence},
}};

struct LegacyKind {
  std::string_view plugin;
  DataClass data_class;
  int dtype;
};

std::optional<LegacyKind> legacy_kind(summary::ValueKind kind) {
  switch (kind) {
    case summary::ValueKind::simple_value:
      return LegacyKind{"scalars", DataClass::scalar, kFloat};
    case summary::ValueKind::histo:
      return LegacyKind{"histograms", DataClass::tensor, kDouble};
    case summary::ValueKind::image:
      return LegacyKind{"images", DataClass::blob_sequence, kString};
    case summary::ValueKind::audio:
      return LegacyKind{"audio", DataClass::blob_sequence, kString};
    default:
      return std::nullopt;
  }
}

int tensor_dtype(std::string_view tensor) {
  WireReader reader(tensor);
  while (reader.next()) {
    if (reader.is(1, WireType::varint)) return static_cast<int>(reader.value());
  }
  return 0;
}

template <typename T>
void pop_from(std::vector<T>& column, std::size_t keep, std::vector<T>& preempted) {
  preempted.insert(preempted.end(), column.begin() + static_cast<std::ptrdiff_t>(keep),
                   column.end());
  column.resize(keep);
}

// Moves the points at or after `step` aside.
void preempt(ScalarColumns& kept, std::int64_t step, ScalarColumns& preempted) {
  std::size_t keep = kept.size();
  while (keep > 0 && kept.steps[keep - 1] >= step) --keep;
  if (keep == kept.size()) return;
  pop_from(kept.steps, keep, preempted.steps);
  pop_from(kept.wall_times, keep, preempted.wall_times);
  pop_from(kept.values, keep, preempted.values);
}

void preempt(std::vector<ValueRef>& kept, std::int64_t step, std::vector<ValueRef>& preempted) {
  std::size_t keep = kept.size();
  while (keep > 0 && kept[keep - 1].step >= step) --keep;
  if (keep < kept.size()) pop_from(kept, keep, preempted);
}

}  // namespace

DataClass data_class_of_plugin(std::string_view plugin) noexcept {
  for (const auto& [name, data_class] : kPluginClasses) {
    if (name == plugin) return data_class;
  }
  return DataClass::unknown;
}

TagBuilder::TagBuilder(std::string_view name) : tag_(std::make_shared<Tag>()) { tag_->name = name; }

void TagBuilder::add(const summary::ValueView& value, const ValueRef& ref) {
  if (is_published_) {
    tag_ = std::make_shared<Tag>(*tag_);
    is_published_ = false;
  }
  Tag& tag = *tag_;
  if (!has_metadata_ && value.metadata) take_metadata(value);
  if (tag.records == 0) {
    tag.first_step = ref.step;
    if (value.kind == summary::ValueKind::tensor) tag.dtype = tensor_dtype(value.body);
  }
  if (tag.plugin.empty()) take_legacy_kind(value.kind);
  ++tag.records;
  tag.last_step = ref.step;
  tag.last_wall_time = ref.wall_time;
  if (tag.data_class == DataClass::scalar) {
    add_scalar(value, ref);
  } else if (tag.data_class == DataClass::unknown && !has_metadata_) {
    // Until metadata come, single numbers are kept as scalars beside the reference to the value.
    add_scalar(value, ref);
    add_reference(ref);
  } else {
    add_reference(ref);
  }
}

void TagBuilder::add_simple(float value, std::int64_t step, double wall_time) {
  ValueRef ref;
  ref.step = step;
  ref.wall_time = wall_time;
  ref.kind = ValueKind::simple_value;
  if (is_published_ || tag_->records == 0 || tag_->data_class != DataClass::scalar) {
    summary::ValueView view;
    view.kind = summary::ValueKind::simple_value;
    view.simple_value = value;
    add(view, ref);
    return;
  }
  ++tag_->records;
  tag_->last_step = step;
  tag_->last_wall_time = wall_time;
  keep_scalar(static_cast<double>(value), ref);
}

void TagBuilder::take_metadata(const summary::ValueView& value) {
  const Result<summary::MetadataView> metadata = summary::parse_metadata(*value.metadata);
  if (!metadata) return;
  Tag& tag = *tag_;
  if (!metadata->display_name.empty()) tag.display_name = metadata->display_name;
  if (!metadata->description.empty()) tag.description = metadata->description;
  if (metadata->plugin_name.empty() && metadata->data_class == 0) return;
  has_metadata_ = true;
  tag.plugin = metadata->plugin_name;
  tag.plugin_content = metadata->plugin_content;
  tag.data_class = metadata->data_class >= 1 && metadata->data_class <= 3
                       ? static_cast<DataClass>(metadata->data_class)
                       : data_class_of_plugin(tag.plugin);
}

void TagBuilder::take_legacy_kind(summary::ValueKind kind) {
  const std::optional<LegacyKind> legacy = legacy_kind(kind);
  if (!legacy) return;
  tag_->plugin = legacy->plugin;
  if (tag_->dtype == 0) tag_->dtype = legacy->dtype;
  if (tag_->data_class == DataClass::unknown) tag_->data_class = legacy->data_class;
}

void TagBuilder::add_scalar(const summary::ValueView& value, const ValueRef& ref) {
  if (value.kind == summary::ValueKind::simple_value) {
    keep_scalar(static_cast<double>(value.simple_value), ref);
    return;
  }
  const std::optional<double> number = value.kind == summary::ValueKind::tensor
                                           ? summary::scalar_from_tensor(value.body)
                                           : std::nullopt;
  if (number) {
    keep_scalar(*number, ref);
  } else {
    ++tag_->odd_values;
  }
}

void TagBuilder::keep_scalar(double number, const ValueRef& ref) {
  ScalarColumns& scalars = tag_->scalars;
  if (!scalars.steps.empty() && scalars.steps.back() >= ref.step) {
    preempt(scalars, ref.step, tag_->preempted_scalars);
  }
  scalars.steps.push_back(ref.step);
  scalars.wall_times.push_back(ref.wall_time);
  scalars.values.push_back(number);
}

void TagBuilder::add_reference(const ValueRef& ref) {
  preempt(tag_->values, ref.step, tag_->preempted_values);
  tag_->values.push_back(ref);
}

std::shared_ptr<const Tag> TagBuilder::publish() {
  if (is_published_) return tag_;
  const bool is_undecided = tag_->data_class == DataClass::unknown && !has_metadata_;
  if (is_undecided) return publish_undecided();
  if (tag_->data_class == DataClass::scalar) {
    tag_->values.clear();
    tag_->preempted_values.clear();
  } else {
    tag_->scalars = {};
    tag_->preempted_scalars = {};
    tag_->odd_values = 0;
  }
  is_published_ = true;
  return tag_;
}

// Metadata may still come and decide, so what is published is a copy. Without metadata, values that
// are all single numbers are drawn as scalars.
std::shared_ptr<const Tag> TagBuilder::publish_undecided() const {
  auto shown = std::make_shared<Tag>(*tag_);
  if (shown->odd_values == 0) {
    shown->data_class = DataClass::scalar;
    shown->values.clear();
    shown->preempted_values.clear();
  } else {
    shown->scalars = {};
    shown->preempted_scalars = {};
    shown->odd_values = 0;
  }
  return shown;
}

}  // namespace opscope::viewer
