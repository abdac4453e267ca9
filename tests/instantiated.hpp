// What does not depend on an emission is compiled once for all tests, in instantiated.cpp.
#pragma once

#include "latent/model/hidden_markov_model.hpp"

namespace latent {

extern template class BasicMarkovChain<double>;
namespace detail {
extern template class ChainInference<MarkovChain>;
extern template class LaneInference<2>;
extern template class LaneInference<3>;
extern template class LaneInference<4>;
}  // namespace detail

}  // namespace latent
