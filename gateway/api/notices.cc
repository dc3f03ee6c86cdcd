#include "gateway/api/notices.h"

#include "schema/json.h"

namespace rastro {
namespace {

constexpr Notice kNoFixes{"no_fixes", "El dispositivo no reportó ninguna posición en este período"};
constexpr Notice kBeingMade{"being_made", "El historial del dispositivo se está recalculando"};
constexpr Notice kNotOver{"period_not_over", "El período no terminó: los datos son parciales"};

}  // namespace

std::vector<Notice> find_notices(const postgis::Coverage& coverage, const postgis::Period& period,
                                 std::int64_t now_ms) {
  std::vector<Notice> notices;
  if (!coverage.any_fix) notices.push_back(kNoFixes);
  if (coverage.being_made) notices.push_back(kBeingMade);
  if (period.to_ms > now_ms) notices.push_back(kNotOver);
  return notices;
}

std::vector<Notice> find_notices(const postgis::Period& period, std::int64_t now_ms) {
  if (period.to_ms <= now_ms) return {};
  return {kNotOver};
}

std::string notices_json(const std::vector<Notice>& notices) {
  std::string out = "[";
  for (const Notice& notice : notices) {
    if (out.size() > 1) out += ',';
    out.append("{\"code\":\"").append(notice.code).append("\",\"message\":");
    append_json_string(notice.message, out);
    out += '}';
  }
  return out + "]";
}

}  // namespace rastro
