// Runs the program itself, without a display.
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "support/temp_dir.h"

namespace opscope::viewer {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  int exit_code = -1;
  std::string text;  // both streams
};

// Mesa's drivers leave allocations behind that no program can free.
Outcome run(const std::string& arguments) {
  const std::string command = "env -u DISPLAY -u WAYLAND_DISPLAY ASAN_OPTIONS=detect_leaks=0 " +
                              std::string(OPSCOPE_PROGRAM) + " " + arguments + " 2>&1";
  Outcome outcome;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return outcome;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    outcome.text += static_cast<char>(c);
  }
  const int status = pclose(pipe);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

const std::string kCorpus = OPSCOPE_SHARED "/corpus/";

TEST(Program, HelpAndMistakesAreReadableText) {
  for (const std::string arguments : {"render --help", "render graph x --out x.png --theme pink"}) {
    const Outcome outcome = run(arguments);
    EXPECT_THAT(outcome.text, HasSubstr("{dark,light}"));
    EXPECT_EQ(outcome.text.find_first_of(std::string("\0\1\2\3\4", 5)), std::string::npos)
        << arguments;
  }
}

TEST(Program, RendersEveryKindToPng) {
  const testing::TempDir folder;
  for (const std::string& what :
       {"graph " + kCorpus + "graphs_lib", "profile " + kCorpus + "profiles/jax",
        "statistics " + kCorpus + "profiles/tf", "scalars " + kCorpus + "keras",
        "histograms " + kCorpus + "keras", "window " + kCorpus + "keras"}) {
    const std::string file = folder / "picture.png";
    const Outcome outcome = run("render " + what + " --size 640x480 --out " + file);
    EXPECT_EQ(outcome.exit_code, 0) << what << ": " << outcome.text;
    const std::string bytes = read_file(file);
    ASSERT_GT(bytes.size(), 2000U) << what;
    // The signature and the size in the header, as the PNG specification has them.
    EXPECT_EQ(bytes.substr(0, 8), "\x89PNG\r\n\x1a\n");
    EXPECT_EQ(bytes.substr(16, 8), std::string("\0\0\x02\x80\0\0\x01\xe0", 8));
    std::remove(file.c_str());
  }
}

TEST(Program, SvgIsTheSameEachTimeAndHoldsRealText) {
  const testing::TempDir folder;
  const std::string graph = "render graph " + kCorpus + "graphs/resnet50 --out ";
  ASSERT_EQ(run(graph + (folder / "a.svg")).exit_code, 0);
  ASSERT_EQ(run(graph + (folder / "b.svg")).exit_code, 0);
  const std::string svg = read_file(folder / "a.svg");
  EXPECT_EQ(svg, read_file(folder / "b.svg"));
  EXPECT_THAT(svg, HasSubstr(">resnet50_1</text>"));
}

TEST(Program, WritesAGraphInEveryFormat) {
  const testing::TempDir folder;
  const std::string graph = "export graph " + kCorpus + "graphs/resnet50 --out ";
  for (const auto& [ending, text] :
       {std::pair("pdf", "%PDF-1.4\n"), {"dot", "digraph "}, {"pbtxt", "node {\n"}}) {
    const std::string file = folder / (std::string("graph.") + ending);
    const Outcome outcome = run(graph + file);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
    EXPECT_THAT(read_file(file), StartsWith(text));
  }
  // What was written as text is read again.
  const Outcome again = run("inspect " + (folder / "graph.pbtxt"));
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.text, HasSubstr("8,490"));
}

TEST(Program, RendersAGraphWithTheOptionsOfThePage) {
  const testing::TempDir folder;
  const std::string graph = "render graph " + kCorpus + "graphs/resnet50 --out ";
  const std::string out = folder / "a.svg";
  const auto svg_of = [&](const std::string& options) {
    const Outcome outcome = run(graph + out + " " + options);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
    return read_file(out);
  };
  const std::string plain = svg_of("");
  EXPECT_THAT(plain, HasSubstr(">sgd</text>"));
  for (const char* options :
       {"--select resnet50_1", "--select resnet50_1 --follow inputs",
        "--select resnet50_1 --path-to sgd", "--select resnet50_1 --highlight outputs",
        "--search MaxPool --search-in op", "--search \"conv[12]\" --search-in name,regex",
        "--color dtype", "--color gradient", "--inputs-at top", "--theme light"}) {
    EXPECT_NE(svg_of(options), plain) << options;
  }
  EXPECT_THAT(svg_of("--remove sgd"), ::testing::Not(HasSubstr(">sgd</text>")));
  EXPECT_THAT(svg_of("--only resnet50_1"), ::testing::Not(HasSubstr(">sgd</text>")));
  EXPECT_THAT(run(graph + out + " --remove nobody").text, HasSubstr("no such node, nobody"));
  EXPECT_THAT(run(graph + out + " --search \"[\" --search-in regex").text,
              HasSubstr("no regular expression"));
}

TEST(Program, ExportsImagesAsPngFiles) {
  const testing::TempDir folder;
  const std::string out = folder / "images";
  const Outcome outcome =
      run("export images " + kCorpus + "tf_small/kinds --run train --tag noise --out " + out);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr(" images written to " + out));
  for (const char* name : {"step_0_0.png", "step_0_1.png"}) {
    const std::string bytes = read_file(out + "/train/noise/" + name);
    ASSERT_GT(bytes.size(), 24U) << name;
    // Signature, and 12 by 8 pixels in the header, as the log's image summary says.
    EXPECT_EQ(bytes.substr(0, 8), "\x89PNG\r\n\x1a\n");
    EXPECT_EQ(bytes.substr(16, 8), std::string("\0\0\0\x0c\0\0\0\x08", 8));
  }
}

TEST(Program, ExportOfImagesSaysWhenThereAreNone) {
  const Outcome none = run("export images " + kCorpus + "graphs/resnet50 --out /tmp/never");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.text, StartsWith("opscope: no images, "));
  EXPECT_EQ(run("export images " + kCorpus + "keras").exit_code, 2);
}

TEST(Program, ExpandOpensANode) {
  const testing::TempDir folder;
  const std::string graph = "render graph " + kCorpus + "graphs/resnet50 --expand resnet50_1";
  ASSERT_EQ(run(graph + " --out " + (folder / "a.svg")).exit_code, 0);
  EXPECT_THAT(read_file(folder / "a.svg"), HasSubstr("conv2_block1_1_conv_1"));
}

TEST(Program, WithoutADisplaySuggestsRender) {
  const Outcome outcome = run(kCorpus + "keras");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.text, StartsWith("opscope: no display to open a window on, "));
  EXPECT_THAT(outcome.text, HasSubstr("opscope render graph"));
}

TEST(Program, BadUsageExitsWithTwo) {
  EXPECT_EQ(run("render graph").exit_code, 2);
  EXPECT_EQ(run("render graph x --out y.gif").exit_code, 2);
  EXPECT_EQ(run("render graph x --out y.png --size 12").exit_code, 2);
  EXPECT_EQ(run("render profile x --out y.png --from 3ms --to 2ms").exit_code, 2);
  EXPECT_EQ(run("--no-such-option").exit_code, 2);
}

TEST(Program, WhatCannotBeDoneExitsWithOneAndSaysWhy) {
  const Outcome missing = run("/nonexistent");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.text, StartsWith("opscope: no such file or folder, /nonexistent, "));
  const Outcome none = run("render profile " + kCorpus + "graphs/resnet50 --out /tmp/never.png");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.text, StartsWith("opscope: no profile, "));
  const Outcome unwritable = run("render scalars " + kCorpus + "keras --out /nonexistent/a.svg");
  EXPECT_EQ(unwritable.exit_code, 1);
  EXPECT_THAT(unwritable.text, HasSubstr("/nonexistent/a.svg"));
}

TEST(Program, HelpHasExamplesAndVersionANumber) {
  EXPECT_THAT(run("--help").text, HasSubstr("opscope render graph logs/ --out graph.png"));
  EXPECT_THAT(run("render --help").text, HasSubstr("Examples:"));
  EXPECT_THAT(run("--version").text, StartsWith("opscope "));
}

}  // namespace
}  // namespace opscope::viewer
