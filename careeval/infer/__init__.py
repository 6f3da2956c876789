"""Tables and a design in, estimates out; the only floor that may import statsmodels.

estimate.py        data + design -> rows of the estimates table
request.py         what is asked, and everything that is wrong with it
designs.py         which estimators a design asks for, by the number of clusters in the smaller arm
choice.py          which of them stand for this request, in which role
sample.py          who is in the model, linked by person, and who is left out
model.py           the people in the model -> outcome, design matrix, contrasts
uncertainty.py     a variance for each effect: independent people, CR2, cluster means
permutation.py     the arms dealt anew over the clusters: exact, or drawn with a seed
paired.py          the same people before and after, as SPSS prints it
estimators.py      the closed list of estimators: what each compares, and what it adjusts for
rows.py            one contrast of a fitted model -> one row, or why there is no interval
notes.py           the closed list of notes and refusals
effect_size.py     Hedges g
cluster_ols.py     a formula in, one row a term out
cluster_robust.py  CR2 and Satterthwaite degrees of freedom
linear.py          weighted least squares and Student's t
"""
