#include "protocols/teltonika/generate/meaning.h"

#include <array>

namespace rastro::teltonika::generate {
namespace {

const std::map<std::string, Meaning> kMeanings = {
    {"ignition", {"ignition", "kTruth"}},
    {"movement", {"motion", "kTruth"}},
    {"battery_level", {"battery_percent", "kNone"}},
    {"battery_voltage", {"battery_v", "kNone"}},
    {"external_voltage", {"external_power_v", "kNone"}},
    {"gsm_signal", {"gsm_level", "kNone"}},
    {"total_odometer", {"odometer_m", "kNone"}},
    {"trip_odometer", {"trip_odometer_m", "kNone"}},
    {"gnss_hdop", {"hdop", "kNone"}},
    {"gnss_pdop", {"pdop", "kNone"}},
    {"ibutton", {"driver_id", "kIdentifier"}},
    {"iccid1", {"", "kIccidUpper"}},
    {"iccid2", {"", "kIccidLower"}},
    {"driver_name", {"", "kText"}},
    {"driver_card_license_type", {"", "kText"}},
    {"driver_gender", {"", "kText"}},
    {"driver_card_id", {"", "kText"}},
    {"fault_codes", {"", "kFaultCodes"}},
    {"iso6709_coordinates", {"", "kIso6709"}},
    {"beacon", {"", "kBeaconList"}},
    {"beacon_ids", {"", "kBeaconList"}},
    {"advanced_ble_beacon_data", {"", "kEyeList"}},
    {"advanced_ble_advertisement_data", {"", "kEyeList"}},
    {"eye_sensor_list_tlv", {"", "kEyeList"}},
    {"eye_beacon_sensor_list_tlv", {"", "kEyeList"}},
    {"eye_sensor_list", {"", "kEyeList"}},
    {"gnss_status", {"", "kGnssStatus"}},
    {"crash_detection", {"", "kAccident"}},
    {"jamming", {"", "kJamming"}},
    {"towing", {"", "kTow"}},
    {"idling", {"", "kIdling"}},
    {"unplug", {"", "kPowerCut"}},
    {"alarm", {"", "kSos"}},
    {"motorcycle_fall_detection", {"", "kFall"}},
    {"tamper_detection_event", {"", "kTampering"}},
    {"green_driving_type", {"", "kGreenDriving"}},
    {"over_speeding", {"", "kOverspeed"}},
    {"auto_geofence", {"", "kGeofence"}},
};

// A number of elements that are alike: "dallas_temperature_1" but not "dallas_temperature_id_1".
struct Series {
  const char* prefix;
  const char* effect;
};

constexpr std::array<Series, 4> kSeries = {{{"geofence_zone_", "kGeofence"},
                                            {"dallas_temperature_", "kDallasTemperature"},
                                            {"ble_temperature_", "kBleTemperature"},
                                            {"ble_humidity_", "kBleHumidity"}}};

}  // namespace

const std::map<std::string, Meaning>& meanings() { return kMeanings; }

Meaning meaning_of(const std::string& name) {
  // A name that is taken has its id appended; the meaning is that of the name all the same for lists of
  // bytes.
  const auto found = kMeanings.find(name);
  if (found != kMeanings.end()) return found->second;
  if (name == "eye_beacon_sensor_list_tlv_10831") return {"", "kEyeList"};
  for (const Series& series : kSeries) {
    if (!name.starts_with(series.prefix)) continue;
    const std::string number = name.substr(std::string(series.prefix).size());
    if (number.size() <= 2 && number.find_first_not_of("0123456789") == std::string::npos)
      return {"", series.effect};
  }
  return {"", "kNone"};
}

}  // namespace rastro::teltonika::generate
