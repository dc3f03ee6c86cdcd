// The devices, the places of clients and the last fixes: what the gateway keeps in
// memory and the shell changes. One connection of its own, opened when needed and again after it broke;
// blocking; one thread. Nothing throws.
#pragma once

#include <boost/container/flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/failure.h"
#include "pipeline/postgis/shared_text.h"
#include "schema/bytes.h"

namespace pqxx {
class transaction_base;
}

namespace rastro::postgis {

enum class DeviceStatus : std::uint8_t { kActive, kPending, kDisabled };

std::string_view device_status_name(DeviceStatus status);
std::optional<DeviceStatus> find_device_status(std::string_view name);

// What somebody who enters a device says about it. All but the imei may be left out.
struct NewDevice {
  std::string imei;
  std::string name = {};
  DeviceStatus status = DeviceStatus::kActive;
  std::optional<std::int64_t> persat_device_id = {};
  SharedText type = "VEHICLE";
  SharedText serial_number = {};  // empty: the imei
  SharedText first_name = {};
  SharedText last_name = {};
};

// By their names; most devices have none.
using NamedTexts = boost::container::flat_map<std::string, std::string>;

struct DeviceRow : NewDevice {
  std::int64_t id = 0;
  NamedTexts settings;       // set by somebody
  NamedTexts learnt;         // remembered of the device
  SharedText working_zones;  // JSON, as Persat's device list has them
  SharedText working_hours;
  // Nobody matched it, and its serial number is that of two of Persat's devices.
  bool persat_ambiguous = false;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
};

// Of a client (client_store.h) what is kept in memory.
struct ClientRow {
  std::int64_t id = 0;
  std::string company_name;
  double latitude_deg = 0;
  double longitude_deg = 0;
  double radius_m = 100;
};

struct LastFixRow {
  std::int64_t device_id = 0;
  std::string imei;
  std::int64_t time_ms = 0;
  std::int64_t received_ms = 0;
  double latitude_deg = 0;
  double longitude_deg = 0;
  std::optional<double> altitude_m;
  std::optional<double> speed_kmh;
  std::optional<double> course_deg;
  std::optional<int> satellites;
  std::string attributes;  // JSON
};

class Catalogue {
 public:
  // `actor`: in whose name devices are changed, for the audit; empty: nobody's.
  explicit Catalogue(std::string url, std::string actor = {});
  ~Catalogue();
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;

  Result<std::vector<DeviceRow>> devices();
  Result<std::vector<ClientRow>> clients();  // by id
  Result<std::vector<LastFixRow>> last_fixes();
  // Those that were received since then, if another gateway than that of the journal `gateway` writes too;
  // without their attributes.
  Result<std::vector<LastFixRow>> last_fixes_since(std::int64_t received_ms, const std::string& gateway);

  // True when devices or keys may have changed since the last call, which is also so after a connection was
  // made anew. False when the time is over.
  Result<bool> wait_for_change(std::chrono::milliseconds timeout, int other = -1);

  // kAlreadyExists when there is one with that imei. The number of the device.
  Result<std::int64_t> add_device(const NewDevice& device);
  // False when there is no such device.
  Result<bool> set_device_status(const std::string& imei, DeviceStatus status);
  Result<bool> set_device_name(const std::string& imei, const std::string& name);
  Result<bool> set_persat_device_id(const std::string& imei, std::optional<std::int64_t> persat_device_id);

  // An empty value takes the setting away.
  Result<bool> set_device_setting(const std::string& imei, const std::string& name, const std::string& value);
  // Replaces all that is remembered.
  Result<bool> set_device_learnt(const std::string& imei, const NamedTexts& learnt);

  // Partitions ahead of time and pg_partman's maintenance; every hour or so. False when a lock was in the
  // way.
  Result<bool> maintain_partitions();

 private:
  struct Link;

  template <typename T>
  Result<T> in_transaction(const std::function<T(pqxx::transaction_base&)>& work);
  Link& link();

  std::string url_;
  const std::string actor_;
  std::unique_ptr<Link> link_;
};

}  // namespace rastro::postgis
