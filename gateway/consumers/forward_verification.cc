#include "gateway/consumers/forward_verification.h"

#include <fmt/format.h>
#include <prometheus/family.h>

#include "forwarder/persat/tracking.h"
#include "gateway/log.h"
#include "gateway/persat/api_options.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

std::string sentence_of(const ForwardVerification::Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto finding = static_cast<ForwardVerification::Finding>(i);
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", counts[i], ForwardVerification::finding_name(finding));
  }
  return text;
}

}  // namespace

std::string_view ForwardVerification::finding_name(Finding finding) {
  switch (finding) {
    case Finding::kSame:
      return "same";
    case Finding::kBehind:
      return "behind";
    case Finding::kAhead:
      return "ahead";
    case Finding::kUnknown:
      return "unknown";
    case Finding::kFailed:
      break;
  }
  return "failed";
}

ForwardVerification::ForwardVerification(const persat::Api::Options& persat, std::chrono::minutes interval,
                                         const forward::Ledger& ledger, FindId find_id,
                                         prometheus::Registry& registry)
    : interval_(interval), ledger_(ledger), find_id_(std::move(find_id)), api_(persat) {
  auto& family = prometheus::BuildCounter()
                     .Name("rastro_forward_verified_total")
                     .Help("Devices whose last point at Persat was compared with what was sent, by result.")
                     .Register(registry);
  for (std::size_t i = 0; i < kFindingCount; ++i) {
    found_[i] = &family.Add({{"result", std::string(finding_name(static_cast<Finding>(i)))}});
  }
}

void ForwardVerification::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool ForwardVerification::wait() {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, interval_, [this] { return stopped_; });
}

void ForwardVerification::run() {
  name_this_thread("verification");
  while (wait()) {
    const Counts counts = check_some();
    if (counts == Counts{}) continue;
    const bool well = counts[static_cast<std::size_t>(Finding::kBehind)] == 0 &&
                      counts[static_cast<std::size_t>(Finding::kFailed)] == 0;
    spdlog::log(well ? spdlog::level::info : spdlog::level::warn,
                "forwarding, what Persat has last of devices beside what was sent: {}", sentence_of(counts));
  }
}

ForwardVerification::Counts ForwardVerification::check_some() {
  Counts counts{};
  std::size_t total = 0;
  auto lines = ledger_.page(next_device_, kDevicesPerRound, total);
  if (lines.empty() && next_device_ > 0) lines = ledger_.page(next_device_ = 0, kDevicesPerRound, total);
  for (const auto& line : lines) {
    ++next_device_;
    const auto id = line.counts.newest_sent_ms > 0 ? find_id_(line.device) : std::nullopt;
    if (!id) continue;
    const Finding finding = check(line.device, *id, line.counts.newest_sent_ms);
    const auto index = static_cast<std::size_t>(finding);
    ++counts[index];
    found_[index]->Increment();
    const std::lock_guard lock(mutex_);
    if (finding == Finding::kFailed || stopped_) break;
  }
  return counts;
}

// Positions may be sent between the two looks at the books: anything in between is the same.
ForwardVerification::Finding ForwardVerification::check(const DeviceIdentity& device, std::int64_t id,
                                                        std::int64_t sent_ms) {
  const auto point = persat::fetch_last_point(api_, id);
  if (!point) {
    return point.error().kind == persat::ErrorKind::kNotFound ? Finding::kUnknown : Finding::kFailed;
  }
  if (!*point) return Finding::kUnknown;
  const std::int64_t has_ms = (*point)->timestamp.time_since_epoch().count();
  if (has_ms < sent_ms) return Finding::kBehind;
  return has_ms <= ledger_.newest_sent_ms(device) ? Finding::kSame : Finding::kAhead;
}

std::unique_ptr<ForwardVerification> make_forward_verification(const Config& config,
                                                               const forward::Forwarder* forwarder,
                                                               const DeviceDirectory& directory,
                                                               prometheus::Registry& registry) {
  if (forwarder == nullptr || config.forward.verify_minutes == 0) return nullptr;
  const auto find_id = [&directory](const DeviceIdentity& identity) -> std::optional<std::int64_t> {
    const auto device = directory.find(identity);
    if (!device || device->status != DeviceStatus::kActive) return {};
    return device->persat_device_id;
  };
  return std::make_unique<ForwardVerification>(persat_api_options(config.persat),
                                               std::chrono::minutes(config.forward.verify_minutes),
                                               forwarder->ledger(), find_id, registry);
}

}  // namespace rastro
