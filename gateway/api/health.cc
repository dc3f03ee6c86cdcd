#include "gateway/api/health.h"

#include <prometheus/text_serializer.h>

#include "schema/json.h"

namespace rastro {

void add_health_routes(Router& router, MissingParts missing,
                       const std::vector<const prometheus::Collectable*>& metrics) {
  router.add_open("GET", "/healthz", [](const HttpRequest&, const PathArguments&) {
    return HttpResponse{200, "text/plain", "ok\n"};
  });
  router.add_open("GET", "/readyz", [missing](const HttpRequest&, const PathArguments&) {
    const auto parts = missing();
    HttpResponse response;
    response.status = parts.empty() ? 200 : 503;
    response.body = parts.empty() ? R"({"ready":true,"missing":[)" : R"({"ready":false,"missing":[)";
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) response.body += ',';
      append_json_string(parts[i], response.body);
    }
    response.body += "]}";
    return response;
  });
  router.add_open("GET", "/metrics", [metrics](const HttpRequest&, const PathArguments&) {
    std::vector<prometheus::MetricFamily> families;
    for (const auto* collectable : metrics) {
      for (auto& family : collectable->Collect()) families.push_back(std::move(family));
    }
    return HttpResponse{200, "text/plain; version=0.0.4; charset=utf-8",
                        prometheus::TextSerializer().Serialize(families)};
  });
}

}  // namespace rastro
