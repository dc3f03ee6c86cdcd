#include "pipeline/postgis/kept_connection.h"

#include <utility>

namespace rastro::postgis {
namespace {

constexpr int kNothingElse = -1;

}  // namespace

KeptConnection::KeptConnection(std::string url)
    : url_(std::move(url)), prepare_session_("SET timezone = 'UTC'; SET statement_timeout = '5s'") {}

KeptConnection::KeptConnection(std::string url, const std::string& channel)
    : url_(std::move(url)),
      prepare_session_("SET timezone = 'UTC'; SET statement_timeout = '30s'; LISTEN " + channel) {}

Result<Connection*> KeptConnection::get() {
  // A connection that the server has ended since the last time is noticed before anything is sent over it.
  if (connection_) {
    const auto heard = connection_->wait_for_notice(kNothingElse, std::chrono::milliseconds(0));
    heard_ = heard_ || (heard && *heard);
  }
  if (!connection_ || connection_->lost()) {
    connection_.reset();
    Result<Connection> opened = Connection::open(url_);
    if (!opened) return opened.error();
    if (auto prepared = opened->run(prepare_session_.c_str()); !prepared) return prepared.error();
    connection_ = std::move(*opened);
    heard_ = true;
  }
  return &*connection_;
}

Result<Rows> KeptConnection::query(const char* sql, std::initializer_list<std::string> parameters) {
  const auto connection = get();
  if (!connection) return connection.error();
  return (*connection)->query(sql, parameters);
}

Result<bool> KeptConnection::wait(int other, std::chrono::milliseconds timeout) {
  const auto connection = get();
  if (!connection) return connection.error();
  if (std::exchange(heard_, false)) return true;
  return (*connection)->wait_for_notice(other, timeout);
}

}  // namespace rastro::postgis
