// What the stand-in for Persat knows and answers: the envelope, the codes and the words that Persat documents
// (persat-api.md 1.2, 2.1, 3.1), and a push endpoint of its own making, as Persat's is not public. No sockets
// here; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace persat_sandbox {

struct Request {
  std::string method;
  std::string path;
  std::string authorization;
  std::string content_type;
  std::string body;
};

// What the server does with the connection besides the answer.
enum class Delivery { kWhole, kCut, kStall };

struct Reply {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::string retry_after = {};  // empty: no such header
  Delivery delivery = Delivery::kWhole;
  int stall_s = 0;
};

enum class FaultMode { kNone, kStatus, kStall, kCut, kHtml, kSuccessFalse, kRetryAfter, kHuge };

// Falls on the push endpoint only, before a message is looked at: nothing that it hits is accepted.
struct Fault {
  FaultMode mode = FaultMode::kNone;
  int status = 500;
  double share = 1;               // of the requests; spread evenly, so that a run is repeatable
  int seconds = 1;                // of a stall, or in Retry-After
  std::optional<int> requests{};  // how many are hit before it is over; none: until it is changed
};

struct Device {
  std::uint64_t count = 0;
  std::uint64_t out_of_order = 0;  // older than the one before
  std::uint64_t duplicates = 0;    // the same body once more
  std::string timestamp;           // of the last
  double latitude = 0;
  double longitude = 0;
  std::set<std::size_t> bodies{};  // their hashes
};

struct Options {
  std::string key;  // empty: any key will do
  std::string push_path;
  std::set<std::int64_t> device_list{};  // empty: every device is known
};

class Sandbox {
 public:
  explicit Sandbox(Options options) : options_(std::move(options)) {}

  Reply answer(const Request& request);

 private:
  Reply control(const Request& request);
  Reply set_fault(const std::string& body);
  std::string summary() const;
  std::optional<Reply> take_fault();
  Reply push(const Request& request);
  Reply read(const Request& request) const;
  Reply read_device(const std::string& id_text, bool last_point) const;
  std::set<std::int64_t> known_devices() const;
  bool authorized(const Request& request) const;

  const Options options_;
  Fault fault_;
  double fault_share_ = 0;  // gathered; at 1 the next request is hit
  std::uint64_t requests_ = 0;
  std::uint64_t accepted_ = 0;
  std::map<std::int64_t, Device> devices_;
};

}  // namespace persat_sandbox
