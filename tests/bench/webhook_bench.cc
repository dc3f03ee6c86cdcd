// What the triggers that note events for webhooks (schema/sql/0016_webhook.sql, 0021_event_cost.sql) cost
// tracking: days of vehicles are tracked without the triggers, with them and no subscription, and with a
// subscription that is told of all.
// Prints a Markdown table of rows of trip and visit a second, and of the server's processor time against that
// without triggers, which tells more on a machine that is shared.
//
// usage: webhook_bench [RUNS [VEHICLES]]    RUNS (5) in turns, VEHICLES (40) of three days each, in a private
//                                           server that is made and removed
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/postgis/client_store.h"
#include "tests/support/track_run.h"

namespace {

using namespace rastro;
using Clock = std::chrono::steady_clock;

constexpr int kDays = 3;
constexpr std::uint32_t kClients = 40;  // places that these vehicles stop at
// Records that are tracked at once: what some hundred and some thousand vehicles send in a second.
constexpr std::array<std::size_t, 2> kBatches = {100, 2000};

enum class Way : std::uint8_t { kWithoutTriggers, kNoSubscription, kOneSubscription };
constexpr std::array kWays = {Way::kWithoutTriggers, Way::kNoSubscription, Way::kOneSubscription};
constexpr std::array kWayNames = {"without triggers", "no subscription", "one subscription"};

// All vehicles' records, in the order of their times.
std::vector<std::string> make_records(std::uint32_t vehicles) {
  std::vector<std::pair<std::int64_t, std::string>> timed;
  for (std::uint32_t vehicle = 0; vehicle < vehicles; ++vehicle) {
    const std::string imei = std::to_string(352093080000000 + vehicle);
    for (const tracking::Point& point : test::vehicle_days(vehicle + 1, kDays))
      timed.emplace_back(point.time_ms, test::record_of(imei, point));
  }
  std::ranges::stable_sort(timed, {}, &std::pair<std::int64_t, std::string>::first);
  std::vector<std::string> records;
  for (auto& [time_ms, record] : timed) records.push_back(std::move(record));
  return records;
}

void enter_clients(const std::string& url) {
  postgis::ClientStore clients(url);
  for (std::uint32_t number = 0; number < kClients; ++number) {
    const tracking::Place place = test::haunt(number);
    if (!clients.add({.uid = std::to_string(number),
                      .company_name = "client",
                      .latitude_deg = place.latitude_deg,
                      .longitude_deg = place.longitude_deg}))
      throw std::runtime_error("a client cannot be entered");
  }
}

// All that happens on these days is an event.
void prepare(const test::TestDatabase& database, Way way) {
  if (way == Way::kWithoutTriggers) {
    database.value("DROP TRIGGER visit_event ON rastro.visit");
    database.value("DROP TRIGGER trip_event ON rastro.trip");
  }
  if (way == Way::kOneSubscription) {
    database.value("UPDATE rastro.webhook_setting SET max_age = '100 years'");
    database.value(
        "INSERT INTO rastro.webhook (url, secret, created_by) VALUES ('https://example.org', 's', 'b')");
  }
}

// One database of each way. Commits do not wait for the disk, whose time is the same for all.
class Lane {
 public:
  Lane(const std::vector<std::string>& records, Way way) {
    database_.value("ALTER DATABASE " + database_.value("SELECT current_database()") +
                    " SET synchronous_commit = off");
    enter_clients(database_.url());
    prepare(database_, way);
    run_ = std::make_unique<test::TrackRun>(database_);
    for (const std::string& record : records) run_->append(record);
    while (run_->store(10000)) continue;
    run_->tracks();
    cpu_before_s_ = server_cpu_s();
  }

  void track(std::size_t batch) {
    timed([&] { run_->track(batch); });
  }
  void finish() {
    timed([&] { run_->work_off(); });
  }
  double seconds() const { return seconds_; }
  double cpu_s() const { return server_cpu_s() - cpu_before_s_; }
  // Of trip and visit.
  std::int64_t rows() const { return count("trip") + count("visit"); }
  std::int64_t events() const { return count("event"); }

 private:
  template <typename Act>
  void timed(Act act) {
    const auto start = Clock::now();
    act();
    seconds_ += std::chrono::duration<double>(Clock::now() - start).count();
  }
  // Of all connections that are open to the database (proc(5), stat: fields 14 and 15).
  double server_cpu_s() const {
    std::istringstream pids(
        database_.value("SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE datname = "
                        "current_database() AND pid <> "
                        "pg_backend_pid() AND backend_type = 'client backend'"));
    double ticks = 0;
    for (std::string pid; pids >> pid;) {
      std::ifstream file("/proc/" + pid + "/stat");
      std::string text;
      std::getline(file, text);
      std::istringstream fields(text.substr(text.rfind(')') + 1));
      std::string field;
      for (int number = 3; number <= 15 && fields >> field; ++number)
        if (number >= 14) ticks += std::stod(field);
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  std::int64_t count(const std::string& table) const {
    return std::stoll(database_.value("SELECT count(*) FROM rastro." + table));
  }

  test::TestDatabase database_;
  std::unique_ptr<test::TrackRun> run_;
  double seconds_ = 0;
  double cpu_before_s_ = 0;
};

struct Line {
  std::vector<double> rates;  // rows a second
  std::vector<double> costs;  // processor time, of that without triggers
  std::int64_t rows = 0;
  std::int64_t events = 0;
};
using Lines = std::array<Line, kWays.size()>;

// The ways take turns batch by batch and in each order, so that what else the machine does meets all of them.
void run_once(const std::vector<std::string>& records, std::size_t batch, Lines& lines) {
  std::vector<std::unique_ptr<Lane>> lanes;
  for (const Way way : kWays) lanes.push_back(std::make_unique<Lane>(records, way));
  std::array<std::size_t, kWays.size()> order = {0, 1, 2};
  for (std::size_t begin = 0; begin < records.size(); begin += batch) {
    for (const std::size_t way : order) lanes[way]->track(batch);
    std::ranges::next_permutation(order);
  }
  for (std::size_t way = 0; way < kWays.size(); ++way) {
    lanes[way]->finish();
    Line& line = lines[way];
    line.rows = lanes[way]->rows();
    if (line.rows != lines[0].rows) throw std::runtime_error("some records are not tracked");
    line.events = lanes[way]->events();
    line.rates.push_back(static_cast<double>(line.rows) / lanes[way]->seconds());
    line.costs.push_back(lanes[way]->cpu_s() / lanes[0]->cpu_s());
  }
}

double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  return numbers[numbers.size() / 2];
}

void print(const Lines& lines, std::size_t batch) {
  for (std::size_t way = 0; way < kWays.size(); ++way) {
    const Line& line = lines[way];
    const auto [lowest, highest] = std::ranges::minmax(line.costs);
    std::cout << std::fixed << std::setprecision(0) << "| " << kWayNames[way] << " | " << batch << " | "
              << line.rows << " | " << line.events << " | " << median(line.rates) << " | "
              << std::setprecision(3) << median(line.costs) << " | " << lowest << "–" << highest << " |\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int runs = argc > 1 ? std::atoi(argv[1]) : 5;
    const int vehicles = argc > 2 ? std::atoi(argv[2]) : 40;
    if (runs < 1 || vehicles < 1) throw std::runtime_error("usage: webhook_bench [RUNS [VEHICLES]]");
    const auto records = make_records(static_cast<std::uint32_t>(vehicles));
    std::cout << records.size() << " records\n\n"
              << "| way | records a batch | rows | events | rows/s, median | processor time, median | of all "
                 "runs |\n"
              << "|---|---|---|---|---|---|---|\n";
    for (const std::size_t batch : kBatches) {
      Lines lines;
      for (int run = 0; run < runs; ++run) {
        run_once(records, batch, lines);
        std::cerr << "batch " << batch << ", run " << run + 1 << " of " << runs << "\n";
      }
      print(lines, batch);
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
