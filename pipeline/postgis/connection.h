// A connection by libpq, for what libpqxx 6 has not: binary COPY, and a COMMIT whose outcome is not known
// told apart from one that failed. Blocking; one thread. Nothing throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/postgis/failure.h"

extern "C" {
struct pg_conn;
struct pg_result;
}

namespace rastro::postgis {

// The rows that a statement gave. Texts are good as long as the object lives.
class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}

  int size() const;
  bool is_null(int row, int column) const;
  std::string_view text(int row, int column) const;
  std::int64_t integer(int row, int column) const;  // 0 where there is no number
  double number(int row, int column) const;         // 0 where there is none
  // Of a column that the server wrote with encode(…, 'hex').
  std::string bytes(int row, int column) const;
  // How many rows the statement inserted, changed, deleted or copied.
  std::uint64_t affected() const;
  pg_result* get() const { return result_.get(); }

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

class Connection {
 public:
  // `url` is a URL or a conninfo string, as libpq takes them.
  static Result<Connection> open(const std::string& url);

  // One statement with its parameters as text; none of them can become SQL.
  Result<Rows> query(const char* sql, std::initializer_list<std::string> parameters = {});

  // Several statements, without parameters.
  Result<Rows> run(const char* sql);

  // A COPY … FROM STDIN in pieces, so that the server takes one in while the next is made. After begin_copy()
  // went well end_copy() must follow; it tells of whatever went wrong in between, and the number of rows.
  Result<void> begin_copy(const char* sql);
  void send_copy(std::string_view piece);
  Result<std::uint64_t> end_copy();

  // Fails with kInDoubt when the connection broke before the answer came.
  Result<void> commit();
  void roll_back();

  // True when the server has said something that was LISTENed for, also before the call; false when `other`
  // (a file descriptor) can be read, or when the time is over.
  Result<bool> wait_for_notice(int other, std::chrono::milliseconds timeout);

  // The connection broke: nothing can be done with it any more.
  bool lost() const;

 private:
  explicit Connection(pg_conn* connection) : connection_(connection) {}
  Failure failure_of(pg_result* result) const;
  Result<Rows> checked(pg_result* result) const;

  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  std::unique_ptr<pg_conn, Finish> connection_;
};

// {"a","b"} as PostgreSQL reads arrays.
void append_array_element(std::string_view element, std::string& array);
std::string finish_array(std::string array);

}  // namespace rastro::postgis
