// Writes a scalar to the logdir that is its argument.
#include <cstdio>

#include "opscope/summary/file_writer.h"

int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  auto writer = opscope::summary::create_file_writer(argv[1]);
  writer.scalar("loss", 0.5, 1);
  writer.close();
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
