#include "gateway/consumers/forward_consumer.h"

#include <stdexcept>

#include "gateway/devices/working_time.h"
#include "gateway/log.h"
#include "gateway/version.h"

namespace rastro {
namespace {

using forward::Forwarder;

std::optional<forward::Target> find_target(const DeviceDirectory& directory, const DeviceIdentity& identity) {
  const auto device = directory.find(identity);
  if (!device || device->status != DeviceStatus::kActive) return {};
  return forward::Target{
      .persat_device_id = device->persat_device_id,
      .serial_number = device->serial_number.empty() ? device->imei : device->serial_number.str(),
      .ambiguous = device->persat_ambiguous};
}

Forwarder::Options forwarder_options(const ForwardConfig& config) {
  Forwarder::Options options;
  options.http.url = forward_url(config);
  options.http.api_key = config.api_key;
  options.http.user_agent = std::string("rastro/") + kVersion;
  options.http.timeout = std::chrono::seconds(config.timeout_s);
  options.http.concurrency = static_cast<std::size_t>(config.concurrency);
  options.http.method = config.method;
  options.http.headers = config.headers;
  options.http.idempotency_header = config.idempotency_header;
  options.success = config.success;
  options.batch_wait = std::chrono::milliseconds(config.batch_ms);
  options.filter = {std::chrono::seconds(config.min_interval_s), static_cast<double>(config.min_distance_m)};
  options.catch_up = {config.latest_first, std::chrono::seconds(config.latest_first_after_s)};
  options.requests_per_second = static_cast<double>(config.requests_per_second);
  // A sink that fails now and then changes its sentence many times a second.
  options.on_trouble = [limit = std::make_shared<LogLimit>(std::chrono::seconds(10)),
                        said = false](const std::string& sentence) mutable {
    std::uint64_t held_back = 0;
    if (sentence.empty()) {
      if (std::exchange(said, false)) spdlog::info("forwarding goes on");
    } else if (limit->pass(held_back)) {
      spdlog::warn("forwarding: {}", sentence);
      said = true;
    }
  };
  return options;
}

}  // namespace

std::unique_ptr<Forwarder> make_forwarder(const Config& config, journal::Journal& journal,
                                          const DeviceDirectory& directory,
                                          const tracking::Calendar& calendar) {
  if (!config.forward.enabled) return nullptr;
  std::string why;
  auto shape = forward::RequestShape::parse(config.forward.body, config.forward.batch_body,
                                            static_cast<std::size_t>(config.forward.batch_max), why);
  if (!shape) throw std::runtime_error("forward.body: " + why);
  std::unique_ptr<journal::Folder> folder;
  const auto status = journal::open_posix_folder(config.data_dir + "/forward", true, folder);
  if (!status.ok()) throw std::runtime_error("forwarding: " + status.detail);
  forward::Devices devices = {
      [&directory] { return directory.loaded(); },
      [&directory](const DeviceIdentity& identity) { return find_target(directory, identity); }};
  if (config.forward.working_hours_only) {
    devices.at_work = [&directory, time = WorkingTime(calendar)](const DeviceIdentity& identity,
                                                                 std::int64_t time_ms) mutable {
      const auto device = directory.find(identity);
      return device && time.holds(device->working_hours, time_ms);
    };
  }
  return std::make_unique<Forwarder>(journal, std::move(folder), *std::move(shape), devices,
                                     forwarder_options(config.forward));
}

}  // namespace rastro
