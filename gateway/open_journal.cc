#include "gateway/open_journal.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "forwarder/forwarder.h"
#include "gateway/consumers/live_consumer.h"
#include "gateway/consumers/store_consumer.h"
#include "gateway/consumers/track_consumer.h"
#include "gateway/log.h"
#include "pipeline/journal/identity.h"

namespace rastro {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20;

journal::Options journal_options(const Config& config) {
  journal::Options options;
  options.segment_size = static_cast<std::uint64_t>(config.journal_segment_mib) * kMiB;
  options.quota = static_cast<std::uint64_t>(config.journal_quota_mib) * kMiB;
  options.keep_age = std::chrono::hours(config.journal_keep_hours);
  options.keep_size = static_cast<std::uint64_t>(config.journal_keep_mib) * kMiB;
  options.consumers = {StoreConsumer::kName, LiveConsumer::kName};
  if (config.tracking_enabled) options.consumers.emplace_back(TrackConsumer::kName);
  if (config.forward.enabled) options.consumers.emplace_back(forward::Forwarder::kName);
  return options;
}

std::array<std::uint8_t, journal::kIdentityBytes> random_bytes() {
  std::array<std::uint8_t, journal::kIdentityBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::system_error(errno, std::generic_category(), "getrandom");
  return bytes;
}

// That it takes none is said where devices wait for it (Shard::wait_for_journal).
void say_when_it_takes_records_again(journal::Journal& journal) {
  journal.on_progress([&journal, before = journal.state()]() mutable {
    static LogLimit limit(std::chrono::seconds(1));
    const journal::State now = journal.state();
    std::uint64_t held = 0;
    if (std::exchange(before, now) != now && now == journal::State::kOpen && limit.pass(held))
      spdlog::info("the journal takes records again: devices are read and answered");
  });
}

}  // namespace

OpenJournal open_journal(const Config& config) {
  OpenJournal opened;
  std::unique_ptr<journal::Folder> folder;
  journal::IoStatus status = journal::open_posix_folder(config.data_dir + "/journal", true, folder);
  if (status.ok()) status = folder->lock();
  if (status.ok()) status = journal::ensure_identity(*folder, random_bytes(), opened.name);
  if (status.ok())
    status = journal::Journal::open(std::move(folder), journal_options(config), opened.journal);
  if (!status.ok()) throw StartError("the journal cannot be opened: " + status.detail);
  if (const auto health = opened.journal->health(); health.torn_bytes > 0) {
    spdlog::info(
        "the journal ended in {} bytes of an unfinished write, which nobody was told of; they are cut off",
        health.torn_bytes);
  }
  say_when_it_takes_records_again(*opened.journal);
  return opened;
}

}  // namespace rastro
