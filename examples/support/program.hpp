// How a program of the command line ends: by an exit status, and a sentence on the error stream where that is not 0.
#pragma once

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

/// Results that could not be written down.
struct NotWritten : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// write(), whose failures are NotWritten.
template <class Write>
void written(const Write& write) try {
    write();
} catch (const std::exception& error) {
    throw NotWritten(error.what());
}

/// What main returns: the exit status body() where all that it printed arrives; 1 where results could not be written, and 2
/// where anything was refused.
template <class Body>
int run_program(const char* name, const Body& body) {
    int status = 2;
    std::string what;
    try {
        status = body();
        if (!std::cout.flush()) throw NotWritten("cannot write to the standard output");
        return status;
    } catch (const NotWritten& error) {
        status = 1;
        what = error.what();
    } catch (const std::exception& error) {
        status = 2;
        what = error.what();
    }
    std::cerr << name << ": " << what << '\n';
    return status;
}
