#include "gateway/devices/learnt_notes.h"

#include <charconv>
#include <string>

namespace rastro {
namespace {

constexpr const char* kClockLocal = "clock_local_s";
constexpr const char* kClockUtc = "clock_utc_s";
constexpr const char* kFamily = "family";

std::int32_t seconds_of(const postgis::NamedTexts& texts, const char* name) {
  const auto found = texts.find(name);
  std::int32_t seconds = 0;
  if (found != texts.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
  }
  return seconds;
}

}  // namespace

postgis::NamedTexts learnt_texts(const Learnt& learnt) {
  postgis::NamedTexts texts;
  if (learnt.clock.local_s != 0) texts[kClockLocal] = std::to_string(learnt.clock.local_s);
  if (learnt.clock.utc_s != 0) texts[kClockUtc] = std::to_string(learnt.clock.utc_s);
  if (!learnt.family.empty()) texts[kFamily] = learnt.family;
  return texts;
}

ClockOffsets learnt_clock(const postgis::NamedTexts& texts) {
  return {seconds_of(texts, kClockLocal), seconds_of(texts, kClockUtc)};
}

}  // namespace rastro
