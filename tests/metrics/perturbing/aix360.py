"""What AIX360's ``local_metrics.py`` computes, feature by feature in plain loops.

Of one row of features, which are replaced by those of a base, and a model with ``predict_proba``.
"""

from itertools import pairwise

import numpy as np


class Logistic:
    """A linear model of one question, with the probabilities of no and of yes."""

    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def predict_proba(self, row):
        yes = 1 / (1 + np.exp(-(row @ self.weights + self.bias)))
        return np.array([1 - yes, yes])


def faithfulness_metric(model, row, importance, base):
    """Each feature is replaced alone, whatever the order."""
    answer = model.predict_proba(row).argmax()
    sure = []
    for feature in range(len(row)):
        without = np.array([*row[:feature], base[feature], *row[feature + 1 :]])
        sure.append(model.predict_proba(without)[answer])
    return -np.corrcoef(importance, sure)[0, 1]


def monotonicity_metric(model, row, importance, base):
    """Features come into the base, the least important first; the base alone does not count."""
    answer = model.predict_proba(row).argmax()
    filled, sure = list(base), []
    for feature in sorted(range(len(row)), key=lambda i: importance[i]):
        filled[feature] = row[feature]
        sure.append(model.predict_proba(np.array(filled))[answer])
    return all(later >= earlier for earlier, later in pairwise(sure))
