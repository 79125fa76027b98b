#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "app/command_line.h"

int main(int argc, char** argv) try {
  return opscope::viewer::run_command_line(std::vector<std::string>(argv + 1, argv + argc),
                                           std::cout, std::cerr);
} catch (const std::exception& error) {
  std::cerr << "opscope: the program failed, " << error.what() << ", please report this\n";
  return 1;
}
