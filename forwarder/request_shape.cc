#include "forwarder/request_shape.h"

#include "forwarder/idempotency.h"

namespace rastro::forward {

std::optional<RequestShape> RequestShape::parse(std::string_view body, std::string_view batch,
                                                std::size_t batch_max, std::string& why) {
  auto one = BodyTemplate::parse(body, why);
  if (!one) return {};
  RequestShape shape(*std::move(one));
  shape.batch_max_ = batch_max;
  if (batch_max <= 1) return shape;
  constexpr std::string_view kMark = "${positions}";
  const std::size_t mark = batch.find(kMark);
  if (mark == std::string_view::npos || batch.find("${", mark + 1) != std::string_view::npos) {
    why = "a batch has ${positions} once, and no other placeholder";
    return {};
  }
  shape.before_ = batch.substr(0, mark);
  shape.after_ = batch.substr(mark + kMark.size());
  // As a template of its own it is checked to be JSON, with two positions in it.
  const std::string sample = shape.before_ + std::string(body) + "," + std::string(body) + shape.after_;
  if (!BodyTemplate::parse(sample, why)) return {};
  return shape;
}

void RequestShape::render(const Jobs& batch, std::string& out) const {
  out = before_;
  const bool with_key = body_.needs(Placeholder::kKey);
  for (const Job* job : batch) {
    if (job != batch.front()) out += ',';
    const std::string key = with_key ? idempotency_key(*job) : std::string();
    body_.render({job->target.persat_device_id, job->device.view(), job->target.serial_number,
                  job->received_ms, job->fix, job->attributes, key},
                 out);
  }
  out += after_;
}

}  // namespace rastro::forward
