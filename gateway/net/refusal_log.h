// The log's one shape for a peer that is not served, however many there are: a line in ten seconds for each
// reason. Any thread.
#pragma once

#include <string_view>

#include "gateway/config/config.h"
#include "gateway/metrics/close_reason.h"

namespace rastro {

// As "refused 192.0.2.1 on the gt06 port 0.0.0.0:5023: it speaks http". `what`: in the place of the reason's
// own sentence, where that has more to say.
void log_refusal(CloseReason reason, std::string_view peer, const ListenerConfig& listener,
                 std::string_view what = {});
// Datagrams that are left unread.
void log_dropped_datagrams(std::string_view peer, const ListenerConfig& listener);

}  // namespace rastro
