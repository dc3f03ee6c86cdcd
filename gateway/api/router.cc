#include "gateway/api/router.h"

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

void Router::add(std::string method, std::string pattern, Permission needed, HttpHandler handler) {
  routes_.push_back({{std::move(method), std::move(pattern), needed}, false, std::move(handler)});
}

void Router::add_concurrent(std::string method, std::string pattern, Permission needed, HttpHandler handler) {
  routes_.push_back({{std::move(method), std::move(pattern), needed}, true, std::move(handler)});
}

void Router::add_open(std::string method, std::string pattern, HttpHandler handler) {
  routes_.push_back({{std::move(method), std::move(pattern), std::nullopt}, false, std::move(handler)});
}

std::vector<Router::RouteKind> Router::routes() const { return {routes_.begin(), routes_.end()}; }

const Router::Route* Router::find(std::string_view method, std::string_view path,
                                  PathArguments& arguments) const {
  for (const Route& candidate : routes_) {
    auto found = match(candidate.pattern, path);
    if (!found || candidate.method != method) continue;
    arguments = *std::move(found);
    return &candidate;
  }
  return nullptr;
}

std::string_view Router::route_of(std::string_view method, std::string_view path) const {
  PathArguments arguments;
  const Route* const found = find(method, path, arguments);
  return found == nullptr ? std::string_view("none") : found->pattern;
}

HttpResponse Router::answer(HttpRequest request, std::string_view& route) const {
  PathArguments arguments;
  const Route* const found = find(request.method, request.path, arguments);
  route = found == nullptr ? std::string_view("none") : found->pattern;
  if (found == nullptr) return failure(ApiError::kNotFound, "No existe esta URL");
  if (found->needed) {
    if (!gate_) return failure(ApiError::kUnauthorized, "La API key no es válida");
    if (auto refusal = gate_(request, *found->needed)) return *std::move(refusal);
  }
  std::unique_lock lock(one_at_a_time_, std::defer_lock);
  if (!found->concurrent) lock.lock();
  return found->handler(request, arguments);
}

}  // namespace rastro
