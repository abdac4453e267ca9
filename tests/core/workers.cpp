// A team of workers, whatever library they are of.
#include "latent/core/workers.hpp"

#include <vector>

#include "catch.hpp"

using latent::Index;

namespace {

/// They work one after the other, the last one first.
class OneByOne : public latent::Workers {
  public:
    Index count() const override { return 3; }

  private:
    void call(Function function, const void* argument) override {
        for (Index worker = count() - 1; worker >= 0; --worker) function(argument, worker);
    }
};

}  // namespace

TEST_CASE("what is run is the function given, with the workers' numbers") {
    OneByOne team;
    latent::Workers& workers = team;
    std::vector<Index> called;
    workers.run([&](Index worker) { called.push_back(worker); });
    CHECK(called == std::vector<Index>{2, 1, 0});
}
