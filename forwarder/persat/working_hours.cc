#include "forwarder/persat/working_hours.h"

#include <charconv>
#include <string_view>

namespace rastro::persat {
namespace {

namespace json = boost::json;

constexpr std::array<const char*, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                              "friday", "saturday", "sunday"};
constexpr int kMinutesOfDay = 24 * 60;

std::optional<int> decode_number(std::string_view text) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() || number < 0)
    return {};
  return number;
}

std::optional<std::chrono::minutes> decode_time(const json::object& interval, std::string_view name) {
  const json::value* value = interval.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  const std::string_view text(value->get_string());
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  const auto hour = decode_number(text.substr(0, colon));
  const auto minute = decode_number(text.substr(colon + 1));
  if (!hour || !minute || *hour > 24 || *minute > 59 || *hour * 60 + *minute > kMinutesOfDay) return {};
  return std::chrono::minutes(*hour * 60 + *minute);
}

std::optional<WorkingInterval> decode_interval(const json::value& value) {
  if (!value.is_object()) return {};
  const auto start = decode_time(value.get_object(), "start");
  const auto end = decode_time(value.get_object(), "end");
  if (!start || !end) return {};
  return WorkingInterval{*start, *end};
}

std::string encode_time(std::chrono::minutes time) {
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(time.count() / 60) + ":" + two(time.count() % 60);
}

Result<void> without_data(const Result<Answer>& answer) {
  if (!answer) return answer.error();
  return {};
}

}  // namespace

std::optional<WorkingHours> decode_working_hours(const json::object& object) {
  WorkingHours hours;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    const json::value* intervals = object.if_contains(kDays[day]);
    if (intervals == nullptr || intervals->is_null()) continue;
    if (!intervals->is_array()) return {};
    for (const json::value& value : intervals->get_array()) {
      const auto interval = decode_interval(value);
      if (!interval) return {};
      hours.days[day].push_back(*interval);
    }
  }
  return hours;
}

json::object encode_working_hours(const WorkingHours& hours) {
  json::object object;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    json::array intervals;
    for (const WorkingInterval& interval : hours.days[day]) {
      intervals.push_back({{"start", encode_time(interval.start)}, {"end", encode_time(interval.end)}});
    }
    object[kDays[day]] = std::move(intervals);
  }
  return object;
}

Result<void> set_working_hours(Api& api, std::int64_t device_id, const WorkingHours& hours) {
  const Target target = Target("/devices").segment(device_id).segment("working_hours");
  return without_data(api.post(target, {{"working_hours", encode_working_hours(hours)}}));
}

Result<void> set_working_hours(Api& api, const std::vector<std::int64_t>& device_ids,
                               const WorkingHours& hours) {
  return without_data(
      api.post(Target("/working-hours"), {{"devices_ids", json::array(device_ids.begin(), device_ids.end())},
                                          {"working_hours", encode_working_hours(hours)}}));
}

}  // namespace rastro::persat
