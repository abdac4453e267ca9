// See instantiated.hpp.
#include "instantiated.hpp"

namespace latent {

template class BasicMarkovChain<double>;
namespace detail {
template class ChainInference<MarkovChain>;
template class LaneInference<2>;
template class LaneInference<3>;
template class LaneInference<4>;
}  // namespace detail

}  // namespace latent
