// Writes text: Markdown, a list, and a table.
//
//   summary_text [LOGDIR]
#include <cstdio>

#include "opscope/summary/file_writer.h"

namespace summary = opscope::summary;

int main(int argc, char** argv) try {
  summary::FileWriter writer = summary::create_file_writer(argc > 1 ? argv[1] : "logs/text");
  writer.text("note", "The **first** run, with `default` settings.", 0);
  writer.text("files", {"scene.obj", "light.obj"}, 0);
  writer.text_table("results", {{"method", "error"}, {"euler", "0.12"}, {"verlet", "0.003"}}, 0);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
