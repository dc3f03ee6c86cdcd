#include "gateway/api/router.h"

#include <optional>

#include "gateway/api/envelope.h"

namespace rastro {
namespace {

std::string_view next_segment(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t end = path.find('/');
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  return segment;
}

std::optional<PathArguments> match(std::string_view pattern, std::string_view path) {
  PathArguments arguments;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = next_segment(pattern);
    const std::string_view segment = next_segment(path);
    if (expected.starts_with('{')) {
      if (segment.empty()) return {};
      arguments.emplace_back(segment);
    } else if (expected != segment) {
      return {};
    }
  }
  if (!pattern.empty() || !path.empty()) return {};
  return arguments;
}

}  // namespace

void Router::add(std::string method, std::string pattern, bool needs_key, HttpHandler handler) {
  routes_.push_back({std::move(method), std::move(pattern), needs_key, false, std::move(handler)});
}

void Router::add_concurrent(std::string method, std::string pattern, HttpHandler handler) {
  routes_.push_back({std::move(method), std::move(pattern), true, true, std::move(handler)});
}

bool Router::authorized(const HttpRequest& request) const {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = request.authorization;
  return key_is_good_ && header.starts_with(kScheme) && key_is_good_(header.substr(kScheme.size()));
}

HttpResponse Router::answer(const HttpRequest& request, std::string_view& route) const {
  route = "none";
  for (const Route& candidate : routes_) {
    const auto arguments = match(candidate.pattern, request.path);
    if (!arguments || candidate.method != request.method) continue;
    route = candidate.pattern;
    if (candidate.needs_key && !authorized(request))
      return failure(ApiError::kUnauthorized, "La API key no es válida");
    std::unique_lock lock(one_at_a_time_, std::defer_lock);
    if (!candidate.concurrent) lock.lock();
    return candidate.handler(request, *arguments);
  }
  return failure(ApiError::kNotFound, "No existe esta URL");
}

}  // namespace rastro
