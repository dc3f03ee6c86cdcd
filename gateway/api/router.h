// Finds the handler of a path. "/v1/devices/{id}" matches one segment, which the handler gets as an argument.
// Filled at start, then read by any thread.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/http_types.h"
#include "gateway/api/permission.h"

namespace rastro {

using PathArguments = std::vector<std::string>;
using HttpHandler = std::function<HttpResponse(const HttpRequest&, const PathArguments&)>;

class Router {
 public:
  // Says why a request may not pass; else fills in its actor. Without a gate nothing passes that needs a key.
  using Gate = std::function<std::optional<HttpResponse>(HttpRequest&, const Permission&)>;

  // Only with a key that has the permission. Of the handlers that are added here and openly one runs at a
  // time.
  void add(std::string method, std::string pattern, Permission needed, HttpHandler handler);
  // One that may run in several threads at once, also beside the others.
  void add_concurrent(std::string method, std::string pattern, Permission needed, HttpHandler handler);
  // For everybody.
  void add_open(std::string method, std::string pattern, HttpHandler handler);
  void guard_with(Gate gate) { gate_ = std::move(gate); }

  // `route` becomes the pattern that matched ("none" when none did): a metric label that input cannot widen.
  HttpResponse answer(HttpRequest request, std::string_view& route) const;
  // The same label, of a request that is not answered by its handler.
  std::string_view route_of(std::string_view method, std::string_view path) const;

  struct RouteKind {
    std::string method;
    std::string pattern;
    std::optional<Permission> needed;  // nothing: open
  };
  // All that there are, in the order that they were added.
  std::vector<RouteKind> routes() const;

 private:
  struct Route : RouteKind {
    bool concurrent = false;
    HttpHandler handler;
  };
  // Null when there is none.
  const Route* find(std::string_view method, std::string_view path, PathArguments& arguments) const;

  mutable std::mutex one_at_a_time_;
  std::vector<Route> routes_;
  Gate gate_;
};

}  // namespace rastro
