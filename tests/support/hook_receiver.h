// A subscriber of webhooks on a port of 127.0.0.1: keeps what is posted to it and answers what it is told to.
// Tests only; a thread of its own, asked from any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rastro::test {

struct Received {
  std::string path;
  std::string id;         // webhook-id
  std::string timestamp;  // webhook-timestamp
  std::string signature;  // webhook-signature
  std::string body;
  std::string type;  // eventType of the body; empty: it is no JSON object that has one

  // By the secret that the receiver was given when it subscribed.
  bool is_signed_with(const std::string& secret) const;
};

class HookReceiver {
 public:
  HookReceiver();
  ~HookReceiver();
  HookReceiver(const HookReceiver&) = delete;
  HookReceiver& operator=(const HookReceiver&) = delete;

  std::string url(const std::string& path = "/hook") const;
  // What it answers from now on; 0: it closes the connection without a word.
  void answer_with(int status, const std::string& body = "taken");

  std::vector<Received> received() const;
  std::vector<Received> received(const std::string& type) const;
  // Waits until there are so many of the type; false when they never came.
  bool gets(const std::string& type, std::size_t count) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rastro::test
