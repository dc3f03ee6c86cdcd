#include "pipeline/postgis/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace rastro::postgis {
namespace {

std::int64_t to_integer(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

int Rows::size() const { return PQntuples(result_.get()); }
bool Rows::is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }

std::string_view Rows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Rows::integer(int row, int column) const { return to_integer(text(row, column)); }

double Rows::number(int row, int column) const {
  const std::string_view digits = text(row, column);
  double value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::string Rows::bytes(int row, int column) const {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  const std::string_view hex = text(row, column);
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(value(hex[i]) << 4 | value(hex[i + 1]));
  return bytes;
}

std::uint64_t Rows::affected() const {
  return static_cast<std::uint64_t>(to_integer(PQcmdTuples(result_.get())));
}

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }
void Connection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

Result<Connection> Connection::open(const std::string& url) {
  // What stands in `url` (expanded from "dbname") wins over what stands before it, and loses to what stands
  // after. A server that is gone without a word is noticed within about half a minute: by probes when idle,
  // by unacknowledged data when busy.
  constexpr std::array kKeywords = {
      "connect_timeout",  "keepalives_idle",  "keepalives_interval",
      "keepalives_count", "tcp_user_timeout", "fallback_application_name",
      "dbname",           "client_encoding",  static_cast<const char*>(nullptr)};
  const std::array values = {
      "10", "15", "5", "3", "30000", "rastro", url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
  Connection made(PQconnectdbParams(kKeywords.data(), values.data(), 1));
  pg_conn* raw = made.connection_.get();
  if (raw == nullptr) return Failure{FailureKind::kUnavailable, "no memory for a connection", {}};
  if (PQstatus(raw) != CONNECTION_OK) {
    // libpq has no SQLSTATE here; its parameters say whether the server asked for a password that was
    // refused.
    const std::string sentence = one_line(PQerrorMessage(raw));
    const bool asked = PQconnectionNeedsPassword(raw) != 0 || PQconnectionUsedPassword(raw) != 0;
    const FailureKind kind = asked ? FailureKind::kRefused : find_connect_failure_kind(sentence);
    return Failure{kind, sentence, {}};
  }
  PQsetNoticeProcessor(
      raw, [](void*, const char*) {}, nullptr);  // a library prints nothing
  return made;
}

Failure Connection::failure_of(pg_result* result) const {
  if (lost()) {
    return {FailureKind::kUnavailable, one_line(PQerrorMessage(connection_.get())), {}};
  }
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string sqlstate = state == nullptr ? "" : state;
  const FailureKind kind = sqlstate.empty() ? FailureKind::kData : find_failure_kind(sqlstate);
  return {kind,
          one_line(result == nullptr ? PQerrorMessage(connection_.get()) : PQresultErrorMessage(result)),
          sqlstate};
}

Result<Rows> Connection::checked(pg_result* result) const {
  Rows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return rows;
  return failure_of(result);
}

Result<Rows> Connection::query(const char* sql, std::initializer_list<std::string> parameters) {
  std::array<const char*, 12> values{};
  assert(parameters.size() <= values.size());
  std::transform(parameters.begin(), parameters.end(), values.begin(),
                 [](const auto& p) { return p.c_str(); });
  return checked(PQexecParams(connection_.get(), sql, static_cast<int>(parameters.size()), nullptr,
                              values.data(), nullptr, nullptr, 0));
}

Result<Rows> Connection::run(const char* sql) { return checked(PQexec(connection_.get(), sql)); }

Result<void> Connection::begin_copy(const char* sql) {
  const Rows start(PQexec(connection_.get(), sql));
  if (PQresultStatus(start.get()) != PGRES_COPY_IN) return failure_of(start.get());
  return {};
}

// Neither an error of the server nor a broken connection needs a word here: both come out in end_copy().
void Connection::send_copy(std::string_view piece) {
  PQputCopyData(connection_.get(), piece.data(), static_cast<int>(piece.size()));
}

Result<std::uint64_t> Connection::end_copy() {
  pg_conn* raw = connection_.get();
  if (PQputCopyEnd(raw, nullptr) != 1) return failure_of(nullptr);
  const Result<Rows> outcome = checked(PQgetResult(raw));
  while (pg_result* rest = PQgetResult(raw)) PQclear(rest);
  if (!outcome) return outcome.error();
  return outcome->affected();
}

Result<void> Connection::commit() {
  pg_result* result = PQexec(connection_.get(), "COMMIT");
  // The server answers the COMMIT of a transaction that failed before with success and this word.
  const bool rolled_back = result != nullptr && std::string_view(PQcmdStatus(result)) == "ROLLBACK";
  const Result<Rows> outcome = checked(result);
  if (outcome && rolled_back) return Failure{FailureKind::kData, "the transaction had failed before", {}};
  if (outcome) return {};
  Failure failure = outcome.error();
  if (lost()) failure.kind = FailureKind::kInDoubt;
  return failure;
}

void Connection::roll_back() {
  if (!lost()) PQclear(PQexec(connection_.get(), "ROLLBACK"));
}

Result<bool> Connection::wait_for_notice(int other, std::chrono::milliseconds timeout) {
  pg_conn* raw = connection_.get();
  const auto take_notices = [raw] {
    bool any = false;
    while (PGnotify* notice = PQnotifies(raw)) {
      PQfreemem(notice);
      any = true;
    }
    return any;
  };
  if (take_notices()) return true;  // came with the answer of a statement
  std::array<pollfd, 2> watched = {{{PQsocket(raw), POLLIN, 0}, {other, POLLIN, 0}}};
  ::poll(watched.data(), watched.size(), static_cast<int>(timeout.count()));
  if (watched[0].revents == 0) return false;
  if (PQconsumeInput(raw) == 0) return failure_of(nullptr);
  return take_notices();
}

bool Connection::lost() const { return PQstatus(connection_.get()) != CONNECTION_OK; }

void append_array_element(std::string_view element, std::string& array) {
  array += array.empty() ? "{\"" : ",\"";
  for (const char c : element) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

std::string finish_array(std::string array) {
  array += array.empty() ? "{}" : "}";
  return array;
}

}  // namespace rastro::postgis
