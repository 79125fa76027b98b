#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "opscope/proto/custom_scalar_layout.pb.h"
#include "opscope/proto/mesh_plugin_data.pb.h"
#include "opscope/summary/custom_scalars.h"
#include "opscope/summary/mesh.h"
#include "summary/read_events.h"
#include "support/hex.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using testing::ThrowsError;

constexpr auto kInvalid = ErrorCode::invalid_argument;

proto::mesh::MeshPluginData mesh_data(const proto::Summary::Value& value) {
  proto::mesh::MeshPluginData data;
  EXPECT_TRUE(data.ParseFromString(value.metadata().plugin_data().content()));
  return data;
}

TEST(Mesh, IsWrittenAsItsArrays) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::vector<float> vertices = {0, 0, 0, 1, 0, 0, 0, 1, 0};
  const std::vector<std::int32_t> faces = {0, 1, 2};
  const std::vector<std::uint8_t> colors = {255, 0, 0, 0, 255, 0, 0, 0, 255};
  mesh(writer, "m", {.vertices = vertices, .faces = faces, .colors = colors}, 1,
       {.config_json = "{}"});
  mesh(writer, "points", {.vertices = vertices}, 2);
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 2U);
  const proto::Summary& summary = events[0].summary();
  ASSERT_EQ(summary.value_size(), 3);
  const std::vector<std::string> tags = {"m_VERTEX", "m_FACE", "m_COLOR"};
  const std::vector<proto::DataType> dtypes = {proto::DT_FLOAT, proto::DT_INT32, proto::DT_UINT8};
  for (int i = 0; i < 3; ++i) {
    const auto index = static_cast<std::size_t>(i);
    const proto::mesh::MeshPluginData data = mesh_data(summary.value(i));
    EXPECT_EQ(summary.value(i).tag(), tags[index]);
    EXPECT_EQ(summary.value(i).tensor().dtype(), dtypes[index]);
    EXPECT_EQ(summary.value(i).metadata().plugin_data().plugin_name(), "mesh");
    EXPECT_EQ(summary.value(i).metadata().display_name(), "m");
    EXPECT_EQ(data.components(), 14U);
    EXPECT_EQ(data.content_type(), i + 1);
    EXPECT_EQ(data.json_config(), "{}");
    EXPECT_THAT(data.shape(), ElementsAre(1, i == 1 ? 1 : 3, 3));
  }
  EXPECT_EQ(summary.value(2).tensor().tensor_content(),
            testing::bytes_from_hex("ff0000 00ff00 0000ff"));
  ASSERT_EQ(events[1].summary().value_size(), 1);
  EXPECT_EQ(mesh_data(events[1].summary().value(0)).components(), 2U);
}

TEST(Mesh, RefusesArraysThatDoNotFit) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const std::vector<float> vertices(6);
  const std::vector<std::uint8_t> colors(3);
  const auto write = [&](const MeshView& view) { mesh(writer, "m", view, 0); };
  EXPECT_THAT([&] { write({}); }, ThrowsError(kInvalid, "the mesh \"m\" has no vertices"));
  EXPECT_THAT([&] { write({.vertices = std::span(vertices).first(4)}); },
              ThrowsError(kInvalid, "has 4 numbers in its vertices"));
  EXPECT_THAT([&] { write({.vertices = vertices, .colors = colors}); },
              ThrowsError(kInvalid, "has colors for 1 and 2 vertices"));
  for (const std::int32_t vertex : {-1, 2}) {
    const std::vector<std::int32_t> faces = {0, 1, vertex};
    EXPECT_THAT([&] { write({.vertices = vertices, .faces = faces}); },
                ThrowsError(kInvalid, "a face with vertex " + std::to_string(vertex) + " of 2"));
  }
}

TEST(CustomScalars, AreWrittenAsOneLayout) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  custom_scalars(writer, {{.title = "losses",
                           .charts = {{"both", MultilineChart{{"loss.*", "acc"}}},
                                      {"band", MarginChart{{{"v", "l", "u"}}}}},
                           .is_closed = true}});
  EXPECT_THAT([&] { custom_scalars(writer, {{.title = "\xff"}}); }, ThrowsError(kInvalid, "UTF-8"));
  writer.close();
  const proto::Summary::Value value = testing::events_below(dir.path()).at(0).summary().value(0);
  EXPECT_EQ(value.tag(), "custom_scalars__config__");
  EXPECT_EQ(value.metadata().plugin_data().plugin_name(), "custom_scalars");
  proto::Layout layout;
  ASSERT_TRUE(layout.ParseFromString(value.tensor().string_val(0)));
  const proto::Category& category = layout.category(0);
  EXPECT_EQ(category.title(), "losses");
  EXPECT_TRUE(category.closed());
  EXPECT_THAT(category.chart(0).multiline().tag(), ElementsAre("loss.*", "acc"));
  EXPECT_EQ(category.chart(1).title(), "band");
  EXPECT_EQ(category.chart(1).margin().series(0).upper(), "u");
}

}  // namespace
}  // namespace opscope::summary
