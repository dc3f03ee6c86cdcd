#include "gateway/consumers/command_dispatch.h"

#include <algorithm>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

// New commands, and devices that come, wake it. Commands expire by the clock alone, and are said to have so
// much later at most.
constexpr std::chrono::milliseconds kLookEvery{5000};
// Devices that come back together are served by a few looks instead of one each; nobody notices so short a
// delay of a command.
constexpr std::chrono::milliseconds kPause{20};
constexpr std::chrono::milliseconds kRetry{500};

constexpr std::string_view kNotConfirmed = "it would cut fuel, which nobody has confirmed";

}  // namespace

void CommandDispatch::stop() {
  stop_.raise();
  desk_.ring();
  if (thread_.joinable()) thread_.join();
}

void CommandDispatch::finish() {
  const auto settled = settle_reports();
  if (!settled) spdlog::warn("commands that were not sent stay marked as sent: {}", settled.error().sentence);
}

DispatchProgress CommandDispatch::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void CommandDispatch::run() {
  name_this_thread("commands");
  bool changed = true;
  while (!stop_.raised()) {
    const auto worked = work(changed);
    changed = !worked || *worked;
    trouble(worked ? std::string() : worked.error().sentence);
    stop_.wait(worked ? kPause : kRetry);
  }
}

postgis::Result<bool> CommandDispatch::work(bool changed) {
  if (auto settled = settle_reports(); !settled) return settled.error();
  const bool look = changed || is_anybody_awaited() || std::chrono::steady_clock::now() >= next_look_;
  came_.clear();
  if (look) {
    if (auto looked = look_through(); !looked) return looked.error();
    next_look_ = std::chrono::steady_clock::now() + kLookEvery;
  }
  return queue_.wait(desk_.descriptor(), kLookEvery);
}

bool CommandDispatch::is_anybody_awaited() const {
  return std::ranges::any_of(came_,
                             [&](const DeviceIdentity& identity) { return awaited_.contains(identity); });
}

postgis::Result<void> CommandDispatch::look_through() {
  const auto expired = queue_.expire();
  if (!expired) return expired.error();
  count(&DispatchProgress::expired, *expired);
  if (auto sent = send_due(); !sent) return sent;
  const auto waiting = queue_.count_queued();
  if (!waiting) return waiting.error();
  const std::lock_guard lock(mutex_);
  progress_.waiting = *waiting;
  return {};
}

// What the database does not take now is kept for the next time.
postgis::Result<void> CommandDispatch::settle_reports() {
  CommandDesk::News news = desk_.take();
  came_.insert(news.came.begin(), news.came.end());
  for (CommandReport& report : news.reports) reports_.push_back(std::move(report));
  std::size_t done = 0;
  postgis::Result<void> settled;
  while (done < reports_.size() && (settled = settle(reports_[done]))) ++done;
  reports_.erase(reports_.begin(), reports_.begin() + static_cast<std::ptrdiff_t>(done));
  return settled;
}

postgis::Result<void> CommandDispatch::settle(const CommandReport& report) {
  const OutgoingCommand& command = report.command;
  std::string reason;
  switch (report.outcome) {
    case CommandReport::Outcome::kWritten:
      count(command.marked_ms ? &DispatchProgress::sent : &DispatchProgress::repeated);
      return {};
    case CommandReport::Outcome::kNotWritten:
      if (!command.marked_ms) return {};  // was sent before: the next connection gets it again
      if (auto put = queue_.put_back(std::span(&command.id, 1), *command.marked_ms); !put) return put;
      count(&DispatchProgress::put_back);
      return {};
    case CommandReport::Outcome::kRefused:
      reason = "the gateway cannot send it to this device: " + std::string(command_fault_name(report.fault));
      break;
    case CommandReport::Outcome::kNotConfirmed:
      reason = kNotConfirmed;
      break;
  }
  const auto refused = queue_.refuse(command.id, reason);
  if (!refused) return refused.error();
  count(&DispatchProgress::refused, *refused);
  return {};
}

postgis::Result<void> CommandDispatch::send_due() {
  const auto due = queue_.due();
  if (!due) return due.error();
  std::vector<std::int32_t> ids;
  std::unordered_map<std::int32_t, LiveIdentities::Speaker> speakers;
  std::unordered_map<std::int32_t, std::uint64_t> given_to;
  const std::int64_t now = now_ms();
  awaited_.clear();
  for (const postgis::DueCommand& command : *due) {
    const DeviceIdentity identity(command.imei);
    awaited_.insert(identity);
    LiveIdentities::Speaker speaker = identities_.find(identity);
    const auto given = given_to_.find(command.id);
    if (command.again && given != given_to_.end()) given_to.insert(*given);
    if (!speaker.connection || command.expires_ms <= now) continue;
    if (!command.again) {
      ids.push_back(command.id);
    } else if (given != given_to_.end() && given->second == speaker.number) {
      continue;
    }
    given_to[command.id] = speaker.number;
    speakers.emplace(command.id, std::move(speaker));
  }
  given_to_ = std::move(given_to);
  auto marked = ids.empty() ? ids : queue_.mark_sent(ids, now);
  if (!marked) {
    // Whether they are marked is not known, but that none of them was given to a connection.
    for (const std::int32_t id : ids) {
      reports_.push_back({{.id = id, .marked_ms = now}, CommandReport::Outcome::kNotWritten});
    }
    return marked.error();
  }
  std::ranges::sort(*marked);
  for (const postgis::DueCommand& command : *due) {
    const auto speaker = speakers.find(command.id);
    if (speaker == speakers.end()) continue;
    if (command.again) {
      send(command, speaker->second, std::nullopt);
    } else if (std::ranges::binary_search(*marked, command.id)) {
      send(command, speaker->second, now);
    }
  }
  return {};
}

void CommandDispatch::send(const postgis::DueCommand& command, const LiveIdentities::Speaker& to,
                           std::optional<std::int64_t> marked_ms) {
  to.connection->post_command({.id = command.id,
                               .identity = DeviceIdentity(command.imei),
                               .text = command.text,
                               .check_identity = command.check_identity,
                               .cuts_fuel = command.cuts_fuel,
                               .expires_ms = command.expires_ms,
                               .marked_ms = marked_ms});
}

void CommandDispatch::trouble(const std::string& sentence) {
  static LogLimit limit(std::chrono::seconds(10));
  if (std::uint64_t held = 0; !sentence.empty() && limit.pass(held))
    spdlog::warn("commands wait: {}", sentence);
  const std::lock_guard lock(mutex_);
  progress_.trouble = sentence;
}

void CommandDispatch::count(std::uint64_t DispatchProgress::*what, std::uint64_t by) {
  const std::lock_guard lock(mutex_);
  progress_.*what += by;
}

}  // namespace rastro
