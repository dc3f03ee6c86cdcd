// A forwarder that stands still, with one position parked, "1234-0", for tests of what the API says of it.
// Tests only.
#pragma once

#include <memory>
#include <stdexcept>

#include "forwarder/forwarder.h"
#include "tests/support/memory_folder.h"

namespace rastro::test {

class ParkedForwarder {
 public:
  ParkedForwarder() {
    journal::Options options;
    options.consumers = {forward::Forwarder::kName};
    const auto status = journal::Journal::open(open_memory_folder(journal_disk_), options, journal_);
    if (!status.ok()) throw std::runtime_error(status.detail);
    auto folder = open_memory_folder(disk_);
    forward::Job job;
    job.device = DeviceIdentity("1");
    job.id = {1234, 0};
    job.fix.latitude_deg = -34.6;
    job.fix.longitude_deg = -58.4;
    forward::Verdict verdict;
    verdict.reason = forward::ParkReason::kNotFound;
    verdict.sentence = "HTTP 404";
    forward::ParkingFile parking(*folder);
    if (!parking.append(job, "{}", verdict, 1772648405000).ok()) throw std::runtime_error("cannot park");
    forward::Forwarder::Options forwarding;
    forwarding.http.url = "http://127.0.0.1:1/";
    forward::Devices devices = {
        [] { return true; },
        [](const DeviceIdentity&) { return std::optional(forward::Target{.persat_device_id = 31}); }};
    std::string why;
    auto shape = forward::RequestShape::parse(forward::kDefaultBody, forward::kDefaultBatchBody, 1, why);
    forwarder_ = std::make_unique<forward::Forwarder>(*journal_, std::move(folder), shape.value(),
                                                      std::move(devices), std::move(forwarding));
  }

  forward::Forwarder* get() { return forwarder_.get(); }

 private:
  MemoryDisk journal_disk_;
  MemoryDisk disk_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<forward::Forwarder> forwarder_;
};

}  // namespace rastro::test
