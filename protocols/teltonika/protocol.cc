#include "protocols/session.h"

namespace rastro::teltonika {

extern const Protocol kProtocol;
const Protocol kProtocol{"teltonika", nullptr, nullptr, nullptr};

}  // namespace rastro::teltonika
