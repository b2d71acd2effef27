"""Images, tables, histograms, plots, files and an artifact, beside the metric."""

import json
from pathlib import Path

import numpy as np
import wandb
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

run = wandb.init(project="digits", notes="with pictures", group="knn")
digits = load_digits()
model = KNeighborsClassifier(wandb.config.k, weights=wandb.config.weights).fit(digits.data[:900], digits.target[:900])
predicted = model.predict(digits.data[900:])
accuracy = float(np.mean(predicted == digits.target[900:]))
wandb.log(
    {"examples": [wandb.Image(digits.images[place], caption=str(predicted[place - 900])) for place in (900, 901)]}
)
table = wandb.Table(
    columns=["truth", "predicted"], data=[[int(a), int(b)] for a, b in zip(digits.target[900:910], predicted)]
)
wandb.log({"predictions": table, "distances": wandb.Histogram(model.kneighbors(digits.data[900:950])[0])})
names = [str(name) for name in range(10)]
wandb.log({"confusion": wandb.plot.confusion_matrix(y_true=digits.target[900:], preds=predicted, class_names=names)})
Path("result.json").write_text(json.dumps({"accuracy": accuracy}))
wandb.save("result.json")
artifact = wandb.Artifact("result", type="result", metadata={"k": run.config.k})
artifact.add_file("result.json")
run.log_artifact(artifact)
run.alert(title="Done", text=f"accuracy {accuracy}")
wandb.log({"accuracy": np.float32(accuracy)})
run.summary.update({"tested": len(predicted)})
