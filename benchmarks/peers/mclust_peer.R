# mclust's em() (Debian: r-cran-mclust). One thread. The counterpart of peer.hpp, in R.
#
# usage: Rscript mclust_peer.R FOLDER SECONDS THREADS
#        Rscript mclust_peer.R --installed   (exit status 0 where mclust is)
suppressPackageStartupMessages(library(mclust))
arguments <- commandArgs(trailingOnly = TRUE)
if (arguments[1] == "--installed") quit()

shape <- scan(file.path(arguments[1], "shape"), what = "", quiet = TRUE)
sizes <- as.numeric(shape[-1]); n <- sizes[1]; d <- sizes[2]; K <- sizes[3]
read <- function(name, count) readBin(file.path(arguments[1], name), "double", count)
x <- matrix(read("x", n * d), ncol = d, byrow = TRUE)
parameters <- list(pro = read("initial", K), mean = matrix(read("emission", d * K), nrow = d))

# The start's covariances are the identity.
name <- if (d == 1) "V" else if (shape[1] == "full") "VVV" else "VVI"
unit <- array(diag(d), c(d, d, K))
parameters$variance <- c(list(modelName = name, d = d, G = K), switch(name,
    V = list(sigmasq = rep(1, K)),
    VVV = list(sigma = unit, cholsigma = unit),
    VVI = list(sigma = unit, scale = rep(1, K), shape = matrix(1, d, K))))

peak_memory <- function() {
    kib <- as.numeric(gsub("[^0-9]", "", grep("^VmHWM:", readLines("/proc/self/status"), value = TRUE)))
    writeLines("5", "/proc/self/clear_refs")  # the peak is what is resident now
    kib
}
fit <- function(iterations) {
    control <- emControl(tol = c(0, 0), itmax = rep(iterations, 2))
    em(name, data = x, parameters = parameters, control = control, warn = FALSE)
}
seconds <- function(iterations) system.time(fit(iterations), gcFirst = FALSE)[["elapsed"]]

few <- 1; many <- 3  # iterations of the short and of the long run, whose difference is timed
invisible(gc()); invisible(peak_memory())
before <- peak_memory()
short_run <- long_run <- Inf
begin <- proc.time()[["elapsed"]]
repeat {
    short_run <- min(short_run, seconds(few))
    long_run <- min(long_run, seconds(many))
    if (proc.time()[["elapsed"]] - begin > as.numeric(arguments[2])) break
}
memory <- peak_memory() - before
cat("iteration", (long_run - short_run) / (many - few), "memory", memory,
    "log_likelihood", format(fit(many)$loglik, digits = 17), "\n")
