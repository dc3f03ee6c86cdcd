// The state of forwarding, its books for each device, and the positions that its target refused, which can be
// seen, sent again and deleted (/api/v1/forwarding).
#pragma once

#include <functional>
#include <string>

#include "forwarder/forwarder.h"
#include "gateway/api/router.h"
#include "pipeline/postgis/failure.h"

namespace rastro {

// Notes an act before it is done: who, what, and a JSON object with the rest.
using NoteAct = std::function<postgis::Result<void>(const std::string& actor, const std::string& action,
                                                    const std::string& detail)>;

// `sender` outlives the router; null: forwarding is off, which the state says and the others answer.
void add_forwarding_routes(Router& router, forward::Forwarder* sender, NoteAct note);

}  // namespace rastro
