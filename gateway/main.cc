// The program: hands its arguments to the command line and turns what nobody caught into an exit code.
#include <exception>
#include <iostream>

#include "gateway/commands/command_line.h"

int main(int argc, char** argv) {
  try {
    return rastro::run_command_line(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "rastro: " << e.what() << '\n';
    return 1;
  }
}
