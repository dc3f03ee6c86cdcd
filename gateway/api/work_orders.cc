#include "gateway/api/work_orders.h"

#include <memory>

#include "gateway/api/listing.h"
#include "gateway/api/period.h"
#include "gateway/api/request.h"
#include "gateway/clock.h"
#include "gateway/work_orders/work_order_json.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kWorkOrders};
constexpr Permission kAct = {Role::kOperator, Scope::kWorkOrders};

constexpr std::string_view kNoJson = "Se necesita 'Content-Type: application/json'";
// Persat's page "Listar OTs".
constexpr std::int64_t kMaxListDays = 15;
// Beyond half a day early and late mean nothing.
constexpr std::int32_t kMaxToleranceMin = 720;

HttpResponse mistake_response(const WorkOrderMistake& mistake) {
  return failure(ApiError::kBadRequest, mistake.spanish, mistake.code);
}

// How a query writes an array is not documented: A,B and ["A","B"] are both read, and one name several times.
void append_words(std::string_view list, std::vector<std::string>& out) {
  constexpr std::string_view kMarks = ",[]\" ";
  while (true) {
    list.remove_prefix(std::min(list.find_first_not_of(kMarks), list.size()));
    if (list.empty()) return;
    out.emplace_back(list.substr(0, list.find_first_of(kMarks)));
    list.remove_prefix(out.back().size());
  }
}

std::optional<HttpResponse> read_days(const Query& query, postgis::WorkOrderDays& out) {
  for (const std::string_view name : {"from", "to"}) {
    const std::string* text = query.find(name);
    if (text == nullptr)
      return failure(ApiError::kBadRequest, "'" + std::string(name) + "' es obligatorio", name);
    const auto day = find_day(*text);
    if (!day) return bad_value(name);
    (name == "from" ? out.first : out.last) = *day;
  }
  const std::int64_t days = count_days({out.first, out.last});
  if (days < 1) return period_failure(PeriodFault::kBackwards, kMaxListDays);
  if (days > kMaxListDays) return period_failure(PeriodFault::kTooLong, kMaxListDays);
  return {};
}

class WorkOrderRoutes {
 public:
  WorkOrderRoutes(WorkOrders& orders, WorkOrderRouteOptions options)
      : orders_(orders), options_(std::move(options)) {}

  HttpResponse list(const HttpRequest& request) const {
    Query query(request.query);
    postgis::WorkOrderQuestion question;
    for (const char* name : {"states", "states[]"}) {
      for (const std::string& text : query.take_all(name)) append_words(text, question.states);
    }
    if (const auto unknown = query.first_unknown({"from", "to", "uid_client"}); !unknown.empty())
      return bad_value(unknown);
    if (auto why_not = read_days(query, question.days.emplace())) return *std::move(why_not);
    if (const std::string* uid = query.find("uid_client")) question.uid_client = *uid;
    return orders_.list(question);
  }

  HttpResponse find(const std::string& wo_id) const { return orders_.find(wo_id); }

  HttpResponse insert(const HttpRequest& request) const {
    postgis::WorkOrderEntry entry;
    return act("insert", request, parse_work_order, entry,
               [&](const std::string& actor) { return orders_.insert(entry, actor); });
  }
  HttpResponse label(const HttpRequest& request, const std::string& wo_id) const {
    std::string labels_ids;
    return act("label", request, parse_labels, labels_ids,
               [&](const std::string& actor) { return orders_.label(wo_id, labels_ids, actor); });
  }
  HttpResponse cancel(const HttpRequest& request, const std::string& wo_id) const {
    postgis::Cancellation cancellation;
    return act("cancel", request, parse_cancellation, cancellation,
               [&](const std::string& actor) { return orders_.cancel(wo_id, cancellation, actor); });
  }

 private:
  // perform(actor), once parse(body, out) has found the body good.
  template <typename Parse, typename Out, typename Perform>
  HttpResponse act(std::string_view name, const HttpRequest& request, Parse parse, Out& out,
                   Perform perform) const {
    HttpResponse response;
    if (!is_json(request.content_type)) {
      response = failure(ApiError::kUnsupportedMediaType, kNoJson);
    } else if (const WorkOrderMistake mistake = parse(request.body, out)) {
      response = mistake_response(mistake);
    } else {
      response = perform(request.actor);
    }
    options_.on_act(name, response.status);
    return response;
  }

  WorkOrders& orders_;
  const WorkOrderRouteOptions options_;
};

// The day in words, and how many minutes beside the window are on time still.
HttpResponse day_of_orders(const HttpRequest& request, postgis::WorkOrderReader& orders,
                           postgis::TrackReader& tracks, const std::string& zone) {
  const Query query(request.query);
  if (const auto unknown = query.first_unknown({"date", "tolerance_min", "format", "limit", "cursor"});
      !unknown.empty())
    return bad_value(unknown);
  Paged paged;
  if (const auto wrong = parse_paged(query, request.accept, paged); !wrong.empty()) return bad_value(wrong);
  const std::string* date = query.find("date");
  if (date == nullptr) return period_failure(PeriodFault::kMissing, 1);
  const auto days = parse_days(*date);
  if (!days || days->first != *date) return period_failure(PeriodFault::kNoSuchDate, 1);
  postgis::WorkOrderDayQuestion question{
      .day = days->first, .zone = zone, .now_ms = now_ms(), .limit = paged.limit};
  if (paged.after) question.offset = paged.after->skip;
  if (const std::string* text = query.find("tolerance_min")) {
    const auto minutes = parse_number<std::int32_t>(*text);
    if (!minutes || *minutes < 0 || *minutes > kMaxToleranceMin) return bad_value("tolerance_min");
    question.tolerance_min = *minutes;
  }
  const auto period = tracks.period_of(*days, zone);
  if (!period) return database_failure(period.error());
  const auto table = orders.day(question);
  if (!table) return database_failure(table.error());
  return list_response(request, paged, "work_orders", *table, find_notices(*period, question.now_ms));
}

}  // namespace

void add_work_order_routes(Router& router, WorkOrders& orders, WorkOrderRouteOptions options) {
  const auto routes = std::make_shared<WorkOrderRoutes>(orders, std::move(options));
  constexpr auto kAll = "/v1/work-orders";
  constexpr auto kOne = "/v1/work-orders/{wo_id}";
  router.add_concurrent("GET", kAll, kRead, [routes](const HttpRequest& request, const PathArguments&) {
    return routes->list(request);
  });
  router.add_concurrent("POST", kAll, kAct, [routes](const HttpRequest& request, const PathArguments&) {
    return routes->insert(request);
  });
  router.add_concurrent("GET", kOne, kRead, [routes](const HttpRequest&, const PathArguments& arguments) {
    return routes->find(decode_url(arguments[0]));
  });
  router.add_concurrent("PUT", kOne, kAct,
                        [routes](const HttpRequest& request, const PathArguments& arguments) {
                          return routes->label(request, decode_url(arguments[0]));
                        });
  router.add_concurrent("POST", "/v1/work-orders/{wo_id}/cancel", kAct,
                        [routes](const HttpRequest& request, const PathArguments& arguments) {
                          return routes->cancel(request, decode_url(arguments[0]));
                        });
}

void add_work_order_day_routes(Router& router, postgis::WorkOrderReader& orders, postgis::TrackReader& tracks,
                               const std::string& zone) {
  router.add_concurrent("GET", "/api/v1/work-orders", kRead,
                        [&orders, &tracks, zone](const HttpRequest& request, const PathArguments&) {
                          return day_of_orders(request, orders, tracks, zone);
                        });
}

}  // namespace rastro
