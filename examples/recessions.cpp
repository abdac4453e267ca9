// When was there a recession? Hamilton (1989), "A new approach to the economic analysis of nonstationary time series and the business
// cycle": a quarter's growth y has a mean that depends on a hidden state, boom or recession, and what is left is an autoregression,
//     y_t − μ(s_t) = Σ_j φ_j (y_{t−j} − μ(s_{t−j})) + e_t,  e_t ~ N(0, σ²).
// It looks p states back, so a state of the hidden Markov model here is s_t, …, s_{t−p}, one of 2^(p+1); these share their
// parameters, in an emission of one's own. The series is simulated, with the parameters that Hamilton found for the growth of the
// United States from 1951 to 1984.
#include <Eigen/Cholesky>
#include <cmath>
#include <iomanip>
#include <iostream>

#include "latent/data/lagged.hpp"
#include "latent/emission/linear_regressions.hpp"
#include "latent/fit.hpp"
#include "latent/model/hidden_markov_model.hpp"
#include "support/program.hpp"
#include "support/state_plot.hpp"

using latent::Index;
using latent::Panel;

namespace {

/// Whether there was a recession j steps ago, in a state s_t + 2 s_{t−1} + 4 s_{t−2} + …
Index ago(Index j, Index state) { return state >> j & 1; }

/// An Emission of observations 1, y_{t−1}, …, y_{t−p}, y_t: regressions, of which the states share all that is not the intercept, and
/// the intercepts are μ(s_t) − Σ_j φ_j μ(s_{t−j}).
class SwitchingMean {
  public:
    using Scalar = double;
    using Statistics = latent::RegressionStatistics;

    SwitchingMean() = default;
    SwitchingMean(Eigen::VectorXd means, Eigen::VectorXd phi, double deviation)
        : means_(std::move(means)), phi_(std::move(phi)) {
        update(deviation);
    }

    const Eigen::VectorXd& means() const { return means_; }
    const Eigen::VectorXd& phi() const { return phi_; }
    double deviation() const { return lines_.deviations()(0); }

    Index size() const { return Index{2} << phi_.size(); }
    Index dimension() const { return phi_.size() + 2; }
    Index parameters() const { return phi_.size() + 3; }
    bool all_equal() const { return means_(0) == means_(1); }
    Statistics zero_statistics() const { return lines_.zero_statistics(); }
    void reset(Statistics& s) const { lines_.reset(s); }
    void log_density(const Panel<double>& x, Panel<double>& out) const { lines_.log_density(x, out); }
    void accumulate(const Panel<double>& x, const Panel<double>& weights, Statistics& s) const {
        lines_.accumulate(x, weights, s);
    }
    double expected_log_density(const Statistics& s) const { return lines_.expected_log_density(s); }
    void sample(Index k, latent::Random& random, double* x) const { lines_.sample(k, random, x); }
    void check(const latent::Observations<double>& x) const { lines_.check(x); }

    /// The intercepts are linear in μ and in φ, not in both: least squares of one given the other, in turn, to the end.
    void maximize(const Statistics& s) {
        for (int step = 0; step < 1000; ++step) {
            const Eigen::VectorXd before = means_;
            means_ = least_squares(s, &SwitchingMean::by_means);
            phi_ = least_squares(s, &SwitchingMean::by_phi);
            if ((means_ - before).norm() <= 1e-12 * means_.norm()) break;
        }
        double count = 0, squares = 0;
        for (Index k = 0; k < size(); ++k) {
            const auto& sums = s.lines[static_cast<std::size_t>(k)];
            count += sums.count, squares += sums.residual_about(coefficients(k).transpose())(0, 0);
        }
        update(std::sqrt(squares / count));
    }

  private:
    /// The coefficients of a state are slope · θ + constant, θ either μ or φ.
    struct Linear {
        Eigen::MatrixXd slope;
        Eigen::VectorXd constant;
    };
    /// θ = μ.
    Linear by_means(Index k) const {
        Linear all{Eigen::MatrixXd::Zero(phi_.size() + 1, 2), Eigen::VectorXd::Zero(phi_.size() + 1)};
        all.constant.tail(phi_.size()) = phi_;
        all.slope(0, ago(0, k)) = 1;
        for (Index j = 0; j < phi_.size(); ++j) all.slope(0, ago(j + 1, k)) -= phi_(j);
        return all;
    }
    /// θ = φ.
    Linear by_phi(Index k) const {
        Linear all{Eigen::MatrixXd::Zero(phi_.size() + 1, phi_.size()),
                   Eigen::VectorXd::Zero(phi_.size() + 1)};
        all.constant(0) = means_(ago(0, k));
        for (Index j = 0; j < phi_.size(); ++j)
            all.slope(0, j) = -means_(ago(j + 1, k)), all.slope(j + 1, j) = 1;
        return all;
    }
    Eigen::VectorXd coefficients(Index k) const {
        const Linear all = by_means(k);
        return all.slope * means_ + all.constant;
    }
    /// The θ of the least squares over all states, by the normal equations.
    Eigen::VectorXd least_squares(const Statistics& s, Linear (SwitchingMean::*part)(Index) const) const {
        Eigen::MatrixXd square;
        Eigen::VectorXd cross;
        for (Index k = 0; k < size(); ++k) {
            const auto& sums = s.lines[static_cast<std::size_t>(k)];
            const auto [slope, constant] = (this->*part)(k);
            if (k == 0) square.setZero(slope.cols(), slope.cols()), cross.setZero(slope.cols());
            square += slope.transpose() * sums.square * slope;
            cross += slope.transpose() *
                     (sums.cross.transpose() + sums.square * (sums.centre.transpose() - constant));
        }
        return square.ldlt().solve(cross);
    }
    void update(double deviation) {
        Eigen::MatrixXd all(phi_.size() + 1, size());
        for (Index k = 0; k < size(); ++k) all.col(k) = coefficients(k);
        lines_ = {all, Eigen::VectorXd::Constant(size(), deviation)};
    }

    Eigen::VectorXd means_, phi_;  // boom, recession; p
    latent::LinearRegressions<> lines_;
};

/// Of the moves from one state to another only those whose past agrees are possible, and only the last state counts.
struct Hamilton : latent::HMM<SwitchingMean> {
    using Base = latent::HMM<SwitchingMean>;

    Hamilton() = default;
    Hamilton(const Eigen::Matrix2d& moves, const SwitchingMean& emission)
        : Base(Eigen::VectorXd::Constant(emission.size(), 1.0 / static_cast<double>(emission.size())),
               spread(moves, emission.size()), emission) {}

    /// Moves between boom and recession as moves between states.
    static Eigen::MatrixXd spread(const Eigen::Matrix2d& moves, Index states) {
        Eigen::MatrixXd all = Eigen::MatrixXd::Zero(states, states);
        for (Index from = 0; from < states; ++from)
            for (const Index s : {0, 1}) all(from, (2 * from + s) % states) = moves(ago(0, from), s);
        return all;
    }
    /// The sums of moves between states that are the same between boom and recession.
    static Eigen::Matrix2d pooled(const Eigen::MatrixXd& all) {
        Eigen::Matrix2d moves = Eigen::Matrix2d::Zero();
        for (Index from = 0; from < all.rows(); ++from)
            for (const Index s : {0, 1}) moves(ago(0, from), s) += all(from, (2 * from + s) % all.rows());
        return moves;
    }
    void maximize(const Statistics& s) {
        Statistics shared = s;
        shared.chain.transition = spread(pooled(s.chain.transition), size());
        Base::maximize(shared);
    }
    Eigen::Matrix2d moves() const { return pooled(transition()) * 2 / static_cast<double>(size()); }
    /// p(recession), now.
    Eigen::RowVectorXd recession(const Eigen::MatrixXd& x) const {
        const Eigen::MatrixXd p = predict_proba(x);
        Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(p.cols());
        for (Index k = 1; k < p.rows(); k += 2) sum += p.row(k);
        return sum;
    }
};

const Hamilton published(Eigen::Matrix2d{{0.9049, 0.0951}, {0.245, 0.755}},
                         SwitchingMean(Eigen::Vector2d(1.164, -0.358),
                                       Eigen::Vector4d(0.014, -0.058, -0.247, -0.213), 0.769));

struct Series {
    Eigen::MatrixXd growth;        // 1 and the growth of each quarter, 2 × n
    Eigen::RowVectorXd recession;  // whether there was one
};

Series simulate(Index n, latent::Random& random) {
    const SwitchingMean& of = published.emission();
    Series all{Eigen::MatrixXd::Ones(2, n), Eigen::RowVectorXd(n)};
    Eigen::RowVectorXd rest(n);
    for (Index t = 0, state = 0; t < n; ++t) {
        state = random.uniform() < published.moves()(state, 0) ? 0 : 1;
        rest(t) = of.deviation() * random.normal();
        for (Index j = 0; j < std::min(t, of.phi().size()); ++j) rest(t) += of.phi()(j) * rest(t - j - 1);
        all.growth(1, t) = of.means()(state) + rest(t);
        all.recession(t) = static_cast<double>(state);
    }
    return all;
}

void print(const Hamilton& fitted) {
    std::cout << "                     in truth    fitted\n" << std::fixed << std::setprecision(3);
    const auto line = [](const std::string& what, double right, double found) {
        std::cout << std::left << std::setw(20) << what << std::right << std::setw(9) << right
                  << std::setw(10) << found << '\n';
    };
    const SwitchingMean &right = published.emission(), &found = fitted.emission();
    line("growth in a boom", right.means()(0), found.means()(0));
    line("in a recession", right.means()(1), found.means()(1));
    for (Index j = 0; j < right.phi().size(); ++j)
        line("φ of lag " + std::to_string(j + 1), right.phi()(j), found.phi()(j));
    line("σ", right.deviation(), found.deviation());
    line("a boom goes on", published.moves()(0, 0), fitted.moves()(0, 0));
    line("a recession goes on", published.moves()(1, 1), fitted.moves()(1, 1));
}

std::string draw(const std::filesystem::path& picture, const Eigen::RowVectorXd& growth,
                 const Eigen::RowVectorXd& found, const Eigen::RowVectorXd& truth) {
    const auto shares = [](const Eigen::RowVectorXd& recession) {
        Eigen::MatrixXd both(2, recession.size());
        both << 1 - recession.array(), recession;
        return both;
    };
    StatePlot plot{.title = "Growth about a mean that switches",
                   .time = "quarter",
                   .first = 1,
                   .values = growth,
                   .value_names = {"growth, %"},
                   .shares = {{"by the model", shares(found)}, {"in truth", shares(truth)}},
                   .state_names = {"boom", "recession"}};
    for (const double p : found) plot.states.push_back(p > 0.5 ? 1 : 0);
    return draw_states(picture, plot);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program("recessions", [&] {
        latent::Random random(6);
        const Series series = simulate(139, random);
        const Eigen::MatrixXd x = latent::lagged(series.growth, 4);
        const Hamilton start(Eigen::Matrix2d{{0.8, 0.2}, {0.2, 0.8}},
                             SwitchingMean(Eigen::Vector2d(1, 0), Eigen::Vector4d::Zero(), 1));
        const auto fit = latent::fit(start, x, latent::Limits{.iterations = 2000});
        std::cout << x.cols() << " quarters\n" << fit << "\n\n";
        print(fit.model);

        const Eigen::RowVectorXd found = fit.model.recession(x), truth = series.recession.tail(x.cols());
        const double right = ((found.array() > 0.5) == (truth.array() > 0.5)).cast<double>().mean();
        std::cout << "\nquarters told rightly: " << right
                  << "\nplot: " << draw(argc > 1 ? argv[1] : "recessions.svg", x.bottomRows(1), found, truth)
                  << '\n';
        return 0;
    });
}
