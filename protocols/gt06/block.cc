#include "protocols/gt06/block.h"

namespace rastro::gt06 {

void read_network(ByteReader& reader, LbsForm form, LbsBlock& lbs) {
  lbs.mcc = reader.u16();
  const bool marked = form == LbsForm::k4G && (lbs.mcc & kWideMncBit) != 0;
  if (marked) lbs.mcc = static_cast<std::uint16_t>(lbs.mcc & ~kWideMncBit);
  lbs.mnc = marked || form == LbsForm::kWideMnc ? reader.u16() : reader.u8();
}

LbsBlock read_lbs(ByteReader& reader, LbsForm form) {
  LbsBlock lbs;
  if (form == LbsForm::kClassic) {
    read_classic_lbs(reader, lbs);
    return lbs;
  }
  read_network(reader, form, lbs);
  lbs.lac = form == LbsForm::k4G ? reader.u32() : reader.u16();
  lbs.cell = form == LbsForm::k4G ? reader.u64() : reader.u32();
  return lbs;
}

TerminalStatus read_status(ByteReader& reader) {
  TerminalStatus status;
  status.information = reader.u8();
  status.voltage = reader.u8();
  status.gsm = reader.u8();
  return status;
}

}  // namespace rastro::gt06
