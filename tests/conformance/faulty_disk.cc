#include "tests/conformance/faulty_disk.h"

#include <sqlite3.h>

#include <new>

namespace elevator::conformance {
namespace {

struct Plan {
  DiskFault fault = DiskFault::kFull;
  int operations_left = 0;  // 0: none fails
  bool persistent = false;
  int failed = 0;
};

Plan plan;
sqlite3_vfs* real_disk = nullptr;
sqlite3_vfs faulty_disk;

// A file of ours; SQLite's own file lies behind it in the same memory.
struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* ours(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
const sqlite3_io_methods* methods(sqlite3_file* file) { return ours(file)->real()->pMethods; }

bool fails(bool flush) {
  if (flush != (plan.fault == DiskFault::kBrokenFlush) || plan.operations_left == 0) return false;
  if (--plan.operations_left > 0) return false;
  plan.operations_left = plan.persistent ? 1 : 0;
  ++plan.failed;
  return true;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  if (fails(false)) return plan.fault == DiskFault::kFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  return methods(file)->xWrite(ours(file)->real(), bytes, count, offset);
}

int flush(sqlite3_file* file, int flags) {
  if (fails(true)) return SQLITE_IOERR_FSYNC;
  return methods(file)->xSync(ours(file)->real(), flags);
}

// Everything else goes through as it is.
const sqlite3_io_methods kMethods = {
    .iVersion = 2,  // no memory mapping: it would write past us
    .xClose = [](sqlite3_file* f) { return methods(f)->xClose(ours(f)->real()); },
    .xRead =
        [](sqlite3_file* f, void* to, int count, sqlite3_int64 offset) {
          return methods(f)->xRead(ours(f)->real(), to, count, offset);
        },
    .xWrite = write,
    .xTruncate = [](sqlite3_file* f,
                    sqlite3_int64 size) { return methods(f)->xTruncate(ours(f)->real(), size); },
    .xSync = flush,
    .xFileSize = [](sqlite3_file* f,
                    sqlite3_int64* size) { return methods(f)->xFileSize(ours(f)->real(), size); },
    .xLock = [](sqlite3_file* f, int lock) { return methods(f)->xLock(ours(f)->real(), lock); },
    .xUnlock = [](sqlite3_file* f, int lock) { return methods(f)->xUnlock(ours(f)->real(), lock); },
    .xCheckReservedLock =
        [](sqlite3_file* f, int* out) {
          return methods(f)->xCheckReservedLock(ours(f)->real(), out);
        },
    .xFileControl =
        [](sqlite3_file* f, int what, void* value) {
          return methods(f)->xFileControl(ours(f)->real(), what, value);
        },
    .xSectorSize = [](sqlite3_file* f) { return methods(f)->xSectorSize(ours(f)->real()); },
    .xDeviceCharacteristics =
        [](sqlite3_file* f) { return methods(f)->xDeviceCharacteristics(ours(f)->real()); },
    .xShmMap =
        [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
          return methods(f)->xShmMap(ours(f)->real(), page, size, extend, out);
        },
    .xShmLock =
        [](sqlite3_file* f, int offset, int count, int flags) {
          return methods(f)->xShmLock(ours(f)->real(), offset, count, flags);
        },
    .xShmBarrier = [](sqlite3_file* f) { methods(f)->xShmBarrier(ours(f)->real()); },
    .xShmUnmap = [](sqlite3_file* f,
                    int remove) { return methods(f)->xShmUnmap(ours(f)->real(), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  File* ours_now = new (file) File{};
  const int code = real_disk->xOpen(real_disk, name, ours_now->real(), flags, out_flags);
  // SQLite closes what has methods, even after an error.
  if (ours_now->real()->pMethods != nullptr) ours_now->base.pMethods = &kMethods;
  return code;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  plan = {};
  real_disk = sqlite3_vfs_find(nullptr);
  faulty_disk = *real_disk;
  faulty_disk.zName = "elevator-faulty";
  faulty_disk.szOsFile += static_cast<int>(sizeof(File));
  faulty_disk.xOpen = open;
  sqlite3_vfs_register(&faulty_disk, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&faulty_disk);
  sqlite3_vfs_register(real_disk, 1);
}

void FaultyDisk::fail(DiskFault fault, int nth, bool persistent) {
  plan = {.fault = fault, .operations_left = nth, .persistent = persistent};
}

void FaultyDisk::heal() { plan.operations_left = 0; }

bool FaultyDisk::has_failed() const { return plan.failed > 0; }

}  // namespace elevator::conformance
