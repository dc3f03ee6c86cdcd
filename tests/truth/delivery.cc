#include "tests/truth/delivery.h"

#include <limits>
#include <span>

namespace rastro::truth {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kShortestOutageMs = 3 * kMinuteMs;
constexpr std::int64_t kLongestOutageMs = 3 * kHourMs;
constexpr double kBetweenOutagesMs = 12.0 * kHourMs;
// A buffer is sent ten fixes a second, live ones between them.
constexpr std::int64_t kBufferedEachMs = 100;
constexpr double kDuplicate = 0.005;
constexpr std::int64_t kSlowestMs = 4 * kSecondMs;

struct Outage {
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
};

std::vector<Outage> draw_outages(const DeviceSpan& span, Random& random) {
  const auto pause = [&random] { return static_cast<std::int64_t>(random.exponential(kBetweenOutagesMs)); };
  std::vector<Outage> outages;
  for (std::int64_t begin_ms = span.begin_ms + pause(); begin_ms < span.end_ms;
       begin_ms = outages.back().end_ms + pause()) {
    const double share = random.uniform(0, 1);
    const double longer_ms = share * share * share * (kLongestOutageMs - kShortestOutageMs);  // few are long
    outages.push_back({begin_ms, begin_ms + kShortestOutageMs + static_cast<std::int64_t>(longer_ms)});
  }
  return outages;
}

// What a tracker kept during an outage, in the order of time, sent from `end_ms` on.
void send_buffer(std::span<FixRow> kept, std::int64_t end_ms, bool newest_first) {
  for (std::size_t at = 0; at < kept.size(); ++at) {
    const std::size_t turn = newest_first ? kept.size() - 1 - at : at;
    kept[at].arrival_ms = end_ms + static_cast<std::int64_t>(turn) * kBufferedEachMs;
  }
}

}  // namespace

void deliver(std::vector<FixRow>& fixes, const DeviceSpan& span, bool newest_first, Random& random) {
  std::size_t at = 0;
  const auto send_until = [&](std::int64_t time_ms) {
    for (; at < fixes.size() && fixes[at].arrival_ms < time_ms; ++at) {
      fixes[at].arrival_ms += random.integer(kSecondMs, kSlowestMs);
    }
  };
  for (const Outage& outage : draw_outages(span, random)) {
    send_until(outage.begin_ms);
    const std::size_t first = at;
    while (at < fixes.size() && fixes[at].arrival_ms < outage.end_ms) {
      ++at;
    }
    send_buffer(std::span(fixes).subspan(first, at - first), outage.end_ms, newest_first);
  }
  send_until(std::numeric_limits<std::int64_t>::max());

  std::vector<FixRow> twice;
  for (const FixRow& fix : fixes) {
    if (random.chance(kDuplicate)) {
      twice.push_back(fix);
      twice.back().arrival_ms += random.integer(kSecondMs, kMinuteMs);
    }
  }
  fixes.insert(fixes.end(), twice.begin(), twice.end());
}

}  // namespace rastro::truth
