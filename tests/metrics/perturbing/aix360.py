"""The two metrics of AIX360 0.3, step by step as its metrics/local_metrics.py takes them."""

import numpy as np


class Logistic:
    """A linear model of one question, with the method that AIX360 asks."""

    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def predict_proba(self, rows):
        yes = 1 / (1 + np.exp(-(rows @ self.weights + self.bias)))
        return np.stack([1 - yes, yes], axis=1)


def faithfulness_metric(model, x, coefs, base):
    pred_class = np.argmax(model.predict_proba(x.reshape(1, -1)), axis=1)[0]
    pred_probs = np.zeros(x.shape[0])
    for feature in np.argsort(-coefs):
        x_copy = x.copy()
        x_copy[feature] = base[feature]
        pred_probs[feature] = model.predict_proba(x_copy.reshape(1, -1))[0][pred_class]
    return -np.corrcoef(coefs, pred_probs)[0, 1]


def monotonicity_metric(model, x, coefs, base):
    pred_class = np.argmax(model.predict_proba(x.reshape(1, -1)), axis=1)[0]
    x_copy = base.copy()
    rising = np.argsort(coefs)
    pred_probs = np.zeros(x.shape[0])
    for feature in rising:
        x_copy[feature] = x[feature]
        pred_probs[feature] = model.predict_proba(x_copy.reshape(1, -1))[0][pred_class]
    return bool(np.all(np.diff(pred_probs[rising]) >= 0))
