// OpenCV's ml::EM (Debian: libopencv-dev).
#include <opencv2/core.hpp>
#include <opencv2/ml.hpp>

#include "peers/peer.hpp"

namespace {

class OpenCv {
  public:
    explicit OpenCv(const Problem& p)
        : x_(int(p.x.cols()), int(p.x.rows()), CV_64F, const_cast<double*>(p.x.data())),
          means_(int(p.K()), int(p.x.rows()), CV_64F, const_cast<double*>(p.start.emission.data())),
          weights_(1, int(p.K()), CV_64F, const_cast<double*>(p.start.initial.data())),
          covariances_(std::size_t(p.K()), cv::Mat::eye(int(p.x.rows()), int(p.x.rows()), CV_64F)),
          full_(p.kind == "full") {}

    /// It stops before the M-step of the last of its iterations.
    void fit(int iterations) {
        model_ = cv::ml::EM::create();
        model_->setClustersNumber(means_.rows);
        model_->setCovarianceMatrixType(full_ ? cv::ml::EM::COV_MAT_GENERIC : cv::ml::EM::COV_MAT_DIAGONAL);
        model_->setTermCriteria({cv::TermCriteria::MAX_ITER, iterations + 1, 0});
        if (!model_->trainE(x_, means_, covariances_, weights_, log_likelihoods_))
            throw std::runtime_error("OpenCV's trainE failed");
    }
    double log_likelihood() const { return cv::sum(log_likelihoods_)[0]; }

  private:
    cv::Mat x_, means_, weights_, log_likelihoods_;
    std::vector<cv::Mat> covariances_;
    bool full_;
    cv::Ptr<cv::ml::EM> model_;
};

}  // namespace

int main(int argc, char** argv) {
    return peer::main(argc, argv, [](const Problem& problem, double budget, int threads) {
        cv::setNumThreads(threads);
        OpenCv library(problem);
        peer::report(library, budget);
    });
}
