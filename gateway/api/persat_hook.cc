#include "gateway/api/persat_hook.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <prometheus/counter.h>

#include <array>
#include <boost/json.hpp>

#include "gateway/api/envelope.h"
#include "gateway/api/request.h"
#include "gateway/log.h"

namespace rastro {
namespace {

namespace json = boost::json;

// A name that is longer is none of Persat's.
constexpr std::size_t kMaxType = 200;

using Hash = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Hash hash_of(std::string_view text) {
  Hash hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return hash;
}

// How long it takes says nothing about either, also not how long they are.
bool same_secret(std::string_view a, std::string_view b) {
  const Hash left = hash_of(a);
  const Hash right = hash_of(b);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

class PersatHook {
 public:
  PersatHook(std::string token, postgis::PersatEvents& events, prometheus::Registry& registry,
             std::function<void()> on_event)
      : token_(std::move(token)), events_(events), on_event_(std::move(on_event)) {
    auto& family = prometheus::BuildCounter()
                       .Name("rastro_persat_webhooks_total")
                       .Help("Requests to the webhook of Persat's, by outcome.")
                       .Register(registry);
    stored_ = &family.Add({{"outcome", "stored"}});
    duplicate_ = &family.Add({{"outcome", "duplicate"}});
    wrong_token_ = &family.Add({{"outcome", "wrong_token"}});
    not_readable_ = &family.Add({{"outcome", "not_readable"}});
    not_stored_ = &family.Add({{"outcome", "not_stored"}});
  }

  HttpResponse answer(const HttpRequest& request, std::string_view token) {
    if (token_.empty() || !same_secret(token, token_)) {
      wrong_token_->Increment();
      std::uint64_t held_back = 0;
      if (!token_.empty() && log_limit_.pass(held_back))
        spdlog::warn("a webhook came with a wrong token ({} more not shown)", held_back);
      return failure(ApiError::kNotFound, "No existe esta URL");
    }
    json::error_code error;
    const json::value body = json::parse(request.body, error);
    if (error || !body.is_object()) return not_readable("El cuerpo debe ser un objeto JSON", "not_json");
    const json::value* type = body.get_object().if_contains("eventType");
    if (type == nullptr || !type->is_string() || type->get_string().empty() ||
        type->get_string().size() > kMaxType)
      return not_readable("'eventType' es obligatorio", "eventType");
    return store(std::string(type->get_string()), request.body);
  }

 private:
  HttpResponse not_readable(std::string_view sentence, std::string_view code) {
    not_readable_->Increment();
    return failure(ApiError::kBadRequest, sentence, code);
  }

  HttpResponse store(const std::string& type, const std::string& body) {
    const auto added = events_.add(type, body);
    if (!added && added.error().kind == postgis::FailureKind::kData)
      return not_readable("El cuerpo tiene texto que no se puede guardar", "not_storable");
    if (!added) {
      not_stored_->Increment();
      return database_failure(added.error());
    }
    (*added ? stored_ : duplicate_)->Increment();
    if (*added) on_event_();
    return success("{}");
  }

  const std::string token_;
  postgis::PersatEvents& events_;
  const std::function<void()> on_event_;
  LogLimit log_limit_{std::chrono::minutes(1)};
  prometheus::Counter* stored_;
  prometheus::Counter* duplicate_;
  prometheus::Counter* wrong_token_;
  prometheus::Counter* not_readable_;
  prometheus::Counter* not_stored_;
};

}  // namespace

void add_persat_hook_route(Router& router, const std::string& token, postgis::PersatEvents& events,
                           prometheus::Registry& registry, std::function<void()> on_event) {
  auto hook = std::make_shared<PersatHook>(token, events, registry, std::move(on_event));
  router.add_open("POST", "/hooks/persat/{token}",
                  [hook](const HttpRequest& request, const PathArguments& arguments) {
                    return hook->answer(request, decode_url(arguments[0]));
                  });
}

}  // namespace rastro
