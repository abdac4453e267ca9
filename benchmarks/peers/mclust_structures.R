# mclust's me() of one covariance structure, from labels. One thread. The counterpart of structures.cpp.
#
# usage: Rscript mclust_structures.R FOLDER STRUCTURE
#        Rscript mclust_structures.R --installed   (exit status 0 where mclust is)
suppressPackageStartupMessages(library(mclust))
arguments <- commandArgs(trailingOnly = TRUE)
if (arguments[1] == "--installed") quit()

read <- function(name, count) readBin(file.path(arguments[1], name), "double", count)
sizes <- read("sizes", 3); n <- sizes[1]; d <- sizes[2]; K <- sizes[3]
x <- matrix(read("x", n * d), ncol = d, byrow = TRUE)
z <- unmap(read("labels", n) + 1)

# Its inner iterations have their default tolerance. An M-step begins and an E-step ends each iteration: one more of it than of those that begin with an E-step.
fit <- function(iterations)
    me(arguments[2], data = x, z = z, control = emControl(tol = c(0, sqrt(.Machine$double.eps)), itmax = c(iterations + 1, 10000)),
       warn = FALSE)
seconds <- function(iterations) system.time(fit(iterations), gcFirst = FALSE)[["elapsed"]]
few <- 2; many <- 10
short_run <- long_run <- Inf
for (i in 1:3) {
    short_run <- min(short_run, seconds(few))
    long_run <- min(long_run, seconds(many))
}
cat("iteration", (long_run - short_run) / (many - few), "log_likelihood", format(fit(many)$loglik, digits = 17), "\n")
