"""Tables and a design in, estimates out; the only floor that may import statsmodels.

estimate.py        data + design -> rows of the estimates table
designs.py         which estimators a design asks for, by the number of clusters in the smaller arm
estimators.py      the closed list of estimators: what each compares, and what it adjusts for
model.py           the people in the model -> outcome, design matrix, contrasts
errors_of.py       an uncertainty for each contrast: HC1, CR2, cluster means
sample.py          who is in the model, linked by person, and who is left out
notes.py           the closed list of notes and refusals
effect_size.py     Hedges g
cluster_ols.py     a formula in, one row a term out
cluster_robust.py  CR2 and Satterthwaite degrees of freedom
linear.py          weighted least squares and Student's t
"""
