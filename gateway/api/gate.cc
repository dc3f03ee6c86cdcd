#include "gateway/api/gate.h"

#include <cmath>

#include "gateway/api/envelope.h"

namespace rastro {
namespace {

// Requests at once after a pause, in seconds of the pace: a map on the screen asks for dozens of tiles.
constexpr double kBurstSeconds = 2;
// Keys cannot be guessed; what this holds back is a program gone wild.
constexpr double kBadKeysPerSecond = 1;
constexpr double kBadKeyBurst = 30;
// Addresses whose bad keys are remembered. All are forgotten when there are more, which costs a refusal.
constexpr std::size_t kMaxAddresses = 10000;

HttpResponse too_many(Gate::Time now, Gate::Time next) {
  HttpResponse response = failure(ApiError::kTooManyRequests, "Demasiadas solicitudes, intente más tarde");
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(next - now).count();
  response.headers.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(1, seconds))});
  return response;
}

std::string_view key_of(const HttpRequest& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = request.authorization;
  return header.starts_with(kScheme) ? header.substr(kScheme.size()) : std::string_view();
}

std::string forbidden_text(const Permission& needed, bool has_role) {
  return has_role ? "La API key no tiene el alcance '" + std::string(scope_name(needed.scope)) + "'"
                  : "Se necesita el rol '" + std::string(role_name(needed.role)) + "'";
}

}  // namespace

std::optional<HttpResponse> Gate::refusal(HttpRequest& request, const Permission& needed) {
  const std::string_view key = key_of(request);
  const auto caller = key.empty() ? std::nullopt : find_caller_(key);
  if (!caller) return bad_key(request.address);
  {
    const std::lock_guard lock(mutex_);
    auto& bucket =
        keys_.try_emplace(caller->key_id, pace_, std::max(1.0, pace_ * kBurstSeconds)).first->second;
    const Time now = options_.now();
    if (!bucket.take(now)) return too_many(now, bucket.next(now));
  }
  const bool has_role = caller->role >= needed.role;
  if (!has_role || !caller->has_scope(needed.scope)) {
    return failure(ApiError::kForbidden, forbidden_text(needed, has_role), has_role ? "scope" : "role");
  }
  request.actor = caller->actor;
  return {};
}

// Every key begins anew.
void Gate::set_pace(double requests_per_second) {
  const std::lock_guard lock(mutex_);
  if (pace_ == requests_per_second) return;
  pace_ = requests_per_second;
  keys_.clear();
}

std::optional<HttpResponse> Gate::bad_key(const std::string& address) {
  const std::lock_guard lock(mutex_);
  if (bad_keys_.size() >= kMaxAddresses) bad_keys_.clear();
  auto& bucket = bad_keys_.try_emplace(address, kBadKeysPerSecond, kBadKeyBurst).first->second;
  const Time now = options_.now();
  if (!bucket.take(now)) return too_many(now, bucket.next(now));
  return failure(ApiError::kUnauthorized, "La API key no es válida");
}

}  // namespace rastro
