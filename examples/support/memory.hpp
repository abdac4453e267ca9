// How much memory a program took.
#pragma once

#if __has_include(<sys/resource.h>)
#include <sys/resource.h>

/// The most physical memory that this process has held at once, in MB.
inline double peak_memory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return static_cast<double>(usage.ru_maxrss) / 1e6;
#else
    return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
#endif
}

#else
#include <limits>

/// Unknown here.
inline double peak_memory() { return std::numeric_limits<double>::quiet_NaN(); }

#endif
