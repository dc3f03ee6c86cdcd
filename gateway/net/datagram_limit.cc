#include "gateway/net/datagram_limit.h"

#include <string_view>

namespace rastro {
namespace {

// Above this no new source is remembered. At some 100 bytes each, of each listener and shard.
constexpr std::size_t kMaxSources = 16384;
// A bucket is full again after a second.
constexpr std::chrono::seconds kLookEvery{2};

}  // namespace

bool DatagramLimit::blocks(const Source& from, Time now) {
  forget_idle_sources(now);
  const auto known = sources_.find(from);
  return known != sources_.end() && known->second.next(now) > now;
}

void DatagramLimit::note_bad(const Source& from, Time now) {
  forget_idle_sources(now);
  auto known = sources_.find(from);
  if (known == sources_.end()) {
    if (sources_.size() >= kMaxSources) return;
    known = sources_.try_emplace(from, per_second_, per_second_).first;
  }
  known->second.take(now);
}

void DatagramLimit::forget_idle_sources(Time now) {
  if (now < next_look_) return;
  next_look_ = now + kLookEvery;
  std::erase_if(sources_, [&](auto& entry) { return entry.second.is_full(now); });
}

std::size_t DatagramLimit::Hash::operator()(const Source& source) const noexcept {
  const auto& bytes = source.address.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>{}(text) ^ source.port;
}

}  // namespace rastro
