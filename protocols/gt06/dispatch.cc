#include "protocols/gt06/dispatch.h"

#include <array>

#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

// In the order of the table in section 5; 90 and 97 only ever go to devices.
constexpr std::array kKinds = {
    MessageKind{number::kLogin, MessageType::kLogin, Answer::kAtOnce, decode_login},
    MessageKind{number::kGps, MessageType::kLocation, Answer::kIfAllAnswered, decode_location},
    MessageKind{number::kLbs, MessageType::kCells, Answer::kIfAllAnswered, decode_lbs},
    MessageKind{number::kGpsLbs, MessageType::kLocation, Answer::kIfAllAnswered, decode_location},
    MessageKind{number::kHeartbeat, MessageType::kHeartbeat, Answer::kAtOnce, decode_heartbeat},
    MessageKind{number::kSatelliteSnr, MessageType::kInformation, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kCommandAnswer, MessageType::kCommandReply, Answer::kIfAllAnswered,
                decode_command_answer},
    MessageKind{number::kAlarmLocal, MessageType::kAlarm, Answer::kDocumented, decode_alarm},
    MessageKind{number::kAddressByCell, MessageType::kAddressRequest, Answer::kAddress,
                decode_address_request},
    MessageKind{number::kCellsLocal, MessageType::kCells, Answer::kIfAllAnswered, decode_cells},
    MessageKind{number::kLbsAlarm, MessageType::kAlarm, Answer::kDocumented, decode_lbs_alarm},
    MessageKind{number::kAddressLocal, MessageType::kAddressRequest, Answer::kAddress,
                decode_address_request},
    MessageKind{number::kCommandAnswerGeneral, MessageType::kCommandReply, Answer::kIfAllAnswered,
                decode_general_answer},
    MessageKind{number::kGpsLbsUtc, MessageType::kLocation, Answer::kIfAllAnswered, decode_location},
    MessageKind{number::kHeartbeatVoltage, MessageType::kHeartbeat, Answer::kAtOnce, decode_heartbeat},
    MessageKind{number::kLbsVariants, MessageType::kCells, Answer::kIfAllAnswered, decode_lbs_variants},
    MessageKind{number::kAlarmUtc, MessageType::kAlarm, Answer::kDocumented, decode_alarm},
    MessageKind{number::kAlarmFence, MessageType::kAlarm, Answer::kDocumented, decode_alarm},
    MessageKind{number::kCellsUtc, MessageType::kCells, Answer::kIfAllAnswered, decode_cells},
    MessageKind{number::kAddressUtc, MessageType::kAddressRequest, Answer::kAddress, decode_address_request},
    MessageKind{number::kWifi, MessageType::kWifi, Answer::kIfAllAnswered, decode_cells},
    MessageKind{number::kGpsOfAz735, MessageType::kLocation, Answer::kIfAllAnswered, decode_az735_location},
    MessageKind{number::kAlarmOfAz735, MessageType::kAlarm, Answer::kIfAllAnswered, decode_az735_location,
                true},
    MessageKind{number::kWifiOfAz735, MessageType::kWifi, Answer::kIfAllAnswered, decode_az735_status, true},
    // A part of a photo: the next comes when it is asked for by name.
    MessageKind{number::kPhotoPart, MessageType::kUnknown, Answer::kNever},
    MessageKind{number::kHeartbeatTlv, MessageType::kHeartbeat, Answer::kAtOnce, decode_heartbeat},
    MessageKind{number::kGpsLbsTlv, MessageType::kLocation, Answer::kIfAllAnswered, decode_location},
    MessageKind{number::kBms, MessageType::kInformation, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kIButton, MessageType::kInformation, Answer::kIfAllAnswered, decode_ibutton},
    MessageKind{number::kObd, MessageType::kInformation, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kTroubleCodes, MessageType::kInformation, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kWifiQuery, MessageType::kWifi, Answer::kDocumented, decode_wifi_query},
    MessageKind{number::kModular, MessageType::kInformation, Answer::kIfAsked, decode_modular, true},
    // The server's own: sent back, a device would take the echo for a command.
    MessageKind{number::kCommand, MessageType::kUnknown, Answer::kNever},
    MessageKind{number::kCheckCommand, MessageType::kCommandReply, Answer::kNever, decode_command_answer},
    MessageKind{number::kCommandOfClones, MessageType::kUnknown, Answer::kNever},
    MessageKind{number::kTimeRequest, MessageType::kTimeRequest, Answer::kTime, decode_time_request},
    MessageKind{number::kPidData, MessageType::kInformation, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kFileUpload, MessageType::kMedia, Answer::kIfAllAnswered, decode_file_upload},
    MessageKind{number::kFileToDevice, MessageType::kUnknown, Answer::kNever},
    MessageKind{number::kInformation, MessageType::kInformation, Answer::kIfAllAnswered, decode_information},
    MessageKind{number::kCameraAlarm, MessageType::kAlarm, Answer::kDocumented, keep_content},
    MessageKind{number::kAddress, MessageType::kUnknown, Answer::kNever},
    MessageKind{number::kExternalDevice, MessageType::kInformation, Answer::kModule, decode_external_device},
    MessageKind{number::kModule, MessageType::kInformation, Answer::kIfAllAnswered, decode_external_device},
    MessageKind{number::kGpsLbs4G, MessageType::kLocation, Answer::kIfAllAnswered, decode_location},
    MessageKind{number::kCells4G, MessageType::kCells, Answer::kIfAllAnswered, decode_cells},
    MessageKind{number::kWifi4G, MessageType::kWifi, Answer::kIfAllAnswered, decode_cells},
    MessageKind{number::kAlarmFence4G, MessageType::kAlarm, Answer::kDocumented, decode_alarm},
    MessageKind{number::kAlarmFences4G, MessageType::kAlarm, Answer::kDocumented, decode_alarm},
    MessageKind{number::kLbsAlarm4G, MessageType::kAlarm, Answer::kDocumented, decode_lbs_alarm},
    MessageKind{number::kAddressByCell4G, MessageType::kAddressRequest, Answer::kAddress,
                decode_address_request},
    MessageKind{number::kWifiAlarm4G, MessageType::kAlarm, Answer::kDocumented, keep_content},
    MessageKind{number::kAttendance, MessageType::kInformation, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kBluetoothClock, MessageType::kInformation, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kStatusOfClones, MessageType::kStatus, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kPeripheralOfClones, MessageType::kInformation, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kWifiOfClones, MessageType::kWifi, Answer::kIfAllAnswered, keep_content},
    MessageKind{number::kVersionText, MessageType::kInformation, Answer::kIfAllAnswered, decode_version_text},
};

constexpr MessageKind kOther{};

// Row of each number; kKinds.size() for those without one.
constexpr auto kRowOf = [] {
  std::array<std::uint8_t, 256> rows{};
  rows.fill(kKinds.size());
  for (std::size_t i = 0; i < kKinds.size(); ++i) rows[kKinds[i].number] = static_cast<std::uint8_t>(i);
  return rows;
}();

}  // namespace

const MessageKind& find_message_kind(std::uint8_t number) {
  const std::size_t row = kRowOf[number];
  return row < kKinds.size() ? kKinds[row] : kOther;
}

}  // namespace rastro::gt06
