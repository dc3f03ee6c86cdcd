#include "gateway/commands/work_order_command.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "gateway/database.h"
#include "gateway/work_orders/make_work_orders.h"
#include "gateway/work_orders/work_order_json.h"
#include "schema/json.h"

namespace rastro {
namespace {

namespace json = boost::json;

constexpr int kBadRequest = 400;

int fail(const AdminOutput& to, std::string_view sentence, int exit_code) {
  to.err << "rastro: " << sentence << '\n';
  return exit_code;
}

// show(data) of a good answer; else its sentence and the exit code.
template <typename Show>
int answer(const HttpResponse& response, const AdminOutput& to, Show show) {
  const json::value body = json::parse(response.body);
  if (response.status == 200) {
    show(body.at("data"));
    return 0;
  }
  const json::string& sentence = body.at("error").at("userMessage").as_string();
  return fail(to, {sentence.data(), sentence.size()}, response.status == kBadRequest ? 2 : 1);
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

// "2026-03-04 10:00", or blanks for an order without a date.
std::string start_of(const json::value& assignation) {
  const std::string date = text_of(assignation.at("date"));
  if (date.empty()) return date;
  const std::int64_t starts_min = assignation.at("starts_min").as_int64();
  return fmt::format("{} {:02}:{:02}", date.substr(0, 10), starts_min / 60, starts_min % 60);
}

void print_list(const json::value& orders, const AdminOutput& to) {
  if (to.json) {
    to.out << json::serialize(orders) << '\n';
    return;
  }
  to.out << fmt::format("{:>8}  {:<20} {:<16} {:<12} {}\n", "wo_id", "state", "starts", "client", "name");
  for (const json::value& order : orders.as_array()) {
    to.out << fmt::format("{:>8}  {:<20} {:<16} {:<12} {}\n", text_of(order.at("_id")),
                          text_of(order.at("state")), start_of(order.at("assignation_info")),
                          text_of(order.at("client").at("uid_client")),
                          text_of(order.at("client").at("name")));
  }
}

// Runs ask(WorkOrders) on those of the configured database.
template <typename Ask>
HttpResponse with_orders(const Config& config, Ask ask) {
  const auto orders = make_work_orders(config, database_url(config));
  return ask(*orders);
}

}  // namespace

int run_work_order_list(const Config& config, const WorkOrderListOptions& options, const AdminOutput& to) {
  postgis::WorkOrderQuestion question{.states = options.states, .uid_client = options.uid_client};
  if (!options.from.empty()) {
    const auto first = find_day(options.from);
    const auto last = options.to.empty() ? first : find_day(options.to);
    if (!first || !last) return fail(to, "a day is written as 2026-11-20", 2);
    question.days = {*first, *last};
  }
  const HttpResponse response =
      with_orders(config, [&](WorkOrders& orders) { return orders.list(question); });
  return answer(response, to, [&](const json::value& data) { print_list(data, to); });
}

int run_work_order_show(const Config& config, const std::string& wo_id, const AdminOutput& to) {
  const HttpResponse response = with_orders(config, [&](WorkOrders& orders) { return orders.find(wo_id); });
  return answer(response, to, [&](const json::value& data) { to.out << json::serialize(data) << '\n'; });
}

int run_work_order_cancel(const Config& config, const std::string& wo_id, const std::string& cause,
                          const std::optional<std::vector<std::int64_t>>& labels_ids, const AdminOutput& to) {
  // The same checks as over HTTP: of the same text.
  std::string body = "{\"cause\":";
  append_json_string(cause, body);
  if (labels_ids) body += fmt::format(",\"labels_ids\":[{}]", fmt::join(*labels_ids, ","));
  postgis::Cancellation cancellation;
  if (const auto mistake = parse_cancellation(body + "}", cancellation)) return fail(to, mistake.spanish, 2);
  const HttpResponse response = with_orders(
      config, [&](WorkOrders& orders) { return orders.cancel(wo_id, cancellation, shell_actor()); });
  return answer(response, to, [&](const json::value& data) {
    to.out << (to.json ? json::serialize(data) : "work order " + wo_id + " is cancelled") << '\n';
  });
}

}  // namespace rastro
