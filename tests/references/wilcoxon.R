# Reference numbers of tests/test_paired.py. Run: Rscript wilcoxon.R wilcoxon.csv
pairs <- list(
  ten = list(c(13, 25, 20, 26, 14, 16, 16, 25, 24, 27), c(19, 26, 25, 27, 17, 21, 23, 27, 26, 29)),
  sleep = list(datasets::sleep$extra[1:10], datasets::sleep$extra[11:20]),
  untied = list(c(1, 2, 3, 4, 5, 6, 7), c(2.1, 1.8, 3.3, 4.7, 4.1, 7.5, 9.2)))
rows <- lapply(names(pairs), function(name) {
  x <- pairs[[name]][[1]]; y <- pairs[[name]][[2]]
  t <- t.test(x, y, paired = TRUE); r <- cor.test(x, y)
  z <- wilcox.test(x, y, paired = TRUE, exact = FALSE, correct = FALSE)
  exact <- if (name == "untied") wilcox.test(x, y, paired = TRUE, exact = TRUE)$p.value else NA
  number <- function(value) sprintf("%.15g", value)
  data.frame(data = name, before = paste(x, collapse = " "), after = paste(y, collapse = " "),
    mean_difference = number(t$estimate), sd_difference = number(sd(x - y)), statistic = number(t$statistic),
    df = number(t$parameter), p_value = number(t$p.value), conf_low = number(t$conf.int[1]),
    conf_high = number(t$conf.int[2]), correlation = number(r$estimate), correlation_p = number(r$p.value),
    negative_ranks = number(z$statistic), z_p = number(z$p.value), exact_p = number(exact),
    versions = paste("R", getRversion()))
})
write.csv(do.call(rbind, rows), commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, fileEncoding = "UTF-8", eol = "\n")
