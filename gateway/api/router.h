// Finds the handler of a path. "/v1/devices/{id}" matches one segment, which the handler gets as an argument.
// Filled at start, then read by any thread.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/http_types.h"

namespace rastro {

using PathArguments = std::vector<std::string>;
using HttpHandler = std::function<HttpResponse(const HttpRequest&, const PathArguments&)>;

class Router {
 public:
  // `needs_key`: only with a Bearer key that the checker knows. Of the handlers that are added here one runs
  // at a time.
  void add(std::string method, std::string pattern, bool needs_key, HttpHandler handler);
  // One that may run in several threads at once, also beside the others. Always with a key.
  void add_concurrent(std::string method, std::string pattern, HttpHandler handler);
  void check_keys_with(std::function<bool(std::string_view key)> checker) {
    key_is_good_ = std::move(checker);
  }

  // `route` becomes the pattern that matched ("none" when none did): a metric label that input cannot widen.
  HttpResponse answer(const HttpRequest& request, std::string_view& route) const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    bool needs_key = false;
    bool concurrent = false;
    HttpHandler handler;
  };

  bool authorized(const HttpRequest& request) const;

  mutable std::mutex one_at_a_time_;
  std::vector<Route> routes_;
  std::function<bool(std::string_view)> key_is_good_;
};

}  // namespace rastro
