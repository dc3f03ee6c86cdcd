// Makes the cluster that the tests copy, once for all the programs that one run of ctest starts: make_cluster
// FOLDER, which is replaced.
#include <exception>
#include <iostream>

#include "tests/support/prepared_cluster.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "make_cluster FOLDER\n";
    return 2;
  }
  try {
    rastro::test::make_cluster(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "make_cluster: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
