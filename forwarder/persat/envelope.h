// Persat's envelope of every answer (persat-api.md 1.2): its data, or the error that it means. Pure.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>

#include "forwarder/persat/error.h"
#include "forwarder/persat/http.h"

namespace rastro::persat {

// Of a page of a collection; a count that was not said is nothing.
struct Paging {
  std::optional<std::uint64_t> offset{};
  std::optional<std::uint64_t> limit{};   // items in this answer
  std::optional<std::uint64_t> result{};  // items that match the search
  std::optional<std::uint64_t> total{};   // items in the collection
  std::optional<std::string> next{};      // the cursor of deliveries (6.2); nothing: this was the last page
};

struct Answer {
  boost::json::value data;
  Paging paging{};
};

// `now_ms` (UTC since 1970) for a Retry-After that is a date.
Result<Answer> decode_answer(const HttpAnswer& answer, std::int64_t now_ms);

}  // namespace rastro::persat
