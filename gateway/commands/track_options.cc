// The options of the commands about trips, stops and visits.
#include <unistd.h>

#include <memory>

#include "gateway/commands/shell.h"
#include "gateway/commands/tracks.h"

namespace rastro {

void add_track_commands(CLI::App& app, Shell& shell) {
  auto recompute = std::make_shared<RecomputeOptions>();
  CLI::App* command = add_configured(app, shell, "recompute",
                                     "make trips, stops, visits and days anew from the stored fixes");
  command->add_option("--device", recompute->device, "its imei, or all")->capture_default_str();
  command->add_option("--from", recompute->from, "first day, such as 2026-11-20");
  command->add_option("--to", recompute->to, "last day");
  command->add_flag("--dry-run", recompute->dry_run, "only say what would differ");
  command->callback([&shell, recompute] {
    recompute->show_progress = ::isatty(STDERR_FILENO) == 1;
    shell.with_config(
        [&](const Config& config) { return run_recompute(config, *recompute, std::cout, std::cerr); });
  });

  auto report = std::make_shared<ReportOptions>();
  CLI::App* reports =
      app.add_subcommand("report", "what a device did on a day or in a month")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, postgis::ReportKind kind) {
    CLI::App* one = add_configured(*reports, shell, name, help);
    one->add_option("--device", report->device, "its imei")->required();
    one->add_option("--date", report->date, "2026-11-20 or 2026-11")->required();
    one->add_flag("--csv", report->csv, "comma separated values instead of a table");
    one->callback([&shell, report, kind] {
      report->kind = kind;
      shell.with_config(
          [&](const Config& config) { return run_report(config, *report, std::cout, std::cerr); });
    });
  };
  add("day", "distance, driving, stops and idling of each day", postgis::ReportKind::kDays);
  add("visits", "clients that it was at", postgis::ReportKind::kVisits);
  add("trips", "from where to where it drove", postgis::ReportKind::kTrips);
}

}  // namespace rastro
