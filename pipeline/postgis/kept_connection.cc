#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {
namespace {

constexpr const char* kPrepareSession = "SET timezone = 'UTC'; SET statement_timeout = '5s'";

}  // namespace

Result<Connection*> KeptConnection::get() {
  // A connection that the server has ended since the last time is noticed before anything is sent over it.
  constexpr int kNothingElse = -1;
  if (connection_) connection_->wait_for_notice(kNothingElse, std::chrono::milliseconds(0));
  if (!connection_ || connection_->lost()) {
    connection_.reset();
    Result<Connection> opened = Connection::open(url_);
    if (!opened) return opened.error();
    if (auto prepared = opened->run(kPrepareSession); !prepared) return prepared.error();
    connection_ = std::move(*opened);
  }
  return &*connection_;
}

Result<Rows> KeptConnection::query(const char* sql, std::initializer_list<std::string> parameters) {
  const auto connection = get();
  if (!connection) return connection.error();
  return (*connection)->query(sql, parameters);
}

}  // namespace rastro::postgis
