# Reference numbers of tests/test_infer_references.py. Run:
#   python export_data.py FOLDER && Rscript clubsandwich.R FOLDER clubsandwich.csv
suppressMessages(library(clubSandwich))
args <- commandArgs(trailingOnly = TRUE)
star <- read.csv(file.path(args[1], "star.csv"), na.strings = "", stringsAsFactors = FALSE)
star$small <- as.integer(star$stark == "small")
star$aide <- as.integer(star$stark == "regular+aide")
exam <- read.csv(file.path(args[1], "exam.csv"))

rows <- list()
reference <- function(study, formula, cluster, type = "CR2", weight = "", terms) {
  data <- list(star = star, exam = exam)[[study]]
  data <- data[complete.cases(data[, c(all.vars(formula), cluster)]), ]
  data$w <- if (weight == "") 1 else data[[weight]]
  fit <- if (weight == "") lm(formula, data = data) else lm(formula, data = data, weights = w)
  test <- coef_test(fit, vcov = vcovCR(fit, cluster = data[[cluster]], type = type), test = "Satterthwaite")
  for (term in terms) {
    at <- which(names(coef(fit)) == term)
    rows[[length(rows) + 1]] <<- data.frame(
      data = study, formula = paste(deparse(formula, width.cutoff = 500), collapse = ""),
      cluster = cluster, type = type, weight = weight, term = term, n = nobs(fit),
      estimate = sprintf("%.15g", test$beta[at]), std_error = sprintf("%.15g", test$SE[at]),
      df = sprintf("%.15g", test$df_Satt[at]), p_value = sprintf("%.15g", test$p_Satt[at]))
  }
}
reference("star", score ~ small + aide, "schoolidk", terms = c("small", "aide"))
reference("star", math1 ~ small + aide, "schoolidk", terms = c("small", "aide"))
reference("star", score ~ small + aide, "schoolidk", weight = "weight", terms = c("(Intercept)", "small", "aide"))
reference("star", score ~ small + aide + factor(schoolidk), "schoolidk", terms = c("small", "aide"))
reference("star", score ~ small + aide + factor(schoolidk), "schoolidk", weight = "weight", terms = c("small", "aide"))
for (type in c("CR0", "CR1", "CR2"))
  reference("exam", normexam ~ standLRT + single, "school", type = type, terms = c("standLRT", "single"))
for (type in c("CR0", "CR1", "CR2"))
  reference("exam", normexam ~ standLRT + single, "school", type = type, weight = "weight", terms = c("standLRT", "single"))
reference("exam", normexam ~ 1, "school", terms = "(Intercept)")
reference("exam", normexam ~ 1, "school", weight = "weight", terms = "(Intercept)")
reference("exam", normexam ~ arm + standLRT + factor(school), "klass", terms = c("arm", "standLRT"))
reference("exam", normexam ~ arm + standLRT + factor(school), "klass", weight = "weight", terms = c("arm", "standLRT"))
reference("exam", normexam ~ arm + standLRT + factor(school), "school", weight = "weight", terms = c("arm", "standLRT"))
table <- do.call(rbind, rows)
table$versions <- paste("R", getRversion(), "clubSandwich", packageVersion("clubSandwich"))
write.csv(table, args[2], row.names = FALSE, fileEncoding = "UTF-8", eol = "\n")
