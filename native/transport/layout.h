// The layout of the memory that TypeScript and C++ share. This file is its one definition:
// `generate-layout.mjs` turns every `inline constexpr int32_t kName = value;` below into an exported constant
// of `src/store/layout.ts`.
//
// Regions (each an ArrayBuffer over the addon's own memory):
//   input     bytes read from sockets in this turn, connection after connection
//   reply     bytes to be written, connection after connection; one cursor (control[kReplyCursor])
//   args      (offset, length) pairs, relative to the current frame's base (the input arena, or a big frame)
//   commands  kCommandWords int32 for each parsed command of the chunk
//   batch     kRowWords int32 for each readable connection of the turn
//   control   single words, see below
//   targets   connections that `pushToMany` pushes to
//   effects   what is noted as effects, control[kEffectRows] of them: rows of the chunk's commands whose
//             frames are effects, or, below 0, -1 - where a recipe begins
//   recipes   how effects are put together: each a header (kRecipe...), and parts of kPartWords
//   numbers   float64 registers for what does not fit an int32 (times, cursors, offsets)
#pragma once

#include <cstdint>

namespace redwing {

// ---- sizes ------------------------------------------------------------------------------------------------
inline constexpr int32_t kInputBytes = 8388608;
inline constexpr int32_t kReplyBytes = 16777216;
// A handler may write this much between two checks of the reply arena's room.
inline constexpr int32_t kReplyHeadroom = 65536;
// Most bytes that one read takes from a socket.
inline constexpr int32_t kReadBytes = 65536;
// A frame of which at least this much is missing leaves the input arena for a buffer of its own.
inline constexpr int32_t kBigFrameBytes = 65536;
inline constexpr int32_t kArgsMax = 262144;
// Behind the chunk's arguments, and the input: the place of a command that was kept, and is executed for a
// client that has waited, while it is no larger than this. Others have a frame of their own.
inline constexpr int32_t kSpareArgs = 16;
inline constexpr int32_t kSpareBytes = 512;
// Arguments after which a chunk is closed: what follows always has room for one more frame of the arena.
inline constexpr int32_t kArgsChunk = 131072;
inline constexpr int32_t kCommandsMax = 1024;
inline constexpr int32_t kBatchRowsMax = 16384;
// Connections that one call pushes to, at most.
inline constexpr int32_t kTargetsMax = 16384;
inline constexpr int32_t kRecipeWords = 32768;

// ---- control words ----------------------------------------------------------------------------------------
inline constexpr int32_t kControlWords = 64;
inline constexpr int32_t kReplyCursor = 0;
inline constexpr int32_t kProtocol = 1;    // 2 or 3: the RESP version of the current connection
inline constexpr int32_t kDatabase = 2;    // the database of the current connection
inline constexpr int32_t kCurrentRow = 3;  // row of the batch whose replies are being written, -1: none
// 1: what is spilled from the arena is dropped (CLIENT REPLY OFF)
inline constexpr int32_t kDiscardReplies = 4;
// The connection that what is replied goes to, -1: the current row's; where its part of the arena begins.
inline constexpr int32_t kReplyTo = 5;
inline constexpr int32_t kReplyToFrom = 19;
// set to 1 by the transport: this connection's output waits, execute no more of it
inline constexpr int32_t kHold = 7;
inline constexpr int32_t kChunkArgs = 6;  // number of arguments of the chunk, set before `prefetch`
// Settings that operations on collections follow; written by TypeScript when the configuration changes.
inline constexpr int32_t kListMaxListpackSize = 8;
inline constexpr int32_t kHashMaxListpackEntries = 9;
inline constexpr int32_t kHashMaxListpackValue = 10;
inline constexpr int32_t kSetMaxIntsetEntries = 11;
inline constexpr int32_t kSetMaxListpackEntries = 12;
inline constexpr int32_t kSetMaxListpackValue = 13;
inline constexpr int32_t kSortedSetMaxListpackEntries = 14;
inline constexpr int32_t kSortedSetMaxListpackValue = 15;
inline constexpr int32_t kStreamNodeMaxBytes = 16;
inline constexpr int32_t kStreamNodeMaxEntries = 17;
// What the last operation that may change something has changed, where its result does not say: see there.
inline constexpr int32_t kAffected = 24;
// 1: keys that readings did not find are kept until `takeMissedKeys`
inline constexpr int32_t kKeepMissedKeys = 25;
inline constexpr int32_t kLongReadElements = 18;  // reads of more elements run on a worker
// Memory. Set by `relieveMemory` and, once per chunk, by `prefetch`: kMemoryWithin, ...
inline constexpr int32_t kMemoryState = 40;
inline constexpr int32_t kRemovalLogOn = 41;    // 1: keys that expire or are evicted are logged
inline constexpr int32_t kRemovalsLogged = 42;  // how many stand in the log
// Effects: what commands leave to the logs (see binding/effects.cc).
inline constexpr int32_t kEffectsOn = 50;
inline constexpr int32_t kEffectDatabase = 51;  // of the last effect; -1: a SELECT must come first
inline constexpr int32_t kEffectRows = 52;      // commands of the chunk that are noted
inline constexpr int32_t kEffectScope = 53;     // kEffectScope...
inline constexpr int32_t kEffectCount = 54;     // effects of the unit that is open
inline constexpr int32_t kEffectUnitOpen = 55;
// Words by which keys that expired, or were evicted, are removed, and fields that expired.
inline constexpr int32_t kEffectExpiredWord = 56;
inline constexpr int32_t kEffectEvictedWord = 57;
inline constexpr int32_t kEffectFieldWord = 58;
// The first of the words of XCLAIM, and of XGROUP (see binding/stream_effects.cc).
inline constexpr int32_t kEffectClaimWord = 59;
inline constexpr int32_t kEffectGroupWord = 60;
// By which members are removed that were taken out at random.
inline constexpr int32_t kEffectMemberWord = 61;

// ---- number registers -------------------------------------------------------------------------------------
inline constexpr int32_t kNumberWords = 16;
inline constexpr int32_t kNowMs = 0;  // unix time of this turn, milliseconds
inline constexpr int32_t kNumberA = 1;
inline constexpr int32_t kNumberB = 2;
inline constexpr int32_t kNumberC = 3;
inline constexpr int32_t kNumberD = 4;
inline constexpr int32_t kNumberE = 5;
inline constexpr int32_t kNumberF = 6;
inline constexpr int32_t kExpiryBits = 7;  // the expiry register, as the bits of an int64
// Bytes of reply that have left the arena in this turn, or were lent without having been in it.
inline constexpr int32_t kTurnReplied = 8;

// ---- a row of the batch -----------------------------------------------------------------------------------
inline constexpr int32_t kRowWords = 8;
inline constexpr int32_t kRowConnection = 0;
inline constexpr int32_t kRowFrom = 1;
inline constexpr int32_t kRowTo = 2;
inline constexpr int32_t kRowConsumed = 3;   // out: where the first command that was not executed begins
inline constexpr int32_t kRowReplyFrom = 4;  // out
inline constexpr int32_t kRowReplyTo = 5;    // out
inline constexpr int32_t kRowMissing = 6;    // out: bytes to wait for before the frame is looked at again
inline constexpr int32_t kRowFlags = 7;      // in and out

inline constexpr int32_t kRowBig = 1;         // in: the bytes are the connection's big frame, not the arena
inline constexpr int32_t kRowClosed = 2;      // in: the peer is gone; nothing to parse
inline constexpr int32_t kRowCloseAfter = 4;  // out: close when the replies are written
inline constexpr int32_t kRowWait = 8;        // out: execute nothing more of it until `resume`
inline constexpr int32_t kRowGrow = 32;       // out: the frame at `consumed` is large: a buffer of its own
inline constexpr int32_t kRowHold = 16;       // out: execute nothing more of it until its output has left
inline constexpr int32_t kRowYield = 64;      // out: has taken its share of this turn, goes on in the next
inline constexpr int32_t kRowOverran = 128;   // in: it is closed because it has sent too much while it waited
inline constexpr int32_t kRowStranger = 256;  // in: of a stranger, or the first of a connection

// ---- a parsed command -------------------------------------------------------------------------------------
inline constexpr int32_t kCommandWords = 5;
inline constexpr int32_t kCommandFirst = 0;  // index of its first argument (the command's name)
inline constexpr int32_t kCommandCount = 1;  // number of arguments, the name included
inline constexpr int32_t kCommandId = 2;     // index in the command table, -1: unknown
inline constexpr int32_t kCommandKey = 3;    // index of its first key's argument, -1: none
inline constexpr int32_t kCommandAt = 4;     // where its frame begins

// ---- status of an operation -------------------------------------------------------------------------------
inline constexpr int32_t kStatusWrongType = -1;
inline constexpr int32_t kStatusNotInteger = -2;
inline constexpr int32_t kStatusOverflow = -3;
inline constexpr int32_t kStatusInvalid = -4;
inline constexpr int32_t kStatusTooLong = -5;
inline constexpr int32_t kStatusNotFloat = -6;
inline constexpr int32_t kStatusNoKey = -7;
inline constexpr int32_t kStatusCorrupt = -8;
inline constexpr int32_t kStatusNoMemory = -9;
inline constexpr int32_t kStatusDeferred = -10;  // a long read was begun; its number is in numbers[A]

inline constexpr int32_t kStatusNoGroup = -30;  // the stream has no such group of consumers

// ---- how memory stands, and eviction ----------------------------------------------------------------------
inline constexpr int32_t kMemoryWithin = 0;
inline constexpr int32_t kMemoryEvicting = 1;   // above the limit; the next check evicts more
inline constexpr int32_t kMemoryExhausted = 2;  // above the limit, and nothing can be evicted
inline constexpr int32_t kMemoryNear = 3;       // the chunk may pass the limit, and nothing will be evicted
inline constexpr int32_t kEvictNone = 0;
inline constexpr int32_t kEvictLru = 1;
inline constexpr int32_t kEvictLfu = 2;
inline constexpr int32_t kEvictTtl = 3;
inline constexpr int32_t kEvictRandom = 4;
inline constexpr int32_t kRemovalExpired = 0;
inline constexpr int32_t kRemovalEvicted = 1;
inline constexpr int32_t kRemovalExpiredMembers = 2;
inline constexpr int32_t kRemovalEmptied = 3;

// ---- what effects that come together belong to ------------------------------------------------------------
inline constexpr int32_t kEffectScopeNone = 0;         // nothing: each stands by itself
inline constexpr int32_t kEffectScopeCommand = 1;      // a command, which mostly leaves one
inline constexpr int32_t kEffectScopeTransaction = 2;  // a command that mostly leaves several

// ---- a recipe: its header, and its parts ------------------------------------------------------------------
inline constexpr int32_t kRecipeHeaderWords = 2;
inline constexpr int32_t kRecipeParts = 0;
inline constexpr int32_t kRecipeArguments = 1;  // of the effect; 0: the recipe before goes on
// A part: its kind, and two words that mean what stands beside the kind.
inline constexpr int32_t kPartWords = 3;
inline constexpr int32_t kPartKind = 0;
inline constexpr int32_t kPartA = 1;
inline constexpr int32_t kPartB = 2;
inline constexpr int32_t kPartArguments = 0;  // the first of the command's, how many
inline constexpr int32_t kPartWord = 1;       // its number
inline constexpr int32_t kPartInteger = 2;    // the bits of an int64, in the order of memory
inline constexpr int32_t kPartNumber = 3;     // the same of a double that is an integer
// The others mean what changes: such recipes are written at once.
inline constexpr int32_t kPartReply = 4;     // where the bulk string begins that was replied last
inline constexpr int32_t kPartStreamId = 5;  // the register
inline constexpr int32_t kPartChosen = 6;    // how many: all that the command has chosen, which is forgotten

// ---- flags of setString -----------------------------------------------------------------------------------
inline constexpr int32_t kSetIfAbsent = 1;
inline constexpr int32_t kSetIfPresent = 2;
inline constexpr int32_t kSetKeepExpiry = 4;
inline constexpr int32_t kSetExpiry = 8;      // the expiry register holds the time
inline constexpr int32_t kSetReturnOld = 16;  // writes the old value, or a null, as the reply

// ---- flags of expire --------------------------------------------------------------------------------------
inline constexpr int32_t kExpireIfNone = 1;
inline constexpr int32_t kExpireIfAny = 2;
inline constexpr int32_t kExpireIfGreater = 4;
inline constexpr int32_t kExpireIfLess = 8;

// ---- operations on sorted sets ----------------------------------------------------------------------------
inline constexpr int32_t kAddIfAbsent = 1;
inline constexpr int32_t kAddIfPresent = 2;
inline constexpr int32_t kAddIfGreater = 4;
inline constexpr int32_t kAddIfLess = 8;
inline constexpr int32_t kAddCountsChanges = 16;
inline constexpr int32_t kRangeByRank = 0;
inline constexpr int32_t kRangeByScore = 1;
inline constexpr int32_t kRangeByLex = 2;
inline constexpr int32_t kRangeReverse = 1;
inline constexpr int32_t kRangeWithScores = 2;
inline constexpr int32_t kCombineUnion = 0;
inline constexpr int32_t kCombineIntersection = 1;
inline constexpr int32_t kCombineDifference = 2;
inline constexpr int32_t kAggregateSum = 0;
inline constexpr int32_t kAggregateMin = 1;
inline constexpr int32_t kAggregateMax = 2;
// ---- flags of searching places ----------------------------------------------------------------------------
inline constexpr int32_t kSearchBox = 1;  // a box, not a circle
inline constexpr int32_t kSearchAscending = 2;
inline constexpr int32_t kSearchDescending = 4;
inline constexpr int32_t kSearchWithDistance = 8;
inline constexpr int32_t kSearchWithScore = 16;
inline constexpr int32_t kSearchWithPoint = 32;
inline constexpr int32_t kSearchAny = 64;  // the first that are found, not the nearest
inline constexpr int32_t kSearchStoreDistance = 128;

// ---- flags of sorting -------------------------------------------------------------------------------------
inline constexpr int32_t kSortDescending = 1;
inline constexpr int32_t kSortByText = 2;  // weights are compared as bytes, not as numbers

// ---- value types and encodings (the nibbles of an entry's kind) -------------------------------------------
inline constexpr int32_t kTypeString = 0;
inline constexpr int32_t kTypeList = 1;
inline constexpr int32_t kTypeSet = 2;
inline constexpr int32_t kTypeSortedSet = 3;
inline constexpr int32_t kTypeHash = 4;
inline constexpr int32_t kTypeStream = 5;

inline constexpr int32_t kListPacked = 0;
inline constexpr int32_t kListChunked = 1;
inline constexpr int32_t kSetIntegers = 0;
inline constexpr int32_t kSetPacked = 1;
inline constexpr int32_t kSetTable = 2;
inline constexpr int32_t kSortedSetPacked = 0;
inline constexpr int32_t kSortedSetTree = 1;
inline constexpr int32_t kHashPacked = 0;
inline constexpr int32_t kHashPackedExpiring = 1;  // packed, with a time to live for each field
inline constexpr int32_t kHashTable = 2;
inline constexpr int32_t kHashTableExpiring = 3;  // a table, with a time to live for some fields
inline constexpr int32_t kStreamTree = 0;

// ---- ways to combine sets ---------------------------------------------------------------------------------
inline constexpr int32_t kSetIntersection = 0;
inline constexpr int32_t kSetUnion = 1;
inline constexpr int32_t kSetDifference = 2;

// ---- parts of a hash that listHash lists ------------------------------------------------------------------
inline constexpr int32_t kHashNames = 1;
inline constexpr int32_t kHashValues = 2;

// ---- what becomes of the time to live of a field that is read or written ----------------------------------
inline constexpr int32_t kFieldExpiryKeep = 0;
inline constexpr int32_t kFieldExpirySet = 1;  // the expiry register holds the time
inline constexpr int32_t kFieldExpiryNone = 2;
// What operations on them have affected: bits.
inline constexpr int32_t kAffectedExpiry = 1;
inline constexpr int32_t kAffectedFields = 2;  // some are gone

// ---- streams ----------------------------------------------------------------------------------------------
// Syntax of identifiers.
inline constexpr int32_t kStreamIdExtremes = 1;     // "-" and "+"
inline constexpr int32_t kStreamIdAnySequence = 2;  // "ms-*"
inline constexpr int32_t kStreamIdMissingMax = 4;   // "ms" means its greatest sequence, not 0
inline constexpr int32_t kStreamIdAfter = 8;        // "(id" means the one behind it
inline constexpr int32_t kStreamIdBefore = 16;      // "(id" means the one before it
// Flags of appending and trimming.
inline constexpr int32_t kAppendGenerateId = 1;
inline constexpr int32_t kAppendAnySequence = 2;  // of the id given, only the time counts
inline constexpr int32_t kAppendOnlyExisting = 4;
inline constexpr int32_t kAppendTrim = 8;
inline constexpr int32_t kTrimById = 16;
inline constexpr int32_t kTrimWholeBlocks = 32;
inline constexpr int32_t kSetStreamAdded = 1;
inline constexpr int32_t kSetStreamDeleted = 2;
// Where reading begins.
inline constexpr int32_t kFromId = 0;
inline constexpr int32_t kFromLast = 1;
inline constexpr int32_t kFromLastEntry = 2;
// Flags of making and moving a group.
inline constexpr int32_t kGroupAtLast = 1;
inline constexpr int32_t kGroupReadGiven = 2;  // the integer register holds how many entries it has read
// Flags of claiming.
inline constexpr int32_t kClaimForce = 1;    // what is not pending as well
inline constexpr int32_t kClaimOnlyIds = 2;  // replies no entries, counts no delivery
inline constexpr int32_t kClaimTime = 4;     // numbers[B] is the time of delivery
inline constexpr int32_t kClaimCount = 8;    // numbers[C] is the number of deliveries

// ---- bit operations and the overflow rules of bit fields --------------------------------------------------
inline constexpr int32_t kBitAnd = 0;
inline constexpr int32_t kBitOr = 1;
inline constexpr int32_t kBitXor = 2;
inline constexpr int32_t kBitNot = 3;
inline constexpr int32_t kOverflowWrap = 0;
inline constexpr int32_t kOverflowSaturate = 1;
inline constexpr int32_t kOverflowFail = 2;

// ---- relays -----------------------------------------------------------------------------------------------
// What the owner of a connection without a socket is told of it (native/transport/relay.h).
inline constexpr int32_t kRelayOutput = 1;  // output may be taken
inline constexpr int32_t kRelayInput = 2;   // input may be handed in again
inline constexpr int32_t kRelayClosed = 3;  // the connection is closed; its number may come again

}  // namespace redwing
