// Threads that live across many short parallel sections.
#include "latent/core/crew.hpp"

#include <atomic>
#include <set>
#include <stdexcept>
#include <string>

#include "catch.hpp"

using namespace latent;

TEST_CASE("every worker of a crew is called once a section, the caller among them", "[threads]") {
    for (const Index workers : {1, 2, 5}) {
        detail::Crew crew(workers);
        CHECK(crew.count() == workers);
        std::vector<std::thread::id> ids(static_cast<std::size_t>(workers));
        std::vector<int> calls(static_cast<std::size_t>(workers), 0);
        for (int section = 1; section <= 50; ++section) {
            crew.run([&](Index worker) {
                ids[static_cast<std::size_t>(worker)] = std::this_thread::get_id();
                ++calls[static_cast<std::size_t>(worker)];
            });
            CHECK(calls == std::vector<int>(static_cast<std::size_t>(workers), section));
        }
        CHECK(ids[0] == std::this_thread::get_id());
        CHECK(std::ssize(std::set(ids.begin(), ids.end())) == workers);
    }
}

TEST_CASE("a crew throws what its first worker threw, and works on", "[threads]") {
    detail::Crew crew(3);
    for (const Index first : {0, 1, 2}) {
        const auto body = [&](Index worker) {
            if (worker >= first) throw std::runtime_error("worker " + std::to_string(worker));
        };
        CHECK_THROWS_WITH(crew.run(body), "worker " + std::to_string(first));
        std::atomic<Index> sum = 0;
        crew.run([&](Index worker) { sum += 1 + worker; });
        CHECK(sum == 6);
    }
}
