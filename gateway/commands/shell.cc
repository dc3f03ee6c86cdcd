#include "gateway/commands/shell.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace rastro {

std::optional<Config> Shell::load() {
  std::string yaml;
  if (!config_file.empty()) {
    std::ifstream in(config_file);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) {
      std::error_code error;
      const bool empty = in && std::filesystem::file_size(config_file, error) == 0 && !error;
      if (!empty) {
        std::cerr << "rastro: cannot read " << config_file << '\n';
        exit_code = 2;
        return {};
      }
    }
    yaml = text.str();
  }
  ConfigResult result = load_config(yaml, process_environment());
  if (result.errors.empty()) return std::move(result.config);
  const std::string place = config_file.empty() ? "configuration" : config_file;
  for (const ConfigError& error : result.errors) {
    std::cerr << place << (error.line > 0 ? ":" + std::to_string(error.line) : "") << ": " << error.text
              << '\n';
  }
  exit_code = 2;
  return {};
}

CLI::App* add_configured(CLI::App& to, Shell& shell, const std::string& name, const std::string& help) {
  CLI::App* command = to.add_subcommand(name, help);
  command->add_option("--config", shell.config_file,
                      "configuration file (YAML); without one: defaults and environment");
  return command;
}

std::string option_of(const DeviceSettingHelp& setting) {
  std::string option = "--" + std::string(setting.name);
  std::ranges::replace(option, '_', '-');
  return option;
}

}  // namespace rastro
