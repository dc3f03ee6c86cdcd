// Options of the form `--name value` of the small programs here. A value; any thread.
#pragma once

#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

namespace rastro::bench {

class Arguments {
 public:
  // Throws on an option without a value, and on what is no option.
  Arguments(int argc, char** argv) {
    for (int i = 1; i < argc; i += 2) {
      const std::string name = argv[i];
      if (!name.starts_with("--") || i + 1 == argc)
        throw std::runtime_error("expected --name value: " + name);
      values_[name.substr(2)] = argv[i + 1];
    }
  }

  std::string text(const std::string& name, const std::string& otherwise = {}) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
  }
  double number(const std::string& name, double otherwise) const {
    return values_.contains(name) ? std::stod(values_.at(name)) : otherwise;
  }
  std::size_t count(const std::string& name, std::size_t otherwise) const {
    return values_.contains(name) ? std::stoul(values_.at(name)) : otherwise;
  }

 private:
  std::map<std::string, std::string> values_;
};

// The whole of a main(): the program's exit code, 1 with the reason on standard error when `run` throws.
inline int run_with_arguments(int argc, char** argv, int (*run)(const Arguments&)) {
  try {
    return run(Arguments(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace rastro::bench
