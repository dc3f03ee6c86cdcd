// The forwarder between a real journal on disk and the stand-in for Persat, a process of its own. Tests only.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <thread>

#include "forwarder/forwarder.h"
#include "tests/support/journal_fixture.h"
#include "tests/support/memory_folder.h"
#include "tests/support/sandbox_process.h"

namespace rastro::forward {

using namespace std::chrono_literals;
using test::fix_at;
using test::kNoon;
using testing::HasSubstr;

inline constexpr const char* kKey = "a-key-for-tests";

class ForwarderTest : public test::JournalTest {
 protected:
  ForwarderTest() : JournalTest(Forwarder::kName) {
    options_.http.url = sandbox_.push_url();
    options_.http.api_key = kKey;
    options_.http.user_agent = "rastro/test";
    options_.http.timeout = 10s;
    options_.http.concurrency = 4;
    options_.requests_per_second = 100000;
    options_.back_off = {5ms, 20ms};
    options_.key_pause = 50ms;
    options_.save_interval = 20ms;
    targets_ = {{"1", Target{101, "S1"}}, {"2", Target{102, "S2"}}, {"3", Target{103, "S3"}}};
  }

  void start() {
    std::unique_ptr<journal::Folder> parking;
    ASSERT_TRUE(journal::open_posix_folder(folder_ + "/parking", true, parking).ok());
    start(std::move(parking));
  }
  void start(std::unique_ptr<journal::Folder> parking) {
    std::string why;
    auto shape = RequestShape::parse(body_, kDefaultBatchBody, batch_max_, why);
    ASSERT_TRUE(shape) << why;
    const Devices devices = {[this] { return devices_loaded_.load(); },
                             [this](const DeviceIdentity& device) -> std::optional<Target> {
                               const auto found = targets_.find(std::string(device.view()));
                               if (found == targets_.end()) return {};
                               return found->second;
                             }};
    forwarder_.reset();
    forwarder_ = std::make_unique<Forwarder>(*journal_, std::move(parking), *shape, devices, options_);
    forwarder_->start();
  }

  // The conditions come from the forwarder's own progress; a test that waits in vain says what it saw.
  template <typename Condition>
  void wait_for(const char* what, Condition condition) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (!condition(forwarder_->progress())) {
      const Progress p = forwarder_->progress();
      ASSERT_LT(std::chrono::steady_clock::now(), until)
          << "waited for: " << what << "; delivered " << p.delivered << ", retried " << p.retried
          << ", pending " << p.pending << ", trouble: " << p.trouble;
      std::this_thread::sleep_for(5ms);
    }
  }
  void wait_until_done() {
    wait_for("all done", [](const Progress& p) { return p.pending == 0; });
  }

  // Each device's count, and that nothing came twice or out of order.
  void expect_arrived(const std::map<std::string, int>& counts) {
    const auto summary = sandbox_.summary();
    const auto& devices = summary.at("devices").as_object();
    EXPECT_EQ(devices.size(), counts.size()) << summary;
    for (const auto& [id, count] : counts) {
      const auto* device = devices.if_contains(id);
      ASSERT_NE(device, nullptr) << id << " in " << summary;
      EXPECT_EQ(device->at("count").to_number<int>(), count) << summary;
      EXPECT_EQ(device->at("out_of_order").to_number<int>(), 0) << summary;
      EXPECT_EQ(device->at("duplicates").to_number<int>(), 0) << summary;
    }
  }

  std::vector<boost::json::object> parked() {
    std::vector<boost::json::object> lines;
    std::ifstream in(folder_ + "/parking/" + ParkingFile::kName);
    for (std::string line; std::getline(in, line);) {
      if (!line.empty()) lines.push_back(boost::json::parse(line).as_object());
    }
    return lines;
  }

  test::SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX, kKey};
  std::string body_{kDefaultBody};
  std::size_t batch_max_ = 1;
  std::map<std::string, Target> targets_;
  std::atomic<bool> devices_loaded_{true};
  Forwarder::Options options_;
  std::unique_ptr<Forwarder> forwarder_;
};

inline std::uint64_t skipped(const Progress& progress, Skip reason) {
  return progress.skipped[static_cast<std::size_t>(reason)];
}

// read = delivered + parked + skipped + open, and what was parked is parked still, sent or deleted.
inline void expect_books_close(const Progress& p) {
  const auto sum = [](const auto& counts) { return std::accumulate(counts.begin(), counts.end(), 0ull); };
  EXPECT_EQ(p.read, p.delivered + sum(p.parked) + sum(p.skipped) + p.waiting + p.under_way);
  EXPECT_EQ(sum(p.parked), p.parked_now + p.resent + p.deleted);
}

}  // namespace rastro::forward
