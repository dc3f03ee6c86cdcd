// One HTTP exchange with Persat, as values: what is asked and what came. The key is in neither.
#pragma once

#include <cstdint>
#include <string>

namespace rastro::persat {

enum class Method : std::uint8_t { kGet, kPost, kPut, kDelete };
const char* method_name(Method method);

struct HttpRequest {
  Method method = Method::kGet;
  std::string target;  // behind the base URL, encoded: "/devices?x=1"
  std::string body{};  // JSON, of POST and PUT; empty: none
};

enum class NoAnswer : std::uint8_t { kNone, kTransport, kTimeout, kTooLarge };

struct HttpAnswer {
  NoAnswer failure = NoAnswer::kNone;
  std::string fault;        // for people, of a failure
  int status = 0;           // 0: no answer
  std::string retry_after;  // the header's value, empty when there was none
  std::string body;
};

}  // namespace rastro::persat
