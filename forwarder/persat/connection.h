// A connection to Persat that stays open between requests, over libcurl; certificates are always verified.
// The key is in its memory only: in no error text, log or argument. One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "forwarder/persat/http.h"

namespace rastro::persat {

class Connection {
 public:
  struct Options {
    std::string base_url = "https://api.persat.com.ar/v1";  // persat-api.md 1.1
    std::string api_key;
    std::string user_agent = "rastro";
    std::string proxy;                         // URL; empty: as the environment says (https_proxy, no_proxy)
    std::string ca_file;                       // certificates to trust, PEM; empty: the system's
    std::chrono::milliseconds timeout{20000};  // of a whole request
    // A list of 100 clients has some 60 KB; what is longer than this by far is no answer of Persat's.
    std::size_t max_answer = 10U << 20;  // bytes
  };

  // Throws std::runtime_error when the URL is none, when the key has characters that no header takes, or when
  // libcurl cannot be set up.
  explicit Connection(const Options& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Blocks until the answer, or until the timeout.
  HttpAnswer send(const HttpRequest& request);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace rastro::persat
