// The check of an RDB file for JavaScript, without an engine.
#pragma once

#include <napi.h>

namespace redwing {

/// openSnapshotCheck(path, hasTail, nowMs) -> { step(budgetUs), contents() }; see
/// src/store/snapshot-check.ts.
Napi::Value open_snapshot_check(const Napi::CallbackInfo& info);

}  // namespace redwing
