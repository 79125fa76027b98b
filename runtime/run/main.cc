#include <iostream>
#include <string>
#include <vector>

#include "run/run_command.h"

int main(int argc, char** argv) {
  return opscope::run::run_command(std::vector<std::string>(argv + 1, argv + argc), std::cout,
                                   std::cerr);
}
