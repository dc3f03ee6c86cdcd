#include "gateway/net/admission_control.h"

#include <algorithm>
#include <utility>

namespace rastro {
namespace {

// A login comes one round trip after the connection. Who has had this long and sent none may be sent away for
// a neighbour; sending the oldest away at once would let nobody behind a busy address finish.
constexpr std::chrono::seconds kTimeToLogIn{5};
// Above this no new source is remembered, and only the bound of all holds for it. At some 200 bytes each.
constexpr std::size_t kMaxSources = 65536;
constexpr std::chrono::seconds kForgetPause{1};

}  // namespace

void AdmissionControl::reconfigure(const NewcomerLimits& limits) {
  const std::lock_guard lock(mutex_);
  const NewcomerLimits before = std::exchange(limits_, limits);
  limits_.v4_bits = before.v4_bits;
  limits_.v6_bits = before.v6_bits;
}

AdmissionControl::Entry AdmissionControl::enter(std::weak_ptr<Newcomer> who, const IpAddress& from,
                                                Time now) {
  const IpNetwork address(from, 32, 128);
  const std::lock_guard lock(mutex_);
  const IpNetwork network(from, static_cast<int>(limits_.v4_bits), static_cast<int>(limits_.v6_bits));
  if (sources_.size() >= forget_at_ && now >= next_forget_) forget_idle_sources(now);
  Source* const near = find_source(address, limits_.address_rate, limits_.of_address);
  Source* const wide =
      network == address ? nullptr : find_source(network, limits_.network_rate, limits_.of_network);

  Entry entry;
  auto goes = guests_.end();
  const auto full = [&](const Source* source, std::int64_t most, CloseReason reason) {
    if (source == nullptr || std::ssize(source->waiting) < most) return false;
    entry.reason = reason;
    goes = overdue_of(*source, now);
    return goes == guests_.end();
  };
  if (full(near, limits_.of_address, CloseReason::kAddressLimit)) return entry;
  if (goes == guests_.end() && full(wide, limits_.of_network, CloseReason::kNetworkLimit)) return entry;
  if (near != nullptr && !near->bucket.take(now)) return {0, CloseReason::kAddressRate};
  if (wide != nullptr && !wide->bucket.take(now)) {
    if (near != nullptr) near->bucket.give_back();
    return {0, CloseReason::kNetworkRate};
  }
  if (goes == guests_.end() && std::ssize(guests_) >= limits_.of_all) {
    entry.reason = CloseReason::kNewcomerLimit;
    goes = guests_.begin();
  }
  if (goes != guests_.end()) entry.gives_way = remove(goes, false);

  entry.ticket = ++last_ticket_;
  guests_.emplace(entry.ticket, Guest{std::move(who), now, address, network});
  if (near != nullptr) near->waiting.insert(entry.ticket);
  if (wide != nullptr) wide->waiting.insert(entry.ticket);
  return entry;
}

void AdmissionControl::identified(Ticket ticket) { remove(ticket, true); }

void AdmissionControl::left(Ticket ticket) { remove(ticket, false); }

std::shared_ptr<Newcomer> AdmissionControl::take_oldest() {
  const std::lock_guard lock(mutex_);
  while (!guests_.empty()) {
    if (auto oldest = remove(guests_.begin(), false)) return oldest;
  }
  return nullptr;
}

std::size_t AdmissionControl::newcomers() const {
  const std::lock_guard lock(mutex_);
  return guests_.size();
}

std::size_t AdmissionControl::sources() const {
  const std::lock_guard lock(mutex_);
  return sources_.size();
}

AdmissionControl::Source* AdmissionControl::find_source(const IpNetwork& key, std::int64_t rate,
                                                        std::int64_t most) {
  if (const auto known = sources_.find(key); known != sources_.end()) return &known->second;
  if (sources_.size() >= kMaxSources) return nullptr;
  return &sources_.try_emplace(key, rate, most).first->second;
}

void AdmissionControl::forget_idle_sources(Time now) {
  std::erase_if(sources_, [&](auto& entry) {
    return entry.second.waiting.empty() && entry.second.bucket.is_full(now);
  });
  // Twice what is left, and not all the time: looking through all costs each newcomer the same, however many
  // sources there are.
  forget_at_ = std::clamp(2 * sources_.size(), kForgetFirst, kMaxSources);
  next_forget_ = now + kForgetPause;
}

AdmissionControl::Guests::iterator AdmissionControl::overdue_of(const Source& source, Time now) {
  if (source.waiting.empty()) return guests_.end();
  const auto oldest = guests_.find(*source.waiting.begin());
  return now - oldest->second.since >= kTimeToLogIn ? oldest : guests_.end();
}

std::shared_ptr<Newcomer> AdmissionControl::remove(Guests::iterator guest, bool identified) {
  for (const IpNetwork& key : {guest->second.address, guest->second.network}) {
    const auto source = sources_.find(key);
    if (source == sources_.end() || source->second.waiting.erase(guest->first) == 0) continue;
    if (identified) source->second.bucket.give_back();
  }
  auto who = guest->second.who.lock();
  guests_.erase(guest);
  return who;
}

void AdmissionControl::remove(Ticket ticket, bool identified) {
  const std::lock_guard lock(mutex_);
  if (const auto guest = guests_.find(ticket); guest != guests_.end()) remove(guest, identified);
}

}  // namespace rastro
