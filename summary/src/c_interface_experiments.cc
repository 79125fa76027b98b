// Hyperparameters, chart layouts, embeddings and sessions of the C interface.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "c_interface.h"
#include "opscope/summary/custom_scalars.h"
#include "opscope/summary/hparams.h"
#include "opscope/summary/projector.h"
#include "opscope/summary/session.h"

namespace {

using opscope::Error;
using opscope::ErrorCode;
namespace summary = opscope::summary;
using summary::array;
using summary::given;
using summary::guarded;
using summary::known_part;
using summary::product;
using summary::writer_of;

std::vector<std::string> strings(const char* const* values, std::size_t count, const char* name) {
  std::vector<std::string> result;
  for (const char* value : array(values, count, name)) {
    result.emplace_back(given(value, "a string"));
  }
  return result;
}

summary::HParamValue value_of(const opscope_hparam& hparam) {
  if (hparam.text != nullptr) return std::string(hparam.text);
  if (hparam.is_bool != 0) return hparam.number != 0;
  return hparam.number;
}

summary::CustomChart chart_of(const opscope_chart& chart) {
  const char* title = given(chart.title, "a title");
  std::vector<std::string> tags = strings(chart.tags, chart.tag_count, "tags");
  if (chart.is_margin == 0) return {title, summary::MultilineChart{std::move(tags)}};
  if (tags.size() % 3 != 0) {
    throw Error(ErrorCode::invalid_argument, "chart '" + std::string(title) +
                                                 "': " + std::to_string(tags.size()) +
                                                 " tags; a band has three: value, lower, upper");
  }
  summary::MarginChart margin;
  for (std::size_t i = 0; i < tags.size(); i += 3) {
    margin.series.push_back({tags[i], tags[i + 1], tags[i + 2]});
  }
  return {title, std::move(margin)};
}

summary::EmbeddingOptions options_of(const opscope_embedding_options& given_options,
                                     std::size_t points,
                                     std::vector<summary::ImageView<std::uint8_t>>* pictures) {
  const opscope_embedding_options known = known_part(given_options);
  summary::EmbeddingOptions options;
  const std::size_t columns = known.metadata_columns;
  if (known.metadata_names != nullptr) {
    options.metadata_names = strings(known.metadata_names, columns, "metadata_names");
  }
  const std::vector<std::string> cells =
      strings(known.metadata, product(points, columns), "metadata");
  for (auto cell = cells.begin(); cell != cells.end();) {
    const auto row_end = cell + static_cast<std::ptrdiff_t>(columns);
    options.metadata.emplace_back(cell, row_end);
    cell = row_end;
  }
  if (known.pixels != nullptr) {
    const std::size_t each = product<std::size_t>(
        product(known.picture_width, known.picture_height), product(known.picture_channels, 1));
    const auto pixels = array(known.pixels, product(each, points), "pixels");
    for (std::size_t i = 0; i < points; ++i) {
      pictures->push_back({.pixels = pixels.subspan(i * each, each),
                           .width = known.picture_width,
                           .height = known.picture_height,
                           .channels = known.picture_channels});
    }
    options.pictures = *pictures;
  }
  if (known.is_binary != 0) options.format = summary::EmbeddingFormat::bytes;
  return options;
}

}  // namespace

opscope_status opscope_hparams_begin(opscope_writer* writer, const char* group,
                                     const opscope_hparam* hparams, size_t count) {
  return guarded([&] {
    std::map<std::string, summary::HParamValue> values;
    for (const opscope_hparam& hparam : array(hparams, count, "hparams")) {
      values[given(hparam.name, "a name")] = value_of(hparam);
    }
    summary::hparams_session_start(writer_of(writer), values, group == nullptr ? "" : group);
  });
}

opscope_status opscope_hparams_end(opscope_writer* writer, int32_t status) {
  return guarded([&] {
    if (status < 1 || status > 3) {
      throw Error(ErrorCode::invalid_argument,
                  "a session cannot have the status " + std::to_string(status));
    }
    summary::hparams_session_end(writer_of(writer), static_cast<summary::SessionStatus>(status));
  });
}

opscope_status opscope_hparams_experiment(opscope_writer* writer, const char* const* hparam_names,
                                          size_t hparam_count, const char* const* metric_tags,
                                          size_t metric_count) {
  return guarded([&] {
    std::vector<summary::HParamInfo> hparams;
    for (std::string& name : strings(hparam_names, hparam_count, "hparam_names")) {
      hparams.push_back({.name = std::move(name)});
    }
    std::vector<summary::MetricInfo> metrics;
    for (std::string& tag : strings(metric_tags, metric_count, "metric_tags")) {
      metrics.push_back({.tag = std::move(tag)});
    }
    summary::hparams_experiment(writer_of(writer), hparams, metrics);
  });
}

opscope_status opscope_custom_scalars(opscope_writer* writer, const opscope_chart* charts,
                                      size_t count) {
  return guarded([&] {
    std::vector<summary::ChartCategory> categories;
    for (const opscope_chart& chart : array(charts, count, "charts")) {
      const char* title = given(chart.category, "a category");
      if (categories.empty() || categories.back().title != title) {
        categories.push_back({.title = title, .charts = {}});
      }
      categories.back().charts.push_back(chart_of(chart));
    }
    summary::custom_scalars(writer_of(writer), categories);
  });
}

opscope_status opscope_embedding(opscope_writer* writer, const char* name, const float* values,
                                 size_t points, size_t dimensions,
                                 const opscope_embedding_options* options) {
  return guarded([&] {
    const summary::EmbeddingView view{
        .values = array(values, product(points, dimensions), "values"), .dimensions = dimensions};
    std::vector<summary::ImageView<std::uint8_t>> pictures;
    summary::embedding(
        writer_of(writer), given(name, "name"), view,
        options == nullptr ? summary::EmbeddingOptions{} : options_of(*options, points, &pictures));
  });
}

opscope_status opscope_session_start(opscope_writer* writer, int64_t step) {
  return guarded([&] { summary::session_start(writer_of(writer), step); });
}

opscope_status opscope_session_stop(opscope_writer* writer, int64_t step) {
  return guarded([&] { summary::session_stop(writer_of(writer), step); });
}
