// Finds the handler of a path. "/v1/devices/{id}" matches one segment, which the handler gets as an argument.
// Filled at start, then read by any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/http_types.h"

namespace rastro {

using PathArguments = std::vector<std::string>;
using HttpHandler = std::function<HttpResponse(const HttpRequest&, const PathArguments&)>;

class Router {
 public:
  // `needs_key`: only with a Bearer key that the checker knows.
  void add(std::string method, std::string pattern, bool needs_key, HttpHandler handler);
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
    HttpHandler handler;
  };

  bool authorized(const HttpRequest& request) const;

  std::vector<Route> routes_;
  std::function<bool(std::string_view)> key_is_good_;
};

}  // namespace rastro
