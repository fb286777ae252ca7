// ELEVATOR_UNDER_ASAN: defined when this is compiled for AddressSanitizer. GCC and Clang 19 say so
// in different words.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define ELEVATOR_UNDER_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ELEVATOR_UNDER_ASAN
#endif
#endif
