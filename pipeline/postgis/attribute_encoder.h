// Attributes as the JSON of a jsonb column, keys in the server's own order. Remembers the names of the
// attributes before: a packet's records mostly have the same, and ordering and quoting them anew is most of
// the work. Pure but for that memory; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "schema/message.h"

namespace rastro::postgis {

class AttributeEncoder {
 public:
  // Appends one object, with "alarms" if there are any and "reported_time" if it is given. Of two attributes
  // with one name the later counts.
  void append(std::span<const Attribute> attributes, AlarmSet alarms,
              std::optional<std::int64_t> reported_time_ms, std::string& out);

 private:
  struct Key {
    std::size_t attribute;  // its place among those that come
    std::string text;       // quoted, with its colon
  };

  bool are_known(std::span<const Attribute> attributes) const;
  void learn(std::span<const Attribute> attributes);

  std::vector<std::string> names_;  // as they came
  std::vector<Key> keys_;           // in the server's order, each once
};

}  // namespace rastro::postgis
