// The events that Persat has sent to the webhook, kept until they are applied and for people to see
// afterwards. One connection; blocking; one thread. Nothing throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {

struct PersatEvent {
  std::int64_t id = 0;
  std::string type;
  std::string body;  // the JSON object that was sent
  int attempts = 0;  // that failed
};

enum class EventEnd : std::uint8_t {
  kApplied,
  kUnknown,  // of a type that nothing is done for
  kFailed,   // cannot be applied, however often it is tried
};

class PersatEvents {
 public:
  explicit PersatEvents(std::string url) : connection_(std::move(url)) {}

  // Durable when it returns. False when the same content is there already.
  Result<bool> add(const std::string& type, const std::string& body);
  // The oldest that is to be applied now; nothing when there is none.
  Result<std::optional<PersatEvent>> next();
  Result<void> end(std::int64_t id, EventEnd end, const std::string& reason);
  Result<void> try_again(std::int64_t id, const std::string& reason, std::chrono::seconds later);

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis
