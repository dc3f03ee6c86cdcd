#include "gateway/commands/tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ostream>

#include "gateway/database.h"
#include "gateway/zone_calendar.h"
#include "pipeline/postgis/catalogue.h"
#include "pipeline/postgis/track_recompute.h"

namespace rastro {
namespace {

using std::chrono::year_month_day;

// "2026-11-20"; parts are counted in digits, so that nothing else passes.
std::optional<year_month_day> parse_date(const std::string& text) {
  unsigned parts[3] = {};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::pair<std::size_t, std::size_t> places[] = {{0, 4}, {5, 7}, {8, 10}};
  for (std::size_t i = 0; i < 3; ++i) {
    const char* end = text.data() + places[i].second;
    if (std::from_chars(text.data() + places[i].first, end, parts[i]).ptr != end) return std::nullopt;
  }
  const year_month_day date(std::chrono::year(static_cast<int>(parts[0])), std::chrono::month(parts[1]),
                            std::chrono::day(parts[2]));
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::string date_text(const year_month_day& date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

int fail(std::ostream& err, const postgis::Failure& failure) {
  err << "rastro: " << failure.sentence << '\n';
  return 1;
}

class Recompute {
 public:
  Recompute(const Config& config, const RecomputeOptions& options, std::ostream& out, std::ostream& err)
      : url_(database_url(config)),
        options_(options),
        out_(out),
        err_(err),
        calendar_(config.timezone),
        tracks_(url_, config.tracking, config.timezone, calendar_) {}

  int run() {
    postgis::DeviceStretch stretch;
    if (!find_period(stretch)) {
      err_ << "rastro: expected days such as 2026-11-20, --from not behind --to\n";
      return 2;
    }
    const auto devices = postgis::Catalogue(url_).devices();
    if (!devices) return fail(err_, devices.error());
    std::vector<const postgis::DeviceRow*> wanted;
    for (const postgis::DeviceRow& device : *devices) {
      if (options_.device == "all" || options_.device == device.imei) wanted.push_back(&device);
    }
    if (wanted.empty() && options_.device != "all") {
      err_ << "rastro: there is no device with the imei " << options_.device << '\n';
      return 1;
    }
    for (std::size_t done = 0; done < wanted.size(); ++done) {
      progress(done, wanted.size());
      stretch.device_id = wanted[done]->id;
      const auto difference = tracks_.recompute(stretch, !options_.dry_run);
      if (!difference) return fail(err_, difference.error());
      print(wanted[done]->imei, *difference);
    }
    progress(wanted.size(), wanted.size());
    out_ << fmt::format("{} of {} devices {}\n", changed_, wanted.size(),
                        options_.dry_run ? "would differ; nothing is written" : "differ now");
    return 0;
  }

 private:
  bool find_period(postgis::DeviceStretch& stretch) const {
    const auto day_of = [&](const std::string& text) -> std::optional<tracking::Calendar::Day> {
      const auto date = parse_date(text);
      if (!date) return std::nullopt;
      const auto number = std::chrono::sys_days(*date).time_since_epoch().count();
      return calendar_.day(static_cast<std::int32_t>(number));
    };
    const auto from = day_of(options_.from);
    const auto to = day_of(options_.to);
    if ((!from && !options_.from.empty()) || (!to && !options_.to.empty())) return false;
    if (from) stretch.from_ms = from->begin_ms;
    if (to) stretch.to_ms = to->end_ms - 1;
    return stretch.from_ms <= stretch.to_ms;
  }

  void print(const std::string& imei, const postgis::TrackDifference& difference) {
    if (std::ranges::none_of(difference.counts, &postgis::TrackDifference::Counts::any)) return;
    ++changed_;
    clear_progress();
    out_ << imei << ':';
    const char* before = " ";
    for (const auto& counts : difference.counts) {
      if (!counts.any()) continue;
      out_ << fmt::format("{}{} +{} -{} ~{}", before, counts.what, counts.added, counts.removed,
                          counts.changed);
      before = ", ";
    }
    out_ << std::endl;
  }

  void progress(std::size_t done, std::size_t all) {
    if (!options_.show_progress || all == 0) return;
    constexpr std::size_t kWidth = 40;
    const std::size_t filled = done * kWidth / all;
    err_ << fmt::format("\r[{:<{}}] {} of {} devices", std::string(filled, '#'), kWidth, done, all);
    if (done == all) err_ << '\n';
    err_.flush();
  }
  void clear_progress() {
    if (options_.show_progress) err_ << "\r\x1b[K" << std::flush;
  }

  const std::string url_;
  const RecomputeOptions& options_;
  std::ostream& out_;
  std::ostream& err_;
  ZoneCalendar calendar_;
  postgis::TrackRecompute tracks_;
  std::size_t changed_ = 0;
};

void print_table(const postgis::Report& report, std::ostream& out) {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < report.columns.size(); ++column) {
    std::size_t width = report.columns[column].size();
    for (const auto& row : report.rows) width = std::max(width, row[column].size());
    widths.push_back(width);
  }
  const auto print = [&](const auto& texts) {
    for (std::size_t column = 0; column < widths.size(); ++column)
      out << fmt::format("{}{:<{}}", column == 0 ? "" : "  ", texts[column], widths[column]);
    out << '\n';
  };
  print(report.columns);
  for (const auto& row : report.rows) print(row);
}

}  // namespace

std::optional<postgis::ReportPeriod> parse_period(const std::string& date) {
  const bool month = date.size() == 7;
  const auto first = parse_date(month ? date + "-01" : date);
  if (!first) return std::nullopt;
  const year_month_day next = month ? *first + std::chrono::months(1)
                                    : year_month_day(std::chrono::sys_days(*first) + std::chrono::days(1));
  return postgis::ReportPeriod{date_text(*first), date_text(next)};
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      line += field;
      continue;
    }
    line += '"';
    for (const char c : field) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line;
}

int run_recompute(const Config& config, const RecomputeOptions& options, std::ostream& out,
                  std::ostream& err) {
  return Recompute(config, options, out, err).run();
}

int run_report(const Config& config, const ReportOptions& options, std::ostream& out, std::ostream& err) {
  const auto period = parse_period(options.date);
  if (!period) {
    err << "rastro: " << options.date << " is no day such as 2026-11-20 and no month such as 2026-11\n";
    return 2;
  }
  const std::string url = database_url(config);
  const auto devices = postgis::Catalogue(url).devices();
  if (!devices) return fail(err, devices.error());
  const auto device = std::ranges::find(*devices, options.device, &postgis::DeviceRow::imei);
  if (device == devices->end()) {
    err << "rastro: there is no device with the imei " << options.device << '\n';
    return 1;
  }
  const auto report = postgis::read_report(url, options.kind, device->id, *period, config.timezone);
  if (!report) return fail(err, report.error());
  if (options.csv) {
    out << csv_line({report->columns.begin(), report->columns.end()}) << "\r\n";
    for (const auto& row : report->rows) out << csv_line(row) << "\r\n";
  } else {
    print_table(*report, out);
  }
  if (report->rows.empty()) err << "rastro: nothing is known of this device then\n";
  return 0;
}

}  // namespace rastro
