// An hour of faults, compressed: the pauses are milliseconds, the faults the same.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/support/forwarder_fixture.h"

namespace rastro::forward {
namespace {

// What befalls the target, each with positions that come in meanwhile. Those of a number of requests pass.
constexpr std::array kScript = {
    R"({"mode":"status","status":500,"requests":12})",
    R"({"mode":"none"})",
    R"({"mode":"retry_after","seconds":1,"requests":2})",
    R"({"mode":"status","status":429,"requests":6})",
    R"({"mode":"stall","seconds":2,"requests":3})",
    R"({"mode":"slow","seconds":2,"requests":3})",
    R"({"mode":"cut","requests":8})",
    R"({"mode":"html","requests":6})",
    R"({"mode":"html","status":502,"requests":6})",
    R"({"mode":"success_false","status":500,"requests":6})",
    R"({"mode":"status","status":401,"requests":5})",
    R"({"mode":"huge","bytes":10485760,"requests":4})",
    R"({"mode":"status","status":503,"share":0.5})",
    R"({"mode":"cut","share":0.3})",
    R"({"mode":"none"})",
};

class ForwardingFaults : public ForwarderTest, public testing::WithParamInterface<std::size_t> {};

TEST_P(ForwardingFaults, LoseNothingRepeatNothingAndKeepTheOrderAndTheBooks) {
  batch_max_ = GetParam();
  options_.http.timeout = 500ms;
  start();
  constexpr int kEach = 12;
  int sent = 0;
  for (std::size_t step = 0; step < kScript.size(); ++step) {
    sandbox_.fault(kScript[step]);
    for (int i = 0; i < kEach; ++i, ++sent) {
      for (const char* imei : {"1", "2", "3"}) append_drive(imei, 1, sent);
    }
    // A restart in the middle of every third.
    if (step % 3 == 2) {
      forwarder_.reset();
      open_journal();
      start();
    } else if (step % 3 == 1) {
      wait_until_done();
    }
  }
  wait_until_done();
  expect_arrived({{"101", sent}, {"102", sent}, {"103", sent}});
  const Progress progress = forwarder_->progress();
  EXPECT_EQ(progress.read, static_cast<std::uint64_t>(3 * sent));
  EXPECT_EQ(progress.delivered, static_cast<std::uint64_t>(3 * sent));
  EXPECT_GT(progress.retried, 0u);
  EXPECT_EQ(progress.breaker, Breaker::kClosed);
  EXPECT_TRUE(parked().empty());
  expect_books_close(progress);
}

INSTANTIATE_TEST_SUITE_P(PositionsARequest, ForwardingFaults, testing::Values(1, 20));

// A target that is not there: the port is free. It comes when nobody expects it any more.
TEST_F(ForwarderTest, ATargetThatRefusesConnectionsIsWaitedFor) {
  const std::string url = options_.http.url;
  options_.http.url = "http://127.0.0.1:1/v1/positions";  // no server has that port
  start();
  append_drive("1", 20);
  wait_for("the open breaker", [](const Progress& p) { return p.breaker != Breaker::kClosed; });
  EXPECT_EQ(forwarder_->progress().delivered, 0u);
  EXPECT_EQ(forwarder_->progress().pending, 20u);
  EXPECT_GE(forwarder_->progress().breaker_openings, 1u);
  forwarder_.reset();
  open_journal();
  options_.http.url = url;
  start();
  wait_until_done();
  expect_arrived({{"101", 20}});
  expect_books_close(forwarder_->progress());
}

// One device's request is under way all the time, and so the cursor stays before all that the others bring.
TEST_F(ForwarderTest, AKilledProcessRepeatsNothingThatItsBooksHave) {
  options_.http.timeout = 60s;
  options_.http.concurrency = 2;
  sandbox_.fault(R"({"mode":"stall","seconds":60,"requests":1})");
  append_drive("1", 1);
  for (int i = 0; i < 100; ++i) {
    for (const char* imei : {"2", "3"}) append_drive(imei, 1, i);
  }
  journal_.reset();  // its threads would not come along
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    open_journal();
    start();
    for (;;) ::pause();
  }
  std::unique_ptr<journal::Folder> folder;
  ASSERT_TRUE(journal::open_posix_folder(folder_ + "/parking", true, folder).ok());
  Books books;
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (books.standing.totals.delivered < 200) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << books.standing.totals.delivered << " in the books";
    books = {};
    ASSERT_TRUE(LedgerFile(*folder).load(books).ok());
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_EQ(books.standing.done.position, 0u);
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  open_journal();
  start();
  wait_until_done();
  expect_arrived({{"101", 1}, {"102", 100}, {"103", 100}});
  EXPECT_EQ(forwarder_->progress().read, 201u);
  expect_books_close(forwarder_->progress());
}

}  // namespace
}  // namespace rastro::forward
