// How positions become the body of a request: one by itself, or several in a frame around them. Pure;
// immutable after parse(), any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "forwarder/body_template.h"
#include "forwarder/window.h"

namespace rastro::forward {

inline constexpr std::string_view kDefaultBatchBody = "[${positions}]";

class RequestShape {
 public:
  // A request for each position.
  explicit RequestShape(BodyTemplate body) : body_(std::move(body)) {}
  // Up to `batch_max` positions a request. `batch` holds ${positions} once, where their bodies go with commas
  // between, and is JSON with them. Nothing when it is not: `why` then says so in a sentence.
  static std::optional<RequestShape> parse(std::string_view body, std::string_view batch,
                                           std::size_t batch_max, std::string& why);

  bool needs(Placeholder placeholder) const { return body_.needs(placeholder); }
  std::size_t batch_max() const { return batch_max_; }
  // Replaces `out`.
  void render(const Jobs& batch, std::string& out) const;

 private:
  BodyTemplate body_;
  std::string before_ = {};
  std::string after_ = {};
  std::size_t batch_max_ = 1;
};

}  // namespace rastro::forward
