#include "pipeline/postgis/catalogue.h"

#include <poll.h>

#include <array>
#include <pqxx/pqxx>

#include "pipeline/postgis/connection.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

constexpr std::array<std::string_view, 3> kStatusNames = {"active", "pending", "disabled"};

// Times as whole milliseconds since 1970.
#define RASTRO_MS(column) "(extract(epoch FROM " column ") * 1000)::bigint"

constexpr const char* kDevices =
    "SELECT id, imei, name, status, persat_device_id, type, nullif(serial_number, imei), first_name, "
    "last_name, working_zones, working_hours, " RASTRO_MS("created_at") ", " RASTRO_MS(
        "updated_at") ", persat_ambiguous AND persat_match IS NULL FROM rastro.device ORDER BY id";
constexpr const char* kLastFixes =
    "SELECT last.device_id, imei, " RASTRO_MS("last.fix_time") ", " RASTRO_MS("last.received_at") ", "
    "ST_Y(last.position), ST_X(last.position), last.altitude_m, last.speed_kmh, last.course_deg, last.satellites, "
    "coalesce(fix.attributes, '{}') FROM rastro.device_last_fix AS last JOIN rastro.device ON device.id = last.device_id "
    "LEFT JOIN rastro.fix USING (device_id, fix_time, record_hash) ORDER BY last.device_id";
// The server looks at no row when there is no other gateway: what does not depend on the row comes first.
constexpr const char* kLastFixesSince =
    "SELECT last.device_id, imei, " RASTRO_MS("last.fix_time") ", " RASTRO_MS("last.received_at") ", "
    "ST_Y(last.position), ST_X(last.position), last.altitude_m, last.speed_kmh, last.course_deg, last.satellites, "
    "'{}' FROM rastro.device_last_fix AS last JOIN rastro.device ON device.id = last.device_id "
    "WHERE last.received_at >= timestamptz 'epoch' + $1::bigint * interval '1 millisecond' AND "
    "EXISTS (SELECT FROM rastro.consumer_cursor WHERE gateway <> $2::uuid AND updated_at > now() - interval '1 day')";
constexpr const char* kDeviceTexts =
    "SELECT id, true, t.* FROM rastro.device, jsonb_each_text(settings) AS t WHERE settings <> '{}' UNION "
    "ALL "
    "SELECT id, false, t.* FROM rastro.device, jsonb_each_text(learnt) AS t WHERE learnt <> '{}' ORDER BY 1";
constexpr const char* kSetDeviceSetting =
    "UPDATE rastro.device SET settings = CASE WHEN $3 = '' THEN settings - $2::text "
    "ELSE settings || jsonb_build_object($2::text, $3::text) END WHERE imei = $1";
constexpr const char* kSetDeviceLearnt =
    "UPDATE rastro.device SET learnt = coalesce((SELECT jsonb_object_agg(name, value) "
    "FROM unnest($2::text[], $3::text[]) AS t(name, value)), '{}') WHERE imei = $1";
constexpr const char* kClients =
    "SELECT id, company_name, ST_Y(position), ST_X(position), radius_m FROM rastro.client ORDER BY id";
constexpr const char* kAddDevice =
    "INSERT INTO rastro.device (imei, name, status, persat_device_id, type, serial_number, first_name, "
    "last_name, persat_match) "
    "VALUES ($1, $2, $3, $4::bigint, $5, coalesce(nullif($6, ''), $1), $7, $8, "
    "CASE WHEN $4::bigint IS NOT NULL THEN 'hand' END) RETURNING id";

template <typename T>
std::optional<T> get_optional(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional<T>(field.as<T>());
}

DeviceRow get_device(const pqxx::row& row) {
  DeviceRow device;
  device.id = row[0].as<std::int64_t>();
  device.imei = row[1].as<std::string>();
  device.name = row[2].as<std::string>();
  device.status = find_device_status(row[3].c_str()).value_or(DeviceStatus::kDisabled);
  device.persat_device_id = get_optional<std::int64_t>(row[4]);
  device.type = row[5].as<std::string>();
  device.serial_number = row[6].as<std::string>(std::string());
  device.first_name = row[7].as<std::string>();
  device.last_name = row[8].as<std::string>();
  device.working_zones = row[9].as<std::string>();
  device.working_hours = row[10].as<std::string>();
  device.created_ms = row[11].as<std::int64_t>();
  device.updated_ms = row[12].as<std::int64_t>();
  device.persat_ambiguous = row[13].as<bool>();
  return device;
}

ClientRow get_client(const pqxx::row& row) {
  ClientRow client;
  client.id = row[0].as<std::int64_t>();
  client.company_name = row[1].as<std::string>();
  client.latitude_deg = row[2].as<double>();
  client.longitude_deg = row[3].as<double>();
  client.radius_m = row[4].as<double>();
  return client;
}

LastFixRow get_last_fix(const pqxx::row& row) {
  LastFixRow fix;
  fix.device_id = row[0].as<std::int64_t>();
  fix.imei = row[1].as<std::string>();
  fix.time_ms = row[2].as<std::int64_t>();
  fix.received_ms = row[3].as<std::int64_t>();
  fix.latitude_deg = row[4].as<double>();
  fix.longitude_deg = row[5].as<double>();
  fix.altitude_m = get_optional<double>(row[6]);
  fix.speed_kmh = get_optional<double>(row[7]);
  fix.course_deg = get_optional<double>(row[8]);
  fix.satellites = get_optional<int>(row[9]);
  fix.attributes = row[10].as<std::string>();
  return fix;
}

template <typename Row>
std::vector<Row> get_all(const pqxx::result& result, Row (*get)(const pqxx::row&)) {
  std::vector<Row> rows;
  rows.reserve(result.size());
  for (const pqxx::row& row : result) rows.push_back(get(row));
  return rows;
}

class Listener : public pqxx::notification_receiver {
 public:
  explicit Listener(pqxx::connection_base& connection)
      : pqxx::notification_receiver(connection, "rastro_catalogue") {}
  void operator()(const std::string& /*payload*/, int /*backend*/) override { heard = true; }

  bool heard = true;  // a new connection: what was said before it, nobody heard
};

}  // namespace

std::string_view device_status_name(DeviceStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<DeviceStatus> find_device_status(std::string_view name) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
    if (kStatusNames[i] == name) return static_cast<DeviceStatus>(i);
  }
  return std::nullopt;
}

struct Catalogue::Link {
  explicit Link(const std::string& url)
      : connection(url), quiet(connection), listener(connection), backend(connection.backendpid()) {}

  pqxx::connection connection;
  pqxx::quiet_errorhandler quiet;
  Listener listener;
  int backend;  // libpqxx may connect again behind our back, and what was said meanwhile is lost
};

Catalogue::Catalogue(std::string url, std::string actor) : url_(std::move(url)), actor_(std::move(actor)) {}
Catalogue::~Catalogue() = default;

Catalogue::Link& Catalogue::link() {
  if (!link_) link_ = std::make_unique<Link>(url_);
  return *link_;
}

template <typename T>
Result<T> Catalogue::in_transaction(const std::function<T(pqxx::transaction_base&)>& work) {
  try {
    pqxx::work transaction(link().connection);
    if (!actor_.empty()) transaction.exec_params("SELECT set_config('rastro.actor', $1, true)", actor_);
    T value = work(transaction);
    transaction.commit();
    return value;
  } catch (...) {
    Failure failure = failure_of_current_exception();
    if (failure.kind == FailureKind::kUnavailable || failure.kind == FailureKind::kInDoubt) link_.reset();
    return failure;
  }
}

Result<std::vector<DeviceRow>> Catalogue::devices() {
  return in_transaction<std::vector<DeviceRow>>([](auto& t) {
    std::vector<DeviceRow> devices = get_all(t.exec(kDevices), get_device);
    auto device = devices.begin();  // both lists go by id
    for (const pqxx::row& row : t.exec(kDeviceTexts)) {
      const auto id = row[0].template as<std::int64_t>();
      while (device != devices.end() && device->id < id) ++device;
      if (device == devices.end()) break;
      NamedTexts& texts = row[1].template as<bool>() ? device->settings : device->learnt;
      texts[row[2].template as<std::string>()] = row[3].template as<std::string>();
    }
    return devices;
  });
}

Result<std::vector<ClientRow>> Catalogue::clients() {
  return in_transaction<std::vector<ClientRow>>(
      [](auto& t) { return get_all(t.exec(kClients), get_client); });
}

Result<std::vector<LastFixRow>> Catalogue::last_fixes() {
  return in_transaction<std::vector<LastFixRow>>(
      [](auto& t) { return get_all(t.exec(kLastFixes), get_last_fix); });
}

Result<std::vector<LastFixRow>> Catalogue::last_fixes_since(std::int64_t received_ms,
                                                            const std::string& gateway) {
  return in_transaction<std::vector<LastFixRow>>(
      [&](auto& t) { return get_all(t.exec_params(kLastFixesSince, received_ms, gateway), get_last_fix); });
}

Result<bool> Catalogue::wait_for_change(std::chrono::milliseconds timeout, int other) {
  try {
    Link& here = link();
    if (std::exchange(here.backend, here.connection.backendpid()) != here.connection.backendpid())
      here.listener.heard = true;
    here.connection.get_notifs();
    if (!here.listener.heard) {
      std::array<pollfd, 2> either{{{here.connection.sock(), POLLIN, 0}, {other, POLLIN, 0}}};
      ::poll(either.data(), either.size(), static_cast<int>(timeout.count()));
      here.connection.get_notifs();
    }
    return std::exchange(here.listener.heard, false);
  } catch (...) {
    link_.reset();
    return failure_of_current_exception();
  }
}

Result<std::int64_t> Catalogue::add_device(const NewDevice& device) {
  return in_transaction<std::int64_t>([&](auto& t) {
    const std::optional<std::int64_t>& persat = device.persat_device_id;
    const std::string persat_text = persat ? std::to_string(*persat) : "";
    return t
        .exec_params1(kAddDevice, device.imei, device.name, std::string(device_status_name(device.status)),
                      persat ? persat_text.c_str() : nullptr, device.type.str(), device.serial_number.str(),
                      device.first_name.str(), device.last_name.str())[0]
        .template as<std::int64_t>();
  });
}

Result<bool> Catalogue::set_device_status(const std::string& imei, DeviceStatus status) {
  return in_transaction<bool>([&](auto& t) {
    return t.exec_params("UPDATE rastro.device SET status = $2 WHERE imei = $1", imei,
                         std::string(device_status_name(status)))
               .affected_rows() > 0;
  });
}

Result<bool> Catalogue::set_device_name(const std::string& imei, const std::string& name) {
  return in_transaction<bool>([&](auto& t) {
    return t.exec_params("UPDATE rastro.device SET name = $2 WHERE imei = $1", imei, name).affected_rows() >
           0;
  });
}

Result<bool> Catalogue::set_persat_device_id(const std::string& imei,
                                             std::optional<std::int64_t> persat_device_id) {
  return in_transaction<bool>([&](auto& t) {
    const std::string text = persat_device_id ? std::to_string(*persat_device_id) : "";
    return t.exec_params(
                "UPDATE rastro.device SET persat_device_id = $2, persat_match = 'hand' WHERE imei = $1", imei,
                persat_device_id ? text.c_str() : nullptr)
               .affected_rows() > 0;
  });
}

Result<bool> Catalogue::set_device_setting(const std::string& imei, const std::string& name,
                                           const std::string& value) {
  return in_transaction<bool>(
      [&](auto& t) { return t.exec_params(kSetDeviceSetting, imei, name, value).affected_rows() > 0; });
}

Result<bool> Catalogue::set_device_learnt(const std::string& imei, const NamedTexts& learnt) {
  return in_transaction<bool>([&](auto& t) {
    std::string names;
    std::string values;
    for (const auto& [name, value] : learnt) {
      append_array_element(name, names);
      append_array_element(value, values);
    }
    return t.exec_params(kSetDeviceLearnt, imei, finish_array(std::move(names)),
                         finish_array(std::move(values)))
               .affected_rows() > 0;
  });
}

Result<bool> Catalogue::maintain_partitions() {
  return in_transaction<bool>(
      [](auto& t) { return t.exec1("SELECT rastro.maintain_partitions()")[0].template as<bool>(); });
}

}  // namespace rastro::postgis
