// A request as the server read it, and the answers in Persat's envelope (persat-api.md 1.2). Values; pure.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace persat_sandbox {

struct Request {
  std::string method;
  std::string path;
  std::string authorization;
  std::string content_type;
  std::string body;
  std::string query{};  // behind the "?", encoded

  // Decoded; of a name that stands more than once all, "a,b" as two, and "name[]" as "name".
  std::vector<std::string> parameters(std::string_view name) const;
  std::string parameter(std::string_view name) const;  // the first, or empty
};

// What the server does with the connection besides the answer.
enum class Delivery { kWhole, kCut, kStall, kSlow };

struct Reply {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::string retry_after = {};  // empty: no such header
  Delivery delivery = Delivery::kWhole;
  int stall_s = 0;
};

// What the webhook is told (persat-api.md 4.2).
struct Event {
  std::string type;
  boost::json::object payload;
};

Reply success(boost::json::value data);
Reply success(boost::json::value data, boost::json::object paging);
Reply failure(int status, std::string_view user_message);

std::optional<boost::json::object> parse_object(const std::string& text);
std::optional<std::int64_t> parse_id(std::string_view text);
// What stands behind a prefix of the path, decoded; nothing when the path is another or there are more parts.
std::optional<std::string> last_segment(const Request& request, std::string_view prefix);
std::string decode_percent(std::string_view text);
// Of one to a hundred; nothing when it is none (persat-api.md 1.3).
std::optional<std::size_t> parse_limit(const Request& request);

}  // namespace persat_sandbox
