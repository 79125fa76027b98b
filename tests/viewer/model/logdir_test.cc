#include "model/logdir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "model/graph_facts.h"
#include "model/values.h"
#include "support/matchers.h"
#include "support/temp_dir.h"
#include "viewer/model/corpus.h"

namespace opscope::viewer::testing {
namespace {

namespace fs = std::filesystem;
using opscope::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string corpus_bytes(const std::string& below) {
  std::ifstream file(corpus_path(below), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string kIntact = "broken/intact/events.out.tfevents.1700000000.host";

void write(const std::string& path, const std::string& bytes) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

void append(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

std::size_t points(const Logdir& logdir, const std::string& run) {
  const auto model = logdir.snapshot();
  const viewer::Run* found = find_run(*model, run);
  const Tag* tag = found == nullptr ? nullptr : find_tag(*found, "loss");
  return tag == nullptr ? 0 : tag->scalars.size();
}

TEST(Logdir, GrowsByteForByteToWhatItReadsAtOnce) {
  const std::string bytes = corpus_bytes(kIntact);
  const TempDir folder;
  const std::string path = folder / "run/events.out.tfevents.1.host";
  write(path, "");
  Logdir logdir = Logdir::open(folder.path()).value();
  std::size_t before = 0;
  for (const char byte : bytes) {
    append(path, std::string(1, byte));
    static_cast<void>(logdir.refresh().value());
    EXPECT_GE(points(logdir, "run"), before);
    before = points(logdir, "run");
    EXPECT_EQ(logdir.snapshot()->runs[0]->damaged_records, 0U);
  }
  EXPECT_EQ(before, 20U);
  EXPECT_EQ(logdir.snapshot()->runs[0]->records, 21U);
}

TEST(Logdir, SaysWhetherAnythingChanged) {
  const TempDir folder;
  write(folder / "a/events.out.tfevents.1.host", corpus_bytes(kIntact));
  Logdir logdir = Logdir::open(folder.path()).value();
  EXPECT_FALSE(logdir.refresh().value());
  write(folder / "b/events.out.tfevents.1.host", corpus_bytes(kIntact));
  EXPECT_TRUE(logdir.refresh().value());
  EXPECT_EQ(points(logdir, "b"), 20U);
  EXPECT_FALSE(logdir.refresh().value());
}

TEST(Logdir, SnapshotsStayAsTheyWere) {
  const std::string bytes = corpus_bytes(kIntact);
  const TempDir folder;
  const std::string path = folder / "events.out.tfevents.1.host";
  write(path, bytes.substr(0, 400));
  Logdir logdir = Logdir::open(folder.path()).value();
  const auto old = logdir.snapshot();
  const std::size_t old_points = old->runs[0]->tags[0]->scalars.size();
  append(path, bytes.substr(400));
  EXPECT_TRUE(logdir.refresh().value());
  EXPECT_EQ(old->runs[0]->tags[0]->scalars.size(), old_points);
  EXPECT_EQ(points(logdir, "."), 20U);
}

TEST(Logdir, ForgetsRunsThatAreGone) {
  const TempDir folder;
  write(folder / "a/events.out.tfevents.1.host", corpus_bytes(kIntact));
  write(folder / "b/events.out.tfevents.1.host", corpus_bytes(kIntact));
  Logdir logdir = Logdir::open(folder.path()).value();
  fs::remove_all(folder / "a");
  EXPECT_TRUE(logdir.refresh().value());
  ASSERT_EQ(logdir.snapshot()->runs.size(), 1U);
  EXPECT_EQ(logdir.snapshot()->runs[0]->name, "b");
}

TEST(Logdir, KeepsPreemptedPointsApart) {
  const Logdir logdir = Logdir::open(corpus_path("broken/step_restart").string()).value();
  const Tag& tag = *logdir.snapshot()->runs[0]->tags[0];
  EXPECT_EQ(tag.scalars.size(), 15U);
  EXPECT_EQ(tag.scalars.values[10], 100);
  ASSERT_EQ(tag.preempted_scalars.size(), 10U);
  EXPECT_EQ(tag.preempted_scalars.steps.front(), 10);
  EXPECT_EQ(tag.preempted_scalars.steps.back(), 19);
}

TEST(Logdir, ATruncatedFileIsCountedAsDamage) {
  const TempDir folder;
  const std::string path = folder / "events.out.tfevents.1.host";
  write(path, corpus_bytes(kIntact));
  Logdir logdir = Logdir::open(folder.path()).value();
  fs::resize_file(path, 100);
  EXPECT_TRUE(logdir.refresh().value());
  EXPECT_EQ(points(logdir, "."), 20U);
  EXPECT_EQ(logdir.snapshot()->runs[0]->damaged_records, 1U);
  EXPECT_FALSE(logdir.refresh().value());
}

TEST(Logdir, StopsWhenCancelledAndGoesOnLater) {
  const TempDir folder;
  write(folder / "events.out.tfevents.1.host", corpus_bytes(kIntact));
  Progress progress;
  progress.cancel_requested = true;
  const Result<Logdir> cancelled = Logdir::open(folder.path(), {}, &progress);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code(), ErrorCode::cancelled);
  EXPECT_EQ(points(Logdir::open(folder.path()).value(), "."), 20U);
}

TEST(Logdir, ReadsLinksButNoCircles) {
  const TempDir folder;
  write(folder / "real/events.out.tfevents.1.host", corpus_bytes(kIntact));
  fs::create_directory_symlink(folder.path(), folder / "real/back");
  fs::create_directory_symlink(folder / "real", folder / "other");
  const auto model = Logdir::open(folder.path()).value().snapshot();
  EXPECT_NE(find_run(*model, "real"), nullptr);
  EXPECT_NE(find_run(*model, "other"), nullptr);
  EXPECT_EQ(model->runs.size(), 2U);
}

TEST(Logdir, TellsFilesApartByContent) {
  const TempDir folder;
  const auto kind_of = [&](const std::string& source) {
    const std::string path = folder / "something";
    write(path, corpus_bytes(source));
    return Logdir::open(path).value().snapshot()->kind;
  };
  EXPECT_EQ(kind_of(kIntact), PathKind::event_file);
  EXPECT_EQ(kind_of("profiles/tf_sleep/plugins/profile/2026_11_23_18_39_30/vm.xplane.pb"),
            PathKind::xplane);
  EXPECT_EQ(kind_of("profiles/jax/plugins/profile/2026_11_23_18_39_40/vm.xplane.pb"),
            PathKind::xplane);
  EXPECT_EQ(kind_of("profiles/jax/plugins/profile/2026_11_23_18_39_40/vm.trace.json.gz"),
            PathKind::chrome_trace);
  EXPECT_EQ(kind_of("profiles/torch/vm_21029.1795459192069369893.pt.trace.json"),
            PathKind::chrome_trace);
}

TEST(Logdir, OpensGraphsInFilesOfTheirOwn) {
  const Logdir logdir = Logdir::open(corpus_path("torch/graph").string()).value();
  const GraphBytes graph = load_graph(logdir.snapshot()->runs[0]->graphs[0]).value();
  const TempDir folder;
  write(folder / "binary", graph.bytes);
  write(folder / "text",
        "# a comment\nnode { name: \"a\" op: \"NoOp\" }\nnode { name: \"b\" op: \"NoOp\" }\n");
  const auto nodes_of = [&](const std::string& name) {
    const auto model = Logdir::open(folder / name).value().snapshot();
    EXPECT_EQ(model->kind, PathKind::graph_file);
    return graph_facts(load_graph(model->graphs.at(0)).value()).value().nodes;
  };
  EXPECT_EQ(nodes_of("binary"), 29U);
  EXPECT_EQ(nodes_of("text"), 2U);
}

TEST(Logdir, RefusesWhatItDoesNotKnow) {
  const TempDir folder;
  write(folder / "notes.txt", "hello");
  EXPECT_EQ(Logdir::open(folder / "notes.txt").error().code(), ErrorCode::invalid_argument);
  EXPECT_EQ(Logdir::open(folder / "nothing").error().code(), ErrorCode::not_found);
  EXPECT_TRUE(Logdir::open(folder.path()).value().snapshot()->is_empty());
}

TEST(NearbyLogdirs, AreFoundBesideAMistypedPath) {
  const TempDir folder;
  write(folder / "logs/train/events.out.tfevents.1.host", "");
  EXPECT_THAT(nearby_logdirs(folder / "logs/trian"), ElementsAre(folder / "logs/train"));
}

TEST(NearbyLogdirs, NeverNameThePathItselfNorPipes) {
  const TempDir folder;
  write(folder / "logs/damaged/events.out.tfevents.1.host", "");
  write(folder / "logs/train/events.out.tfevents.1.host", "");
  std::filesystem::create_directories(folder / "logs/pipes");
  ASSERT_EQ(::mkfifo((folder / "logs/pipes/events.out.tfevents.1.host").c_str(), 0600), 0);
  EXPECT_THAT(nearby_logdirs(folder / "logs/damaged"), ElementsAre(folder / "logs/train"));
}

TEST(Logdir, APipeIsRefusedWithoutWaitingForAWriter) {
  const TempDir folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const auto refused = Logdir::open(pipe);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
  EXPECT_THAT(refused.error().what(), HasSubstr(pipe + " is a pipe"));
}

TEST(Values, AgreeWithTensorBoardsReader) {
  const Json expected = oracle("tf_small").at("logdirs").at("kinds").at("runs").at("train");
  const Json& series = expected.at("plugin_event_accumulator").at("points");
  const auto model = Logdir::open(corpus_path("tf_small/kinds").string()).value().snapshot();
  const viewer::Run& found = *find_run(*model, "train");
  const Tag& weights = *find_tag(found, "weights");
  ASSERT_EQ(weights.values.size(), 4U);
  const auto buckets = load_histogram(found, weights.values.back()).value();
  EXPECT_EQ(buckets.size(), series.at("weights").at("last").at("buckets"));
  EXPECT_EQ(buckets.front().left, series.at("weights").at("last").at("first").at(0));
  const ImageSet images = load_images(found, find_tag(found, "noise")->values.front()).value();
  EXPECT_EQ(images.width, 12);
  EXPECT_EQ(images.height, 8);
  ASSERT_EQ(images.encoded.size(), 2U);
  EXPECT_EQ(images.encoded[0].size(), series.at("noise").at("first").at("blobs").at(0).at("bytes"));
  EXPECT_EQ(images.encoded[0].substr(1, 3), "PNG");
  const AudioSet audio = load_audio(found, find_tag(found, "tone")->values.front()).value();
  EXPECT_EQ(audio.encoded.at(0).substr(0, 4), "RIFF");
  EXPECT_THAT(load_strings(found, find_tag(found, "note")->values.back()).value().values,
              ElementsAre("step **3**"));
}

TEST(Values, ReadTheOlderKindsToo) {
  const auto model = Logdir::open(corpus_path("tf_small/tf1_graph").string()).value().snapshot();
  const viewer::Run& found = *model->runs[0];
  EXPECT_EQ(load_histogram(found, find_tag(found, "w1")->values.front()).value().size(), 57U);
  const ImageSet image = load_images(found, find_tag(found, "img/image/0")->values.front()).value();
  EXPECT_EQ(image.width, 8);
  EXPECT_EQ(image.encoded.at(0).size(), 122U);
  EXPECT_EQ(load_audio(found, find_tag(found, "aud/audio/0")->values.front())
                .value()
                .encoded.at(0)
                .size(),
            844U);
  EXPECT_EQ(found.sessions.size(), 1U);
}

}  // namespace
}  // namespace opscope::viewer::testing
