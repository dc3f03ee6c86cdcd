#include "gateway/config/config_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace rastro {

ConfigResult read_config(const std::string& file) {
  std::string yaml;
  if (!file.empty()) {
    std::ifstream in(file);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) {
      std::error_code error;
      const bool empty = in && std::filesystem::file_size(file, error) == 0 && !error;
      if (!empty) {
        ConfigResult unread;
        unread.errors.push_back({0, "cannot read " + file});
        return unread;
      }
    }
    yaml = text.str();
  }
  return load_config(yaml, process_environment());
}

std::string text_of(const ConfigError& error, const std::string& file) {
  const std::string place = file.empty() ? "configuration" : file;
  return place + (error.line > 0 ? ":" + std::to_string(error.line) : "") + ": " + error.text;
}

}  // namespace rastro
