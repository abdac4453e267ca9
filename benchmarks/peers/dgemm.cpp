// Prints GFLOP/s of the machine's matrix product on one thread: in a process of its own, since OpenBLAS reads the
// environment when it is loaded.
#include "support/dgemm.hpp"

#include <cstdio>

int main() { std::printf("dgemm %.6g\n", dgemm()); }
