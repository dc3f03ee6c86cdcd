// What can go wrong with the database, told apart by what the caller does about it. Values; any thread.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace rastro::postgis {

enum class FailureKind : std::uint8_t {
  kUnavailable,    // no connection, or one that broke, or a passing trouble (start-up, deadlock): later again
  kInDoubt,        // the connection broke during COMMIT: whether it happened, only the database knows
  kRefused,        // password, role or permission: later again, but somebody has to change something
  kDiskFull,       // the server's disk: later again, but somebody has to make room
  kCursorMoved,    // another writer moved the consumer's cursor: load it and go on from there
  kSchema,         // the schema is missing, newer than the program, or was changed by hand
  kData,           // the server refused what was sent: a fault of this program
  kAlreadyExists,  // a value that must be unique is taken
  kLocal,          // this machine: a folder, a program that is missing, a path too long
};

std::string_view failure_kind_name(FailureKind kind);

struct Failure {
  FailureKind kind = FailureKind::kData;
  std::string sentence;  // for people
  std::string sqlstate;  // five characters, or empty
};

template <typename T>
using Result = boost::system::result<T, Failure>;

// The server's and libpq's words as one line, whatever line breaks and tabs they have: for logs and /readyz.
std::string one_line(std::string_view text);

// The kind that a server's SQLSTATE stands for; an empty one is a broken connection.
FailureKind find_failure_kind(std::string_view sqlstate);

// The kind of a connection that was not made, for which libpq has only this sentence.
FailureKind find_connect_failure_kind(std::string_view sentence);

// Makes a Failure of the libpqxx exception that is being handled: to be called in a catch block. The only
// place that knows libpqxx's exceptions.
Failure failure_of_current_exception();

// Only for Result::value(), which nothing here calls without looking first.
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

}  // namespace rastro::postgis
