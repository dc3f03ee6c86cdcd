// Posts signed bodies to subscribers' URLs, several at once, over libcurl: directly, without following
// anybody elsewhere, and to no private address unless that is allowed. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rastro::curl {
class Multi;
}

namespace rastro::webhooks {

struct Post {
  std::int64_t number = 0;  // the caller's, for the answer
  std::string url = {};
  std::string id = {};
  std::int64_t timestamp_s = 0;
  std::string signature = {};
  std::string body = {};
};

struct PostAnswer {
  std::int64_t number = 0;
  int status = 0;          // 0: none came
  std::string fault = {};  // why none came, for people
  std::string body = {};   // its beginning
  std::chrono::milliseconds duration{0};

  bool good() const { return status >= 200 && status < 300; }
};

class Poster {
 public:
  struct Options {
    std::string user_agent = "rastro";
    // As the services have it that subscribers are used to (Svix; persat-api.md 4.2 says nothing of it).
    std::chrono::milliseconds timeout{15000};  // of a whole request
    std::size_t concurrency = 8;
    bool allow_private = false;
  };
  // More of an answer is thrown away.
  static constexpr std::size_t kMaxBody = 1024;

  // Throws std::runtime_error when libcurl cannot be set up.
  explicit Poster(const Options& options);
  // Breaks off what is under way.
  ~Poster();
  Poster(const Poster&) = delete;
  Poster& operator=(const Poster&) = delete;

  bool has_room() const { return !idle_.empty(); }
  bool busy() const { return idle_.size() < transfers_.size(); }
  // REQUIRES: has_room()
  void post(const Post& post);
  // Moves things on and waits at most `timeout` for answers.
  std::vector<PostAnswer> wait(std::chrono::milliseconds timeout);

 private:
  struct Transfer;

  const std::unique_ptr<curl::Multi> multi_;  // outlives the transfers
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;
};

}  // namespace rastro::webhooks
