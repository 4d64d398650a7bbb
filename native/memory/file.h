// Files that are written from their beginning to their end and brought to the disk: the calls of the system,
// each tried again while it is only interrupted.
//
// All return 0 or an errno. Thread: any. The calls block as long as the disk takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace redwing::files {

/// Makes a file, or empties the one that is there, for writing.
int create(const std::string& path, int* descriptor);
/// Writes all of it, however little the system takes at a time.
int write(int descriptor, const uint8_t* bytes, size_t size);
/// Has the system begin to write a part to the disk, and waits for the part before it, of which this was
/// asked already; so that the last sync has little left to do. Promises nothing.
int begin_write_back(int descriptor, uint64_t offset, uint64_t size, uint64_t before);
/// Content and size are on the disk afterwards.
int sync(int descriptor);
int close(int descriptor);
/// Gives a file another name, in place of what has it, at one instant.
int rename(const std::string& from, const std::string& to);
/// The names in the folder of this path are on the disk afterwards. Where the system knows no such thing, 0.
int sync_folder_of(const std::string& path);
/// Removes a name; none there is fine.
void remove(const std::string& path);
/// How many descriptors, of files and connections, the process may have at a time; INT64_MAX where there is
/// no such limit.
int64_t descriptors_max();
/// Has the system's table of the process's descriptors grow for so many at once. Where threads share it, each
/// doubling makes who opens a descriptor wait for 5 to 20 ms; so it is better done before there are clients.
/// At most kDescriptorsReserved; best effort.
void reserve_descriptors(int64_t count);
inline constexpr int64_t kDescriptorsReserved = 1 << 17;

}  // namespace redwing::files
