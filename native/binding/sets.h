// What the operations on sets share.
#pragma once

#include "binding/engine.h"
#include "collections/set/set.h"

namespace redwing {

/// The limits of the small forms, from the settings in the control words.
SetLimits set_limits(const Engine& e);

}  // namespace redwing
