#include "gateway/api/persat_tracking.h"

#include <fmt/format.h>

#include "gateway/api/notices.h"
#include "gateway/api/period.h"
#include "gateway/api/table_text.h"
#include "gateway/clock.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kTracking};

using postgis::TrackReader;

constexpr std::string_view kNoSuchDate = "'date' debe tener el formato AAAA-MM-DD o AAAA-MM y existir";
constexpr std::string_view kFuture = "'date' todavía no llegó";
constexpr std::int64_t kMonthDays = 31;

// Persat's envelope, with our notices behind its members.
HttpResponse success_with(std::string_view data, const std::vector<Notice>& notices) {
  HttpResponse response = success(data);
  if (notices.empty()) return response;
  response.body.pop_back();
  response.body += ",\"notices\":" + notices_json(notices) + "}";
  return response;
}

// What both endpoints ask for, checked.
struct DeviceDays {
  std::int64_t device_id = 0;
  postgis::Days days;
  postgis::Period period;
  std::vector<Notice> notices;
  bool is_month = false;
};

class PersatTracking {
 public:
  PersatTracking(const DeviceDirectory& directory, TrackReader& reader, std::string zone)
      : directory_(directory), reader_(reader), zone_(std::move(zone)) {}

  // handler(DeviceDays) for the date and the device of the path.
  template <typename Handler>
  HttpResponse for_device_days(const PathArguments& arguments, Handler handler) const {
    return with_device(directory_, arguments[1], [&](const Device& device) -> HttpResponse {
      const auto days = parse_days(arguments[0]);
      if (!days) return failure(ApiError::kBadRequest, kNoSuchDate);
      const auto period = reader_.period_of(*days, zone_);
      if (!period) return database_failure(period.error());
      const std::int64_t now = now_ms();
      if (check_period(*period, kMonthDays, now) == PeriodFault::kInTheFuture)
        return failure(ApiError::kBadRequest, kFuture);
      const auto coverage = reader_.coverage(device.id, *period);
      if (!coverage) return database_failure(coverage.error());
      return handler(DeviceDays{device.id, *days, *period, find_notices(*coverage, *period, now),
                                days->first != days->last || arguments[0].size() < days->first.size()});
    });
  }

  // A visit stands on the day of its arrival, whole. One that lasts has no duration yet and is told once it
  // has ended: a program that adds durations up never has to take one back.
  HttpResponse visits(const DeviceDays& asked) const {
    const auto table = reader_.ended_visits(asked.device_id, asked.period);
    if (!table) return database_failure(table.error());
    return success_with(json_rows(*table), asked.notices);
  }

  // The fields of Persat's answer are not public: these are ours, in its manner (durations in milliseconds).
  HttpResponse summary(const DeviceDays& asked) const {
    const auto table = reader_.summaries(asked.device_id, asked.days);
    if (!table) return database_failure(table.error());
    if (asked.is_month) return success_with(json_rows(*table), asked.notices);
    std::string data;
    if (table->size == 0) {
      data = "null";
    } else {
      append_json_row(*table, 0, data);
    }
    return success_with(data, asked.notices);
  }

 private:
  const DeviceDirectory& directory_;
  TrackReader& reader_;
  const std::string zone_;
};

}  // namespace

void add_persat_tracking_routes(Router& router, const DeviceDirectory& directory, TrackReader& reader,
                                const std::string& zone) {
  const auto routes = std::make_shared<PersatTracking>(directory, reader, zone);
  router.add_concurrent("GET", "/v1/devices-visits/{date}/{device_id}", kRead,
                        [routes](const HttpRequest&, const PathArguments& arguments) {
                          return routes->for_device_days(
                              arguments, [&](const DeviceDays& asked) { return routes->visits(asked); });
                        });
  router.add_concurrent("GET", "/v1/devices-pathtrack-sumary/{date}/{device_id}", kRead,
                        [routes](const HttpRequest&, const PathArguments& arguments) {
                          return routes->for_device_days(
                              arguments, [&](const DeviceDays& asked) { return routes->summary(asked); });
                        });
}

}  // namespace rastro
