#include "pipeline/postgis/attribute_encoder.h"

#include <algorithm>

#include "schema/json.h"

namespace rastro::postgis {
namespace {

// The order of jsonb's own keys (src/backend/utils/adt/jsonb_util.c, lengthCompareJsonbString): what comes
// sorted is not sorted by the server, which took a sixth of a row's time.
bool before_in_jsonb(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

void append_key(std::string_view quoted, std::string& out) {
  if (out.back() != '{') out += ',';
  out += quoted;
}

}  // namespace

bool AttributeEncoder::are_known(std::span<const Attribute> attributes) const {
  return std::ranges::equal(attributes, names_, {}, &Attribute::name);
}

void AttributeEncoder::learn(std::span<const Attribute> attributes) {
  names_.clear();
  keys_.clear();
  for (const Attribute& attribute : attributes) names_.emplace_back(attribute.name);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (std::find(names_.begin() + static_cast<std::ptrdiff_t>(i) + 1, names_.end(), names_[i]) !=
        names_.end())
      continue;
    Key& key = keys_.emplace_back(Key{i, {}});
    append_json_string(names_[i], key.text);
    key.text += ':';
  }
  std::ranges::sort(keys_, before_in_jsonb,
                    [this](const Key& key) { return std::string_view(names_[key.attribute]); });
}

void AttributeEncoder::append(std::span<const Attribute> attributes, AlarmSet alarms,
                              std::optional<std::int64_t> reported_time_ms, std::string& out) {
  if (!are_known(attributes)) learn(attributes);
  out += '{';
  for (const Key& key : keys_) {
    append_key(key.text, out);
    append_json_value(attributes[key.attribute].value, out);
  }
  if (alarms.any()) {
    append_key("\"alarms\":", out);
    append_json_alarms(alarms, out);
  }
  if (reported_time_ms) {
    append_key("\"reported_time\":\"", out);
    append_iso8601(*reported_time_ms, out);
    out += '"';
  }
  out += '}';
}

}  // namespace rastro::postgis
