// Counts the allocations of the program that includes it: in one file of it only.
#pragma once

#include <atomic>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LATENT_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LATENT_SANITIZED
#endif
#endif

namespace {
std::atomic<long> allocations = 0;
}

// All memory, Eigen's and that of operator new, comes from these. The sanitizers have their own, which must
// stay; other C libraries have no second name for them.
#if defined(__GLIBC__) && !defined(LATENT_SANITIZED)
constexpr bool counted = true;
// NOLINTBEGIN: names that are the C library's
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* malloc(std::size_t size) noexcept { return ++allocations, __libc_malloc(size); }
void* realloc(void* old, std::size_t size) noexcept { return ++allocations, __libc_realloc(old, size); }
void* aligned_alloc(std::size_t line, std::size_t size) noexcept {
    return ++allocations, __libc_memalign(line, size);
}
}
// NOLINTEND
#else
constexpr bool counted = false;
#endif
