// What every long-running form of the program does first, before any thread.
#pragma once

namespace elevator {

// No core dumps, no death by signals of pipes and file sizes, name lookup that a static executable
// can do.
void prepare_process();

}  // namespace elevator
