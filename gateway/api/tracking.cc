#include "gateway/api/tracking.h"

#include <algorithm>
#include <array>

#include "gateway/api/listing.h"
#include "gateway/api/period.h"
#include "gateway/clock.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kTracking};

using postgis::Result;
using postgis::Table;
using postgis::TrackQuestion;
using postgis::TrackReader;

// Days that may be asked for at once: a year of one vehicle or client, a month of all, ten years of sums.
constexpr std::int64_t kDeviceDays = 366;
constexpr std::int64_t kFleetDays = 31;
constexpr std::int64_t kDeviceStatisticsDays = 3660;
constexpr std::int64_t kFleetStatisticsDays = 366;
constexpr std::string_view kNoSuchClient = "No existe un cliente con este id";

class TrackingRoutes {
 public:
  TrackingRoutes(const DeviceDirectory& directory, TrackReader& reader, std::string zone)
      : directory_(directory), reader_(reader), zone_(std::move(zone)) {}

  HttpResponse trips(const HttpRequest& request, const PathArguments& arguments) const {
    return device_list(request, arguments[0], "trips", [this](const auto& question, ListForm, const Query&) {
      return reader_.trips(question);
    });
  }
  HttpResponse stops(const HttpRequest& request, const PathArguments& arguments) const {
    return device_list(request, arguments[0], "stops", [this](const auto& question, ListForm, const Query&) {
      return reader_.stops(question);
    });
  }
  HttpResponse device_visits(const HttpRequest& request, const PathArguments& arguments) const {
    return device_list(request, arguments[0], "visits",
                       [this](const auto& question, ListForm form, const Query& query) {
                         return reader_.visits(question, is_explained(query, form));
                       });
  }

  HttpResponse client_visits(const HttpRequest& request, const PathArguments& arguments) const {
    const auto client_id = parse_number<std::int64_t>(arguments[0]);
    if (!client_id) return not_an_integer("client_id");
    const auto there = reader_.has_client(*client_id);
    if (!there) return database_failure(there.error());
    if (!*there) return failure(ApiError::kNotFound, kNoSuchClient, "client_id");
    TrackQuestion question;
    question.client_id = client_id;
    return visit_list(request, question, kDeviceDays);
  }
  HttpResponse fleet_visits(const HttpRequest& request, const PathArguments&) const {
    return visit_list(request, {}, kFleetDays);
  }

  HttpResponse device_statistics(const HttpRequest& request, const PathArguments& arguments) const {
    return with_device(directory_, arguments[0], [&](const Device& device) {
      return statistics(request, device.id, kDeviceStatisticsDays);
    });
  }
  HttpResponse fleet_statistics(const HttpRequest& request, const PathArguments&) const {
    return statistics(request, {}, kFleetStatisticsDays);
  }

  HttpResponse plan(const HttpRequest& request, const PathArguments&) const {
    const Query query(request.query);
    if (const auto unknown = query.first_unknown({"date", "state", "format", "limit", "cursor"});
        !unknown.empty())
      return bad_value(unknown);
    Paged paged;
    if (const auto wrong = parse_paged(query, request.accept, paged); !wrong.empty()) return bad_value(wrong);
    const std::string* date = query.find("date");
    if (date == nullptr) return period_failure(PeriodFault::kMissing, 1);
    const auto days = parse_days(*date);
    if (!days || days->first != *date) return period_failure(PeriodFault::kNoSuchDate, 1);
    const auto period = reader_.period_of(*days, zone_);
    if (!period) return database_failure(period.error());
    postgis::PlanQuestion question{
        .day = days->first, .zone = zone_, .now_ms = now_ms(), .limit = paged.limit};
    if (const std::string* state = query.find("state")) {
      if (!is_plan_state(*state)) return bad_value("state");
      question.state = *state;
    }
    if (paged.after) question.offset = paged.after->skip;
    const auto table = reader_.plan(question);
    if (!table) return database_failure(table.error());
    return list_response(request, paged, "plan", *table, find_notices(*period, question.now_ms));
  }

 private:
  static bool is_plan_state(std::string_view state) {
    constexpr std::array<std::string_view, 6> kStates = {"on_time",     "early",     "late",
                                                         "not_visited", "unplanned", "due"};
    return std::ranges::find(kStates, state) != kStates.end();
  }

  // Those who look want to know why; those who take everything ask for it.
  static bool is_explained(const Query& query, ListForm form) {
    const std::string* explain = query.find("explain");
    return explain == nullptr ? form == ListForm::kJson : *explain == "true";
  }

  Asked ask(const Query& query, std::int64_t most_days) const {
    return ask_period(query, reader_, zone_, most_days, now_ms());
  }

  // What all lists read of a request; the answer when something is wrong with it.
  std::optional<HttpResponse> read_list(const HttpRequest& request, const Query& query,
                                        std::int64_t most_days, Paged& paged, TrackQuestion& question) const {
    const auto unknown = query.first_unknown({"date", "from", "to", "format", "limit", "cursor", "explain"});
    if (!unknown.empty()) return bad_value(unknown);
    if (const auto wrong = parse_paged(query, request.accept, paged); !wrong.empty()) return bad_value(wrong);
    const std::string* explain = query.find("explain");
    if (explain != nullptr && *explain != "true" && *explain != "false") return bad_value("explain");
    Asked asked = ask(query, most_days);
    if (asked.why_not) return std::move(asked.why_not);
    question.period = asked.period;
    question.limit = paged.limit;
    question.after = paged.after;
    return {};
  }

  template <typename Read>
  HttpResponse device_list(const HttpRequest& request, const std::string& device_id, std::string_view name,
                           Read read) const {
    return with_device(directory_, device_id, [&](const Device& device) -> HttpResponse {
      const Query query(request.query);
      Paged paged;
      TrackQuestion question;
      question.device_id = device.id;
      if (auto wrong = read_list(request, query, kDeviceDays, paged, question)) return *std::move(wrong);
      const Result<Table> table = read(question, paged.form, query);
      if (!table) return database_failure(table.error());
      const auto coverage = reader_.coverage(device.id, question.period);
      if (!coverage) return database_failure(coverage.error());
      return list_response(request, paged, name, *table, find_notices(*coverage, question.period, now_ms()));
    });
  }

  HttpResponse visit_list(const HttpRequest& request, TrackQuestion question, std::int64_t most_days) const {
    const Query query(request.query);
    Paged paged;
    if (auto wrong = read_list(request, query, most_days, paged, question)) return *std::move(wrong);
    const auto table = reader_.visits(question, is_explained(query, paged.form));
    if (!table) return database_failure(table.error());
    return list_response(request, paged, "visits", *table, find_notices(question.period, now_ms()));
  }

  HttpResponse statistics(const HttpRequest& request, std::optional<std::int64_t> device_id,
                          std::int64_t most_days) const {
    const Query query(request.query);
    const auto unknown =
        query.first_unknown({"date", "from", "to", "by", "each", "format", "limit", "cursor"});
    if (!unknown.empty()) return bad_value(unknown);
    Paged paged;
    if (const auto wrong = parse_paged(query, request.accept, paged); !wrong.empty()) return bad_value(wrong);
    const auto by = find_grouping(query);
    if (!by) return bad_value("by");
    const std::string* each = query.find("each");
    if (each != nullptr && (*each != "device" || device_id)) return bad_value("each");
    const Asked asked = ask(query, most_days);
    if (asked.why_not) return *asked.why_not;
    if (!asked.days) return period_failure(PeriodFault::kNoSuchDate, most_days);  // moments are no days
    const postgis::StatisticsQuestion question{*asked.days, *by, device_id};
    const auto table = each == nullptr ? reader_.statistics(question)
                                       : reader_.statistics_by_device(question, paged.after, paged.limit);
    if (!table) return database_failure(table.error());
    if (!device_id)
      return list_response(request, paged, "statistics", *table, find_notices(asked.period, now_ms()));
    const auto coverage = reader_.coverage(*device_id, asked.period);
    if (!coverage) return database_failure(coverage.error());
    return list_response(request, paged, "statistics", *table,
                         find_notices(*coverage, asked.period, now_ms()));
  }

  static std::optional<postgis::Grouping> find_grouping(const Query& query) {
    const std::string* by = query.find("by");
    if (by == nullptr || *by == "day") return postgis::Grouping::kDay;
    if (*by == "week") return postgis::Grouping::kWeek;
    if (*by == "month") return postgis::Grouping::kMonth;
    return {};
  }

  const DeviceDirectory& directory_;
  TrackReader& reader_;
  const std::string zone_;
};

}  // namespace

void add_tracking_routes(Router& router, const DeviceDirectory& directory, TrackReader& reader,
                         const std::string& zone) {
  const auto routes = std::make_shared<TrackingRoutes>(directory, reader, zone);
  using Handler = HttpResponse (TrackingRoutes::*)(const HttpRequest&, const PathArguments&) const;
  const auto add = [&](const char* pattern, Handler handler) {
    router.add_concurrent("GET", pattern, kRead,
                          [routes, handler](const HttpRequest& request, const PathArguments& arguments) {
                            return ((*routes).*handler)(request, arguments);
                          });
  };
  add("/api/v1/devices/{device_id}/trips", &TrackingRoutes::trips);
  add("/api/v1/devices/{device_id}/stops", &TrackingRoutes::stops);
  add("/api/v1/devices/{device_id}/visits", &TrackingRoutes::device_visits);
  add("/api/v1/devices/{device_id}/statistics", &TrackingRoutes::device_statistics);
  add("/api/v1/clients/{client_id}/visits", &TrackingRoutes::client_visits);
  add("/api/v1/visits", &TrackingRoutes::fleet_visits);
  add("/api/v1/visits/plan", &TrackingRoutes::plan);
  add("/api/v1/statistics", &TrackingRoutes::fleet_statistics);
}

}  // namespace rastro
