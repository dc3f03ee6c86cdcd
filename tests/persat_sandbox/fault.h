// A fault that is asked for: which requests it falls on, and what they are answered. One thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tests/persat_sandbox/message.h"

namespace persat_sandbox {

enum class FaultMode { kNone, kStatus, kStall, kCut, kHtml, kSuccessFalse, kRetryAfter, kHuge, kSlow };

// Falls before a request is looked at: nothing that it hits is done.
struct Fault {
  FaultMode mode = FaultMode::kNone;
  int status = 500;
  double share = 1;               // of the requests; spread evenly, so that a run is repeatable
  int seconds = 1;                // of a stall, before a slow body's end, or in Retry-After
  std::optional<int> requests{};  // how many are hit before it is over; none: until it is changed
  std::size_t bytes = 1U << 20;   // of a huge answer
  std::string path{};             // what the path begins with; empty: the push endpoint only
};

class Faults {
 public:
  explicit Faults(std::string push_path) : push_path_(std::move(push_path)) {}

  Reply set(const std::string& body);  // as --help says
  void clear();
  // The answer when the fault falls on this request.
  std::optional<Reply> take(const Request& request);

 private:
  const std::string push_path_;
  Fault fault_;
  double share_ = 0;  // gathered; at 1 the next request is hit
};

}  // namespace persat_sandbox
