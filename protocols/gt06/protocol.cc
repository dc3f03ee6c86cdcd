#include "protocols/session.h"

namespace rastro::gt06 {

extern const Protocol kProtocol;
const Protocol kProtocol{"gt06", nullptr, nullptr, nullptr};

}  // namespace rastro::gt06
