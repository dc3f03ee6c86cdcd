#include "gateway/database.h"

#include <stdexcept>

#include "gateway/log.h"
#include "gateway/this_thread.h"
#include "pipeline/postgis/migrations.h"

namespace rastro {
namespace {

constexpr std::chrono::milliseconds kLookEvery{1000};

}  // namespace

Database::Database(const Config& config) : config_(config), url_(database_url(config)) {
  if (config.database_url != "embedded") return;
  postgis::EmbeddedServer::Options options;
  options.data_dir = config.data_dir;
  server_ = std::make_unique<postgis::EmbeddedServer>(std::move(options));
}

bool Database::is_final(const postgis::Failure& failure) {
  using postgis::FailureKind;
  return failure.kind == FailureKind::kRefused || failure.kind == FailureKind::kSchema ||
         failure.kind == FailureKind::kLocal || failure.kind == FailureKind::kData;
}

postgis::Result<void> Database::start() {
  postgis::Result<void> result = server_ ? server_->start() : postgis::Result<void>();
  if (result) result = migrate();
  note(result);
  return result;
}

postgis::Result<void> Database::migrate() {
  if (!config_.database_migrate) {
    migrated_ = true;
    return {};
  }
  const auto report = postgis::migrate(url_);
  if (!report) return report.error();
  if (report->applied > 0) spdlog::info("database schema brought to version {}", report->version);
  migrated_ = true;
  return {};
}

void Database::note(const postgis::Result<void>& result) {
  const std::lock_guard lock(mutex_);
  trouble_ = result ? std::string() : result.error().sentence;
}

void Database::keep_alive() { thread_ = std::thread(&Database::run, this); }

void Database::run() {
  name_this_thread("database");
  while (!stop_.wait(kLookEvery)) {
    const bool alive = !server_ || server_->alive();
    if (alive && migrated_) continue;
    if (!alive) {
      if (trouble().empty()) spdlog::warn("the private database is gone; starting it again");
      note(postgis::Failure{postgis::FailureKind::kUnavailable, "it is being started again", {}});
    }
    const auto result = start();
    if (!result) {
      static LogLimit limit(std::chrono::seconds(10));
      std::uint64_t held = 0;
      if (limit.pass(held)) spdlog::warn("the database is not there: {}", result.error().sentence);
      continue;
    }
    spdlog::info(alive ? "the database is there" : "the private database is back");
  }
}

void Database::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
  if (!server_) return;
  const auto stopped = server_->stop();
  if (!stopped) spdlog::warn("the private database did not stop in good order: {}", stopped.error().sentence);
  server_.reset();
}

std::string Database::display() const {
  if (server_) return "embedded in " + config_.data_dir + "/postgres";
  // Without the user and password that may stand before the host.
  const std::size_t start = config_.database_url.find("://") + 3;
  const std::size_t at = config_.database_url.rfind('@');
  std::string place = config_.database_url.substr(at == std::string::npos ? start : at + 1);
  return "postgresql://" + place.substr(0, place.find('?'));
}

std::string Database::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

std::string database_url(const Config& config) {
  if (config.database_url != "embedded") return config.database_url;
  const auto folder = postgis::ServerFolder::open(config.data_dir);
  if (!folder) throw std::runtime_error("the database: " + folder.error().sentence);
  return folder->url("rastro", "rastro");
}

}  // namespace rastro
